//! Pages that are about no noun: those of the start, of signing in, and of one's own account.

use std::fs;
use std::path::Path;

use super::Sample;
use super::everybody::Tried;
use super::things::{NOTHING, Things};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../console/src");

/// Every such address, as the source of the console names it: whether a page is there, and whether something is sent there.
pub(super) fn addresses() -> Vec<(String, bool, bool)> {
    let mut found = Vec::new();
    read(Path::new(SOURCE), &mut found);
    // A stream has no end: who may watch it has a test of its own.
    found.retain(|(address, ..)| address != "/events/live");
    found.push(("/group-tree".to_owned(), true, false));
    found.push(("/endpoints/{id}/call".to_owned(), true, true));
    found.sort();
    assert!(found.len() > 50, "{found:?}");
    found
}

fn read(folder: &Path, found: &mut Vec<(String, bool, bool)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // Nouns tell of their pages themselves; scripts and styles are for everybody.
        if path.ends_with("nouns") || path.ends_with("assets.rs") {
            continue;
        }
        if path.is_dir() {
            read(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for route in text.split(".route(").skip(1) {
            let route = route.split("\n}").next().unwrap_or_default();
            let (address, doors) = route.split_once(',').expect("an address and its doors");
            let address = match address.trim().strip_prefix('"') {
                Some(address) => address.trim_end_matches('"').to_owned(),
                None => constant(&text, address.trim()),
            };
            found.push((address, doors.contains("get("), doors.contains("post(")));
        }
    }
}

fn constant(text: &str, name: &str) -> String {
    let from =
        text.split_once(&format!("const {name}: &str = \"")).unwrap_or_else(|| panic!("no constant {name}"));
    from.1.split('"').next().unwrap_or_default().to_owned()
}

/// What is tried at such an address.
pub(super) async fn sample(things: &Things<'_>, address: &str, who: &Tried) -> Sample {
    let none = Sample::default();
    let wrong = "a guess that is not right";
    match address {
        "/pick/{noun}" => Sample::of("entities"),
        "/events/{stream}/{revision}" => Sample::of(format!("{}/1", things.tenant)),
        "/endpoints/{id}/call" => Sample::of(things.endpoint().await).with("body", "{}"),
        "/login" => none.with("identifier", "somebody").with("password", wrong),
        "/login/second-factor" => {
            none.with("pending_token", "x").with("totp", "123456").with("method", "totp")
        }
        "/login/passkey" | "/account/passkeys" => none.with("challenge_id", NOTHING).with("answer", "{}"),
        "/register" => {
            none.with("name", "x").with("email", "x@example.com").with("password", wrong).with("again", wrong)
        }
        "/verify-email" | "/reset-password" | "/invitations/accept" => {
            let sample = none.row("token", "x");
            sample.with("password", wrong).with("again", wrong)
        }
        "/verify-email/resend" | "/forgot-password" => none.with("email", "x@example.com"),
        "/step-up" => none.with("password", who.password).with("next", "/account"),
        "/language" => none.with("language", "en").with("next", "/account"),
        "/account/name" => none.with("name", who.name),
        "/account/password" => none.with("current", wrong).with("password", wrong).with("again", wrong),
        "/account/totp/confirm" => none.with("code", "000000"),
        "/account/sessions/{id}/end" => Sample::of(things.own_session().await),
        "/account/passkeys/{id}/rename" => Sample::of(NOTHING).with("name", "x"),
        "/account/passkeys/{id}/remove" | "/account/identities/{id}/unlink" => Sample::of(NOTHING),
        "/account/tokens/new" => none.with("name", "x").with("scoped", "false"),
        "/account/tokens/{id}/revoke" => Sample::of(things.own_token().await),
        "/account/tokens/{id}/permissions" => {
            Sample::of(things.own_token().await).with("actions-0", "write").with("scope-0", "platform")
        }
        "/account/access/ask" => {
            none.with("role", things.role().await).with("reason", "x").with("term", "day")
        }
        "/account/access/{id}/withdraw" => Sample::of(things.request().await),
        "/account/invitations/{tenant}/accept" | "/account/invitations/{tenant}/reject" => {
            Sample::of(things.inviting_tenant().await)
        }
        "/account/identities/link" => none.with("provider", "nobody"),
        _ => {
            assert!(!address.contains('{'), "{address}: there is no sample of it");
            none
        }
    }
}
