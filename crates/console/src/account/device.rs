//! From what somebody is signed in, as programs call themselves.

/// Programs, the more particular first: most browsers call themselves by the names of others too.
const PROGRAMS: [(&str, &str); 12] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python-requests/", "Python"),
    ("Go-http-client/", "Go"),
    ("PostmanRuntime/", "Postman"),
];

/// Systems, the more particular first.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("FreeBSD", "FreeBSD"),
    ("Linux", "Linux"),
];

/// The program and the system, as far as they are known.
pub(super) fn known(user_agent: &str) -> (Option<&'static str>, Option<&'static str>) {
    let find = |all: &'static [(&'static str, &'static str)]| {
        all.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    (find(&PROGRAMS), find(&SYSTEMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 \
                    Safari/537.36 Edg/126.0";
        assert_eq!(known(edge), (Some("Edge"), Some("Windows")));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Safari/604.1";
        assert_eq!(known(phone), (Some("Safari"), Some("iPhone")));
        assert_eq!(known("curl/7.88.1"), (Some("curl"), None));
        assert_eq!(known("something else"), (None, None));
    }
}
