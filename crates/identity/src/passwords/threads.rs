//! Threads that hash: a few, behind all others in line for the processor, so that hashing takes what nobody else needs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use atoll_base::{Common, Result};
use parking_lot::Mutex;
use tokio::sync::oneshot;

/// How far behind, from 0 to 19 (setpriority(2)): a thirtieth of a processor when others want all of it.
const NICE: i32 = 15;

type Work = Box<dyn FnOnce() + Send>;

/// The threads. They end when this is dropped and nothing waits any more.
pub(super) struct Threads {
    work: Sender<Work>,
}

impl Threads {
    /// Starts so many.
    pub(super) fn start(many: usize) -> Result<Threads> {
        let (work, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..many {
            let waiting = Arc::clone(&waiting);
            let named = thread::Builder::new().name("hashing".to_owned());
            named.spawn(move || serve(&waiting)).map_err(Common::bug)?;
        }
        Ok(Threads { work })
    }

    /// Runs something on one of them, when its turn comes. What nobody waits for any more by then is left out.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T>
    where
        W: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (done, answer) = oneshot::channel();
        let work = move || {
            if !done.is_closed() {
                let _ = done.send(work());
            }
        };
        self.work.send(Box::new(work)).map_err(|_| Common::bug("no thread hashes"))?;
        Ok(answer.await.map_err(Common::bug)?)
    }
}

fn serve(waiting: &Mutex<Receiver<Work>>) {
    // On Linux this is about the thread alone; where it may not be done, hashing is as urgent as anything else.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, NICE);
    loop {
        let next = waiting.lock().recv();
        let Ok(work) = next else { return };
        // Whoever waits hears of it by the answer that does not come.
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            tracing::error!("hashing a password panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_done() {
        let threads = Threads::start(1).unwrap();
        let (go, wait) = channel::<()>();
        let first = threads.run(move || wait.recv());
        let (told, heard) = channel();
        let second = threads.run(move || told.send(()));
        let both = async { tokio::join!(first, second) };
        assert!(tokio::time::timeout(Duration::from_millis(20), both).await.is_err());
        go.send(()).unwrap_or_default();
        assert_eq!(threads.run(|| 7).await.unwrap(), 7);
        assert!(heard.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_thread_outlives_what_goes_wrong_on_it() {
        let threads = Threads::start(1).unwrap();
        assert!(threads.run(|| panic!("on purpose")).await.is_err());
        assert_eq!(threads.run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn they_stand_behind_all_others() {
        let threads = Threads::start(1).unwrap();
        let nice = || rustix::process::getpriority_process(None).unwrap();
        assert!(threads.run(nice).await.unwrap() >= NICE);
        assert!(nice() < NICE, "only they do");
    }
}
