//! One attempt to tell an endpoint of an event, and what follows from how it ended.

use std::time::Duration;

use atoll_base::Moment;
use atoll_base::chance::{self, Chance};
use atoll_outbound::http::{Client, Request, Response, StatusCode};

use crate::audit::Record;
use crate::webhooks::message;
use crate::webhooks::model::Webhook;
use crate::webhooks::sign::{Signer, message_id, timestamp};

/// Pauses between attempts; after the last of them the event is given up.
const PAUSES: [Duration; 8] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(3600),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(4 * 3600),
];

/// The longest pause that a receiver may ask for.
const LONGEST_WISH: Duration = Duration::from_secs(3600);

/// How an attempt ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    /// What the receiver answered.
    pub(super) status: Option<u16>,
    /// What went wrong; nothing if the receiver took it.
    pub(super) error: Option<String>,
    /// The beginning of the answer.
    pub(super) answer: Option<String>,
    /// How long the receiver wants to be left alone.
    pub(super) wish: Option<Duration>,
    /// Whether the receiver says that it is gone for good.
    pub(super) gone: bool,
}

/// How long to wait after so many failures, with some chance in it; none if that was the last attempt.
pub(super) fn pause(failures: i32, wish: Option<Duration>, chance: &dyn Chance) -> Option<Duration> {
    let place = usize::try_from(failures).unwrap_or(usize::MAX).saturating_sub(1);
    let whole = PAUSES.get(place)?;
    let share = f64::from(u32::from_be_bytes(chance::bytes::<4>(chance))) / f64::from(u32::MAX);
    let jittered = whole.mul_f64(0.8 + 0.4 * share);
    Some(jittered.max(wish.unwrap_or_default().min(LONGEST_WISH)))
}

/// Sends the event.
pub(super) async fn send(
    client: &Client,
    signer: &Signer,
    webhook: &Webhook,
    record: &Record,
    now: Moment,
) -> Ended {
    let body = message::body(record);
    let (id, at) = (message_id(webhook, record.id), timestamp(now));
    let request = Request::post(&webhook.url)
        .header("content-type", "application/json")
        .header("webhook-id", &id)
        .header("webhook-timestamp", at)
        .header("webhook-signature", signer.sign(&id, at, &body))
        .body(body);
    let Ok(request) = request else {
        return Ended { error: Some("the url cannot be called".into()), ..Ended::default() };
    };
    match client.send(request).await {
        Ok(answer) => read(&answer),
        Err(failed) => Ended { error: Some(failed.to_string()), ..Ended::default() },
    }
}

fn read(answer: &Response<Vec<u8>>) -> Ended {
    let status = answer.status();
    let text = String::from_utf8_lossy(answer.body());
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    Ended {
        status: Some(status.as_u16()),
        error: (!status.is_success()).then(|| format!("the receiver answered {}", status.as_u16())),
        answer: Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        wish: after.map(Duration::from_secs),
        gone: status == StatusCode::GONE,
    }
}

#[cfg(test)]
mod tests {
    use atoll_base::chance::SystemChance;

    use super::*;

    #[test]
    fn pauses_grow_end_and_heed_the_receiver_within_bounds() {
        for (failures, whole) in (1..).zip(PAUSES) {
            let pause = pause(failures, None, &SystemChance).unwrap();
            assert!(pause >= whole.mul_f64(0.8) && pause <= whole.mul_f64(1.2), "{failures}: {pause:?}");
        }
        assert_eq!(pause(9, None, &SystemChance), None);
        let wish = |secs| pause(1, Some(Duration::from_secs(secs)), &SystemChance);
        assert_eq!(wish(600), Some(Duration::from_secs(600)));
        assert_eq!(wish(1_000_000), Some(LONGEST_WISH));
    }
}
