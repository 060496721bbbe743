//! The deployment key, and the log filter: text that a library checks.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use tracing_subscriber::EnvFilter;
use zeroize::Zeroize;

use super::form::Form;
use crate::secret::Secret;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Reads a deployment key. What is said to be wrong never repeats any of it.
fn read_key(text: &str) -> Result<Secret<[u8; 32]>, String> {
    let text = text.trim();
    let decoded = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text));
    let mut bytes = decoded.map_err(|_| "is not base64")?;
    let key = <[u8; 32]>::try_from(bytes.as_slice());
    let length = bytes.len();
    bytes.zeroize();
    key.map(Secret::new).map_err(|_| format!("is {length} bytes long when decoded, not 32"))
}

/// 32 bytes in base64.
pub(super) struct Key;

pub(super) const fn key() -> Key {
    Key
}

impl Form for Key {
    type Value = Secret<[u8; 32]>;

    fn allowed(&self) -> String {
        "exactly 32 random bytes in base64, as `openssl rand -base64 32` makes them".into()
    }

    fn read(&self, text: &str) -> Result<Secret<[u8; 32]>, String> {
        read_key(text)
    }

    fn show(&self, _: &str) -> String {
        "set".into()
    }

    fn secret(&self) -> bool {
        true
    }
}

/// A filter of the library `tracing`.
pub(super) struct LogFilter;

pub(super) const fn log_filter() -> LogFilter {
    LogFilter
}

impl Form for LogFilter {
    type Value = String;

    fn allowed(&self) -> String {
        "error, warn, info, debug, trace or off, or pairs such as info,atoll_server=debug".into()
    }

    fn read(&self, text: &str) -> Result<String, String> {
        match EnvFilter::builder().parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => Err("is not a log filter".into()),
        }
    }
}
