//! Text for people: outside text made safe, measured in cells, wrapped.
