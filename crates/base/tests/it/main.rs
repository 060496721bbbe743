//! The ground on both engines.

mod backup;
mod contains_json;
mod contains_text;
mod decisions;
mod jobs;
mod ledger;
mod packed;
mod plant;
