//! Forms with numbers in them, each with the least and the most that makes sense.

use std::net::SocketAddr;
use std::time::Duration;

use super::form::Form;

/// Reads digits that lie between two bounds.
fn whole(text: &str, least: u64, most: u64) -> Result<u64, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("is not a whole number".into());
    }
    match text.parse::<u64>() {
        Ok(number) if number < least => Err(format!("is less than {least}")),
        Ok(number) if number <= most => Ok(number),
        _ => Err(format!("is more than {most}")),
    }
}

fn shown(text: &str) -> String {
    text.parse::<u64>().map_or_else(|_| text.to_owned(), |number| number.to_string())
}

/// A number of things.
pub(super) struct Count {
    least: u32,
    most: u32,
}

pub(super) const fn count(least: u32, most: u32) -> Count {
    Count { least, most }
}

impl Form for Count {
    type Value = u32;

    fn allowed(&self) -> String {
        format!("a whole number from {} to {}", self.least, self.most)
    }

    fn read(&self, text: &str) -> Result<u32, String> {
        let number = whole(text, self.least.into(), self.most.into())?;
        u32::try_from(number).map_err(|_| format!("is more than {}", self.most))
    }

    fn show(&self, text: &str) -> String {
        shown(text)
    }
}

/// A share of a whole.
pub(super) struct Share;

pub(super) const fn share() -> Share {
    Share
}

impl Form for Share {
    type Value = f64;

    fn allowed(&self) -> String {
        "a number from 0 to 1, such as 0.25".into()
    }

    fn read(&self, text: &str) -> Result<f64, String> {
        match text.parse::<f64>() {
            Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
            Ok(_) => Err("is not from 0 to 1".into()),
            Err(_) => Err("is not a number".into()),
        }
    }

    fn show(&self, text: &str) -> String {
        text.parse::<f64>().map_or_else(|_| text.to_owned(), |number| number.to_string())
    }
}

/// A size in bytes.
pub(super) struct Bytes {
    least: u64,
    most: u64,
}

pub(super) const fn bytes(least: u64, most: u64) -> Bytes {
    Bytes { least, most }
}

impl Form for Bytes {
    type Value = usize;

    fn allowed(&self) -> String {
        format!("a number of bytes from {} to {}", self.least, self.most)
    }

    fn read(&self, text: &str) -> Result<usize, String> {
        let number = whole(text, self.least, self.most)?;
        usize::try_from(number).map_err(|_| format!("is more than {}", usize::MAX))
    }

    fn show(&self, text: &str) -> String {
        shown(text)
    }
}

/// A TCP port.
pub(super) struct Port;

pub(super) const fn port() -> Port {
    Port
}

impl Form for Port {
    type Value = u16;

    fn allowed(&self) -> String {
        "a port from 1 to 65535".into()
    }

    fn read(&self, text: &str) -> Result<u16, String> {
        let number = whole(text, 1, u16::MAX.into())?;
        u16::try_from(number).map_err(|_| "is more than 65535".into())
    }

    fn show(&self, text: &str) -> String {
        shown(text)
    }
}

/// A length of time, given as a number of one unit.
pub(super) struct Span {
    least: u64,
    most: u64,
    unit: &'static str,
    millis: u64,
}

pub(super) const fn millis(least: u64, most: u64) -> Span {
    Span { least, most, unit: "milliseconds", millis: 1 }
}

pub(super) const fn secs(least: u64, most: u64) -> Span {
    Span { least, most, unit: "seconds", millis: 1000 }
}

pub(super) const fn days(least: u64, most: u64) -> Span {
    Span { least, most, unit: "days", millis: 86_400_000 }
}

impl Form for Span {
    type Value = Duration;

    fn allowed(&self) -> String {
        format!("a number of {} from {} to {}", self.unit, self.least, self.most)
    }

    fn read(&self, text: &str) -> Result<Duration, String> {
        whole(text, self.least, self.most).map(|number| Duration::from_millis(number * self.millis))
    }

    fn show(&self, text: &str) -> String {
        shown(text)
    }
}

/// An address to listen at.
pub(super) struct Address;

pub(super) const fn address() -> Address {
    Address
}

impl Form for Address {
    type Value = SocketAddr;

    fn allowed(&self) -> String {
        "an address and a port such as 0.0.0.0:8080, 127.0.0.1:8080 or [::1]:8080".into()
    }

    fn read(&self, text: &str) -> Result<SocketAddr, String> {
        text.parse().map_err(|_| "is not an address with a port".into())
    }
}
