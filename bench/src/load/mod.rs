//! `load`: how fast the doors answer, beside a server that does nothing.

mod asker;
mod operation;
mod report;
mod stretch;
mod writes;

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::atoll::Atoll;
use crate::bare::Bare;
use crate::machine::Machine;
use crate::plant::Plant;
use crate::{Common, Result, atoll, seed_store};
use asker::Asker;
use operation::Operation;
use report::{Compared, Round};

/// Ask all doors as fast as they answer, in turns with a bare server.
#[derive(Args)]
pub(crate) struct Load {
    #[command(flatten)]
    common: Common,
    /// How long each operation is asked of each server in each round
    #[arg(long, value_name = "N", default_value_t = 2.0)]
    seconds: f64,
    /// How many rounds; the figures are medians over them
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How many requests are under way at once
    #[arg(long, value_name = "C", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    connections: u32,
    /// Only operations whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// Also measure checks while this share of requests are writes
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(1..=100))]
    write_mix: Option<u32>,
    /// First put this many direct policies of another tenant into the store
    #[arg(long, value_name = "N", default_value_t = 0)]
    grants: u64,
}

/// Everything that was measured.
#[derive(Serialize)]
struct Measured<'a> {
    machine: &'a Machine,
    connections: u32,
    seconds: f64,
    grants: u64,
    operations: &'a [Compared],
    writes: Option<writes::Beside>,
}

impl Load {
    /// Measures and reports.
    pub(crate) async fn run(self) -> Result<()> {
        let length = Duration::try_from_secs_f64(self.seconds)?
            .clamp(Duration::from_millis(50), Duration::from_secs(600));
        let binary = atoll::binary(self.common.binary.as_deref())?;
        let folder = self.common.folder()?;
        let machine = Machine::look(folder.path());
        machine.print();
        if self.grants > 0 {
            Atoll::start(&binary, folder.path()).await?.stop().await?;
            seed_store::fill(folder.path(), self.grants).await?;
        }
        let atoll = Atoll::start(&binary, folder.path()).await?;
        let plant = Plant::make(atoll.doors.http).await?;
        let bare = Bare::start().await?;
        println!("asked     {} at once, {} rounds of {:?} each\n", self.connections, self.rounds, length);

        let mut compared = Vec::new();
        for operation in operation::all(&plant)? {
            if operation.name.contains(&self.only) {
                compared.push(self.compare(&operation, length, &atoll, &bare).await?);
            }
        }
        report::print(&compared);
        let writes = match self.write_mix {
            Some(percent) => Some(writes::measure(&self, percent, length, &atoll, &plant).await?),
            None => None,
        };
        if let Some(beside) = &writes {
            beside.print();
        }
        let memory = (atoll.process.memory()?, atoll.process.peak_memory()?);
        println!("\nmemory    {:.1} MiB after this, {:.1} MiB at most", memory.0, memory.1);
        self.common.write(&Measured {
            machine: &machine,
            connections: self.connections,
            seconds: length.as_secs_f64(),
            grants: self.grants,
            operations: &compared,
            writes,
        })?;
        atoll.stop().await
    }

    /// Asks both servers in turns; who begins changes every round, so that a machine that gets slower or faster
    /// favours nobody.
    async fn compare(
        &self,
        operation: &Operation,
        length: Duration,
        atoll: &Atoll,
        bare: &Bare,
    ) -> Result<Compared> {
        let mut ours = self.askers(operation, atoll).await?;
        let mut theirs = self.bare_askers(operation, bare).await?;
        let warm_up = length / 4;
        stretch::drive(&mut ours, warm_up, atoll.process).await?;
        stretch::drive(&mut theirs, warm_up, bare.process).await?;
        let mut rounds = Vec::new();
        for round in 0..self.rounds {
            let (atoll, bare) = if round % 2 == 0 {
                let bare = stretch::drive(&mut theirs, length, bare.process).await?;
                (stretch::drive(&mut ours, length, atoll.process).await?, bare)
            } else {
                let atoll = stretch::drive(&mut ours, length, atoll.process).await?;
                (atoll, stretch::drive(&mut theirs, length, bare.process).await?)
            };
            rounds.push(Round { atoll, bare });
        }
        eprintln!("measured  {}", operation.name);
        Compared::new(operation.name, &rounds)
    }

    async fn askers(&self, operation: &Operation, atoll: &Atoll) -> Result<Vec<Asker>> {
        operation.askers(atoll.doors, self.connections).await
    }

    async fn bare_askers(&self, operation: &Operation, bare: &Bare) -> Result<Vec<Asker>> {
        operation.askers(bare.doors, self.connections).await
    }
}
