//! With what somebody has proved who they are in a session.

use std::fmt;

/// A set of proofs, by the words of RFC 8176 where it has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Methods(u8);

impl Methods {
    /// Nothing is known.
    pub const NONE: Methods = Methods(0);
    /// A password.
    pub const PASSWORD: Methods = Methods(1);
    /// A one-time code of an authenticator.
    pub const TOTP: Methods = Methods(2);
    /// A recovery code.
    pub const RECOVERY_CODE: Methods = Methods(4);
    /// A passkey that cannot leave its device.
    pub const BOUND_PASSKEY: Methods = Methods(8);
    /// A passkey that its maker copies between devices.
    pub const SYNCED_PASSKEY: Methods = Methods(16);
    /// The word of another provider, whatever was proved there.
    pub const FEDERATED: Methods = Methods(32);

    const WORDS: [(Methods, &'static str); 6] = [
        (Methods::PASSWORD, "pwd"),
        (Methods::TOTP, "otp"),
        (Methods::RECOVERY_CODE, "recovery_code"),
        (Methods::BOUND_PASSKEY, "hwk"),
        (Methods::SYNCED_PASSKEY, "swk"),
        (Methods::FEDERATED, "fed"),
    ];

    /// These and those.
    pub const fn with(self, others: Methods) -> Methods {
        Methods(self.0 | others.0)
    }

    const fn any_of(self, others: Methods) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether two different factors were proved. A passkey is two by itself: the device, and what unlocked it.
    pub const fn mfa(self) -> bool {
        let passkey = self.any_of(Methods::BOUND_PASSKEY.with(Methods::SYNCED_PASSKEY));
        let code = self.any_of(Methods::TOTP.with(Methods::RECOVERY_CODE));
        passkey || (self.any_of(Methods::PASSWORD.with(Methods::FEDERATED)) && code)
    }

    /// The words, one for each proof.
    pub fn words(self) -> Vec<&'static str> {
        Methods::WORDS.iter().filter(|(one, _)| self.any_of(*one)).map(|(_, word)| *word).collect()
    }

    /// The words of the claim `amr`: those of the proofs, and `mfa`.
    pub fn amr(self) -> Vec<&'static str> {
        let mut words = self.words();
        if self.mfa() {
            words.push("mfa");
        }
        words
    }

    /// Reads words separated by spaces, as [`fmt::Display`] writes them; unknown ones count for nothing.
    pub fn parse(text: &str) -> Methods {
        let known = |word: &str| Methods::WORDS.iter().find(|(_, one)| *one == word).map(|(one, _)| *one);
        text.split(' ').filter_map(known).fold(Methods::NONE, Methods::with)
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_factors_are_two_different_things() {
        assert!(!Methods::PASSWORD.mfa());
        assert!(!Methods::TOTP.with(Methods::RECOVERY_CODE).mfa());
        assert!(Methods::PASSWORD.with(Methods::TOTP).mfa());
        assert!(Methods::PASSWORD.with(Methods::RECOVERY_CODE).mfa());
        assert!(Methods::SYNCED_PASSKEY.mfa() && Methods::BOUND_PASSKEY.mfa());
        assert!(!Methods::NONE.mfa());
        // What a provider has asked for is not known: it is one factor.
        assert!(!Methods::FEDERATED.mfa() && !Methods::FEDERATED.with(Methods::PASSWORD).mfa());
        assert!(Methods::FEDERATED.with(Methods::TOTP).mfa());
    }

    #[test]
    fn what_is_written_is_read() {
        let some = Methods::PASSWORD.with(Methods::TOTP);
        assert_eq!(some.to_string(), "pwd otp");
        assert_eq!(Methods::parse("pwd otp"), some);
        assert_eq!(Methods::parse("telepathy  "), Methods::NONE);
        assert_eq!(some.amr(), ["pwd", "otp", "mfa"]);
    }
}
