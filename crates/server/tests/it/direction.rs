//! Each room may use those above it, never those below; and connections to elsewhere are opened in one place.

use std::process::Command;

use serde_json::Value;

/// The rooms, from the top.
const ROOMS: [&str; 9] = [
    "atoll-policy",
    "atoll-base",
    "atoll-outbound",
    "atoll-access",
    "atoll-identity",
    "atoll-pki",
    "atoll-console",
    "atoll-server",
    "atoll",
];

/// What opens connections to elsewhere: only the room `outbound` may have it.
const EXITS: [&str; 4] = ["reqwest", "hyper-tls", "lettre", "ureq"];

/// What only `base` may have: nobody else talks to a database driver.
const DRIVERS: [&str; 2] = ["sqlx", "rusqlite"];

fn dependencies() -> Vec<(String, Vec<String>)> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let normal = |package: &Value| {
        let all = package["dependencies"].as_array().cloned().unwrap_or_default();
        all.iter().filter(|one| one["kind"].is_null()).map(|one| text(&one["name"])).collect()
    };
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    packages.iter().map(|package| (text(&package["name"]), normal(package))).collect()
}

#[test]
fn rooms_use_only_what_is_above_them() {
    let all = dependencies();
    for (place, room) in ROOMS.iter().enumerate() {
        let (_, uses) = all.iter().find(|(name, _)| name == room).unwrap_or_else(|| panic!("{room} exists"));
        for used in uses.iter().filter(|used| used.starts_with("atoll")) {
            let above = ROOMS.iter().position(|other| other == used);
            assert!(above.is_some_and(|above| above < place), "{room} must not use {used}");
        }
    }
    let rooms = all.iter().filter(|(name, _)| !matches!(name.as_str(), "atoll-bench" | "atoll-probes"));
    assert_eq!(rooms.count(), ROOMS.len(), "a new room must be given its place in ROOMS");
}

#[test]
fn only_base_talks_to_databases_and_only_outbound_to_elsewhere() {
    let of_rooms = |name: &str| !matches!(name, "atoll-bench" | "atoll-probes");
    for (room, uses) in dependencies().iter().filter(|(name, _)| of_rooms(name)) {
        for exit in EXITS {
            let allowed = room == "atoll-outbound" || !uses.iter().any(|used| used == exit);
            assert!(allowed, "{room} must not use {exit}");
        }
        for driver in DRIVERS {
            let allowed = room == "atoll-base" || !uses.iter().any(|used| used == driver);
            assert!(allowed, "{room} must not use {driver}");
        }
    }
}
