//! Version numbers that compare as versions.
