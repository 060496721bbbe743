//! Everything an operator may set, in one place: what exists, where values come from, what looks wrong.
//!
//! [`table`] declares every setting once; the struct, the file and environment names, the documentation and
//! the doctor's report are all made from it. A value is taken from, later wins: the default, the settings
//! file, `.env`, the environment, `--set name=value`. Blank means not set. Whatever is malformed, unknown or
//! contradictory is reported together, before anything starts.

mod agree;
mod concerns;
mod database;
mod declare;
mod derived;
mod docs;
mod file;
mod form;
mod keys;
mod lists;
mod load;
mod names;
mod numbers;
mod providers;
mod source;
mod suggest;
mod table;
#[cfg(test)]
mod tests;
mod web;

pub use concerns::{Concern, Severity, concerns};
pub use declare::SettingInfo;
pub use derived::{CaFiles, GrpcTls, KeySource, RateLimit};
pub use docs::{env_example, markdown_table};
pub use form::{Attestation, CaMode, LogFormat, SecondFactor, SmtpTls};
pub use lists::Destination;
pub use load::{Loaded, Origin as SettingOrigin, Problem, Problems};
pub use names::{IGNORED, Ignored};
pub use providers::OidcProvider;
pub use source::{Inputs, Source};
pub use table::{Settings, TABLE};
pub use web::{BaseUrl, Link, WebOrigin};
