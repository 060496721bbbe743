//! Every sort of page, looked at by axe-core in light and in dark.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::journeys::{house, sign_in};
use crate::installed;
use crate::ran::Ran;

const PAGES: [&str; 16] = [
    "/",
    "/why",
    "/tenants",
    "/entities",
    "/entities/00000000-0000-0000-0000-000000000001",
    "/roles",
    "/roles/new/create",
    "/blocks/new/create",
    "/events",
    "/decisions",
    "/health-status",
    "/account",
    "/account/password",
    "/account/sessions",
    "/account/tokens",
    "/keys/all/rotate",
];
const OF_ANYBODY: [&str; 4] = ["/login", "/register", "/forgot-password", "/nothing/here"];

/// Colours pass into each other: only those at the end count.
const SETTLE: &str = "for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame); \
    const ends = document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity); \
    await Promise.allSettled(ends.map(one => one.finished));";

const LOOK: &str = "const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }); \
    return found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).slice(0, 3).join(' | '));";

#[tokio::test(flavor = "multi_thread")]
async fn no_page_shuts_anybody_out() {
    let folder = installed::once("axe-core-4.11.0", |folder| {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"])
            .arg(folder)
            .arg("axe-core@4.11.0");
        Ran::of(&mut npm).ended_with(0);
    });
    let axe = fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js")).expect("axe-core");
    let (_server, browser, here) = house().await;
    let mut wrong = Vec::new();
    for (pages, signed_in) in [(OF_ANYBODY.as_slice(), false), (PAGES.as_slice(), true)] {
        if signed_in {
            sign_in(&browser, &here).await;
        }
        for (path, theme) in pages.iter().flat_map(|path| [(path, "light"), (path, "dark")]) {
            browser.open(&format!("{here}{path}")).await;
            let look = format!("document.documentElement.dataset.theme = given; {SETTLE} {axe}; {LOOK}");
            let found = browser.run(&look, json!(theme)).await.expect("axe looks at the page");
            let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
            wrong.extend(
                found.iter().filter_map(Value::as_str).map(|what| format!("{path} ({theme}): {what}")),
            );
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    browser.close().await;
}
