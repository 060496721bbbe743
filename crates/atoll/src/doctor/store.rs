//! The store and what is in it: schema, keys, ledger, and the clock that the ledger was written by.

use std::os::unix::fs::PermissionsExt;

use atoll_base::db::Db;
use atoll_base::ledger::{self, PLATFORM_STREAM};
use atoll_base::settings::Settings;
use atoll_base::time::{Clock, SystemClock};
use atoll_base::vault::KeyOrigin;
use atoll_base::{Moment, Result};

use super::finding::Finding;
use super::signing_keys;
use crate::key::{self, Fit, Found};
use crate::schema::Shape;
use crate::store;

/// Looks at the store, as far as it goes.
pub(super) async fn look(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![folder(settings)];
    let location = settings.database();
    if !store::exists(settings) {
        findings.push(Finding::off("store", format!("{location}: not there yet; the first start makes it")));
        findings.push(unused_key(settings));
        findings.push(clock(SystemClock.now(), None));
        return findings;
    }
    match store::open_any(settings).await {
        Ok(db) => {
            findings.push(Finding::good("store", format!("{location}: reachable")));
            inside(&mut findings, &db, settings).await;
            let _ = db.close().await;
        }
        Err(failure) => {
            findings.push(Finding::broken("store", failure.to_string()));
            findings.push(unused_key(settings));
            findings.push(clock(SystemClock.now(), None));
        }
    }
    findings
}

async fn inside(findings: &mut Vec<Finding>, db: &Db, settings: &Settings) {
    let shape = match Shape::of(db).await {
        Ok(shape) => shape,
        Err(error) => return findings.push(Finding::broken("schema", error.for_log())),
    };
    let current = matches!(shape, Shape::Current(_));
    findings.push(schema(&shape));
    if !current {
        findings.push(unused_key(settings));
        findings.push(clock(SystemClock.now(), None));
        return;
    }
    match key::try_on(db, settings).await {
        Ok(fit) => {
            let opens = matches!(fit, Fit::Opens(_));
            findings.push(deployment_key(fit));
            if opens {
                findings.extend(unfinished(settings));
                findings.push(signing_keys::look(db, settings).await);
            }
        }
        Err(error) => findings.push(Finding::broken("deployment key", error.for_log())),
    }
    match ledger_and_clock(db).await {
        Ok(both) => findings.extend(both),
        Err(error) => findings.push(Finding::broken("ledger", error.for_log())),
    }
}

fn folder(settings: &Settings) -> Finding {
    const PART: &str = "data folder";
    let path = &settings.data_dir;
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            Finding::off(PART, format!("{shown}: not there yet; the first start makes it"))
        }
        Err(why) => Finding::broken(PART, format!("{shown}: {why}")),
        Ok(found) if !found.is_dir() => {
            Finding::broken(PART, format!("{shown} is not a folder; choose another with data_dir"))
        }
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            Finding::odd(PART, format!("{shown} can be entered by other users; run: chmod 700 {shown}"))
        }
        Ok(_) => Finding::good(PART, shown.to_string()),
    }
}

fn schema(shape: &Shape) -> Finding {
    const PART: &str = "schema";
    match shape {
        Shape::Current(applied) => Finding::good(PART, format!("all {applied} migrations are applied")),
        Shape::Empty => Finding::off(PART, "the store is empty; the first start fills it"),
        Shape::Pending(pending) => Finding::odd(
            PART,
            format!("pending: {}; the next start applies them, or `atoll migrate`", pending.join(", ")),
        ),
        Shape::Newer => Finding::broken(PART, "a newer Atoll made this store; use that version"),
    }
}

/// The key as long as there is nothing to try it on.
fn unused_key(settings: &Settings) -> Finding {
    const PART: &str = "deployment key";
    match key::find(settings) {
        Ok(Found::Key(key)) => Finding::good(PART, key.origin().to_string()),
        Ok(Found::NotMade(path)) => {
            Finding::off(PART, format!("not there yet; the first start makes {}", path.display()))
        }
        Err(error) => Finding::broken(PART, error.to_string()),
    }
}

fn deployment_key(fit: Fit) -> Finding {
    const PART: &str = "deployment key";
    match fit {
        Fit::Opens(origin @ KeyOrigin::Made(_)) => Finding::good(
            PART,
            format!(
                "{origin}; it opens what is sealed in the store. No backup holds it, and without it nothing sealed can be \
                 read again: keep a copy apart, readable by you only"
            ),
        ),
        Fit::Opens(origin) => Finding::good(PART, format!("{origin}; it opens what is sealed in the store")),
        Fit::NothingSealed => Finding::off(PART, "nothing is sealed in the store yet"),
        Fit::Missing(path) => Finding::broken(
            PART,
            format!(
                "{} is missing, and the store was sealed with it; put it back from your copy",
                path.display()
            ),
        ),
        Fit::Wrong(why) => Finding::broken(PART, why),
    }
}

/// A change of keys that was begun and not finished.
fn unfinished(settings: &Settings) -> Option<Finding> {
    let Ok(Found::Key(ring)) = key::find(settings) else { return None };
    let old: Vec<&str> = ring.others().iter().map(|key| key.id()).collect();
    if old.is_empty() {
        return None;
    }
    let text = format!(
        "{} is replaced by {}; run `atoll keys rotate` until it says that all is moved",
        old.join(", "),
        ring.current().id()
    );
    Some(Finding::odd("deployment key", text))
}

async fn ledger_and_clock(db: &Db) -> Result<[Finding; 2]> {
    let heads = ledger::heads(db.reader()).await?;
    let rows: i64 = heads.iter().map(|head| head.revision).sum();
    let mut newest = None;
    if let Some(platform) = heads.iter().find(|head| head.stream == PLATFORM_STREAM) {
        let last = ledger::rows(db.reader(), PLATFORM_STREAM, platform.revision - 1, 1).await?;
        newest = last.first().map(|row| row.at);
    }
    let ledger = match heads.len() {
        0 => Finding::off("ledger", "empty; the first start fills it"),
        streams => Finding::good("ledger", format!("rows: {rows}, streams: {streams}")),
    };
    Ok([ledger, clock(SystemClock.now(), newest)])
}

/// A clock that is behind what was already written would make sessions live longer and hide changes.
fn clock(now: Moment, newest: Option<Moment>) -> Finding {
    const PART: &str = "clock";
    match newest {
        Some(newest) if newest > now => Finding::broken(
            PART,
            format!("{now} is before the newest entry in the ledger ({newest}); set this machine's clock"),
        ),
        _ => Finding::good(PART, now.rfc3339()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_clock_behind_the_ledger_is_broken() {
        assert_eq!(clock(Moment(5), None).state, State::Good);
        assert_eq!(clock(Moment(5), Some(Moment(4))).state, State::Good);
        assert_eq!(clock(Moment(5), Some(Moment(6))).state, State::Broken);
    }

    #[test]
    fn what_the_next_start_mends_is_not_broken() {
        assert_eq!(schema(&Shape::Pending(vec!["m0002".into()])).state, State::Odd);
        assert_eq!(schema(&Shape::Empty).state, State::Off);
        assert_eq!(schema(&Shape::Newer).state, State::Broken);
    }

    #[tokio::test]
    async fn looking_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data_dir: folder.path().join("data"), ..Settings::for_tests() };
        let findings = look(&settings).await;
        assert!(findings.iter().all(|finding| finding.state != State::Broken), "{findings:?}");
        assert!(!settings.data_dir.exists());
    }
}
