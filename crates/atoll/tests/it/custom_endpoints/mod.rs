//! Custom endpoints over HTTP: each step, what stops it, and what is kept of it.

mod fixture;
mod hostile;
mod steps;
