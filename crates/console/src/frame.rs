//! What stands around every page: where one is, where one can go, and who one is.

use crate::assets;
use crate::events;
use crate::may::Need;
use crate::nouns;
use crate::visitor::{Person, Visitor};
use crate::words::Words;

/// A group of places.
pub(crate) struct Group {
    /// Its word.
    pub(crate) key: &'static str,
    /// What is in it.
    pub(crate) places: &'static [Place],
}

/// A page that one can go to.
pub(crate) struct Place {
    /// Its word.
    pub(crate) key: &'static str,
    /// Its address.
    pub(crate) path: &'static str,
    /// Its picture.
    pub(crate) icon: &'static str,
    /// The letter that goes there after `g`; empty for none.
    pub(crate) letter: &'static str,
    /// Who has use for it, where no noun says so: any of these.
    needs: &'static [Need],
}

const fn place(key: &'static str, path: &'static str, icon: &'static str, letter: &'static str) -> Place {
    Place { key, path, icon, letter, needs: &[] }
}

impl Place {
    const fn needing(self, needs: &'static [Need]) -> Place {
        Place { needs, ..self }
    }

    /// Whether a person has use for it. Whoever has no home may have rights in tenants that they choose there.
    pub(crate) fn is_for(&self, person: &Person) -> bool {
        let noun = self.path.strip_prefix('/').and_then(nouns::find);
        let needs = noun.map_or(self.needs, |noun| noun.list.reads);
        let is_of_tenants = needs.iter().any(|need| matches!(need, Need::Tenant(_)));
        person.may.any(needs) || (person.tenant.is_none() && is_of_tenants)
    }
}

/// Every group, in the order of the page.
pub(crate) const GROUPS: &[Group] = &[
    Group {
        key: "nav-start",
        places: &[place("nav-home", "/", "home", "h"), place("nav-why", "/why", "why", "y")],
    },
    Group {
        key: "nav-who",
        places: &[
            place("noun-tenants", "/tenants", "tenant", "t"),
            place("noun-entities", "/entities", "person", "e"),
            place("noun-groups", "/groups", "group", "g"),
            place("nav-tree", "/group-tree", "tree", ""),
            place("noun-profiles", "/profiles", "schema", ""),
        ],
    },
    Group {
        key: "nav-access",
        places: &[
            place("noun-resources", "/resources", "resource", "r"),
            place("noun-roles", "/roles", "role", "o"),
            place("noun-blocks", "/blocks", "block", "b"),
            place("noun-assignments", "/assignments", "assign", "a"),
            place("noun-policies", "/policies", "policy", "p"),
            place("noun-actions", "/actions", "action", ""),
            place("noun-applicability", "/applicability", "apply", ""),
            place("noun-guardrails", "/guardrails", "rule", ""),
            place("noun-overrides", "/overrides", "key", ""),
            place("noun-requests", "/requests", "request", "q"),
            place("noun-drafts", "/drafts", "draft", "d"),
            place("noun-tests", "/tests", "test", ""),
            place("noun-test-runs", "/test-runs", "play", ""),
            place("noun-hygiene", "/hygiene", "check", ""),
            place("noun-unprotected", "/unprotected", "warn", ""),
            place("noun-expiring", "/expiring", "clock", ""),
            place("noun-certificates", "/certificates", "key", ""),
        ],
    },
    Group {
        key: "nav-happened",
        places: &[
            place("nav-events", "/events", "audit", "l").needing(events::READS),
            place("noun-decisions", "/decisions", "clock", ""),
            place("noun-webhooks", "/webhooks", "webhook", "w"),
        ],
    },
    Group {
        key: "nav-machine",
        places: &[
            place("noun-endpoints", "/endpoints", "endpoint", ""),
            place("nav-playground", "/playground", "play", "x"),
            place("noun-keys", "/keys", "key", ""),
            place("noun-jobs", "/jobs", "clock", "j"),
            place("nav-settings", "/settings", "rule", "s").needing(&[Need::Platform("manage")]),
            place("nav-health", "/health-status", "health", "").needing(&[Need::Platform("manage")]),
        ],
    },
];

/// What stands around a page.
pub(crate) struct Frame<'p> {
    /// The words.
    pub(crate) words: Words,
    /// The title of the page.
    pub(crate) title: String,
    /// Whoever is signed in, when the page is for them.
    pub(crate) person: Option<&'p Person>,
    /// What forms carry.
    pub(crate) token: &'p str,
    /// What was just done, to be said.
    pub(crate) done: Option<String>,
    path: &'p str,
}

/// What was done: in words of its own, else by the name of what was pressed.
fn told(words: Words, done: &str) -> Option<String> {
    let pressed = || ["act", "form"].iter().find_map(|what| words.may_say(&format!("{what}-{done}")));
    words.may_say(&format!("done-{done}")).or_else(|| Some(words.tell("done", &[("what", &pressed()?)])))
}

impl<'p> Frame<'p> {
    /// Around a page of somebody who is signed in.
    pub(crate) fn of(person: &'p Person, title: &str) -> Frame<'p> {
        Frame { person: Some(person), ..Frame::bare(&person.visitor, title) }
    }

    /// Around a page for anybody.
    pub(crate) fn bare(visitor: &'p Visitor, title: &str) -> Frame<'p> {
        // Only what there is a text for is said: nobody puts words on our pages by an address.
        let done = visitor.query("done").and_then(|done| told(visitor.words, &done));
        Frame {
            words: visitor.words,
            title: title.to_owned(),
            person: None,
            token: visitor.form.value(),
            done,
            path: visitor.uri.path(),
        }
    }

    /// A word.
    pub(crate) fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// The language of the page.
    pub(crate) fn language(&self) -> &'static str {
        self.words.language().tag()
    }

    /// The version of the scripts and styles.
    pub(crate) fn version(&self) -> &'static str {
        assets::VERSION
    }

    /// The groups, with what this person has use for.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&'static str, Vec<&'static Place>)> {
        let person = self.person;
        let groups = GROUPS.iter().map(move |group| {
            let places =
                group.places.iter().filter(|place| person.is_some_and(|person| place.is_for(person)));
            (group.key, places.collect::<Vec<_>>())
        });
        groups.filter(|(_, places)| !places.is_empty())
    }

    /// Every place that a letter leads to.
    pub(crate) fn letters(&self) -> impl Iterator<Item = &'static Place> {
        GROUPS.iter().flat_map(|group| group.places).filter(|place| !place.letter.is_empty())
    }

    /// Whether the page is this place, or below it.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        match path {
            "/" => self.path == "/",
            _ => self.path == path || self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')),
        }
    }

    /// This page, for coming back to.
    pub(crate) fn path(&self) -> &str {
        self.path
    }
}
