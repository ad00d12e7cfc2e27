//! The dialogue of lines, with the program itself: whole runs, kills, terminals, and what goes with it.

mod adopted;
mod books;
mod dialogue;
mod group;
mod killed;
mod leftovers;
mod lists;
mod live;
mod operator;
mod planted;
mod printed;
pub mod site;
mod started;
mod together;
pub mod typed;
