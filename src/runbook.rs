//! Text into a checked model.
