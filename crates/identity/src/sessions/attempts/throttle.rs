//! How many wrong guesses an account bears.

use std::time::Duration;

use atoll_base::ctx::{Allowed, Ctx, Rule, Tx, Within};
use atoll_base::metrics::CategoryLabels;
use atoll_base::{Fault, Ground, Kind, Moment, Result};
use uuid::Uuid;

use super::near::Near;
use super::store::{self, Place};
use super::turns::{Turn, Turns};
use crate::sessions::{self, Refused};

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
    /// The second factor of an entity, which a right password does not make up for.
    Factor(Uuid),
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
        ground.keys().token_verifier(self.text().as_bytes())
    }

    /// The key under which attempts from an address are counted that the account knows.
    fn key_at(&self, ground: &Ground, near: &Near) -> [u8; 32] {
        ground.keys().token_verifier(format!("{} at {}", self.text(), near.address).as_bytes())
    }

    fn text(&self) -> String {
        match self {
            Account::Entity(id) => format!("sign_in entity {id}"),
            Account::Factor(id) => format!("second_factor entity {id}"),
            Account::Unknown { identifier, tenant } => {
                let tenant = tenant.unwrap_or_default();
                format!("sign_in name {tenant} {}", identifier.trim().to_lowercase())
            }
        }
    }

    /// Whether somebody signed in to this account from there lately.
    async fn knows(&self, ctx: &Ctx, near: &Near) -> Result<bool> {
        let (Account::Entity(id) | Account::Factor(id)) = self else { return Ok(false) };
        let since = ctx.now().minus(KNOWN_FOR);
        let addresses = sessions::store::addresses_of(&ctx.reader(), *id, since, KNOWN_MOST).await?;
        let mut known = addresses.iter().filter_map(|text| text.parse().ok()).map(Near::around);
        Ok(known.any(|one| one.address == near.address))
    }
}

/// How long an address is known from which somebody signed in.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 86_400);
/// So many of the newest sessions are looked at for that.
const KNOWN_MOST: u64 = 100;

/// The attempts at one account, held while one more is made.
pub(crate) struct Attempts<'t> {
    account: [u8; 32],
    near: Option<Near>,
    failed_before: bool,
    _turn: Turn<'t>,
}

/// Under which key an attempt is counted, and whether the one before failed.
struct Counted {
    key: [u8; 32],
    failed_before: bool,
}

impl<'t> Attempts<'t> {
    /// Waits for other attempts at the account, and lets one more through unless there were too many failures: at the
    /// account, from the address, or from the network around it. One that is not let through leaves no trace, so that
    /// nobody can keep an account locked.
    ///
    /// From an address where the account's owner signed in lately, failures are counted apart: whatever strangers do, the
    /// owner is let in there.
    pub(crate) async fn one_more(ctx: &Ctx, turns: &'t Turns, account: Account<'_>) -> Result<Attempts<'t>> {
        Refused::when_tried(ctx)?;
        let near = Near::of(ctx);
        let key = account.key(ctx.ground());
        if turns.taken(&key) {
            // Many at once: those that would be refused need not wait for it.
            permitted(ctx, account, near.as_ref()).await?;
        }
        let turn = turns.take(&key).await?;
        let Counted { key, failed_before } = permitted(ctx, account, near.as_ref()).await?;
        Ok(Attempts { account: key, near, failed_before, _turn: turn })
    }

    /// One that nobody can guess: other attempts are waited for, and failures before it do not count.
    pub(crate) async fn unlimited(ctx: &Ctx, turns: &'t Turns, account: Account<'_>) -> Result<Attempts<'t>> {
        Refused::when_tried(ctx)?;
        let account = account.key(ctx.ground());
        let turn = turns.take(&account).await?;
        Ok(Attempts { account, near: Near::of(ctx), failed_before: false, _turn: turn })
    }

    /// It failed.
    pub(crate) async fn fail(self, ctx: &Ctx) -> Result<()> {
        let ctx = ctx.as_platform("sign in");
        let allowed = ctx.require(&Rule::any(&[]), &Within::<Attempts<'_>>::platform())?;
        let tx = ctx.begin().await?;
        store::insert(&tx, &allowed, self.account, self.near.as_ref(), false).await?;
        tx.commit().await?;
        Ok(())
    }

    /// It succeeded: failures before it are forgotten.
    pub(crate) async fn succeed(&self, tx: &Tx, allowed: &Allowed<'_, Attempts<'_>>) -> Result<()> {
        if self.failed_before {
            store::insert(tx, allowed, self.account, self.near.as_ref(), true).await
        } else {
            Ok(())
        }
    }
}

/// Why an attempt is not let through: what failures were counted by, and until when they count.
struct Lock {
    by: &'static str,
    until: Moment,
}

/// Lets an attempt through, or says when to come again.
async fn permitted(ctx: &Ctx, account: Account<'_>, near: Option<&Near>) -> Result<Counted> {
    let (counted, mut lock) = counted(ctx, account.key(ctx.ground())).await?;
    if let (None, Some(near)) = (&lock, near) {
        lock = locked_around(ctx, near).await?;
    }
    let Some(mut lock) = lock else { return Ok(counted) };
    if let Some(near) = near
        && account.knows(ctx, near).await?
    {
        let (apart, still) = self::counted(ctx, account.key_at(ctx.ground(), near)).await?;
        let Some(still) = still else { return Ok(apart) };
        lock = still;
    }
    let labels = CategoryLabels { category: lock.by };
    ctx.ground().metrics().sign_ins_throttled.get_or_create(&labels).inc();
    let retry_after = lock.until.since(ctx.now()).max(Duration::from_secs(1));
    Err(TooManyFailures { retry_after }.into())
}

/// What is counted under a key, and whether that is too much.
async fn counted(ctx: &Ctx, key: [u8; 32]) -> Result<(Counted, Option<Lock>)> {
    let settings = ctx.ground().settings();
    let (limit, window) = (settings.login_failure_limit, settings.login_failure_window_secs);
    let newest = store::newest(&ctx.reader(), key, ctx.now().minus(window), limit.into()).await?;
    let failed_before = newest.first().is_some_and(|(success, _)| !success);
    let lock = locked_until(&newest, limit, window).map(|until| Lock { by: "account", until });
    Ok((Counted { key, failed_before }, lock))
}

/// Whether too much failed from an address or the network around it, at whatever accounts. Successes do not make up for
/// it: whoever guesses may have an account too.
async fn locked_around(ctx: &Ctx, near: &Near) -> Result<Option<Lock>> {
    let settings = ctx.ground().settings();
    let window = settings.login_failure_window_secs;
    let since = ctx.now().minus(window);
    for (by, place, limit) in [
        ("address", Place::Address(&near.address), settings.login_failure_limit_per_address),
        ("network", Place::Network(&near.network), settings.login_failure_limit_per_network),
    ] {
        if let Some(first) = store::nth_failure(&ctx.reader(), place, since, limit).await? {
            return Ok(Some(Lock { by, until: first.plus(window) }));
        }
    }
    Ok(None)
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
