//! Identifiers: slugs made from titles, and run ids.
