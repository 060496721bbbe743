//! Figures and ratios.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::stretch::{Stretch, histogram};
use crate::Result;
use crate::readings::Readings;
use crate::table::table;

/// Both servers, one after the other.
pub(crate) struct Round {
    /// Atoll.
    pub(crate) atoll: Stretch,
    /// The bare server.
    pub(crate) bare: Stretch,
}

/// What one server showed, over all rounds. Times are in microseconds.
#[derive(Serialize)]
pub(crate) struct Figures {
    requests: u64,
    per_second: f64,
    p50: f64,
    p90: f64,
    p99: f64,
    p999: f64,
    max: f64,
    server_cpu_per_request: f64,
    asking_cpu_per_request: f64,
}

/// An operation, and how Atoll compares.
#[derive(Serialize)]
pub(crate) struct Compared {
    name: &'static str,
    atoll: Figures,
    bare: Figures,
    /// Throughput of Atoll, as a share of the bare server's, each round.
    throughput_ratios: Readings,
    /// Processor time of the bare server for one request, as a share of Atoll's. It leaves out what asking costs.
    cpu_ratio: f64,
}

impl Compared {
    /// Sums rounds up.
    pub(crate) fn new(name: &'static str, rounds: &[Round]) -> Result<Compared> {
        let rate = |stretch: &Stretch| stretch.latency.len() as f64 / stretch.length.as_secs_f64();
        let ratios = rounds.iter().map(|round| rate(&round.atoll) / rate(&round.bare)).collect();
        let atoll = Figures::new(rounds.iter().map(|round| &round.atoll))?;
        let bare = Figures::new(rounds.iter().map(|round| &round.bare))?;
        Ok(Compared {
            name,
            throughput_ratios: Readings::of(ratios),
            cpu_ratio: bare.server_cpu_per_request / atoll.server_cpu_per_request,
            atoll,
            bare,
        })
    }
}

impl Figures {
    /// Of all these stretches together; the throughput is their median.
    pub(crate) fn new<'a>(stretches: impl Iterator<Item = &'a Stretch>) -> Result<Figures> {
        let mut latency = histogram()?;
        let (mut server, mut asking) = (Duration::ZERO, Duration::ZERO);
        let mut rates = Vec::new();
        for stretch in stretches {
            latency.add(&stretch.latency)?;
            server += stretch.server_cpu;
            asking += stretch.asking_cpu;
            rates.push(stretch.latency.len() as f64 / stretch.length.as_secs_f64());
        }
        let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / latency.len().max(1) as f64;
        Ok(Figures {
            requests: latency.len(),
            per_second: Readings::of(rates).median,
            p50: micros(&latency, 0.5),
            p90: micros(&latency, 0.9),
            p99: micros(&latency, 0.99),
            p999: micros(&latency, 0.999),
            max: micros(&latency, 1.0),
            server_cpu_per_request: each(server),
            asking_cpu_per_request: each(asking),
        })
    }

    /// Throughput and latencies, as cells of a table.
    pub(crate) fn cells(&self) -> Vec<String> {
        let mut cells = vec![format!("{:.0}", self.per_second)];
        cells
            .extend([self.p50, self.p90, self.p99, self.p999, self.max].map(|micros| format!("{micros:.0}")));
        cells
    }

    /// The 99th percentile.
    pub(crate) fn p99(&self) -> f64 {
        self.p99
    }
}

fn micros(latency: &Histogram<u64>, quantile: f64) -> f64 {
    latency.value_at_quantile(quantile) as f64 / 1e3
}

/// Says everything on standard output.
pub(crate) fn print(all: &[Compared]) {
    let headings = [
        "latency in µs",
        "requests/s",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max",
        "server CPU µs",
        "throughput",
        "CPU",
    ];
    let mut table = table(&headings);
    for one in all {
        let mut ours = vec![one.name.to_owned()];
        ours.extend(one.atoll.cells());
        ours.push(format!("{:.1}", one.atoll.server_cpu_per_request));
        ours.extend([percent(one.throughput_ratios.median), percent(one.cpu_ratio)]);
        table.add_row(ours);
        let mut theirs = vec!["  bare".to_owned()];
        theirs.extend(one.bare.cells());
        theirs.push(format!("{:.1}", one.bare.server_cpu_per_request));
        theirs.push(format!(
            "{}–{}",
            percent(one.throughput_ratios.least),
            percent(one.throughput_ratios.most)
        ));
        table.add_row(theirs);
    }
    println!("{table}");
    println!(
        "throughput: Atoll's requests/s as a share of the bare server's: the median round, and below it all rounds"
    );
    println!(
        "CPU: the bare server's processor time for a request as a share of Atoll's; leaves out what asking costs"
    );
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
