//! Draws the run and steers the screen.
//!
//! Everything is drawn from borrowed state ([`Model`]) and changes nothing. A key becomes a
//! [`Command`] by the one table (`command`), and a command changes the [`Screen`] or becomes a
//! [`Request`] for whoever decides. Neither the journal nor the outside world is known here.

mod areas;
pub mod command;
mod dialog;
mod field;
mod find;
mod folds;
mod form;
mod frame;
mod habits;
mod keymap;
mod letters;
mod live;
mod model;
mod pane;
mod reading;
mod screen;
mod signing;
mod steer;
mod theme;
mod tidings;

pub use command::Command;
pub use dialog::{adopt_form, resume_form, seal_form, secrets_form, start_form};
pub use form::{Answers, Form, Origin};
pub use frame::draw;
pub use keymap::{Code, Deed, Key, read};
pub use live::{Live, Past, Printed, Probe, Progress};
pub use model::{Book, Entry, Listed, Model, Now, Recording, Setting, Shelf, Sight, Subject};
pub use reading::View;
pub use screen::{Mode, Screen};
pub use signing::Proving;
pub use steer::{Request, steer};
pub use theme::Theme;
