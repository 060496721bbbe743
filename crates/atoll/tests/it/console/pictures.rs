//! The pictures of the documentation: they can be taken at any time, and `make screenshots` keeps them.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::journeys::{house, sign_in};

/// Name, address (with `{anna}` and the like for ids of the plant), and theme.
const PICTURES: [(&str, &str, &str); 6] = [
    ("home", "/", "light"),
    ("why", "/why?subject={anna}&action=write&kind=resource&object={temperature}", "light"),
    ("why-dark", "/why?subject={anna}&action=write&kind=resource&object={pressure}", "dark"),
    ("entities", "/entities?tenantId={tenant}", "light"),
    ("events", "/events?tenantId={tenant}", "dark"),
    ("playground", "/playground", "dark"),
];

/// The most that a picture takes in the repository.
const MOST_BYTES: usize = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_the_documentation_are_taken_and_are_small() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
    let keep = std::env::var_os("UPDATE_PICTURES").is_some();
    let (server, browser, here) = house().await;
    sign_in(&browser, &here).await;
    browser.press_named("Create the plant").await;
    browser.see("The plant is there.").await;
    let token = server.admin().await;
    let inside =
        "{ t: tenants(alias: \"try-it\") { items { id name } } e: entities(q: \"anna\") { items { id name } }
        r: resources(limit: 50) { items { id name } } }";
    let inside = server.data(&token, inside, json!({})).await;
    let things = ["t", "e", "r"].into_iter().flat_map(|part| inside[part]["items"].as_array().unwrap());
    let things: Vec<_> =
        things.map(|one| (one["name"].as_str().unwrap(), one["id"].as_str().unwrap())).collect();
    for (name, path, theme) in PICTURES {
        let mut path = path.to_owned();
        for (name, id) in &things {
            let called = if *name == "Try-it plant" { "tenant" } else { name };
            path = path.replace(&format!("{{{called}}}"), id);
        }
        browser.open(&format!("{here}/")).await;
        let choose = "localStorage.setItem('atoll:theme', given);";
        browser.run(choose, json!(theme)).await.unwrap();
        browser.open(&format!("{here}{path}")).await;
        browser
            .until("document.readyState === 'complete' && !document.querySelector('[data-endpoint]:empty')")
            .await;
        let picture = browser.picture().await;
        assert!(picture.starts_with(b"RIFF") && picture.len() < MOST_BYTES, "{name}: {}", picture.len());
        let path = folder.join(format!("{name}.webp"));
        assert!(path.exists() || keep, "{name} was never kept: make screenshots");
        if keep {
            fs::write(path, picture).unwrap();
        }
    }
    browser.close().await;
}
