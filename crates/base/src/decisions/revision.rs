//! Revision tokens: what somebody has seen or written, as a text that they can hand back.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::str::FromStr;

use atoll_policy::World;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::error::{Fault, Kind};

/// The newest revision of each of a few streams of the ledger. As text: base64url without padding of a byte 1 and, for
/// each stream, the 16 bytes of its id and the 8 of its revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevisionToken(BTreeMap<Uuid, i64>);

const VERSION: u8 = 1;
/// Bytes of one stream.
const ENTRY: usize = 24;
/// Most streams in one token.
const STREAMS: usize = 32;

/// A text that is no token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a revision token; hand back the text exactly as it was given")]
pub struct BadToken;

impl Fault for BadToken {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "revision.token"
    }
}

/// A revision that this process could not see in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the revision asked for is not visible here yet; try again")]
pub struct NotReached;

impl Fault for NotReached {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }

    fn code(&self) -> &'static str {
        "revision.not_reached"
    }
}

impl RevisionToken {
    /// What a world holds of these streams; of a stream it holds nothing of, nothing.
    pub fn of(world: &World, streams: impl IntoIterator<Item = Uuid>) -> RevisionToken {
        let entries = streams.into_iter().map(|stream| (stream, world.revision(stream)));
        RevisionToken(entries.filter(|(_, revision)| *revision > 0).take(STREAMS).collect())
    }

    /// What was written: the newest revision of each stream. Of more streams than a token holds, those written to by most
    /// would be arbitrary, so that such a write has no token.
    pub fn written(appended: &BTreeMap<Uuid, i64>) -> Option<RevisionToken> {
        let fits = !appended.is_empty() && appended.len() <= STREAMS;
        fits.then(|| RevisionToken(appended.clone()))
    }

    /// Both: of a stream that both name the older revision. What does not fit is left out.
    #[must_use]
    pub fn and(mut self, other: &RevisionToken) -> RevisionToken {
        for (stream, revision) in other.entries() {
            let fits = self.0.len() < STREAMS;
            match self.0.entry(stream) {
                Entry::Occupied(known) => {
                    let known = known.into_mut();
                    *known = revision.min(*known);
                }
                Entry::Vacant(place) if fits => drop(place.insert(revision)),
                Entry::Vacant(_) => {}
            }
        }
        self
    }

    /// Whether the world holds everything that the token names.
    pub fn is_covered_by(&self, world: &World) -> bool {
        self.0.iter().all(|(stream, revision)| world.revision(*stream) >= *revision)
    }

    /// The streams and their revisions.
    pub fn entries(&self) -> impl Iterator<Item = (Uuid, i64)> + '_ {
        self.0.iter().map(|(stream, revision)| (*stream, *revision))
    }
}

impl fmt::Display for RevisionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        for (stream, revision) in &self.0 {
            bytes.extend_from_slice(stream.as_bytes());
            bytes.extend_from_slice(&revision.to_be_bytes());
        }
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for RevisionToken {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<RevisionToken, BadToken> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| BadToken)?;
        let (version, entries) = bytes.split_first().ok_or(BadToken)?;
        if *version != VERSION || entries.len() % ENTRY != 0 || entries.len() / ENTRY > STREAMS {
            return Err(BadToken);
        }
        let mut token = RevisionToken::default();
        for entry in entries.chunks_exact(ENTRY) {
            let (stream, revision) = entry.split_at(16);
            let stream = Uuid::from_slice(stream).map_err(|_| BadToken)?;
            let revision = i64::from_be_bytes(revision.try_into().map_err(|_| BadToken)?);
            if revision < 1 || token.0.insert(stream, revision).is_some() {
                return Err(BadToken);
            }
        }
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_being_handed_around() {
        let appended = BTreeMap::from([(Uuid::nil(), 7), (Uuid::from_u128(9), i64::MAX)]);
        let token = RevisionToken::written(&appended).unwrap();
        assert_eq!(token.to_string().parse(), Ok(token));
        assert_eq!(RevisionToken::default().to_string().parse(), Ok(RevisionToken::default()));
    }

    #[test]
    fn of_two_tokens_the_older_revision_counts() {
        let token = |entries: &[(u128, i64)]| {
            RevisionToken(
                entries.iter().map(|(stream, revision)| (Uuid::from_u128(*stream), *revision)).collect(),
            )
        };
        let both = token(&[(1, 5), (2, 9)]).and(&token(&[(2, 3), (3, 1)]));
        assert_eq!(both, token(&[(1, 5), (2, 3), (3, 1)]));
    }

    #[test]
    fn other_texts_are_refused() {
        let token = RevisionToken::written(&BTreeMap::from([(Uuid::nil(), 7)])).unwrap().to_string();
        let negative = BASE64_URL_SAFE_NO_PAD.encode([&[1u8][..], &[0; 16], &(-1i64).to_be_bytes()].concat());
        let many = BASE64_URL_SAFE_NO_PAD.encode([&[1u8][..], &[1; ENTRY * (STREAMS + 1)]].concat());
        for text in ["", "x", "AQ=", &token[1..], &format!("{token}AA"), &negative, &many] {
            assert_eq!(text.parse::<RevisionToken>(), Err(BadToken), "{text}");
        }
    }

    #[test]
    fn a_world_covers_what_it_holds() {
        let stream = Uuid::from_u128(5);
        let token = RevisionToken::written(&BTreeMap::from([(stream, 3)])).unwrap();
        let world = World::new(true);
        assert!(!token.is_covered_by(&world));
        let world = world.at_revision(stream, 3);
        assert!(token.is_covered_by(&world) && token.is_covered_by(&world.clone().at_revision(stream, 4)));
        assert_eq!(RevisionToken::of(&world, [stream, Uuid::nil()]), token);
    }
}
