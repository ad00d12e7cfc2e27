//! Text into a checked model.
//!
//! A file becomes a tree with places (`yaml`), the tree becomes what was written (`format`, declared
//! with `shape`), and that becomes a model in which every reference leads somewhere (`build`, `model`).
//! What is wrong on the way is collected (`diagnostic`); `plan` lays a run out from model and values.

pub mod diagnostic;
pub mod expression;
pub mod format;
mod shape;
pub mod source;
pub mod value;
mod yaml;
