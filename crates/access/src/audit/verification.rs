//! Proving the chain of the ledger again and again, and remembering in it how that ended.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::jobs::Rounds;
use atoll_base::ledger::{self, Break, PLATFORM_STREAM, Verified, retention};
use atoll_base::{Event, Ground, Moment, Outcome, Result};
use serde_json::{Value, json};

use super::list::READ_ALL;
use super::model::Record;
use super::store;
use crate::tenancy::ADMINISTER;

/// The rounds of it.
pub const ROUNDS: Rounds = Rounds::new(
    "ledger_verification",
    |_| true,
    |settings| settings.ledger_verify_interval_secs,
    |ground| Box::pin(async move { verify_when_due(&ground).await.map(|()| true) }),
)
.lasting(LONGEST);

/// The longest that a proof may take: tens of millions of records.
const LONGEST: Duration = Duration::from_secs(3600);

/// What the ledger says of a proof.
const PROVED: &str = "ledger.verified";
/// What it says of somebody who wants one.
const ASKED: &str = "ledger.verify";
/// The most breaks that one event names.
const MOST_NAMED: usize = 20;

/// What is known of the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Streams there are.
    pub streams: u64,
    /// Records there are, without those that retention removed.
    pub records: u64,
    /// When it was last proved; none: never.
    pub proved_at: Option<Moment>,
    /// Whether it held then.
    pub holds: Option<bool>,
    /// Records that were read then.
    pub proved_records: u64,
    /// Where it broke, as far as that is named.
    pub breaks: Vec<Value>,
    /// Whether a proof was asked for that has not been made yet.
    pub awaited: bool,
}

/// What is known of the chain, for those who read the platform's audit log.
pub async fn status(ctx: &Ctx) -> Result<Chain> {
    ctx.signed_in()?;
    ctx.require(&READ_ALL, &Within::<Record>::platform())?;
    let reader = ctx.reader();
    let proved = store::newest(&reader, PLATFORM_STREAM, PROVED).await?;
    let asked = store::newest(&reader, PLATFORM_STREAM, ASKED).await?;
    let begins = retention::checkpoints(&reader).await?;
    let heads = ledger::heads(&reader).await?;
    let length = |head: &ledger::Head| head.revision - begins.get(&head.stream).map_or(0, |at| at.revision);
    let detail = |name: &str| proved.as_ref().map(|one| one.details[name].clone()).unwrap_or_default();
    Ok(Chain {
        streams: u64::try_from(heads.len()).unwrap_or(u64::MAX),
        records: heads.iter().map(length).map(|rows| u64::try_from(rows).unwrap_or_default()).sum(),
        proved_at: proved.as_ref().map(|one| one.at),
        holds: proved.as_ref().map(|one| one.outcome == Outcome::Allow),
        proved_records: detail("records").as_u64().unwrap_or_default(),
        breaks: detail("breaks").as_array().cloned().unwrap_or_default(),
        awaited: is_later(asked.as_ref(), proved.as_ref()),
    })
}

fn is_later(asked: Option<&Record>, proved: Option<&Record>) -> bool {
    asked.is_some_and(|asked| proved.is_none_or(|proved| proved.revision < asked.revision))
}

/// Wants the chain proved now: a job does it.
pub async fn ask(ctx: &Ctx) -> Result<()> {
    ctx.signed_in()?;
    let allowed = ctx.require(&ADMINISTER, &Within::<Record>::platform())?;
    let mut tx = ctx.begin().await?;
    tx.record(&allowed, Event::new(ASKED));
    ROUNDS.ask(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Proves the chain when that is due, or was asked for. A house that is younger than a round has nothing to prove.
async fn verify_when_due(ground: &Arc<Ground>) -> Result<()> {
    let ctx = Ctx::platform(ground.clone(), ROUNDS.kind());
    let reader = ctx.reader();
    let proved = store::newest(&reader, PLATFORM_STREAM, PROVED).await?;
    let asked = store::newest(&reader, PLATFORM_STREAM, ASKED).await?;
    let since = match &proved {
        Some(proved) => Some(proved.at),
        None => store::rows_after(&reader, PLATFORM_STREAM, 0, 1).await?.first().map(|row| row.at),
    };
    // Rounds begin when the clock says so: one that begins a little early is no reason to leave it out.
    let pause = ground.settings().ledger_verify_interval_secs.mul_f64(0.9);
    let is_due = since.is_some_and(|since| ctx.now().since(since) >= pause);
    match is_due || is_later(asked.as_ref(), proved.as_ref()) {
        true => verify(&ctx).await,
        false => Ok(()),
    }
}

async fn verify(ctx: &Ctx) -> Result<()> {
    let ground = ctx.ground();
    // One state throughout: what is written meanwhile is neither missing nor too much.
    let state = ground.db().frozen().await?;
    let Verified { streams, rows, mut breaks } = ledger::verify(&state, |_| ()).await?;
    breaks.extend(retention::unsealed(&state, ground.keys()).await?);
    drop(state);
    let allowed = ctx.require(&Rule::any(&[]), &Within::<Record>::platform())?;
    let named: Vec<Value> = breaks.iter().take(MOST_NAMED).map(shown).collect();
    let event = Event::new(PROVED).detail("streams", streams).detail("records", rows);
    let event = event.detail("broken", breaks.len()).detail("breaks", named);
    let mut tx = ctx.begin().await?;
    if breaks.is_empty() {
        tx.record(&allowed, event);
    } else {
        tracing::error!(
            broken = breaks.len(),
            "the chain of the ledger does not hold: somebody changed the past"
        );
        tx.record(&allowed, event.ended(Outcome::Error, "the chain does not hold"));
    }
    tx.commit().await?;
    Ok(())
}

fn shown(at: &Break) -> Value {
    let tenant = (at.stream != PLATFORM_STREAM).then_some(at.stream);
    json!({ "tenantId": tenant, "revision": at.revision, "why": at.why })
}
