//! "Did you mean": the name that is nearest to a mistyped one.

/// The nearest of some names, when it is near enough to be what was meant.
pub(super) fn nearest(wrong: &str, names: impl IntoIterator<Item = String>) -> Option<String> {
    let wrong = wrong.to_uppercase().replace('-', "_");
    let near = |name: String| {
        let upper = name.to_uppercase();
        let steps = distance(&wrong, &upper);
        let inside = upper.contains(&wrong) || wrong.contains(&upper);
        (steps <= 2.max(wrong.len() / 5) || (inside && steps <= 8)).then_some((steps, name))
    };
    names.into_iter().filter_map(near).min().map(|(_, name)| name)
}

/// How many letters must be added, removed or replaced to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let names = || ["smtp_host", "smtp_port", "jwt_expiry_secs"].map(str::to_owned);
        assert_eq!(nearest("smtp_hots", names()).as_deref(), Some("smtp_host"));
        assert_eq!(nearest("SMTP-PORT", names()).as_deref(), Some("smtp_port"));
        assert_eq!(nearest("jwt_expiry", names()).as_deref(), Some("jwt_expiry_secs"));
        assert_eq!(nearest("colour", names()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
