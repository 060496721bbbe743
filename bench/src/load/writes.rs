//! How checks fare while grants are made and taken away.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;
use serde_json::json;
use tokio::task::JoinSet;

use super::report::Figures;
use super::stretch::{Stretch, histogram, note};
use super::{Asker, Load, operation};
use crate::Result;
use crate::atoll::Atoll;
use crate::graph::{Graph, text};
use crate::plant::{Plant, policy};
use crate::process::Process;
use crate::table::table;

/// Checks alone, checks beside writes, and the writes.
#[derive(Serialize)]
pub(crate) struct Beside {
    percent: u32,
    alone: Figures,
    beside: Figures,
    writes: Figures,
    /// The 99th percentile of checks beside writes, over that of checks alone.
    p99_ratio: f64,
}

/// One connection's worth of checks, and now and then a write.
struct Mixed {
    asker: Asker,
    graph: Graph,
    tenant: String,
    device: String,
    block: String,
    held: Option<String>,
    owed: u32,
}

/// Measures in turns without and with writes.
pub(super) async fn measure(
    load: &Load,
    percent: u32,
    length: Duration,
    atoll: &Atoll,
    plant: &Plant,
) -> Result<Beside> {
    let operation = operation::check(plant, "gRPC Check", &plant.broker_token, "publish", true)?;
    let mut mixed = Vec::new();
    for (at, asker) in operation.askers(atoll.doors, load.connections).await?.into_iter().enumerate() {
        let graph = Graph::bearing(atoll.doors.http, &plant.admin).await?;
        let device = plant.devices[at % plant.devices.len()].clone();
        // A grant that the plant does not have and no other connection makes.
        let shift = 1 + at / plant.devices.len();
        let block = plant.blocks[(at + shift) % plant.blocks.len()].clone();
        let owed = u32::try_from(at)? * 37 % 100;
        mixed.push(Mixed { asker, graph, tenant: plant.tenant.clone(), device, block, held: None, owed });
    }
    let (mut alone, mut beside, mut writes) = (Vec::new(), Vec::new(), Vec::new());
    drive(&mut mixed, percent, length / 4, atoll.process).await?;
    for _ in 0..load.rounds {
        alone.push(drive(&mut mixed, 0, length, atoll.process).await?.0);
        let (checks, written) = drive(&mut mixed, percent, length, atoll.process).await?;
        beside.push(checks);
        writes.push(written);
    }
    let alone = Figures::new(alone.iter())?;
    let beside = Figures::new(beside.iter())?;
    let p99_ratio = beside.p99() / alone.p99();
    Ok(Beside { percent, alone, beside, writes: Figures::new(writes.iter())?, p99_ratio })
}

impl Beside {
    /// Says it on standard output.
    pub(crate) fn print(&self) {
        let mut table = table(&["latency in µs", "requests/s", "p50", "p90", "p99", "p99.9", "max"]);
        let rows = [
            ("gRPC Check alone", &self.alone),
            ("  beside writes", &self.beside),
            ("  the writes", &self.writes),
        ];
        for (name, figures) in rows {
            let mut row = vec![name.to_owned()];
            row.extend(figures.cells());
            table.add_row(row);
        }
        println!("\n{table}");
        println!(
            "{} of 100 requests are writes; p99 of checks beside them: {:.1} times that alone",
            self.percent, self.p99_ratio
        );
    }
}

async fn drive(
    all: &mut Vec<Mixed>,
    percent: u32,
    length: Duration,
    server: Process,
) -> Result<(Stretch, Stretch)> {
    let (server_before, own_before) = (server.cpu()?, Process::own().cpu()?);
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for mixed in all.drain(..) {
        tasks.spawn(mixed.repeat(percent, begun + length));
    }
    let (mut checks, mut writes) = (histogram()?, histogram()?);
    while let Some(ended) = tasks.join_next().await {
        let (mixed, checked, written) = ended??;
        checks.add(checked)?;
        writes.add(written)?;
        all.push(mixed);
    }
    let length = begun.elapsed();
    server.settle().await?;
    let server_cpu = server.cpu()?.saturating_sub(server_before);
    let asking_cpu = Process::own().cpu()?.saturating_sub(own_before);
    let stretch = |latency| Stretch { length, latency, server_cpu, asking_cpu };
    Ok((stretch(checks), stretch(writes)))
}

impl Mixed {
    async fn repeat(
        mut self,
        percent: u32,
        until: Instant,
    ) -> Result<(Mixed, Histogram<u64>, Histogram<u64>)> {
        let (mut checks, mut writes) = (histogram()?, histogram()?);
        let mut asked = Instant::now();
        while asked < until {
            self.owed += percent;
            let writing = self.owed >= 100;
            if writing {
                self.owed -= 100;
                self.write().await?;
            } else {
                self.asker.ask().await?;
            }
            let answered = Instant::now();
            note(if writing { &mut writes } else { &mut checks }, answered - asked);
            asked = answered;
        }
        Ok((self, checks, writes))
    }

    /// Makes the grant, or takes it away.
    async fn write(&mut self) -> Result<()> {
        match self.held.take() {
            Some(id) => {
                let remove = "mutation($id: ID!) { deleteDirectPolicy(id: $id) }";
                self.graph.ask(remove, json!({ "id": id })).await?;
            }
            None => {
                let make =
                    "mutation($input: CreateDirectPolicyInput!) { createDirectPolicy(input: $input) { id } }";
                let input = policy(&self.tenant, &self.device, &self.block);
                let made = self.graph.ask(make, json!({ "input": input })).await?;
                self.held = Some(text(&made["createDirectPolicy"]["id"])?);
            }
        }
        Ok(())
    }
}
