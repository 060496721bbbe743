use proptest::prelude::*;
use serde_json::json;

use super::*;

fn shown(text: &str) -> String {
    Filter::parse(text).map_or_else(|why| why.to_string(), |filter| filter.to_string())
}

#[test]
fn filters_of_the_standard_are_read() {
    for text in [
        r#"userName eq "bjensen""#,
        r#"name.familyName co "O'Malley""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
        "title pr",
        r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
        r#"title pr or userType eq "Intern""#,
        r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
        r#"userType ne "Employee" and not (emails co "example.com")"#,
        r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp"]"#,
        "active eq true",
        "nickName eq null",
    ] {
        assert!(Filter::parse(text).is_ok(), "{text}: {}", shown(text));
    }
}

#[test]
fn and_binds_more_tightly_than_or_and_words_are_read_in_any_case() {
    assert_eq!(shown(r#"a EQ "x" OR b Pr AND NOT (c pr)"#), r#"a eq "x" or (b pr and not (c pr))"#);
}

#[test]
fn what_is_wrong_is_said_and_where() {
    assert_eq!(shown("userName eq"), "expected a value at byte 11 of the filter");
    assert_eq!(shown("userName is 1"), "`is` is no comparison");
    assert_eq!(shown("(a pr"), "expected `)` at byte 5 of the filter");
    assert_eq!(shown("a pr b"), "expected the end at byte 5 of the filter");
    assert_eq!(shown(""), "expected a name at byte 0 of the filter");
    assert_eq!(shown("1a pr"), "`1a` is no attribute");
}

#[test]
fn filters_are_bounded() {
    let deep = format!("{}a pr{}", "(".repeat(2000), ")".repeat(2000));
    assert_eq!(shown(&deep), "a filter nests at most 16 deep");
    assert_eq!(shown(&vec!["a pr"; 65].join(" or ")), "a filter has at most 64 comparisons");
    assert_eq!(shown(&"a".repeat(5000)), "a filter has at most 4096 bytes");
    let nested = format!("{}a pr{}", "a[".repeat(40), "]".repeat(40));
    assert!(Filter::parse(&nested).is_err());
}

#[test]
fn a_path_may_hold_a_filter() {
    let (attr, filter) = parse_path(r#"emails[type eq "work"].value"#).unwrap();
    assert_eq!((attr.name.as_str(), attr.sub.as_deref()), ("emails", Some("value")));
    assert_eq!(filter.unwrap().to_string(), r#"type eq "work""#);
    assert!(parse_path("emails[type eq").is_err());
    assert!(parse_path(r#"a.b[c pr].d"#).is_err());
}

fn attr() -> impl Strategy<Value = Attr> {
    let urn = proptest::option::of(Just("urn:ietf:params:scim:schemas:core:2.0:User".to_owned()));
    (urn, "[a-z][a-zA-Z0-9_-]{0,8}", proptest::option::of("[a-z][a-z]{0,5}"))
        .prop_map(|(urn, name, sub)| Attr { urn, name, sub })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(json!(null)),
    ]
}

fn filters() -> impl Strategy<Value = Filter> {
    let op = proptest::sample::select(Op::ALL.map(|(op, _)| op).to_vec());
    let leaf = prop_oneof![
        attr().prop_map(Filter::Present),
        (attr(), op, value()).prop_map(|(attr, op, value)| Filter::Compare(attr, op, value)),
    ];
    leaf.prop_recursive(3, 20, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.clone().prop_map(|inside| Filter::Not(Box::new(inside))),
            (attr(), inner).prop_map(|(attr, inside)| Filter::Any(attr, Box::new(inside))),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Filter::parse(&text);
        let _ = parse_path(&text);
    }

    #[test]
    fn what_looks_like_a_filter_is_read_or_refused(text in r#"(a|eq|and|or|not|pr|\(|\)|\[|\]|"|\\|é| |\.|:|1){0,30}"#) {
        let _ = Filter::parse(&text);
        let _ = parse_path(&text);
    }

    #[test]
    fn a_filter_is_read_as_it_was_written(filter in filters()) {
        let text = filter.to_string();
        if text.len() < 4000 {
            prop_assert_eq!(Filter::parse(&text).unwrap(), filter);
        }
    }
}
