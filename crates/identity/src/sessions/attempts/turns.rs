//! Taking turns: attempts at one account are made one after the other, so that many at once count like many in a row.

use tokio::sync::{Mutex, MutexGuard};

/// How many queues there are; accounts share them by their keys.
const QUEUES: usize = 256;

/// The queues.
pub(crate) struct Turns(Vec<Mutex<()>>);

impl Default for Turns {
    fn default() -> Self {
        Turns((0..QUEUES).map(|_| Mutex::default()).collect())
    }
}

impl Turns {
    /// Waits until nobody else in this process is trying the account with this key.
    pub(crate) async fn take(&self, account: &[u8; 32]) -> MutexGuard<'_, ()> {
        self.0[usize::from(account[0])].lock().await
    }
}
