//! `lists`: what a page of a long list costs those who may see all of it, a tenth, or a few.

mod crowd;

use std::time::Instant;

use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use crate::atoll::{self, ADMIN, Atoll, SECRET};
use crate::graph::Graph;
use crate::machine::Machine;
use crate::readings::Readings;
use crate::table::table;
use crate::{Common, Result};
use crowd::{Crowd, Store};

/// Pages of a list of a million entities.
#[derive(Args)]
pub(crate) struct Lists {
    #[command(flatten)]
    common: Common,
    /// How many entities there are
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(10_000..))]
    entities: u64,
    /// How often each page is asked for
    #[arg(long, value_name = "N", default_value_t = 101, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    runs: u32,
}

/// Somebody who lists.
struct Caller {
    name: String,
    graph: Graph,
    /// How much there is to see.
    sees: u64,
}

/// One page of one caller.
#[derive(Serialize)]
struct Row {
    store: &'static str,
    caller: String,
    page: &'static str,
    plain_ms: Readings,
    total_ms: Readings,
}

/// The pages, with the arguments that make them; a middle page needs its cursor.
const PAGES: [(&str, &str, bool); 5] = [
    ("first", "", false),
    ("middle", "", true),
    ("middle, by name", "sort: name_asc,", true),
    ("first, of a tenant", "tenantId: $tenant,", false),
    ("middle, of a tenant", "tenantId: $tenant,", true),
];

impl Lists {
    /// Measures and reports.
    pub(crate) async fn run(self) -> Result<()> {
        let folder = self.common.folder()?;
        let machine = Machine::look(folder.path());
        machine.print();
        let mut rows = self.measure(Store::sqlite(folder.path())).await?;
        if let Some(store) = Store::postgres(folder.path()).await? {
            rows.extend(self.measure(store).await?);
        }
        print(&rows);
        self.common.write(&json!({ "machine": machine, "entities": self.entities, "rows": rows }))
    }

    async fn measure(&self, store: Store) -> Result<Vec<Row>> {
        let binary = atoll::binary(self.common.binary.as_deref())?;
        std::fs::create_dir_all(&store.data)?;
        let begun = Instant::now();
        let first = Atoll::start_on(&binary, &store.data, store.address.as_deref()).await?;
        let mut admin = Graph::open(first.doors.http).await?;
        admin.sign_in(ADMIN, SECRET).await?;
        let crowd = Crowd::prepare(&mut admin, self.entities).await?;
        first.stop().await?;
        crowd.fill(&store).await?;
        let atoll = Atoll::start_on(&binary, &store.data, store.address.as_deref()).await?;
        let mut admin = Graph::open(atoll.doors.http).await?;
        admin.sign_in(ADMIN, SECRET).await?;
        let mut callers = vec![Caller { name: "everything".to_owned(), graph: admin, sees: self.entities }];
        for (name, token, sees) in crowd.give(&mut callers[0].graph).await? {
            let graph = Graph::bearing(atoll.doors.http, &token).await?;
            callers.push(Caller { name, graph, sees });
        }
        eprintln!("filled    {} in {:.0} s", store.name, begun.elapsed().as_secs_f64());
        let mut rows = Vec::new();
        for caller in &mut callers {
            for (page, arguments, middle) in PAGES {
                if !middle || caller.sees > 1 {
                    rows.extend(self.page(store.name, caller, &crowd, (page, arguments, middle)).await?);
                }
            }
            eprintln!("measured  {}", caller.name);
        }
        atoll.stop().await?;
        store.remove().await?;
        Ok(rows)
    }

    /// Nothing, where the caller sees nothing there.
    async fn page(
        &self,
        store: &'static str,
        caller: &mut Caller,
        crowd: &Crowd,
        (page, arguments, middle): (&'static str, &str, bool),
    ) -> Result<Option<Row>> {
        let query = |part: &str, fields: &str| {
            let declared = match (arguments.contains("$tenant"), part.contains("$after")) {
                (true, true) => "($tenant: ID, $after: String)",
                (true, false) => "($tenant: ID)",
                (false, true) => "($after: String)",
                (false, false) => "",
            };
            let arguments = format!("{arguments} {part}");
            let given = if arguments.trim().is_empty() { String::new() } else { format!("({arguments})") };
            format!("query{declared} {{ page: entities{given} {{ {fields} }} }}")
        };
        let tenant = crowd.tenant();
        let mut after = Value::Null;
        if middle {
            let count = caller.graph.ask(&query("", "total"), json!({ "tenant": tenant })).await?;
            let half = count["page"]["total"].as_u64().unwrap_or_default() / 2;
            if half == 0 {
                return Ok(None);
            }
            let part = format!("limit: 1, offset: {}", half - 1);
            let found = caller.graph.ask(&query(&part, "nextCursor"), json!({ "tenant": tenant })).await?;
            after = found["page"]["nextCursor"].clone();
        }
        let variables = json!({ "tenant": tenant, "after": after });
        let part = "limit: 20, after: $after";
        let plain = self.repeat(caller, &query(part, "items { id name } nextCursor"), &variables).await?;
        let total =
            self.repeat(caller, &query(part, "items { id name } nextCursor total"), &variables).await?;
        Ok(Some(Row { store, caller: caller.name.clone(), page, plain_ms: plain, total_ms: total }))
    }

    async fn repeat(&self, caller: &mut Caller, query: &str, variables: &Value) -> Result<Readings> {
        let mut took = Vec::new();
        for run in 0..=self.runs {
            let begun = Instant::now();
            let answer = caller.graph.ask(query, variables.clone()).await?;
            if answer["page"]["items"].as_array().is_none_or(Vec::is_empty) {
                return Err(format!("{} sees nothing: {query}", caller.name).into());
            }
            // The first one warms caches.
            if run > 0 {
                took.push(begun.elapsed().as_secs_f64() * 1e3);
            }
        }
        Ok(Readings::of(took))
    }
}

fn print(rows: &[Row]) {
    let mut table = table(&["store, who sees what", "page", "ms", "ratio", "with total ms", "ratio"]);
    for row in rows {
        let plainest =
            rows.iter().find(|one| one.store == row.store).map_or(f64::NAN, |one| one.plain_ms.median);
        table.add_row([
            format!("{}, {}", row.store, row.caller),
            row.page.to_owned(),
            format!("{:.2}", row.plain_ms.median),
            format!("{:.2}", row.plain_ms.median / plainest),
            format!("{:.2}", row.total_ms.median),
            format!("{:.2}", row.total_ms.median / plainest),
        ]);
    }
    println!("{table}");
    println!(
        "medians over one connection, through GraphQL; ratio: to the first page of who may see everything"
    );
}
