//! What is set, and where that was said. Values of secrets are never shown.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use atoll_access::tenancy::ADMINISTER;
use atoll_base::ctx::Within;
use atoll_base::door::graphql as door;
use atoll_base::settings::{SettingOrigin, Source};
use atoll_base::{Common, Result};

/// Where the value of each setting came from.
#[derive(Clone, Debug, Default)]
pub struct SettingOrigins(pub Arc<[SettingOrigin]>);

/// One setting.
#[derive(SimpleObject)]
pub struct SystemSetting {
    /// Its name in the settings file.
    key: &'static str,
    /// The heading it is listed under.
    group: &'static str,
    /// What it does.
    description: &'static str,
    /// The value in force; of a secret only whether there is one.
    value: String,
    /// The value when nothing is said; null: none.
    default: Option<&'static str>,
    /// The values it takes, in words.
    allowed: String,
    /// Where it was said: `default`, `file`, `environment` or `command line`.
    source: &'static str,
    /// The name under which it was said there.
    name: Option<String>,
    /// Names in the environment that set it, the preferred one first.
    environment: Vec<String>,
    /// Whether its value is a secret.
    secret: bool,
}

impl From<&SettingOrigin> for SystemSetting {
    fn from(origin: &SettingOrigin) -> SystemSetting {
        let info = origin.info;
        SystemSetting {
            key: info.key,
            group: info.group,
            description: info.doc(),
            value: origin.value.clone(),
            default: Some(info.default).filter(|text| !text.is_empty()),
            allowed: info.allowed(),
            source: word(&origin.source),
            name: origin.name.clone(),
            environment: info.env_names(),
            secret: info.secret(),
        }
    }
}

/// Paths of the machine are for whoever works on it.
fn word(source: &Source) -> &'static str {
    match source {
        Source::Default => "default",
        Source::File(_) | Source::DotEnv(_) => "file",
        Source::Environment => "environment",
        Source::CommandLine => "command line",
    }
}

/// Queries about settings.
#[derive(Default)]
pub struct SettingQuery;

#[Object]
impl SettingQuery {
    /// Every setting with its value and where that was said, for administrators of the platform.
    async fn system_settings(&self, door: &Context<'_>) -> Result<Vec<SystemSetting>> {
        let ctx = door::ctx(door)?;
        ctx.require(&ADMINISTER, &Within::<SystemSetting>::platform())?;
        let origins = door.data::<SettingOrigins>();
        let origins =
            origins.map_err(|_| Common::bug("the schema does not know where settings came from"))?;
        Ok(origins.0.iter().map(Into::into).collect())
    }
}
