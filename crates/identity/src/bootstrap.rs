//! The first passwords: somebody has to be able to sign in.

use std::sync::Arc;

use atoll_base::ctx::Ctx;
use atoll_base::{Error, Fault, Ground, Kind, Result, Secret, chance};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::identity::Identity;
use crate::{credentials, passwords};

pub use crate::passwords::reset_password;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Bootstrapped {
    /// The administrator's password when nobody gave one and there never was any: to be shown once, kept nowhere.
    pub one_time_password: Option<Secret<String>>,
}

/// A password in the settings cannot be given to whom it is for, who has none yet.
#[derive(Debug, thiserror::Error)]
#[error("{setting} cannot be used: {why}")]
pub struct BadFirstPassword {
    setting: &'static str,
    why: Error,
}

impl Fault for BadFirstPassword {
    fn kind(&self) -> Kind {
        self.why.kind()
    }

    fn code(&self) -> &'static str {
        self.why.code()
    }
}

/// Gives the administrator and the first service the passwords in the settings, unless they have one. An administrator
/// for whom none was given, in a house where nobody ever had a credential, gets a random one.
///
/// # Errors
/// When a password in the settings is too short; the house must not start with it.
pub async fn run(ground: &Arc<Ground>, identity: &Identity) -> Result<Bootstrapped> {
    let ctx = Ctx::platform(ground.clone(), "bootstrap");
    let settings = ground.settings();
    let untouched = !credentials::store::any(&ctx.reader()).await?;
    let given = [
        ("admin_secret", settings.admin_entity_id, &settings.admin_secret),
        ("service_secret", settings.service_entity_id, &settings.service_secret),
    ];
    for (setting, entity, secret) in given {
        if let Some(secret) = secret
            && !passwords::has_password(&ctx, entity).await?
        {
            let made = passwords::first_password(&ctx, identity.hasher(), entity, secret.clone()).await;
            made.map_err(|why| BadFirstPassword { setting, why })?;
        }
    }
    if settings.admin_secret.is_some() || !untouched {
        return Ok(Bootstrapped::default());
    }
    let password = random(&ctx, settings.min_password_chars as usize);
    let admin = settings.admin_entity_id;
    let given = passwords::first_password(&ctx, identity.hasher(), admin, password.clone()).await?;
    Ok(Bootstrapped { one_time_password: given.then_some(password) })
}

/// A random password of at least 24 characters, 144 bits, and at least `least`.
fn random(ctx: &Ctx, least: usize) -> Secret<String> {
    let mut text = BASE64_URL_SAFE_NO_PAD.encode(chance::bytes::<192>(ctx.chance()));
    text.truncate(least.max(24));
    Secret::new(text)
}
