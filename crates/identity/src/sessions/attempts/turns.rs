//! Taking turns: attempts at one account are made one after the other, so that many at once count like many in a row.

use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

use crate::passwords::HashingBusy;

/// How many queues there are; accounts share them by their keys.
const QUEUES: usize = 256;
/// How many wait in one.
const LONGEST: usize = 64;

/// The queues.
pub(crate) struct Turns(Vec<Queue>);

struct Queue {
    places: Semaphore,
    turn: Mutex<()>,
}

/// A turn, until it is dropped.
pub(crate) struct Turn<'t> {
    _turn: MutexGuard<'t, ()>,
    _place: SemaphorePermit<'t>,
}

impl Default for Turns {
    fn default() -> Self {
        let queue = || Queue { places: Semaphore::new(LONGEST), turn: Mutex::default() };
        Turns((0..QUEUES).map(|_| queue()).collect())
    }
}

impl Turns {
    fn queue(&self, account: &[u8; 32]) -> &Queue {
        &self.0[usize::from(account[0])]
    }

    /// Whether somebody else is trying the account with this key, or one that shares its queue.
    pub(crate) fn taken(&self, account: &[u8; 32]) -> bool {
        self.queue(account).turn.try_lock().is_err()
    }

    /// Waits until nobody else in this process is trying the account with this key.
    ///
    /// # Errors
    /// [`HashingBusy`] when too many wait already.
    pub(crate) async fn take(&self, account: &[u8; 32]) -> Result<Turn<'_>, HashingBusy> {
        let queue = self.queue(account);
        let place = queue.places.try_acquire().map_err(|_| HashingBusy)?;
        Ok(Turn { _turn: queue.turn.lock().await, _place: place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_queue_is_so_long_and_no_longer() {
        let turns = Turns::default();
        let account = [7; 32];
        assert!(!turns.taken(&account));
        let turn = turns.take(&account).await.unwrap();
        assert!(turns.taken(&account));
        let mut waiting: Vec<_> = (1..LONGEST).map(|_| Box::pin(turns.take(&account))).collect();
        for one in &mut waiting {
            assert!(futures::poll!(one).is_pending());
        }
        assert!(turns.take(&account).await.is_err());
        assert!(turns.take(&[8; 32]).await.is_ok(), "other accounts do not wait");
        drop((turn, waiting));
        assert!(turns.take(&account).await.is_ok());
    }
}
