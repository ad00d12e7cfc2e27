//! Draws the run and steers the screen.
//!
//! Everything is drawn from borrowed state ([`Model`]) and changes nothing. A key becomes a
//! [`Command`] by the one table (`command`), and a command changes the [`Screen`] or becomes a
//! [`Request`] for whoever decides. Neither the journal nor the outside world is known here.

mod areas;
mod bindings;
pub mod command;
mod dialog;
mod field;
mod find;
mod folds;
mod footer;
mod form;
mod frame;
mod habits;
mod hindsight;
mod keymap;
mod letters;
mod links;
mod live;
mod model;
mod moved;
mod pane;
mod reading;
mod screen;
mod signing;
mod steer;
mod theme;
mod tidings;
mod timeline;
mod title;

pub use bindings::{Bindings, Bound, Unbindable, Wish};
pub use command::Command;
pub use dialog::{adopt_form, resume_form, seal_form, secrets_form, start_form};
pub use form::{Answers, Form, Origin};
pub use frame::draw;
pub use hindsight::{Bar, Chart, Findings, Found, Grade, Hindsight, List, Mark};
pub use keymap::{Code, Deed, Key};
pub use links::Links;
pub use live::{Live, Past, Printed, Probe, Progress};
pub use model::{Book, Entry, Listed, Model, Now, Pace, Recording, Setting, Shelf, Sight, Subject};
pub use moved::{Drawn, draw_moved};
pub use reading::View;
pub use screen::{Mode, Screen};
pub use signing::Proving;
pub use steer::{Mouse, Pointed, Request, reviewing, steer, watching};
pub use theme::{Palette, Theme};
pub use title::{Title, title};
