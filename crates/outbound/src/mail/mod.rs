//! Mail: what is written to people, and how it leaves.
//!
//! A use case puts a [`Letter`] into its transaction ([`enqueue`]); it is sealed there, because it can hold a secret link. A
//! worker opens it, writes it from a template and hands it to a [`Post`]. Without a mail server nothing is ever called.

mod enqueue;
mod letter;
mod post;
mod send;
mod smtp;
mod templates;

pub use enqueue::{JOB, enqueue, expected};
pub use letter::{Letter, Template, link};
pub use post::{Mail, NotDelivered, Post};
pub use send::Sending;
pub(crate) use send::forget_dead;
pub use smtp::{BadMailServer, Smtp};
pub use templates::{BadTemplate, Templates};
