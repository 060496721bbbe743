//! `flood`: what a flood of sign-ins does to everybody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::atoll::Atoll;
use crate::http::{Connection, Prepared};
use crate::machine::Machine;
use crate::plant::Plant;
use crate::readings::Readings;
use crate::table::table;
use crate::{Common, Result, atoll};

/// How long checks take while passwords are guessed as fast as that goes, against when they are not.
#[derive(Args)]
pub(crate) struct Flood {
    #[command(flatten)]
    common: Common,
    /// How long each stretch is
    #[arg(long, value_name = "N", default_value_t = 3.0)]
    seconds: f64,
    /// How many rounds; the figures are medians over them
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How many guesses are under way at once
    #[arg(long, value_name = "C", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    guesses: u32,
    /// How many checks are under way at once
    #[arg(long, value_name = "C", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    checks: u32,
}

/// Of one stretch, in milliseconds.
#[derive(Clone, Copy, Serialize)]
struct Latency {
    median: f64,
    p99: f64,
}

#[derive(Serialize)]
struct Measured<'a> {
    machine: &'a Machine,
    guesses: u32,
    checks: u32,
    calm: Vec<Latency>,
    flooded: Vec<Latency>,
    /// Flooded to calm, of each round.
    p99_ratio: &'a Readings,
    median_ratio: &'a Readings,
    guesses_per_second: &'a Readings,
}

impl Flood {
    /// Measures and reports.
    pub(crate) async fn run(self) -> Result<()> {
        let length = Duration::try_from_secs_f64(self.seconds)?
            .clamp(Duration::from_millis(200), Duration::from_secs(600));
        let binary = atoll::binary(self.common.binary.as_deref())?;
        let folder = self.common.folder()?;
        let machine = Machine::look(folder.path());
        machine.print();
        let atoll = Atoll::start(&binary, folder.path()).await?;
        let plant = Plant::make(atoll.doors.http).await?;
        let check = Prepared::get("/auth/introspect").bearing(&plant.broker_token)?;
        self.stretch(&atoll, &check, length / 4).await?;
        let (mut calm, mut flooded, mut rates) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            calm.push(self.stretch(&atoll, &check, length).await?);
            let (latency, guessed) = self.under_flood(&atoll, &check, length).await?;
            flooded.push(latency);
            rates.push(guessed as f64 / length.as_secs_f64());
        }
        let ratio = |of: fn(&Latency) -> f64| {
            Readings::of(calm.iter().zip(&flooded).map(|(calm, flooded)| of(flooded) / of(calm)).collect())
        };
        let (p99, median) = (ratio(|one| one.p99), ratio(|one| one.median));
        let rates = Readings::of(rates);
        let mut shown = table(&["checks", "calm", "flooded", "flooded to calm"]);
        for (name, of, ratio) in [
            ("median", (|one: &Latency| one.median) as fn(&Latency) -> f64, &median),
            ("p99", |one| one.p99, &p99),
        ] {
            let middle = |all: &[Latency]| Readings::of(all.iter().map(of).collect()).median;
            shown.add_row([
                name.to_owned(),
                format!("{:.2} ms", middle(&calm)),
                format!("{:.2} ms", middle(&flooded)),
                format!("{:.2} ({:.2}–{:.2})", ratio.median, ratio.least, ratio.most),
            ]);
        }
        println!(
            "\n{shown}\n\nguesses   {:.0} a second were answered, {} at once",
            rates.median, self.guesses
        );
        self.common.write(&Measured {
            machine: &machine,
            guesses: self.guesses,
            checks: self.checks,
            calm,
            flooded,
            p99_ratio: &p99,
            median_ratio: &median,
            guesses_per_second: &rates,
        })?;
        atoll.stop().await
    }

    async fn under_flood(&self, atoll: &Atoll, check: &Prepared, length: Duration) -> Result<(Latency, u64)> {
        let (stop, guessed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut guessers = Vec::new();
        for nth in 0..self.guesses {
            let mut connection = Connection::open(atoll.doors.http).await?;
            let body = json!({ "identifier": format!("somebody {nth}"), "secret": "a guess" });
            let (guess, stop, guessed) =
                (Prepared::post("/auth/login", &body), stop.clone(), guessed.clone());
            guessers.push(tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let (status, _) = connection.send(&guess).await?;
                    guessed.fetch_add(1, Ordering::Relaxed);
                    if status == StatusCode::SERVICE_UNAVAILABLE {
                        // It is told to come again after a second; this one is not so patient.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
                Ok::<_, crate::Failure>(())
            }));
        }
        // Until the queue is full.
        tokio::time::sleep(Duration::from_millis(200)).await;
        guessed.store(0, Ordering::Relaxed);
        let latency = self.stretch(atoll, check, length).await?;
        let answered = guessed.load(Ordering::Relaxed);
        stop.store(true, Ordering::Relaxed);
        for guesser in guessers {
            guesser.await??;
        }
        Ok((latency, answered))
    }

    async fn stretch(&self, atoll: &Atoll, check: &Prepared, length: Duration) -> Result<Latency> {
        let mut checkers = Vec::new();
        for _ in 0..self.checks {
            let mut connection = Connection::open(atoll.doors.http).await?;
            let check = check.clone();
            checkers.push(tokio::spawn(async move {
                let end = Instant::now() + length;
                let mut taken = Vec::new();
                while Instant::now() < end {
                    let begun = Instant::now();
                    let (status, _) = connection.send(&check).await?;
                    if status != StatusCode::OK {
                        return Err(crate::Failure::from(format!("a check was answered with {status}")));
                    }
                    taken.push(begun.elapsed().as_secs_f64() * 1000.0);
                }
                Ok(taken)
            }));
        }
        let mut taken: Vec<f64> = Vec::new();
        for checker in checkers {
            taken.extend(checker.await??);
        }
        taken.sort_by(f64::total_cmp);
        let at = |share: usize| taken.get(taken.len() * share / 100).copied().unwrap_or(f64::NAN);
        Ok(Latency { median: at(50), p99: at(99) })
    }
}
