//! `start`: how soon it is ready, and how much memory it takes.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::atoll::{ADMIN, Atoll, SECRET};
use crate::graph::Graph;
use crate::machine::Machine;
use crate::readings::Readings;
use crate::table::table;
use crate::{Common, Result, atoll, seed_store};

/// How long it is left alone before its memory is looked at: what starting needed has been given back by then.
const REST: Duration = Duration::from_secs(2);

/// Time from start to ready, and memory.
#[derive(Args)]
pub(crate) struct Start {
    #[command(flatten)]
    common: Common,
    /// How often each is done
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=1000))]
    runs: u32,
    /// Also on a store with this many direct policies
    #[arg(long, value_name = "N")]
    grants: Option<u64>,
}

/// One state of the store.
#[derive(Serialize)]
struct Row {
    store: String,
    ready_ms: Readings,
    memory_mib: Readings,
    peak_memory_mib: Readings,
}

impl Start {
    /// Measures and reports.
    pub(crate) async fn run(self) -> Result<()> {
        let binary = atoll::binary(self.common.binary.as_deref())?;
        let folder = self.common.folder()?;
        let machine = Machine::look(folder.path());
        machine.print();
        println!("binary    {:.1} MiB\n", mib(std::fs::metadata(&binary)?.len()));

        let mut rows = Vec::new();
        let mut seen = Seen::default();
        for _ in 0..self.runs {
            let empty = self.common.folder()?;
            seen.once(&binary, empty.path()).await?;
        }
        rows.push(seen.row("empty folder".to_owned()));
        Atoll::start(&binary, folder.path()).await?.stop().await?;
        rows.push(self.repeat(&binary, folder.path(), "existing store".to_owned()).await?);
        if let Some(grants) = self.grants {
            let filled = seed_store::fill(folder.path(), grants).await?;
            eprintln!(
                "filled    {} grants of {} devices on {} channels in {:.1} s; store {:.0} MiB",
                filled.grants,
                filled.devices,
                filled.channels,
                filled.took.as_secs_f64(),
                mib(filled.bytes)
            );
            prove(&binary, folder.path(), &filled).await?;
            rows.push(self.repeat(&binary, folder.path(), format!("{grants} grants")).await?);
        }
        print(&rows);
        self.common.write(&json!({ "machine": machine, "rows": rows }))
    }

    async fn repeat(&self, binary: &Path, data: &Path, store: String) -> Result<Row> {
        let mut seen = Seen::default();
        for _ in 0..self.runs {
            seen.once(binary, data).await?;
        }
        Ok(seen.row(store))
    }
}

/// What each run showed.
#[derive(Default)]
struct Seen {
    ready: Vec<f64>,
    memory: Vec<f64>,
    peak: Vec<f64>,
}

impl Seen {
    async fn once(&mut self, binary: &Path, data: &Path) -> Result<()> {
        let atoll = Atoll::start(binary, data).await?;
        tokio::time::sleep(REST).await;
        self.ready.push(atoll.ready_after.as_secs_f64() * 1e3);
        self.memory.push(atoll.process.memory()?);
        self.peak.push(atoll.process.peak_memory()?);
        atoll.stop().await
    }

    fn row(self, store: String) -> Row {
        eprintln!("measured  {store}");
        Row {
            store,
            ready_ms: Readings::of(self.ready),
            memory_mib: Readings::of(self.memory),
            peak_memory_mib: Readings::of(self.peak),
        }
    }
}

/// The grants are not only in the store, they count.
async fn prove(binary: &Path, data: &Path, filled: &seed_store::Filled) -> Result<()> {
    let atoll = Atoll::start(binary, data).await?;
    let mut graph = Graph::open(atoll.doors.http).await?;
    graph.sign_in(ADMIN, SECRET).await?;
    let (device, channel) = filled.sample();
    let query = "mutation($input: AuthzCheckInput!) { authzCheck(input: $input) { allowed reason } }";
    let input =
        json!({ "subjectId": device, "action": "publish", "objectKind": "resource", "objectId": channel });
    let answer = graph.ask(query, json!({ "input": input })).await?;
    if answer["authzCheck"]["allowed"] != true {
        return Err(format!("a grant that was put into the store does not count: {answer}").into());
    }
    atoll.stop().await
}

fn print(rows: &[Row]) {
    let mut table = table(&["store", "ready ms", "least–most", "memory MiB", "at most MiB"]);
    for row in rows {
        table.add_row([
            row.store.clone(),
            format!("{:.1}", row.ready_ms.median),
            format!("{:.1}–{:.1}", row.ready_ms.least, row.ready_ms.most),
            format!("{:.1}", row.memory_mib.median),
            format!("{:.1}", row.peak_memory_mib.most),
        ]);
    }
    println!("{table}");
    println!("ready: from starting the process to the first 200 of /health/ready; medians of all runs");
    println!("memory: resident, {} s after that; at most: the peak of all runs", REST.as_secs());
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
