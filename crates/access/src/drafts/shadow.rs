//! Putting the questions that come to the drafts in shadow too, off the way of the checks.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::decisions::Asked;
use atoll_base::inbox::Writer;
use atoll_base::{Ground, Result};
use atoll_policy::{ObjectRef, Question, Selector, World};
use serde_json::{Value, json};
use uuid::Uuid;

use super::model::Draft;
use super::report::{Counts, Difference};
use super::store;
use super::store::report;
use super::watch::{InShadow, Watch};
use crate::recorded::kept;

/// How many differences of one batch are explained at length; a sentence about others says less.
const AT_LENGTH: usize = 20;

/// Asks drafts and writes down what they would answer otherwise.
pub struct Shadow {
    ground: Arc<Ground>,
    watch: Arc<Watch>,
    forks: Forks,
    missed: u64,
}

/// For each draft the world that it was put on last, and what that makes.
type Forks = HashMap<(Uuid, i64), (Arc<World>, World)>;

/// What came of a batch for one draft.
#[derive(Default)]
struct Tally {
    counts: Counts,
    differences: BTreeMap<(Uuid, String, ObjectRef, bool), Difference>,
}

impl Shadow {
    /// Ready to ask the drafts that are watched.
    pub fn new(ground: Arc<Ground>, watch: Arc<Watch>) -> Shadow {
        Shadow { ground, watch, forks: Forks::new(), missed: 0 }
    }

    async fn ask(&mut self, batch: Vec<Arc<Asked>>) -> Result<()> {
        let drafts = self.watch.drafts();
        let mut forks = std::mem::take(&mut self.forks);
        forks.retain(|key, _| drafts.iter().any(|draft| (draft.id, draft.version) == *key));
        let asked = drafts.clone();
        let asking = tokio::task::spawn_blocking(move || {
            let tallies: Vec<Tally> = asked.iter().map(|draft| tally(draft, &batch, &mut forks)).collect();
            (tallies, forks)
        });
        let (tallies, forks) = asking.await.map_err(atoll_base::Common::bug)?;
        self.forks = forks;
        let lost = self.ground.questions().in_shadow().lost();
        let missed = i64::try_from(lost - self.missed).unwrap_or(i64::MAX);
        self.missed = lost;
        for (draft, mut tally) in drafts.iter().zip(tallies) {
            tally.counts.missed = missed;
            self.report(draft, tally).await?;
        }
        Ok(())
    }

    async fn report(&self, draft: &InShadow, tally: Tally) -> Result<()> {
        if tally.counts == Counts::default() {
            return Ok(());
        }
        let ctx = Ctx::platform(self.ground.clone(), "draft in shadow");
        let allowed = ctx.require(&Rule::any(&[]), &Within::<Draft>::tenant(draft.tenant))?;
        let tx = ctx.begin().await?;
        if store::version_in_shadow(tx.conn(), draft.id).await? != Some(draft.version) {
            return Ok(());
        }
        report::add_counts(&tx, &allowed, draft.id, draft.version, tally.counts).await?;
        let differences = tally.differences.into_values().collect();
        report::add_differences(&tx, &allowed, draft.id, draft.version, differences).await?;
        tx.commit().await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Writer<Arc<Asked>> for Shadow {
    async fn write(&mut self, batch: Vec<Arc<Asked>>) {
        let count = batch.len();
        if let Err(error) = self.ask(batch).await {
            self.ground.questions().in_shadow().lose(count as u64);
            tracing::warn!(error = error.for_log(), count, "drafts in shadow were not asked");
        }
    }
}

/// Puts a batch to one draft.
fn tally(draft: &InShadow, batch: &[Arc<Asked>], forks: &mut Forks) -> Tally {
    let mut tally = Tally::default();
    for asked in batch.iter().filter(|asked| draft.tenant.is_none() || draft.tenant == asked.tenant) {
        let world = fork(draft, &asked.world, forks);
        let session = match asked.caller.signed_in() {
            Some(signed_in) if signed_in.entity == asked.subject => signed_in.session_facts(&asked.origin),
            _ => json!({}),
        };
        let question = question(asked, &session);
        let Ok(decision) = world.decide(&question) else { continue };
        tally.counts.asked += 1;
        if decision.allowed == asked.allowed {
            continue;
        }
        tally.counts.differing += 1;
        let key = (asked.subject, asked.action.clone(), asked.object, asked.allowed);
        if let Some(known) = tally.differences.get_mut(&key) {
            known.count += 1;
            known.last_seen = asked.at;
            continue;
        }
        let at_length = tally.differences.len() < AT_LENGTH;
        let difference = Difference {
            subject: asked.subject,
            action: asked.action.clone(),
            object: asked.object,
            tenant: asked.tenant,
            context: kept(&asked.context).0,
            live: asked.allowed,
            live_reason: asked.reason.clone(),
            draft_reason: decision.reason.to_string(),
            why: why(world, &question, at_length),
            count: 1,
            first_seen: asked.at,
            last_seen: asked.at,
        };
        tally.differences.insert(key, difference);
    }
    tally
}

/// The world that the question was answered in, with the draft put on it.
fn fork<'f>(draft: &InShadow, world: &Arc<World>, forks: &'f mut Forks) -> &'f World {
    let put_on = |world: &Arc<World>| (world.clone(), world.apply(&draft.changes));
    let fork = forks.entry((draft.id, draft.version)).or_insert_with(|| put_on(world));
    if !Arc::ptr_eq(&fork.0, world) {
        *fork = put_on(world);
    }
    &fork.1
}

/// The question exactly as it was answered.
fn question<'q>(asked: &'q Asked, session: &'q Value) -> Question<'q> {
    let own = asked.caller.entity_id() == Some(asked.subject);
    Question {
        subject: asked.subject,
        action: &asked.action,
        object: Selector::object(asked.object),
        context: &asked.context,
        session,
        now: asked.at.0,
        ceiling: asked.caller.ceiling().filter(|_| own),
        administrative: false,
    }
}

fn why(world: &World, question: &Question<'_>, at_length: bool) -> String {
    let sentence = if at_length {
        world.insight(question).map(|insight| insight.sentence)
    } else {
        world.explain(question).map(|explanation| explanation.sentence())
    };
    sentence.unwrap_or_default()
}
