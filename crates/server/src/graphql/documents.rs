//! Documents that were read before: programs send the same few again and again.

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use hashbrown::HashMap;
use parking_lot::RwLock;

/// Most documents that are kept.
const MOST: usize = 512;
/// Longer ones are read anew each time.
const LONGEST: usize = 8 * 1024;

/// The documents, each within the limits of the settings.
#[derive(Default)]
pub struct Documents(RwLock<HashMap<Box<str>, Arc<ExecutableDocument>>>);

impl Documents {
    /// What a text was read as.
    pub(super) fn find(&self, text: &str) -> Option<Arc<ExecutableDocument>> {
        self.0.read().get(text).cloned()
    }

    /// Keeps what a text was read as. When there are too many, half of them go.
    pub(super) fn keep(&self, text: &str, document: &Arc<ExecutableDocument>) {
        if text.len() > LONGEST {
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
}
