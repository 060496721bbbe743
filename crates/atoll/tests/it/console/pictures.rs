//! The pictures of the documentation, taken anew: `make screenshots`.

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

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it writes into docs/pictures"]
async fn pictures_of_the_documentation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
    fs::create_dir_all(&folder).unwrap();
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
        fs::write(folder.join(format!("{name}.webp")), browser.picture().await).unwrap();
    }
    browser.close().await;
}
