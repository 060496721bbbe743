//! The only exit: every connection Atoll opens to somewhere else starts here. What is not configured is never called.
//!
//! - [`mail`]: letters that are sealed into jobs, written from templates, and handed to a mail server.
//! - [`http`]: requests to addresses that tenants name, which never reach a private network.
//!
//! What it is not: it knows no principals and makes no decisions; rooms below give it what to send and where to.

pub mod http;
pub mod mail;

use atoll_base::keeper::Over;

/// What this room keeps and forgets when it is over.
pub fn over() -> Vec<Over> {
    vec![Over::new("mails that were given up", |ground| {
        Box::pin(async move { mail::forget_dead(&ground).await })
    })]
}
