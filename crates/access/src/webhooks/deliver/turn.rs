//! The turn of one endpoint: what waits for it, in order, until there is no more, it fails, or the time is up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use atoll_base::ctx::{Ctx, Rule, Within};
use atoll_base::{Event, Ground, Moment, Result, Secret, ledger};
use atoll_outbound::http::Client;
use atoll_policy::TenantStatus;
use tokio::sync::watch;
use uuid::Uuid;

use super::attempt::{Ended, pause, send};
use crate::audit::{self, Record};
use crate::webhooks::deliveries::{self, Delivery, DeliveryState};
use crate::webhooks::model::{Webhook, WebhookState};
use crate::webhooks::sign::{Signer, message_id, place};
use crate::webhooks::store;

/// How long a turn is one's own. Longer than [`LONGEST`] and one attempt.
const LEASE: Duration = Duration::from_secs(30);
/// No attempt begins after this.
const LONGEST: Duration = Duration::from_secs(10);
/// Rows read at once.
const BATCH: u64 = 100;
/// How long an endpoint may only fail before it is told nothing any more.
const GIVE_UP: Duration = Duration::from_secs(5 * 86_400);
/// When to look again at an endpoint whose tenant is not in use.
const LATER: Duration = Duration::from_secs(60);

/// The turn of an endpoint.
pub(super) struct Turn<'d> {
    ctx: Ctx,
    client: &'d Client,
    webhook: Webhook,
    signer: Signer,
    lease: Uuid,
    begun: Instant,
}

/// Whether to go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

impl<'d> Turn<'d> {
    /// Takes the turn; none if it is somebody else's.
    pub(super) async fn take(
        ground: &Arc<Ground>,
        client: &'d Client,
        webhook: Uuid,
    ) -> Result<Option<Turn<'d>>> {
        let ctx = Ctx::platform(ground.clone(), "webhooks");
        let lease = ctx.new_id();
        let row = store::take(ground.db().writer(), webhook, lease, ctx.now(), LEASE).await?;
        let Some(row) = row else { return Ok(None) };
        let signer = signer(ground, &row, ctx.now())?;
        let webhook = Webhook::try_from(row)?;
        Ok(Some(Turn { ctx, client, webhook, signer, lease, begun: Instant::now() }))
    }

    /// Tells what there is to tell, and gives the turn back.
    pub(super) async fn go(mut self, stop: &watch::Receiver<bool>) -> Result<()> {
        let told = self.tell_all(stop).await;
        store::give_back(self.ctx.db().writer(), self.webhook.id, self.lease).await?;
        told
    }

    async fn tell_all(&mut self, stop: &watch::Receiver<bool>) -> Result<()> {
        if !self.in_use()? {
            self.webhook.next_at = self.ctx.now().plus(LATER);
            self.write(None, None).await?;
            return Ok(());
        }
        if self.retry_waiting(stop).await? == Then::End {
            return Ok(());
        }
        self.skip_removed().await?;
        loop {
            let (stream, told) = (self.webhook.stream(), self.webhook.told);
            let records = audit::store::rows_after(self.ctx.db().reader(), stream, told, BATCH).await?;
            let Some(last) = records.last().map(|record| record.revision) else { return Ok(()) };
            for record in &records {
                if !self.webhook.wants(&record.event) {
                    continue;
                }
                if self.is_over(stop) || self.tell(record).await? == Then::End {
                    return Ok(());
                }
            }
            if self.webhook.told < last {
                self.webhook.told = last;
                if self.write(None, None).await? == Then::End {
                    return Ok(());
                }
            }
            if self.is_over(stop) {
                return Ok(());
            }
        }
    }

    fn is_over(&self, stop: &watch::Receiver<bool>) -> bool {
        *stop.borrow() || self.begun.elapsed() > LONGEST
    }

    /// An endpoint of a tenant that is held still is told nothing meanwhile.
    fn in_use(&self) -> Result<bool> {
        let Some(tenant) = self.webhook.tenant else { return Ok(true) };
        let world = self.ctx.world()?;
        Ok(world.tenant(tenant).is_some_and(|tenant| tenant.status == TenantStatus::Active))
    }

    /// Goes on behind what audit retention removed before it was told, and says so.
    async fn skip_removed(&mut self) -> Result<()> {
        let kept_after = ledger::retention::kept_after(self.ctx.db().reader(), self.webhook.stream()).await?;
        if self.webhook.told >= kept_after {
            return Ok(());
        }
        let event = self
            .event("webhook.events_lost")
            .detail("from_revision", self.webhook.told + 1)
            .detail("to_revision", kept_after);
        self.webhook.told = kept_after;
        self.webhook.attempts = 0;
        self.write(None, Some(event)).await?;
        Ok(())
    }

    /// Tells of one event.
    async fn tell(&mut self, record: &Record) -> Result<Then> {
        let (ended, at, millis) = self.send(record).await;
        let now = self.ctx.now();
        let mut delivery = self.delivery(record, &ended, at, millis);
        if ended.error.is_none() {
            self.webhook.told = record.revision;
            self.webhook.attempts = 0;
            self.webhook.failing_since = None;
            self.webhook.last_error = None;
            self.webhook.last_success_at = Some(now);
            return self.write(Some(&delivery), None).await;
        }
        self.webhook.last_error.clone_from(&ended.error);
        self.webhook.attempts += 1;
        let since = *self.webhook.failing_since.get_or_insert(now);
        let event = if ended.gone || now.since(since) > GIVE_UP {
            self.webhook.state = WebhookState::Disabled;
            let reason =
                if ended.gone { "the receiver is gone" } else { "every attempt failed for five days" };
            Some(self.event("webhook.disable").detail("reason", reason))
        } else if let Some(pause) = pause(self.webhook.attempts, ended.wish, self.ctx.chance()) {
            self.webhook.next_at = now.plus(pause);
            None
        } else {
            delivery.state = DeliveryState::Dead;
            self.webhook.told = record.revision;
            self.webhook.attempts = 0;
            let event = self.event("webhook.delivery.dead");
            Some(event.detail("delivery_id", delivery.id.to_string()).detail("revision", record.revision))
        };
        let dead = delivery.state == DeliveryState::Dead;
        self.write(Some(&delivery), event).await.map(|then| if dead { then } else { Then::End })
    }

    /// Tries what somebody wants to be tried again, once.
    async fn retry_waiting(&mut self, stop: &watch::Receiver<bool>) -> Result<Then> {
        let waiting = deliveries::store::waiting(self.ctx.db().reader(), self.webhook.id, BATCH).await?;
        for mut delivery in waiting {
            if self.is_over(stop) {
                return Ok(Then::End);
            }
            let (stream, before) = (self.webhook.stream(), delivery.revision - 1);
            let records = audit::store::rows_after(self.ctx.db().reader(), stream, before, 1).await?;
            let ended = match records.first().filter(|record| record.revision == delivery.revision) {
                Some(record) => {
                    let (ended, at, millis) = self.send(record).await;
                    let again = self.delivery(record, &ended, at, millis);
                    delivery = Delivery { id: delivery.id, attempt: delivery.attempt + 1, ..again };
                    ended
                }
                None => Ended {
                    error: Some("the event was removed by audit retention".into()),
                    ..Ended::default()
                },
            };
            if ended.error.is_none() {
                self.webhook.last_success_at = Some(self.ctx.now());
                self.webhook.failing_since = None;
            } else {
                delivery.state = DeliveryState::Dead;
                delivery.error.clone_from(&ended.error);
            }
            if self.write_again(&delivery).await? == Then::End {
                return Ok(Then::End);
            }
        }
        Ok(Then::GoOn)
    }

    async fn send(&self, record: &Record) -> (Ended, Moment, i64) {
        let (at, begun) = (self.ctx.now(), Instant::now());
        let ended = send(self.client, &self.signer, &self.webhook, record, at).await;
        (ended, at, i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    fn delivery(&self, record: &Record, ended: &Ended, at: Moment, millis: i64) -> Delivery {
        let state = if ended.error.is_none() { DeliveryState::Delivered } else { DeliveryState::Failed };
        Delivery {
            id: self.ctx.new_id(),
            webhook: self.webhook.id,
            revision: record.revision,
            event: record.event.clone(),
            message: message_id(&self.webhook, record.id),
            state,
            attempt: self.webhook.attempts + 1,
            at,
            millis,
            status: ended.status.map(i32::from),
            error: ended.error.clone(),
            answer: ended.answer.clone(),
        }
    }

    fn event(&self, name: &'static str) -> Event {
        Event::new(name).on("webhook", self.webhook.id).of(self.webhook.tenant)
    }

    /// Writes how far the endpoint has been told, with the attempt that brought it there; the turn ends if it is somebody
    /// else's by now.
    async fn write(&self, delivery: Option<&Delivery>, event: Option<Event>) -> Result<Then> {
        let allowed = self.ctx.require(&Rule::any(&[]), &Within::<Webhook>::tenant(self.webhook.tenant))?;
        let mut tx = self.ctx.begin().await?;
        if !store::tell(&tx, &allowed, &self.webhook, self.lease).await? {
            return Ok(Then::End);
        }
        if let Some(delivery) = delivery {
            deliveries::store::insert(&tx, &allowed, delivery).await?;
        }
        if let Some(event) = event {
            tx.record(&allowed, event);
        }
        tx.commit().await?;
        Ok(Then::GoOn)
    }

    async fn write_again(&self, delivery: &Delivery) -> Result<Then> {
        let allowed = self.ctx.require(&Rule::any(&[]), &Within::<Webhook>::tenant(self.webhook.tenant))?;
        let tx = self.ctx.begin().await?;
        if !store::tell(&tx, &allowed, &self.webhook, self.lease).await? {
            return Ok(Then::End);
        }
        deliveries::store::save(&tx, &allowed, delivery).await?;
        tx.commit().await?;
        Ok(Then::GoOn)
    }
}

/// Signs with the secret of the endpoint, and with the one before while that counts.
fn signer(ground: &Ground, row: &store::Model, now: Moment) -> Result<Signer> {
    let open = |sealed: &[u8]| -> Result<Secret<String>> {
        let bytes = ground.vault().open(&place(row.id), sealed)?;
        Ok(Secret::new(String::from_utf8_lossy(bytes.reveal()).into_owned()))
    };
    let mut secrets = vec![open(&row.secret)?];
    if let (Some(old), Some(until)) = (&row.old_secret, row.old_secret_until)
        && now.0 < until
    {
        secrets.push(open(old)?);
    }
    Signer::new(&secrets)
}
