//! What tells the browser that left for a provider from any other that comes back.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::settings::Settings;
use atoll_base::{Ground, Secret, chance};

use crate::credentials::token::same;

/// Bytes of secret.
const SECRET: usize = 32;

/// The secret that a browser keeps in a cookie while somebody signs in elsewhere. It is the same for all its tabs.
#[derive(Clone, Debug)]
pub struct Browser(Secret<String>);

impl Browser {
    /// What a browser that has none gets.
    pub(super) fn new(ctx: &Ctx) -> Browser {
        Browser(chance::hex::<SECRET>(ctx.chance()))
    }

    /// The value of a cookie, if we could have made it.
    pub fn read(value: &str) -> Option<Browser> {
        let hex = value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (value.len() == 2 * SECRET && hex).then(|| Browser(Secret::new(value.to_owned())))
    }

    /// How the cookie is called. Where cookies travel over https only, no other host and no page without TLS can set it.
    pub fn cookie_name(settings: &Settings) -> &'static str {
        if settings.cookie_secure() { "__Host-atoll_oauth" } else { "atoll_oauth" }
    }

    /// The `Set-Cookie` value that keeps it for as long as a sign-in may take.
    pub(super) fn set_cookie(&self, settings: &Settings) -> String {
        // The code that a sign-in ends with is taken from the same browser.
        let life: Duration = settings.oauth_state_expiry_secs + settings.auth_exchange_code_expiry_secs;
        let mut text = format!(
            "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}",
            Browser::cookie_name(settings),
            self.0.reveal(),
            life.as_secs()
        );
        if settings.cookie_secure() {
            text.push_str("; Secure");
        }
        text
    }

    /// What the store keeps instead of it.
    pub(super) fn verifier(&self, ground: &Ground) -> Vec<u8> {
        ground.keys().token_verifier(format!("oauth browser {}", self.0.reveal()).as_bytes()).to_vec()
    }

    /// Whether it is the one that the store keeps this of.
    pub(super) fn is(&self, ground: &Ground, stored: &[u8]) -> bool {
        same(stored, &self.verifier(ground))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_bound_to_the_host_where_it_can_be() {
        let browser = Browser::read(&"0f".repeat(32)).unwrap();
        let mut settings = Settings::for_tests();
        settings.auth_cookie_secure = Some(false);
        let plain = browser.set_cookie(&settings);
        assert!(plain.starts_with("atoll_oauth=0f"), "{plain}");
        assert!(plain.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=900"), "{plain}");
        settings.auth_cookie_secure = Some(true);
        settings.auth_cookie_domain = Some("example.com".into());
        let bound = browser.set_cookie(&settings);
        assert!(bound.starts_with("__Host-atoll_oauth=") && bound.ends_with("; Secure"), "{bound}");
        assert!(!bound.contains("Domain"), "{bound}");
        for other in ["", "0f", &"0F".repeat(32), &"zz".repeat(32)] {
            assert!(Browser::read(other).is_none(), "{other}");
        }
    }
}
