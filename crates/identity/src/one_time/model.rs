//! The form of one-time tokens: a prefix + `_` + 32 hexadecimal digits (id) + `_` + 64 hexadecimal digits (secret).

use std::marker::PhantomData;

use atoll_base::chance;
use atoll_base::ctx::Ctx;
use atoll_base::{Ground, Secret};
use uuid::Uuid;

use crate::credentials::token::same;

/// Bytes of secret.
const SECRET: usize = 32;

/// What a token is for.
pub(crate) trait Purpose {
    /// How such tokens begin.
    const PREFIX: &'static str;
}

/// A token for one purpose, taken apart.
pub(crate) struct OneTime<P> {
    /// The row it names.
    pub(crate) id: Uuid,
    text: Secret<String>,
    purpose: PhantomData<P>,
}

impl<P: Purpose> OneTime<P> {
    /// A new token for a row.
    pub(crate) fn new(ctx: &Ctx, id: Uuid) -> OneTime<P> {
        let secret = chance::hex::<SECRET>(ctx.chance());
        let text = format!("{}_{}_{}", P::PREFIX, id.simple(), secret.reveal());
        OneTime { id, text: Secret::new(text), purpose: PhantomData }
    }

    /// Reads a token; `None` when it does not have the form.
    pub(crate) fn parse(text: &str) -> Option<OneTime<P>> {
        let text = text.trim();
        let (id, secret) = text.strip_prefix(P::PREFIX)?.strip_prefix('_')?.split_once('_')?;
        let lower = |digits: &str| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if id.len() != 32 || secret.len() != 2 * SECRET || !lower(id) || !lower(secret) {
            return None;
        }
        let id = id.parse().ok()?;
        Some(OneTime { id, text: Secret::new(text.to_owned()), purpose: PhantomData })
    }

    /// The text that goes out once.
    pub(crate) fn text(&self) -> &str {
        self.text.reveal()
    }

    /// What the store keeps instead of it. The purpose is part of it.
    pub(crate) fn verifier(&self, ground: &Ground) -> [u8; 32] {
        ground.keys().token_verifier(self.text.reveal().as_bytes())
    }

    /// Whether it is the one that the store keeps this of, in a time that does not depend on where they differ.
    pub(crate) fn is(&self, ground: &Ground, stored: &[u8]) -> bool {
        same(stored, &self.verifier(ground))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct A;
    impl Purpose for A {
        const PREFIX: &'static str = "atoma";
    }
    struct B;
    impl Purpose for B {
        const PREFIX: &'static str = "atomb";
    }

    #[test]
    fn a_token_is_read_for_its_own_purpose_only() {
        let id = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        let good = format!("atoma_{}_{}", id.simple(), "0f".repeat(32));
        assert_eq!(OneTime::<A>::parse(&format!(" {good}\n")).unwrap().id, id);
        assert!(OneTime::<B>::parse(&good).is_none());
        for bad in [
            String::new(),
            "atoma__".into(),
            good[..good.len() - 1].to_owned(),
            format!("{good}0"),
            good.to_uppercase(),
            good.replace("0f0f0f", "0f0g0f"),
            good.replace("0f0f0f", "é0f0f"),
        ] {
            assert!(OneTime::<A>::parse(&bad).is_none(), "{bad}");
        }
    }
}
