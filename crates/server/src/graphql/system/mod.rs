//! The whole system, for its administrators: how it is, what is set, what waits to be done.

mod jobs;
mod settings;
mod status;

use async_graphql::MergedObject;

pub use settings::SettingOrigins;

/// Queries about the system.
#[derive(Default, MergedObject)]
pub struct SystemQuery(status::StatusQuery, settings::SettingQuery, jobs::JobQuery);

/// Changes of the system.
#[derive(Default, MergedObject)]
pub struct SystemMutation(jobs::JobMutation);
