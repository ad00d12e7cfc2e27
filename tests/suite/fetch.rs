//! Downloads from servers of this test's own: honest, slow, cut, lying and hostile ones.

mod certificates;
mod cut;
mod environment;
pub mod ground;
mod hostile;
mod ordinary;

mod redirects;
pub mod site;
