//! Readers, writers of this process, another replica and the follower, in thousands of interleavings: what runs is
//! [`Live`], on a ledger and a pointer that let the checker decide who goes next.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use atoll_policy::{Change, Fact, TenantStatus, World};
use serde_json::json;
use shuttle::future::block_on;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::sync::{Mutex, RwLock};
use shuttle::{Config, Runner, thread};
use uuid::Uuid;

use super::Reaction;
use super::live::{Feed, Followed, Live, Pointer};
use crate::error::Result;
use crate::ledger::{Head, Row};
use crate::time::Moment;

/// Interleavings tried by each scheduler.
const TRIED: usize = 2_000;
/// How many switches of priority a rare interleaving may need to be found for certain.
const DEPTH: usize = 3;

const FIRST: Uuid = Uuid::from_u128(1);
const SECOND: Uuid = Uuid::from_u128(2);

struct Cell(RwLock<Arc<World>>);

impl Pointer for Cell {
    fn load(&self) -> Arc<World> {
        self.0.read().unwrap().clone()
    }

    fn store(&self, world: Arc<World>) {
        *self.0.write().unwrap() = world;
    }
}

/// The ledger as PostgreSQL shows it: a transaction has its tick long before it becomes visible.
#[derive(Default)]
struct Ledger {
    rows: BTreeMap<Uuid, Vec<Row>>,
    ticks: BTreeMap<Uuid, i64>,
    open: BTreeSet<i64>,
    next: i64,
}

#[derive(Clone, Default)]
struct Store(Arc<Mutex<Ledger>>);

impl Store {
    fn begin(&self) -> i64 {
        let mut ledger = self.0.lock().unwrap();
        let tick = ledger.next;
        ledger.next += 1;
        ledger.open.insert(tick);
        tick
    }

    /// A row in each of the streams, all visible at once.
    fn commit(&self, tick: i64, streams: &[Uuid]) -> Vec<Row> {
        let mut ledger = self.0.lock().unwrap();
        ledger.open.remove(&tick);
        let append = |stream: &Uuid| {
            ledger.ticks.insert(*stream, tick);
            let rows = ledger.rows.entry(*stream).or_default();
            rows.push(row(*stream, rows.len() as i64 + 1));
            rows.last().cloned().expect("just written")
        };
        streams.iter().map(append).collect()
    }

    fn len(&self, stream: Uuid) -> i64 {
        self.0.lock().unwrap().rows.get(&stream).map_or(0, |rows| rows.len() as i64)
    }
}

#[async_trait::async_trait]
impl Feed for Store {
    async fn mark(&self) -> Result<i64> {
        let ledger = self.0.lock().unwrap();
        Ok(ledger.open.first().copied().unwrap_or(ledger.next))
    }

    async fn heads_since(&self, mark: i64) -> Result<Vec<Head>> {
        let ledger = self.0.lock().unwrap();
        let late = ledger.ticks.iter().filter(|(_, tick)| **tick >= mark);
        Ok(late
            .map(|(stream, _)| Head { stream: *stream, revision: ledger.rows[stream].len() as i64 })
            .collect())
    }

    async fn rows_after(&self, stream: Uuid, revision: i64, limit: u64) -> Result<Vec<Row>> {
        let ledger = self.0.lock().unwrap();
        let rows = ledger.rows.get(&stream).into_iter().flatten();
        let after = rows.filter(|row| row.revision > revision);
        Ok(after.take(limit as usize).cloned().collect())
    }
}

/// A second tenant that every row of the stream writes to as well.
fn twin(stream: Uuid) -> Uuid {
    Uuid::from_u128(stream.as_u128() + 1000)
}

/// A row that sets the tenant and its twin to the revision.
fn row(stream: Uuid, revision: i64) -> Row {
    let set = |id| {
        let attributes = json!({ "revision": revision });
        Change::Put(Fact::Tenant { id, status: TenantStatus::Active, attributes })
    };
    Row {
        stream,
        revision,
        id: Uuid::from_u128(revision as u128),
        at: Moment(0),
        event: "tenant.update".into(),
        outcome: "allow".into(),
        actor: None,
        target: None,
        reason: None,
        details: json!({}),
        changes: vec![set(stream), set(twin(stream))],
    }
}

#[derive(Default)]
struct Heard(parking_lot::Mutex<BTreeMap<Uuid, Vec<i64>>>);

impl Reaction for Heard {
    fn on(&self, rows: &[Row]) {
        for row in rows {
            self.0.lock().entry(row.stream).or_default().push(row.revision);
        }
    }
}

/// What a world says of a stream; it must say the same everywhere.
fn seen(world: &World, stream: Uuid) -> i64 {
    let written = |id| {
        let tenant = world.tenant(id);
        tenant.map_or(0, |row| row.attributes["revision"].as_i64().expect("a number"))
    };
    let revision = world.revision(stream);
    assert_eq!([written(stream), written(twin(stream))], [revision; 2], "half a revision is seen");
    revision
}

type Model = Live<Cell>;

fn write(live: &Model, store: &Store, streams: &[Uuid]) {
    let tick = store.begin();
    let rows = store.commit(tick, streams);
    let written: Vec<_> = rows.iter().map(|row| (row.stream, row.revision)).collect();
    block_on(live.absorb(store, rows)).unwrap();
    let world = live.world();
    for (stream, revision) in written {
        assert!(seen(&world, stream) >= revision, "an acknowledged write is not seen");
    }
}

fn read(live: &Model, times: usize) {
    let mut before = [0, 0];
    for _ in 0..times {
        let world = live.world();
        let now = [FIRST, SECOND].map(|stream| seen(&world, stream));
        assert!(now[0] >= before[0] && now[1] >= before[1], "a revision went backwards");
        before = now;
    }
}

/// Everybody at once.
fn run() {
    let store = Store::default();
    let followed = Followed { mark: 0, revisions: Default::default() };
    let pointer = Cell(RwLock::new(Arc::new(World::new(true))));
    let live = Arc::new(Live::new(pointer, followed));
    let heard = Arc::new(Heard::default());
    live.react(heard.clone());
    let mut tasks = Vec::new();
    for streams in [[&[FIRST][..], &[FIRST, SECOND]], [&[SECOND, FIRST], &[FIRST]]] {
        let (live, store) = (live.clone(), store.clone());
        tasks.push(thread::spawn(move || streams.iter().for_each(|streams| write(&live, &store, streams))));
    }
    let elsewhere = store.clone();
    tasks.push(thread::spawn(move || {
        for streams in [&[FIRST][..], &[SECOND]] {
            let tick = elsewhere.begin();
            elsewhere.commit(tick, streams);
        }
    }));
    let (follower, ledger) = (live.clone(), store.clone());
    tasks.push(thread::spawn(move || {
        for _ in 0..2 {
            block_on(follower.catch_up(&ledger, || Moment(0))).unwrap();
        }
    }));
    let reader = live.clone();
    tasks.push(thread::spawn(move || read(&reader, 4)));
    for task in tasks {
        task.join().unwrap();
    }
    block_on(live.catch_up(&store, || Moment(0))).unwrap();
    let world = live.world();
    for stream in [FIRST, SECOND] {
        assert_eq!(seen(&world, stream), store.len(stream), "something was never followed");
        let all: Vec<i64> = (1..=store.len(stream)).collect();
        assert_eq!(heard.0.lock()[&stream], all, "each row is heard of once and in order");
    }
}

fn check(scheduler: impl Scheduler + 'static, run: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    // Applying changes goes deeper than the checker's own small stacks.
    config.stack_size = 1 << 20;
    config.failure_persistence = shuttle::FailurePersistence::None;
    Runner::new(scheduler, config).run(run);
}

#[test]
fn whatever_the_order_readers_see_whole_revisions_and_writers_their_own() {
    check(RandomScheduler::new(TRIED), run);
    check(PctScheduler::new(DEPTH, TRIED), run);
}

/// The checker would find it: two who publish without taking turns lose a revision.
#[test]
fn publishing_without_taking_turns_is_found_out() {
    let broken = || {
        let cell = Arc::new(Cell(RwLock::new(Arc::new(World::new(true)))));
        let tasks = [FIRST, SECOND].map(|stream| {
            let cell = cell.clone();
            thread::spawn(move || {
                let next = cell.load().apply(&row(stream, 1).changes).at_revision(stream, 1);
                cell.store(Arc::new(next));
                assert_eq!(seen(&cell.load(), stream), 1);
            })
        });
        for task in tasks {
            task.join().unwrap();
        }
    };
    let found = catch_unwind(AssertUnwindSafe(|| check(RandomScheduler::new(TRIED), broken)));
    assert!(found.is_err());
}
