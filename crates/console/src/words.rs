//! What pages say, in the languages there are.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The files of a language, one after the other.
macro_rules! catalogue {
    ($language:literal) => {
        concat!(
            include_str!(concat!("../locales/", $language, "/frame.ftl")),
            include_str!(concat!("../locales/", $language, "/home.ftl")),
            include_str!(concat!("../locales/", $language, "/sign_in.ftl")),
            include_str!(concat!("../locales/", $language, "/account.ftl")),
            include_str!(concat!("../locales/", $language, "/nouns.ftl")),
            include_str!(concat!("../locales/", $language, "/why.ftl")),
            include_str!(concat!("../locales/", $language, "/events.ftl")),
        )
    };
}

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// Its tag (RFC 5646).
    pub const fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// The language that a tag, as browsers send it, begins with.
    pub(crate) fn named(tag: &str) -> Option<Language> {
        let first = tag.split(['-', ';', '_']).next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(first))
    }

    const fn catalogue(self) -> &'static str {
        match self {
            Language::English => catalogue!("en"),
            Language::German => catalogue!("de"),
        }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static ALL: LazyLock<[FluentBundle<FluentResource>; 2]> = LazyLock::new(|| Language::ALL.map(read));
        &ALL[self as usize]
    }
}

/// What cannot be read of a catalogue is left out here; a test sees to it that nothing is.
fn read(language: Language) -> FluentBundle<FluentResource> {
    let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(language.catalogue().to_owned()).unwrap_or_else(|(read, _)| read);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The catalogue of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words(Language);

impl Words {
    pub(crate) fn of(language: Language) -> Words {
        Words(language)
    }

    pub(crate) fn language(self) -> Language {
        self.0
    }

    /// A text.
    pub(crate) fn say(self, key: &str) -> String {
        self.find(key, None).unwrap_or_else(|| key.to_owned())
    }

    /// A text, if there is one.
    pub(crate) fn may_say(self, key: &str) -> Option<String> {
        self.find(key, None)
    }

    /// A text with something in it.
    pub(crate) fn tell<'a>(self, key: &str, with: &[(&'a str, &'a str)]) -> String {
        let args: FluentArgs<'_> =
            with.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        self.find(key, Some(&args)).unwrap_or_else(|| key.to_owned())
    }

    /// A text about so many.
    pub(crate) fn count(self, key: &str, count: usize) -> String {
        let mut args = FluentArgs::new();
        args.set("count", FluentValue::from(count));
        self.find(key, Some(&args)).unwrap_or_else(|| key.to_owned())
    }

    fn find(self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = self.0.bundle();
        let pattern = bundle.get_message(key)?.value()?;
        let mut wrong = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut wrong);
        if let Some(wrong) = wrong.first() {
            tracing::warn!(%wrong, key, "a text of a page is not right");
        }
        Some(match text {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(text) => text,
        })
    }
}

/// Keys of one catalogue that another has not, with the language that has not.
pub fn untold() -> Vec<(Language, String)> {
    let keys = |language: Language| -> Vec<String> {
        let read = fluent_syntax::parser::parse(language.catalogue()).unwrap_or_else(|(read, _)| read);
        let messages = read.body.into_iter().filter_map(|entry| match entry {
            fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        });
        messages.collect()
    };
    let all = Language::ALL.map(|language| (language, keys(language)));
    let mut untold = Vec::new();
    for (_, told) in &all {
        for (language, known) in &all {
            let missing = told.iter().filter(|key| !known.contains(key));
            untold.extend(missing.map(|key| (*language, key.clone())));
        }
    }
    untold
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything() {
        assert_eq!(untold(), []);
    }

    #[test]
    fn catalogues_are_readable_and_say_nothing_twice() {
        for language in Language::ALL {
            let read = FluentResource::try_new(language.catalogue().to_owned());
            let read = read.unwrap_or_else(|(_, why)| panic!("{language:?}: {why:?}"));
            let mut bundle: FluentBundle<FluentResource> = FluentBundle::new_concurrent(vec![]);
            assert_eq!(bundle.add_resource(read), Ok(()), "{language:?}");
        }
    }

    /// Keys that are said as they stand in a file of the room.
    fn said(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                said(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["say(\"", "tell(\"", "count(\""] {
                let keys = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(keys.filter(|key| !key.is_empty()).map(str::to_owned));
            }
        }
    }

    #[test]
    fn there_is_a_text_for_every_key_that_pages_say() {
        let room = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        said(&room.join("templates"), &mut found);
        for area in
            ["account", "events", "home", "machine", "nouns", "sign_in", "why", "playground.rs", "palette.rs"]
        {
            let path = room.join("src").join(area);
            if path.is_dir() {
                said(&path, &mut found);
            }
        }
        assert!(found.len() > 200, "{}", found.len());
        for language in Language::ALL {
            let untold: Vec<_> = found.iter().filter(|key| Words(language).may_say(key).is_none()).collect();
            assert_eq!(untold, Vec::<&String>::new(), "{language:?}");
        }
    }

    #[test]
    fn browsers_get_the_language_they_ask_for() {
        assert_eq!(Language::named("de-AT"), Some(Language::German));
        assert_eq!(Language::named("EN;q=0.8"), Some(Language::English));
        assert_eq!(Language::named("tlh"), None);
    }
}
