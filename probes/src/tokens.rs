use atoll_base::decisions::RevisionToken;

/// A revision token: whatever is read as one is written the same, and names only revisions that there can be.
pub fn tokens(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(token) = text.parse::<RevisionToken>() else { return };
    let written = token.to_string();
    assert_eq!(written.parse(), Ok(token.clone()));
    assert!(token.entries().all(|(_, revision)| revision >= 1));
    assert!(token.entries().count() <= 32);
}
