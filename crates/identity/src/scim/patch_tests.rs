use proptest::prelude::*;
use serde_json::json;

use super::*;

fn user() -> Map<String, Value> {
    let user = json!({
        "userName": "ann", "name": { "givenName": "Ann", "familyName": "Ash" },
        "emails": [{ "value": "a@work", "type": "work", "primary": true }, { "value": "a@home", "type": "home" }],
        "active": true,
    });
    user.as_object().unwrap().clone()
}

fn patched(operations: Value) -> Result<Value, ScimFault> {
    let mut user = user();
    apply(Noun::User, &mut user, json!({ "Operations": operations }).as_object().unwrap())?;
    Ok(Value::Object(user))
}

#[test]
fn values_are_added_replaced_and_removed() {
    let done = patched(json!([
        { "op": "Add", "path": "nickName", "value": "Annie" },
        { "op": "replace", "path": "name.familyName", "value": "Oak" },
        { "op": "replace", "path": "emails[type eq \"home\"].value", "value": "a@new" },
        { "op": "add", "path": "emails", "value": [{ "value": "a@x", "primary": true }] },
        { "op": "remove", "path": "EMAILS[type eq \"work\"]" },
        { "op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "123" },
        { "op": "replace", "value": { "active": "False", "id": "x", "name.givenName": "Anna" } },
        { "op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "d" },
    ]));
    let wanted = json!({
        "userName": "ann", "nickName": "Annie", "name": { "givenName": "Anna", "familyName": "Oak" },
        "emails": [{ "value": "a@new", "type": "home" }, { "value": "a@x", "primary": true }],
        "phoneNumbers": [{ "type": "mobile", "value": "123" }], "active": false,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "d" },
    });
    assert_eq!(done, Ok(wanted));
}

#[test]
fn a_request_is_not_dear() {
    use atoll_base::Fault as _;
    let emails =
        |first: usize| -> Vec<Value> { (first..first + 98).map(|at| json!(format!("{at}@x"))).collect() };
    let add = |first: usize| json!({ "op": "add", "path": "emails", "value": emails(first) });
    assert_eq!(patched(json!([add(0)])).unwrap()["emails"].as_array().unwrap().len(), 100);
    // No attribute grows without an end, in one operation or in several.
    assert_eq!(patched(json!([add(0), add(98)])).unwrap_err().code(), "scim.too_large");
    // And nobody goes through all of it again and again.
    let terms = ["value eq \"z\""; 60].join(" or ");
    let mut dear = vec![add(0)];
    dear.resize(1000, json!({ "op": "remove", "path": format!("emails[{terms}]") }));
    assert_eq!(patched(json!(dear)).unwrap_err().code(), "tooMany");
    let mut usual = vec![add(0)];
    usual
        .resize(1000, json!({ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "a@new" }));
    assert!(patched(json!(usual)).is_ok());

    let member = |at: usize| json!({ "value": format!("{at}") });
    let members: Vec<Value> = (0..9_900).map(member).collect();
    let mut group = json!({ "displayName": "Staff", "members": members }).as_object().unwrap().clone();
    let operations: Vec<Value> =
        (9_900..10_000).map(|at| json!({ "op": "add", "path": "members", "value": [member(at)] })).collect();
    apply(Noun::Group, &mut group, json!({ "Operations": operations }).as_object().unwrap()).unwrap();
    assert_eq!(group["members"].as_array().map(Vec::len), Some(10_000));
}

#[test]
fn refusals_say_what_kind_they_are() {
    use atoll_base::Fault as _;
    for (operation, code) in [
        (json!({ "op": "remove" }), "noTarget"),
        (json!({ "op": "remove", "path": "userName" }), "mutability"),
        (json!({ "op": "replace", "path": "userName", "value": null }), "mutability"),
        (json!({ "op": "replace", "path": "id", "value": "x" }), "mutability"),
        (json!({ "op": "add", "path": "groups", "value": [] }), "mutability"),
        (json!({ "op": "replace", "path": "emails[type eq \"x\"].value", "value": "y" }), "noTarget"),
        (json!({ "op": "add", "path": "spaceship", "value": 1 }), "invalidPath"),
        (json!({ "op": "add", "path": "emails[", "value": 1 }), "invalidPath"),
        (json!({ "op": "add", "path": "active[value eq true]", "value": 1 }), "invalidPath"),
        (json!({ "op": "add", "path": "title", "value": 1 }), "invalidValue"),
        (json!({ "op": "add", "path": "title" }), "invalidValue"),
        (json!({ "op": "add", "value": "x" }), "invalidValue"),
        (json!({ "op": "move", "path": "title" }), "invalidSyntax"),
    ] {
        let refused = patched(json!([operation])).unwrap_err();
        assert_eq!(refused.code(), code, "{operation}: {refused}");
    }
}

#[test]
fn members_are_removed_by_value_too() {
    let mut group =
        json!({ "displayName": "g", "members": [{ "value": "a" }, { "value": "b" }, { "value": "c" }] });
    let group = group.as_object_mut().unwrap();
    let request = json!({ "Operations": [
        { "op": "remove", "path": "members", "value": [{ "value": "a" }] },
        { "op": "remove", "path": "members[value eq \"b\"]" },
        { "op": "add", "path": "members", "value": [{ "value": "c", "type": "User" }] },
    ] });
    apply(Noun::Group, group, request.as_object().unwrap()).unwrap();
    assert_eq!(group["members"], json!([{ "value": "c" }]));
}

fn paths() -> impl Strategy<Value = String> {
    let attributes = proptest::sample::select(vec![
        "userName",
        "name",
        "emails",
        "active",
        "title",
        "members",
        "groups",
        "phoneNumbers",
        "x",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
    ]);
    let filters = proptest::sample::select(vec!["", "[type eq \"work\"]", "[value pr]", "[x eq 1]", "["]);
    let subs = proptest::sample::select(vec!["", ".value", ".type", ".familyName", ".primary", "."]);
    (attributes, filters, subs).prop_map(|(attribute, filter, sub)| format!("{attribute}{filter}{sub}"))
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        "[a-z@]{0,6}".prop_map(Value::from),
    ];
    let names =
        proptest::sample::select(vec!["value", "type", "primary", "familyName", "userName", "emails"]);
    leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            proptest::collection::vec((names.clone(), inner), 0..3).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_asked_for_the_user_stays_one(
        operations in proptest::collection::vec(
            (proptest::sample::select(vec!["add", "replace", "remove"]), proptest::option::of(paths()), values()),
            1..5,
        )
    ) {
        let operations: Vec<Value> = operations
            .into_iter()
            .map(|(op, path, value)| json!({ "op": op, "path": path, "value": value }))
            .collect();
        if let Ok(Value::Object(user)) = patched(json!(operations)) {
            // What came of it can be written, as it is.
            let again = super::super::values::writable(Noun::User, &user).unwrap();
            prop_assert_eq!(&again, &user);
            prop_assert!(user.contains_key("userName"));
        }
    }
}
