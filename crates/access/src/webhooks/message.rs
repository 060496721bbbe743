//! What a receiver is sent: an event as the audit log shows it.

use serde_json::json;

use crate::audit::Record;

/// The body. The same for every attempt, byte by byte.
pub(super) fn body(record: &Record) -> Vec<u8> {
    let message = json!({
        "type": record.event,
        "timestamp": record.at.rfc3339(),
        "data": record.shown(),
    });
    message.to_string().into_bytes()
}
