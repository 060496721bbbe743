//! Every value of an option, wherever it stands on the command line.
//!
//! Clap keeps the values before the command or those after it, and what it read comes too late for colouring its own
//! errors. No option or argument here may begin with a dash, so that looking through the words is exact.

use std::ffi::OsString;

/// The values of the long option `--name`, in order.
pub(crate) fn values(name: &str, words: &[OsString]) -> Vec<String> {
    let option = format!("--{name}");
    let mut values = Vec::new();
    let mut words = words.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let rest = word.to_str().and_then(|text| text.strip_prefix(&option));
        let value = match rest {
            Some("") => words.next().and_then(|value| value.to_str()),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        values.extend(value.map(str::to_owned));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_before_and_after_the_command() {
        let words: Vec<OsString> = "atoll --set a=1 serve --set=b=2 --settle x --set c -- --set d"
            .split(' ')
            .map(OsString::from)
            .collect();
        assert_eq!(values("set", &words), ["a=1", "b=2", "c"]);
        assert!(values("color", &words).is_empty());
    }
}
