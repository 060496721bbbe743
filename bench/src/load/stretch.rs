//! Asking over all connections for a while: each asks again as soon as it has its answer.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use super::asker::Asker;
use crate::Result;
use crate::process::Process;

/// What a while of asking showed.
pub(crate) struct Stretch {
    /// How long it took.
    pub(crate) length: Duration,
    /// How long each answer took, in nanoseconds.
    pub(crate) latency: Histogram<u64>,
    /// Processor time of the server, with what it still had to do afterwards.
    pub(crate) server_cpu: Duration,
    /// Processor time of this process: what asking costs.
    pub(crate) asking_cpu: Duration,
}

/// The longest that is told apart, in nanoseconds: a minute.
const LONGEST: u64 = 60_000_000_000;

/// A histogram with three exact digits.
pub(crate) fn histogram() -> Result<Histogram<u64>> {
    Ok(Histogram::new_with_max(LONGEST, 3)?)
}

/// Notes how long something took.
pub(crate) fn note(latency: &mut Histogram<u64>, took: Duration) {
    latency.saturating_record(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
}

/// Asks for this long; any answer that is not as expected ends the measurement.
pub(crate) async fn drive(askers: &mut Vec<Asker>, length: Duration, server: Process) -> Result<Stretch> {
    let (server_before, own_before) = (server.cpu()?, Process::own().cpu()?);
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for asker in askers.drain(..) {
        tasks.spawn(repeat(asker, begun + length));
    }
    let mut latency = histogram()?;
    while let Some(ended) = tasks.join_next().await {
        let (asker, took) = ended??;
        latency.add(took)?;
        askers.push(asker);
    }
    let length = begun.elapsed();
    server.settle().await?;
    let server_cpu = server.cpu()?.saturating_sub(server_before);
    let asking_cpu = Process::own().cpu()?.saturating_sub(own_before);
    Ok(Stretch { length, latency, server_cpu, asking_cpu })
}

async fn repeat(mut asker: Asker, until: Instant) -> Result<(Asker, Histogram<u64>)> {
    let mut latency = histogram()?;
    let mut asked = Instant::now();
    while asked < until {
        asker.ask().await?;
        let answered = Instant::now();
        note(&mut latency, answered - asked);
        asked = answered;
    }
    Ok((asker, latency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_can_be_read() {
        let mut latency = histogram().unwrap();
        for millis in 1..=100 {
            note(&mut latency, Duration::from_millis(millis));
        }
        let median = latency.value_at_quantile(0.5) as f64 / 1e6;
        assert!((median - 50.0).abs() < 0.1, "{median}");
        note(&mut latency, Duration::from_secs(3600));
        assert_eq!(latency.len(), 101);
    }
}
