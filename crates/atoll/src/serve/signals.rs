//! Being asked to stop: SIGTERM from a supervisor, SIGINT from a terminal.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::{Failure, INTERRUPTED};

/// The signals that ask a process to stop.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on these signals no longer end the process by themselves.
    pub(super) fn listen() -> Result<Self, Failure> {
        let on = |kind| signal(kind).map_err(|why| Failure::new(format!("cannot listen for signals: {why}")));
        Ok(Signals { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    /// Waits for the next signal.
    pub(super) async fn asked_to_stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Somebody who asks again does not want to wait for requests to finish. What was committed is safe; the next start
    /// recovers the rest.
    pub(super) async fn end_at_once_when_asked_again(mut self) {
        self.asked_to_stop().await;
        std::process::exit(i32::from(INTERRUPTED));
    }
}
