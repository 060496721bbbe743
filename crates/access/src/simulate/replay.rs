//! Asking recorded questions again, in the world as it is and as it would be.

use std::collections::BTreeMap;

use atoll_base::ctx::{Ctx, Tried, Within};
use atoll_base::{Common, Moment, Result};
use atoll_policy::World;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::recorded::{self, Recorded};

/// The most questions that are asked again.
const MOST: u64 = 10_000;
/// How many differing answers are told at most; each takes some dozens of decisions to say why.
const TOLD: usize = 200;

/// Which recorded questions to ask again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Replay {
    /// The last so many, at most 10,000.
    #[serde(default = "usual")]
    pub last: u64,
    /// About objects of this tenant. Without one: of all for those who deal with policies at the platform, of the caller's
    /// own tenant for others.
    #[serde(default)]
    pub tenant_id: Option<Uuid>,
}

fn usual() -> u64 {
    1000
}

/// What came of it. In JSON `{asked, differing, skipped, complete}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Replayed {
    /// How many questions were asked again.
    pub asked: usize,
    /// Those that would be answered otherwise, each once, the newest first.
    pub differing: Vec<Differing>,
    /// How many were not, because not all that was claimed with them is known.
    pub skipped: usize,
    /// Whether everything was asked and everything that differs is told.
    pub complete: bool,
}

/// A question that would be answered otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Differing {
    /// Who would act.
    pub subject_id: Uuid,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the object.
    pub object_kind: &'static str,
    /// Id of the object; nil for the platform.
    pub object_id: Uuid,
    /// What was claimed.
    pub context: Value,
    /// The answer as things are.
    pub before: bool,
    /// The answer as things would be.
    pub after: bool,
    /// Why, in a sentence, as things would be.
    pub why: String,
    /// How often it was recorded.
    pub times: usize,
    /// When last (RFC 3339).
    pub last_asked: String,
}

/// Asks recorded questions again, at the present time. For those who may read them.
pub(super) async fn replay(ctx: &Ctx, tried: &Tried, wish: &Replay) -> Result<Replayed> {
    let tenant = match wish.tenant_id {
        None if !ctx.may(&recorded::READ, &Within::<Recorded>::platform())? => ctx.signed_in()?.tenant,
        given => given,
    };
    ctx.require(&recorded::READ, &Within::<Recorded>::tenant(tenant))?;
    let all = recorded::store::newest(&ctx.reader(), tenant, wish.last.min(MOST)).await?;
    let (before, after, now) = (tried.before.clone(), tried.after.clone(), ctx.now());
    let asking = tokio::task::spawn_blocking(move || ask_again(&before, &after, &all, now));
    asking.await.map_err(|panic| Common::bug(format!("a replay broke off: {panic}")))?
}

fn ask_again(before: &World, after: &World, all: &[Recorded], now: Moment) -> Result<Replayed> {
    let session = json!({});
    let mut replayed = Replayed { complete: true, ..Replayed::default() };
    let mut known: BTreeMap<(Uuid, &str, atoll_policy::ObjectRef, String), Option<usize>> = BTreeMap::new();
    for one in all {
        if !one.context_whole {
            replayed.skipped += 1;
            replayed.complete = false;
            continue;
        }
        replayed.asked += 1;
        let key = (one.subject, one.action.as_str(), one.object, one.context.to_string());
        if let Some(told) = known.get(&key) {
            if let Some(at) = told {
                replayed.differing[*at].times += 1;
            }
            continue;
        }
        let answers = (one.ask(before, &session, now)?.allowed, one.ask(after, &session, now)?.allowed);
        let differs = answers.0 != answers.1;
        let told = differs && replayed.differing.len() < TOLD;
        replayed.complete &= !differs || told;
        known.insert(key, told.then_some(replayed.differing.len()));
        if told {
            let why = one.why(after, &session, now)?;
            replayed.differing.push(Differing {
                subject_id: one.subject,
                action: one.action.clone(),
                object_kind: one.object.kind.as_str(),
                object_id: one.object.id,
                context: one.context.clone(),
                before: answers.0,
                after: answers.1,
                why,
                times: 1,
                last_asked: one.at.rfc3339(),
            });
        }
    }
    Ok(replayed)
}
