//! Every sort of page, looked at by axe-core in light and in dark.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::journeys::{house, sign_in};
use super::pages::reached;
use super::visitor::Visitor;
use crate::installed;
use crate::ran::Ran;

const OF_ANYBODY: [&str; 4] = ["/login", "/register", "/forgot-password", "/nothing/here"];

/// Looks at the page in light and in dark, without waiting for what moves. Only colours differ in the dark.
const LOOK: &str = "const wrong = []; \
    document.styleSheets[0].insertRule('*, *::before, *::after { transition: none !important; animation: none !important }'); \
    for (const [theme, runOnly] of [['light', ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']], \
                                    ['dark', { type: 'rule', values: ['color-contrast'] }]]) { \
        document.documentElement.dataset.theme = theme; \
        const found = await axe.run(document, { runOnly, resultTypes: ['violations'] }); \
        wrong.push(...found.violations.map(one => \
            theme + ' ' + one.id + ': ' + one.nodes.map(node => node.html).slice(0, 3).join(' | '))); \
    } \
    return wrong;";

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
    let (server, browser, here) = house().await;
    let visitor = Visitor::admin(&server).await;
    let home = visitor.open("/").await;
    visitor.send("/try-it", &[("form_token", &home.value("form_token"))]).await;
    let reached = reached(&visitor).await;
    let pages: Vec<&str> = reached.iter().map(|page| page.path.as_str()).collect();
    assert!(pages.len() > 80, "{pages:?}");
    let look = format!("{axe}; {LOOK}");
    let mut wrong = Vec::new();
    for (pages, signed_in) in [(OF_ANYBODY.as_slice(), false), (pages.as_slice(), true)] {
        if signed_in {
            sign_in(&browser, &here).await;
        }
        for path in pages {
            browser.open(&format!("{here}{path}")).await;
            if *path == "/playground" {
                browser.until("document.querySelectorAll('.CodeMirror textarea').length > 2").await;
            }
            let found = browser.run(&look, json!(null)).await.unwrap_or_else(|why| panic!("{path}: {why}"));
            let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
            wrong.extend(found.iter().filter_map(Value::as_str).map(|what| format!("{path}: {what}")));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    browser.close().await;
}
