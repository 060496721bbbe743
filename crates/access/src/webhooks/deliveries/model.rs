//! One attempt to tell an endpoint of an event.

use atoll_base::Moment;
use uuid::Uuid;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// The receiver took it.
    Delivered,
    /// It did not; there will be another attempt.
    Failed,
    /// It did not, and it was the last attempt: a dead letter.
    Dead,
    /// A dead letter that somebody wants to be tried again.
    Waiting,
}

impl DeliveryState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
            DeliveryState::Dead => "dead",
            DeliveryState::Waiting => "waiting",
        }
    }

    pub(super) fn parse(text: &str) -> Option<DeliveryState> {
        use DeliveryState::{Dead, Delivered, Failed, Waiting};
        [Delivered, Failed, Dead, Waiting].into_iter().find(|state| state.as_str() == text)
    }
}

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Id.
    pub id: Uuid,
    /// The endpoint.
    pub webhook: Uuid,
    /// The place of the event in the stream.
    pub revision: i64,
    /// The name of the event.
    pub event: String,
    /// The id of the message.
    pub message: String,
    /// How it ended.
    pub state: DeliveryState,
    /// Which attempt, from 1.
    pub attempt: i32,
    /// When.
    pub at: Moment,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// The status that the receiver answered with.
    pub status: Option<i32>,
    /// What went wrong.
    pub error: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}
