//! What jobs deliver to the outside, in the background: several at once, so that one slow receiver does not keep others
//! waiting.

use std::sync::Arc;

use atoll_base::Ground;
use atoll_base::jobs::Worker;
use atoll_identity::mail_requests;
use atoll_outbound::mail::{self, Sending};
use futures::future::join_all;
use tokio::sync::watch;

/// Mails on their way at once.
const MAILS: usize = 4;

/// Delivers until `stop`; what is being delivered then is finished.
pub(crate) async fn deliver(ground: Arc<Ground>, mail: Arc<Sending>, stop: watch::Receiver<bool>) {
    let mut workers = vec![Worker::default().with(mail_requests::JOB, Arc::new(mail_requests::Answering))];
    if mail.is_possible() {
        workers.extend((0..MAILS).map(|_| Worker::default().with(mail::JOB, mail.clone())));
    }
    join_all(workers.into_iter().map(|worker| worker.run(ground.clone(), stop.clone()))).await;
}
