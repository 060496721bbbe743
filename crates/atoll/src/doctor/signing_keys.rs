//! The keys that session tokens are signed with.

use atoll_base::db::Db;
use atoll_base::settings::Settings;
use atoll_base::{Ctx, Moment};
use atoll_identity::keys::{self, KeyState, SigningKey};

use super::finding::Finding;
use crate::failure::Failure;
use crate::ground;

const PART: &str = "signing keys";

/// Looks at the keys of a store that the deployment key opens.
pub(super) async fn look(db: &Db, settings: &Settings) -> Finding {
    match list(db, settings).await {
        Ok((keys, now)) => finding(&keys, now),
        Err(failure) => Finding::broken(PART, failure.to_string()),
    }
}

async fn list(db: &Db, settings: &Settings) -> Result<(Vec<SigningKey>, Moment), Failure> {
    let ground = ground::on(db.clone(), settings.clone()).await?;
    let ctx = Ctx::platform(ground, "doctor");
    Ok((keys::list(&ctx).await?, ctx.now()))
}

fn finding(keys: &[SigningKey], now: Moment) -> Finding {
    let standby = keys.iter().filter(|key| key.state(now) == KeyState::Standby).count();
    match keys.iter().find(|key| key.primary) {
        Some(key) => Finding::good(
            PART,
            format!("{} signs, made {}; {standby} older still good for checking", key.kid, key.created_at),
        ),
        None => Finding::off(PART, "none yet; the first start makes one"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    fn key(primary: bool, retired_at: Option<Moment>) -> SigningKey {
        SigningKey {
            kid: "k1".into(),
            public_key: Vec::new(),
            sealed_private_key: Vec::new(),
            primary,
            created_at: Moment(0),
            retired_at,
        }
    }

    #[test]
    fn the_one_that_signs_is_named_and_the_others_are_counted() {
        let keys = [key(true, None), key(false, Some(Moment(9))), key(false, Some(Moment(1)))];
        let finding = finding(&keys, Moment(5));
        assert_eq!(finding.state, State::Good);
        assert!(finding.text.contains("k1 signs") && finding.text.contains("1 older"), "{finding:?}");
    }

    #[test]
    fn a_store_before_its_first_start_has_none() {
        assert_eq!(finding(&[], Moment(5)).state, State::Off);
    }
}
