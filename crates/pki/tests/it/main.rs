//! The room by itself: its files.

mod authority;
mod files;
