//! Documents that were read before: programs send the same few again and again, with what differs in variables.

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use hashbrown::HashMap;
use parking_lot::RwLock;

/// Most documents that are kept.
const MOST: usize = 512;
/// Longer ones are read anew each time.
const LONGEST: usize = 4 * 1024;

/// The documents, each within the limits of the settings.
#[derive(Default)]
pub struct Documents(RwLock<HashMap<Box<str>, Arc<ExecutableDocument>>>);

impl Documents {
    /// What a text was read as.
    pub(super) fn find(&self, text: &str) -> Option<Arc<ExecutableDocument>> {
        self.0.read().get(text).cloned()
    }

    /// Keeps what a text was read as, unless there is text within it: that may be a secret, and seldom comes again. When
    /// there are too many, half of them go.
    pub(super) fn keep(&self, text: &str, document: &Arc<ExecutableDocument>) {
        if text.len() > LONGEST || text.contains('"') {
            return;
        }
        let mut kept = self.0.write();
        if kept.len() >= MOST {
            let mut nth = 0;
            kept.retain(|_, _| {
                nth += 1;
                nth % 2 == 0
            });
        }
        kept.insert(text.into(), document.clone());
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let documents = Documents::default();
        let document = Arc::new(parse_query("{ health }").unwrap());
        for nth in 0..MOST * 3 {
            documents.keep(&format!("{{ health }} # {nth}"), &document);
        }
        assert!(documents.0.read().len() <= MOST);
        let long = format!("{{ health }} # {}", "x".repeat(LONGEST));
        documents.keep(&long, &document);
        assert!(documents.find(&long).is_none());
        documents.keep("{ health }", &document);
        assert!(documents.find("{ health }").is_some());
    }

    #[test]
    fn what_may_hold_a_secret_is_not_kept() {
        let documents = Documents::default();
        let text = r#"mutation { login(input: { identifier: "ann", secret: "s3cret" }) { token } }"#;
        documents.keep(text, &Arc::new(parse_query(text).unwrap()));
        assert!(documents.find(text).is_none());
    }
}
