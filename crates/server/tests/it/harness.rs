//! A house on an empty store of each engine, and callers of every kind.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Variables};
use atoll_access::drafts::{Shadow, Watch};
use atoll_access::recorded;
use atoll_base::ctx::{Caller, CredentialKind, Ctx, Methods, Origin, SignedIn};
use atoll_base::decisions::{AttemptsInbox, QuestionInboxes};
use atoll_base::keeper;
use atoll_base::settings::Settings;
use atoll_base::testing::{TestStore, stores};
use atoll_base::time::{Clock, ManualClock};
use atoll_base::{Ground, Moment};
use atoll_policy::Ceiling;
use atoll_server::graphql;
use atoll_server::{App, House};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

/// The seeded administrator.
pub const ADMIN: Uuid = Uuid::from_u128(1);

/// A seeded house with a clock that tests move, and the doors that callers use.
pub struct Plant {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub questions: Arc<Mutex<QuestionInboxes>>,
    pub drafts: Arc<Watch>,
    store: Arc<TestStore>,
    inbox: Mutex<Option<AttemptsInbox>>,
}

/// Runs the test on a fresh house of each engine.
pub async fn on_both(test: impl AsyncFn(Plant)) {
    on_both_with(Settings::for_tests(), test).await;
}

/// The same, with these settings.
pub async fn on_both_with(settings: Settings, test: impl AsyncFn(Plant)) {
    for store in stores().await.expect("stores for tests") {
        let store = Arc::new(store);
        let clock = Arc::new(ManualClock::at(Moment(1_800_000_000_000_000)));
        test(Plant::open_with(store.clone(), clock, settings.clone()).await).await;
        if let Ok(store) = Arc::try_unwrap(store) {
            store.remove().await.expect("the store can be removed");
        }
    }
}

impl Plant {
    async fn open(store: Arc<TestStore>, clock: Arc<ManualClock>) -> Plant {
        Plant::open_with(store, clock, Settings::for_tests()).await
    }

    /// On SQLite, with these settings.
    pub async fn with(settings: Settings) -> Plant {
        let store = atoll_base::testing::sqlite().expect("a store for tests");
        let clock = Arc::new(ManualClock::at(Moment(1_800_000_000_000_000)));
        Plant::open_with(Arc::new(store), clock, settings).await
    }

    async fn open_with(store: Arc<TestStore>, clock: Arc<ManualClock>, settings: Settings) -> Plant {
        let settings = Settings {
            database_url: Some(store.location.clone()),
            data_dir: store.folder.path().to_owned(),
            ..settings
        };
        let house = House::open_with(settings, clock.clone()).await.expect("a house");
        let app = App::new(house.ground, house.identity, house.pki, house.origins);
        let questions = Arc::new(Mutex::new(house.questions));
        let drafts = Watch::start(&app.ground);
        Plant { app, clock, questions, drafts, store, inbox: Mutex::new(Some(house.inbox)) }
    }

    /// A second process on the same store (PostgreSQL; on SQLite the data folder belongs to the first).
    pub async fn another(&self) -> Plant {
        Plant::open(self.store.clone(), self.clock.clone()).await
    }

    /// The same with other settings; also the same process after a restart.
    pub async fn another_with(&self, settings: Settings) -> Plant {
        Plant::open_with(self.store.clone(), self.clock.clone(), settings).await
    }

    pub fn ground(&self) -> &Arc<Ground> {
        &self.app.ground
    }

    /// A request of the seeded administrator.
    pub fn admin(&self) -> Ctx {
        self.caller(ADMIN, None)
    }

    /// A request of an entity that has signed in with a password.
    pub fn caller(&self, entity: Uuid, tenant: Option<Uuid>) -> Ctx {
        let signed_in = SignedIn {
            entity,
            tenant,
            session: None,
            credential: None,
            kind: CredentialKind::Password,
            expires_at: None,
            since: Some(self.clock.now()),
            methods: Methods::PASSWORD,
            ceiling: None,
            actors: Vec::new(),
        };
        Ctx::new(self.app.ground.clone(), Caller::Entity(Arc::new(signed_in)), Origin::default())
    }

    /// A request of an entity with an access token that may be used for this at most.
    pub fn capped(&self, entity: Uuid, tenant: Option<Uuid>, ceiling: Ceiling) -> Ctx {
        let signed_in = SignedIn {
            entity,
            tenant,
            session: None,
            credential: None,
            kind: CredentialKind::AccessToken,
            expires_at: None,
            since: None,
            methods: Methods::NONE,
            ceiling: Some(Arc::new(ceiling)),
            actors: Vec::new(),
        };
        Ctx::new(self.app.ground.clone(), Caller::Entity(Arc::new(signed_in)), Origin::default())
    }

    /// A request of nobody.
    pub fn nobody(&self) -> Ctx {
        Ctx::new(self.app.ground.clone(), Caller::Nobody, Origin::default())
    }

    /// Carries out a GraphQL request; the whole answer.
    pub async fn answer(&self, ctx: &Ctx, query: &str, variables: Value) -> Value {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let answer = graphql::run(&self.app, ctx.clone(), request).await;
        serde_json::to_value(&answer).expect("an answer is JSON")
    }

    /// Carries out a GraphQL request that must succeed; its data.
    pub async fn data(&self, ctx: &Ctx, query: &str, variables: Value) -> Value {
        let mut answer = self.answer(ctx, query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}: {answer}");
        answer["data"].take()
    }

    /// Carries out a GraphQL request that must fail; the first message.
    pub async fn refusal(&self, ctx: &Ctx, query: &str, variables: Value) -> String {
        let answer = self.answer(ctx, query, variables).await;
        let message = answer["errors"][0]["message"].as_str();
        message.unwrap_or_else(|| panic!("{query} did not fail: {answer}")).to_owned()
    }

    /// A new tenant of the administrator; its id.
    pub async fn tenant(&self, name: &str) -> Uuid {
        let made = "mutation($name: String!) { made: createTenant(input: { name: $name }) { id } }";
        self.made(&self.admin(), made, json!({ "name": name })).await
    }

    /// A new entity of a kind, in a tenant or not; its id.
    pub async fn entity(&self, kind: &str, name: &str, tenant: Option<Uuid>) -> Uuid {
        let made = "mutation($input: CreateEntityInput!) { made: createEntity(input: $input) { id } }";
        let input = json!({ "input": { "kind": kind, "name": name, "tenantId": tenant } });
        self.made(&self.admin(), made, input).await
    }

    /// Carries out a mutation whose only field is called `made` and has an id; that id.
    pub async fn made(&self, ctx: &Ctx, mutation: &str, variables: Value) -> Uuid {
        let data = self.data(ctx, mutation, variables).await;
        data["made"]["id"].as_str().expect("an id").parse().expect("a UUID")
    }

    /// Writes the attempts so far to the ledger, as a house that ends does; once for each house.
    pub async fn write_attempts(&self) {
        let inbox = self.inbox.lock().await.take().expect("attempts are written once");
        let (_keep, stop) = tokio::sync::watch::channel(true);
        inbox.run(self.app.ground.clone(), stop).await;
    }

    /// Writes down the decisions that wait for it.
    pub async fn write_down(&self) {
        let mut writer = recorded::IntoLog(self.app.ground.clone());
        self.questions.lock().await.log.rest(&mut writer).await;
    }

    /// Takes note of the drafts that are in shadow.
    pub async fn notice_drafts(&self) {
        self.ground().decisions().catch_up().await.expect("the ledger");
        self.drafts.refresh(self.ground()).await.expect("drafts");
    }

    /// Puts the questions that wait for it to the drafts in shadow.
    pub async fn ask_drafts(&self) {
        let mut shadow = Shadow::new(self.ground().clone(), self.drafts.clone());
        self.questions.lock().await.shadow.rest(&mut shadow).await;
    }

    /// Forgets what is over of who there is, as a house does now and then; how many rows.
    pub async fn forget(&self) -> u64 {
        keeper::forget(self.ground(), &atoll_identity::over()).await
    }

    /// Some time passes, in which the store is there.
    pub async fn later(&self, by: Duration) {
        self.clock.advance(by);
        self.ground().decisions().catch_up().await.expect("the ledger");
    }

    /// Waits for what is written in the background.
    pub async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
