use atoll_access::search::{Cursor, Paging};
use uuid::Uuid;

/// A cursor of a search, for things and for names: whatever is read as one is written the same, and a page has its bounds
/// whatever was wished for.
pub fn cursors(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(id) = Uuid::read(text) {
        assert_eq!(Uuid::read(&id.show()), Ok(id));
        assert_eq!(id.show(), text, "one thing has one cursor");
    }
    if let Ok(name) = String::read(text) {
        assert_eq!(String::read(&name.show()), Ok(name));
    }
    let wish = input.first_chunk().map(|bytes| i64::from_be_bytes(*bytes));
    if let Ok(page) = Paging::<Uuid>::read(wish, Some(text)) {
        assert!((1..=500).contains(&page.limit));
        assert_eq!(page.after.is_none(), text.is_empty());
    }
}
