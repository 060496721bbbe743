//! Where somebody wants to be after signing in: a path of our own pages, and nothing that a browser takes for anything else.

use super::fault::FederationFault;

/// Longest path, in bytes.
const MAX: usize = 2048;

/// The path, if it is one.
pub(super) fn read(given: Option<&str>) -> Result<Option<String>, FederationFault> {
    let Some(path) = given.filter(|path| !path.is_empty()) else { return Ok(None) };
    let good = path.len() <= MAX
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains("://")
        && !path.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace());
    if good { Ok(Some(path.to_owned())) } else { Err(FederationFault::BadReturn) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_are_returned_to() {
        assert_eq!(read(None), Ok(None));
        for good in ["/", "/dashboard", "/a/b?c=d#e", "/a%20b"] {
            assert_eq!(read(Some(good)), Ok(Some(good.to_owned())));
        }
        let long = format!("/{}", "a".repeat(MAX));
        for bad in [
            "dashboard",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x",
            "/a b",
            "/x?next=https://evil.example",
            " /a",
            long.as_str(),
        ] {
            assert_eq!(read(Some(bad)), Err(FederationFault::BadReturn), "{bad:?}");
        }
    }
}
