//! Text into a checked model.
//!
//! A file becomes a tree with places (`yaml`), the tree becomes what was written (`format`, declared
//! with `shape`), and that becomes a model in which every reference leads somewhere (`build`, `model`).
//! What is wrong on the way is collected (`diagnostic`); `plan` lays a run out from model and values.

mod build;
mod check;
pub mod compare;
pub mod diagnostic;
pub mod expression;
pub mod format;
pub mod mend;
pub mod model;
pub mod patch;
mod pinned;
pub mod place;
pub mod plan;
pub mod reword;
pub mod schema;
mod shape;
pub mod shell;
pub mod shipped;
pub mod source;
pub mod timed;
pub mod value;
mod yaml;

pub use build::{Library, Loaded, NoLibrary, called_path, load};
pub use pinned::Pinned;
