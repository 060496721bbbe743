//! Checking attributes by the version of a profile.

use atoll_base::{Common, Result};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use uuid::Uuid;

use super::model::ProfileFault;
use super::store;
use crate::schemas;

/// The attributes are what this version says.
pub(crate) async fn validate(conn: &impl ConnectionTrait, version: Uuid, attributes: &Value) -> Result<()> {
    let version = store::find_version(conn, version)
        .await?
        .ok_or_else(|| Common::not_found("profile version", version))?;
    match schemas::faults(&version.json_schema, attributes) {
        Ok(None) => Ok(()),
        Ok(Some(faults)) => Err(ProfileFault::Attributes(faults).into()),
        Err(why) => Err(ProfileFault::Schema(why.to_string()).into()),
    }
}
