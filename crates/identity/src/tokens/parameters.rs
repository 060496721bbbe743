//! The parameters of a form.

use std::collections::HashMap;

use atoll_base::Secret;
use url::form_urlencoded;

use super::fault::OAuthFault;

/// Most parameters of a request.
const MOST: usize = 32;
/// Longest token that is looked at.
const MAX_TOKEN: usize = 4096;

/// The parameters of a form, each at most once. Empty ones count as left out (RFC 6749 §3.2).
#[derive(Debug, Default)]
pub struct Parameters(HashMap<String, Secret<String>>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// [`OAuthFault::InvalidRequest`] when one is there twice, or there are too many.
    pub fn read(body: &[u8]) -> Result<Parameters, OAuthFault> {
        let mut all = HashMap::new();
        for (count, (name, value)) in form_urlencoded::parse(body).enumerate() {
            if count >= MOST {
                return Err(OAuthFault::request("there are too many parameters"));
            }
            if all.insert(name.to_string(), Secret::new(value.into_owned())).is_some() {
                return Err(OAuthFault::request("a parameter is there more than once"));
            }
        }
        all.retain(|_, value: &mut Secret<String>| !value.reveal().is_empty());
        Ok(Parameters(all))
    }

    /// One that may be left out.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.reveal().as_str())
    }

    /// One that may be left out and is a secret.
    pub fn secret(&self, name: &str) -> Option<Secret<String>> {
        self.0.get(name).cloned()
    }

    /// One that must be there.
    pub fn required(&self, name: &str) -> Result<&str, OAuthFault> {
        self.optional(name).ok_or_else(|| OAuthFault::request(format!("{name} is required")))
    }

    /// A token that must be there. One that is too long is refused, never cut or left out.
    pub fn token(&self, name: &str) -> Result<&str, OAuthFault> {
        let token = self.required(name)?;
        if token.len() > MAX_TOKEN {
            return Err(OAuthFault::request(format!("{name} is longer than {MAX_TOKEN} bytes")));
        }
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_is_there_once() {
        let read = Parameters::read(b"token=a%2Bb&hint=&scope=read+write").unwrap();
        assert_eq!(read.required("token").unwrap(), "a+b");
        assert_eq!(read.optional("scope"), Some("read write"));
        assert_eq!(read.optional("hint"), None);
        assert_eq!(read.required("other").unwrap_err().to_string(), "other is required");
        assert!(Parameters::read(b"token=a&token=b").is_err());
        assert!(Parameters::read("x=1&".repeat(33).as_bytes()).is_err());
        let many: Vec<String> = (0..33).map(|nth| format!("x{nth}=1")).collect();
        assert!(Parameters::read(many.join("&").as_bytes()).is_err());
    }

    #[test]
    fn a_token_that_is_too_long_is_refused() {
        let long = format!("token={}", "x".repeat(4097));
        let refused = Parameters::read(long.as_bytes()).unwrap().token("token").unwrap_err().to_string();
        assert_eq!(refused, "token is longer than 4096 bytes");
    }
}
