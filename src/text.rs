//! Text for people: outside text made safe, measured in cells, wrapped.
//!
//! [`Shown`] is the only way outside text reaches a screen or a report; [`width()`] and its
//! neighbours count in terminal cells; [`wrap()`] fills lines; [`markdown`] reads what authors write.
//! Colours, styles and frames belong to whoever draws.

mod address;
mod count;
mod hidden;
mod ink;
mod json;
pub mod markdown;
mod shown;
mod width;
mod wrap;

pub use address::{Lead, Leading, is_address, wrap_leading};
pub use count::{counted, grouped};
pub use hidden::{is_bidi_control, is_dangerous, is_invisible, is_odd_space, is_typographic_quote};
pub use ink::{Ink, ink_after, inked};
pub use json::harmless_json;
pub use shown::Shown;
pub use width::{clusters, cut, fit, is_mark, is_plain, pad, width};
pub use wrap::wrap;
