//! The log: lines on stderr, as text or JSON.

use atoll_base::settings::{LogFormat, Settings};
use tracing_subscriber::EnvFilter;

/// Said by the house in words of its own, unless somebody asks for these by name.
const WORDY: &str = "sea_orm_migration=warn";

/// Starts logging. A line carries the spans it was written in, and so the id of its request.
pub(super) fn start(settings: &Settings, colours: bool) {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(format!("{WORDY},{}", settings.log_level)))
        .with_writer(std::io::stderr)
        .with_ansi(colours);
    match settings.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(false).with_span_list(true).init()
        }
    }
}
