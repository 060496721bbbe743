//! The only exit: every connection Atoll opens to somewhere else starts here. What is not configured is never called.
//!
//! - [`mail`]: letters that are sealed into jobs, written from templates, and handed to a mail server.
//!
//! What it is not: it knows no principals and makes no decisions; rooms below give it what to send and where to.

pub mod mail;
