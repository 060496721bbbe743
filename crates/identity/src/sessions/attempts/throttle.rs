//! How many wrong guesses an account bears.

use std::time::Duration;

use atoll_base::ctx::{Allowed, Ctx, Rule, Tx, Within};
use atoll_base::{Fault, Ground, Kind, Moment, Result};
use tokio::sync::MutexGuard;
use uuid::Uuid;

use super::{Turns, store};

/// An account that was guessed at too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many failed login attempts")]
pub struct TooManyFailures {
    /// When the next attempt is let through.
    pub retry_after: Duration,
}

impl Fault for TooManyFailures {
    fn kind(&self) -> Kind {
        Kind::Limited
    }

    fn code(&self) -> &'static str {
        "sign_in.too_many_failures"
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(self.retry_after)
    }
}

/// Whose failures are counted together: an entity under whatever name, or a name that nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account<'a> {
    /// An entity.
    Entity(Uuid),
    /// A name, where it was looked for.
    Unknown {
        /// The name as it was given.
        identifier: &'a str,
        /// The tenant.
        tenant: Option<Uuid>,
    },
}

impl Account<'_> {
    fn key(&self, ground: &Ground) -> [u8; 32] {
        let text = match self {
            Account::Entity(id) => format!("sign_in entity {id}"),
            Account::Unknown { identifier, tenant } => {
                let tenant = tenant.unwrap_or_default();
                format!("sign_in name {tenant} {}", identifier.trim().to_lowercase())
            }
        };
        ground.keys().token_verifier(text.as_bytes())
    }
}

/// The attempts at one account, held while one more is made.
pub(crate) struct Attempts<'t> {
    account: [u8; 32],
    failed_before: bool,
    _turn: MutexGuard<'t, ()>,
}

impl<'t> Attempts<'t> {
    /// Waits for other attempts at the account, and lets one more through unless there were too many failures. One that
    /// is not let through leaves no trace, so that nobody can keep an account locked.
    pub(crate) async fn one_more(ctx: &Ctx, turns: &'t Turns, account: Account<'_>) -> Result<Attempts<'t>> {
        let account = account.key(ctx.ground());
        let turn = turns.take(&account).await;
        let settings = ctx.ground().settings();
        let (limit, window) = (settings.login_failure_limit, settings.login_failure_window_secs);
        let since = ctx.now().minus(window);
        let newest = store::newest(&ctx.reader(), account, since, limit.into()).await?;
        if let Some(until) = locked_until(&newest, limit, window) {
            let retry_after = until.since(ctx.now()).max(Duration::from_secs(1));
            return Err(TooManyFailures { retry_after }.into());
        }
        let failed_before = newest.first().is_some_and(|(success, _)| !success);
        Ok(Attempts { account, failed_before, _turn: turn })
    }

    /// One that nobody can guess: other attempts are waited for, and failures before it do not count.
    pub(crate) async fn unlimited(ctx: &Ctx, turns: &'t Turns, account: Account<'_>) -> Result<Attempts<'t>> {
        let account = account.key(ctx.ground());
        let turn = turns.take(&account).await;
        Ok(Attempts { account, failed_before: false, _turn: turn })
    }

    /// It failed.
    pub(crate) async fn fail(self, ctx: &Ctx) -> Result<()> {
        let ctx = ctx.as_platform("sign in");
        let allowed = ctx.require(&Rule::any(&[]), &Within::<Attempts<'_>>::platform())?;
        let tx = ctx.begin().await?;
        store::insert(&tx, &allowed, self.account, false).await?;
        tx.commit().await?;
        Ok(())
    }

    /// It succeeded: failures before it are forgotten.
    pub(crate) async fn succeed(&self, tx: &Tx, allowed: &Allowed<'_, Attempts<'_>>) -> Result<()> {
        if self.failed_before { store::insert(tx, allowed, self.account, true).await } else { Ok(()) }
    }
}

/// Until when an account is locked whose newest attempts, newest first, ended so.
fn locked_until(newest: &[(bool, Moment)], limit: u32, window: Duration) -> Option<Moment> {
    let failures = newest.iter().take_while(|(success, _)| !success);
    let first = failures.map(|(_, at)| *at).nth((limit as usize).checked_sub(1)?)?;
    Some(first.plus(window))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(900);

    fn attempts(outcomes: &[bool]) -> Vec<(bool, Moment)> {
        let count = outcomes.len() as i64;
        outcomes.iter().zip(0..).map(|(success, nth)| (*success, Moment((count - nth) * 1_000_000))).collect()
    }

    #[test]
    fn so_many_failures_in_a_row_lock_until_the_first_is_old() {
        let five = attempts(&[false; 5]);
        assert_eq!(locked_until(&five, 5, WINDOW), Some(Moment(1_000_000).plus(WINDOW)));
        assert_eq!(locked_until(&five[..4], 5, WINDOW), None);
        assert_eq!(locked_until(&[], 1, WINDOW), None);
    }

    #[test]
    fn a_success_forgets_what_was_before() {
        let mixed = attempts(&[false, false, true, false, false]);
        assert_eq!(locked_until(&mixed, 5, WINDOW), None);
        assert!(locked_until(&mixed, 2, WINDOW).is_some());
    }
}
