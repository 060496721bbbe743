//! What must be written down without slowing anybody: taken without waiting, carried out in batches in the background.
//!
//! The queue is bounded. What does not fit, or cannot be carried out, is counted and lost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

/// How much may wait.
const ROOM: usize = 10_000;
/// The most that is carried out at once.
pub const BATCH: usize = 500;
/// How long to let things gather before they are carried out.
const EVERY: Duration = Duration::from_millis(100);

/// The end where things are put.
pub struct Queue<T> {
    sender: mpsc::Sender<T>,
    lost: AtomicU64,
}

/// The end where they are taken.
pub struct Inbox<T>(mpsc::Receiver<T>);

/// Carries out what was taken.
#[async_trait::async_trait]
pub trait Writer<T>: Send {
    /// Carries out a batch, at least one and at most [`BATCH`]; what fails is the writer's to count and to report.
    async fn write(&mut self, batch: Vec<T>);
}

/// A queue and its end.
pub fn queue<T>() -> (Queue<T>, Inbox<T>) {
    let (sender, receiver) = mpsc::channel(ROOM);
    (Queue { sender, lost: AtomicU64::new(0) }, Inbox(receiver))
}

impl<T> Queue<T> {
    /// Puts something in, or counts it as lost if there is no room. Does not wait.
    pub fn put(&self, item: T) {
        if self.sender.try_send(item).is_err() {
            self.lose(1);
        }
    }

    /// Counts what could not be carried out.
    pub fn lose(&self, count: u64) {
        self.lost.fetch_add(count, Ordering::Relaxed);
    }

    /// How much was lost since the start.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

impl<T: Send> Inbox<T> {
    /// Carries out what comes until `stop`, then what is left.
    pub async fn run(&mut self, mut stop: watch::Receiver<bool>, writer: &mut dyn Writer<T>) {
        loop {
            let mut batch = Vec::new();
            let stopping = tokio::select! {
                taken = self.0.recv_many(&mut batch, BATCH) => taken == 0,
                _ = stop.wait_for(|stop| *stop) => true,
            };
            if !batch.is_empty() {
                writer.write(batch).await;
            }
            if stopping {
                return self.rest(writer).await;
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Carries out what is waiting now.
    pub async fn rest(&mut self, writer: &mut dyn Writer<T>) {
        let mut batch = Vec::new();
        while let Ok(item) = self.0.try_recv() {
            batch.push(item);
            if batch.len() == BATCH {
                writer.write(std::mem::take(&mut batch)).await;
            }
        }
        if !batch.is_empty() {
            writer.write(batch).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sizes(Vec<usize>);

    #[async_trait::async_trait]
    impl Writer<usize> for Sizes {
        async fn write(&mut self, batch: Vec<usize>) {
            self.0.push(batch.len());
        }
    }

    #[tokio::test]
    async fn what_does_not_fit_is_counted_and_the_rest_comes_in_batches() {
        let (queue, mut inbox) = queue();
        (0..ROOM + 3).for_each(|item| queue.put(item));
        assert_eq!(queue.lost(), 3);
        let mut sizes = Sizes(Vec::new());
        let (_stop, stopped) = watch::channel(true);
        inbox.run(stopped, &mut sizes).await;
        assert_eq!(sizes.0.iter().sum::<usize>(), ROOM);
        assert!(sizes.0.iter().all(|size| *size <= BATCH));
    }
}
