use atoll_server::authzen_request;

/// The body of an AuthZEN request, read as every one of the kinds there are: it is read or refused, and what was read keeps
/// what the reader promises of names and claims.
pub fn authzen(input: &[u8]) {
    if let Ok(names) = authzen_request(input) {
        for name in names {
            assert!(name.chars().count() <= 255 && !name.chars().any(char::is_control), "{name:?}");
        }
    }
}
