//! What the descriptions of nouns promise each other.

use super::all;
use super::model::Noun;
use crate::nouns::model::{Column, Fill};
use crate::words::{Language, Words};

/// Keys of every text that the pages of a noun show.
fn keys(noun: &'static Noun) -> Vec<String> {
    let name = noun.name;
    let mut keys: Vec<String> =
        ["", "-one", "-about", "-empty"].iter().map(|end| format!("noun-{name}{end}")).collect();
    keys.extend(noun.list.filters.iter().map(|filter| format!("filter-{}", filter.name.to_lowercase())));
    let column = |column: &Column| format!("field-{}", column.key);
    keys.extend(noun.list.columns.iter().map(column));
    for form in noun.forms {
        let form_name = form.name;
        keys.push(format!("form-{name}-{form_name}"));
        keys.extend(form.fields.iter().map(|field| format!("field-{}", field.name)));
    }
    let sections = noun.one.as_ref().map(|one| one.sections).unwrap_or_default();
    let rows = sections.iter().flat_map(|section| section.acts);
    for act in noun.acts.iter().chain(rows) {
        keys.extend(["", "-what"].iter().map(|end| format!("act-{name}-{}{end}", act.name)));
    }
    keys.extend(noun.one.iter().flat_map(|one| one.facts).map(column));
    for section in sections {
        keys.extend(["", "-empty"].iter().map(|end| format!("section-{}{end}", section.name)));
        keys.extend(section.columns.iter().map(column));
    }
    keys
}

#[test]
fn there_is_a_text_for_everything_that_pages_of_nouns_show() {
    let untold = |language: Language| {
        let told = move |key: &String| Words::of(language).may_say(key).is_none();
        all().iter().flat_map(|noun| keys(noun)).filter(told).collect::<Vec<_>>()
    };
    for language in Language::ALL {
        assert_eq!(untold(language), Vec::<String>::new(), "{language:?}");
    }
}

#[test]
fn names_stand_for_one_thing_each() {
    let mut names: Vec<&str> = all().iter().map(|noun| noun.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all().len());
    for noun in all() {
        let mut verbs: Vec<&str> = noun.forms.iter().map(|form| form.name).collect();
        verbs.extend(noun.acts.iter().map(|act| act.name));
        let many = verbs.len();
        verbs.sort_unstable();
        verbs.dedup();
        assert_eq!(verbs.len(), many, "{}: {verbs:?}", noun.name);
    }
}

#[test]
fn what_is_picked_can_be_found_and_what_is_bulk_can_be_done() {
    for noun in all() {
        for name in noun.list.bulk {
            assert!(noun.act(name).is_some(), "{}: {name}", noun.name);
        }
        for form in noun.forms {
            for field in form.fields {
                if let Fill::Pick(picked) | Fill::Many(picked) = field.kind {
                    assert!(crate::pick::finds(picked), "{} {}: {picked}", noun.name, field.name);
                }
            }
        }
    }
}
