//! Putting the rooms together: store, keys, world, seeds.

use std::path::Path;
use std::sync::Arc;

use atoll_access::AccessFacts;
use atoll_base::backup::Table;
use atoll_base::chance::SystemChance;
use atoll_base::ctx::{Ctx, Guard, Rule, Within};
use atoll_base::db::{self, Db, PoolSettings, Schema};
use atoll_base::decisions::{
    Attempts, AttemptsInbox, Decisions, QuestionInboxes, Questions, Source, Sources,
};
use atoll_base::keeper::Over;
use atoll_base::metrics::Metrics;
use atoll_base::settings::{KeySource, Settings};
use atoll_base::time::{Clock, SystemClock};
use atoll_base::vault::{BadKey, DeploymentKey, FollowKeys, Keyring, NamedKeys, SealedColumn, Vault};
use atoll_base::{Ground, GroundParts, Result, Secret, ledger};
use atoll_identity::{Identity, IdentityFacts};
use atoll_outbound::mail::Sending;
use atoll_pki::Pki;
use sea_orm_migration::MigrationTrait;

use crate::graphql::SettingOrigins;
use crate::lock::DataLock;

/// All migrations of the house, in order.
pub struct HouseSchema;

impl Schema for HouseSchema {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = atoll_base::migrations();
        all.extend(atoll_identity::migrations());
        all.extend(atoll_access::migrations());
        all.extend(atoll_pki::migrations());
        all
    }
}

/// Every table of the house, those referred to before those that refer: for backups.
pub fn tables() -> Vec<Box<dyn Table>> {
    let mut all = atoll_base::tables();
    all.extend(atoll_identity::tables());
    all.extend(atoll_access::tables());
    all.extend(atoll_pki::tables());
    all
}

/// What is pruned when it is over, of all rooms.
pub fn over() -> Vec<Over> {
    let mut all = atoll_base::keeper::over();
    all.extend(atoll_outbound::over());
    all.extend(atoll_access::over());
    all.extend(atoll_identity::over());
    all
}

/// What is asked before every commit that changes something for decisions.
pub fn guards() -> Vec<Arc<dyn Guard>> {
    atoll_access::guards()
}

/// All rooms' facts.
pub fn sources() -> Sources {
    let rooms: Vec<Arc<dyn Source>> = vec![Arc::new(IdentityFacts), Arc::new(AccessFacts)];
    Sources::new(rooms)
}

/// A whole house on a store, ready to serve.
pub struct House {
    /// The ground.
    pub ground: Arc<Ground>,
    /// Proving who somebody is.
    pub identity: Arc<Identity>,
    /// Issuing certificates.
    pub pki: Arc<Pki>,
    /// Sending mails.
    pub mail: Arc<Sending>,
    /// Attempts that wait to be written, until somebody starts writing them.
    pub inbox: AttemptsInbox,
    /// Answered questions that wait to be kept, until somebody starts keeping them.
    pub questions: QuestionInboxes,
    /// The administrator's password, on the very first start without `ADMIN_SECRET`.
    pub one_time_password: Option<Secret<String>>,
    /// Where the settings came from, for administrators who ask.
    pub origins: SettingOrigins,
    /// Held as long as this process uses the data folder.
    pub lock: Option<DataLock>,
}

impl House {
    /// Opens the store of the settings, brings it up to date, makes what is missing.
    pub async fn open(settings: Settings) -> Result<House> {
        House::open_with(settings, Arc::new(SystemClock)).await
    }

    /// The same, with another clock.
    pub async fn open_with(settings: Settings, clock: Arc<dyn Clock>) -> Result<House> {
        let mail = Arc::new(Sending::new(&settings)?);
        let pki = Pki::load(&settings, clock.now())?;
        let lock = DataLock::take(&settings)?;
        let chance = Arc::new(SystemChance);
        let db = open_store(&settings).await?;
        let applied = db::migrate::<HouseSchema>(&db).await?;
        if applied > 0 {
            tracing::info!(applied, store = %db.location(), "migrated");
        }
        let vault = Vault::new(deployment_key(&settings, NamedKeys::exist(&db).await?)?, chance.clone());
        let keys = NamedKeys::load(&db, &vault, clock.now(), &*chance).await?;
        let decisions = Decisions::load(
            db.clone(),
            sources(),
            clock.clone(),
            settings.strict_conditions,
            settings.decision_staleness_secs,
        )
        .await?;
        let (attempts, inbox) = Attempts::new();
        let (kept, questions) = Questions::new(&settings);
        let ground = Ground::new(GroundParts {
            db,
            clock,
            chance,
            vault,
            keys,
            decisions: Arc::new(decisions),
            attempts,
            questions: kept,
            settings: Arc::new(settings),
            metrics: Arc::new(Metrics::default()),
            guards: guards(),
        });
        ground.decisions().react(Arc::new(FollowKeys(ground.vault().clone())));
        seed(&ground).await?;
        let identity = Identity::start(&ground).await?;
        let first = atoll_identity::bootstrap::run(&ground, &identity).await?;
        let one_time_password = first.one_time_password;
        let origins = SettingOrigins::default();
        Ok(House { ground, identity, pki, mail, inbox, questions, one_time_password, origins, lock })
    }
}

/// Opens the store that the settings name, without changing it.
pub async fn open_store(settings: &Settings) -> Result<Db> {
    let pool = PoolSettings {
        max: settings.db_max_connections,
        min: settings.db_min_connections,
        acquire_timeout: settings.db_acquire_timeout_secs,
        connect_timeout: settings.db_connect_timeout_secs,
        idle_timeout: settings.db_idle_timeout_secs,
        max_lifetime: settings.db_max_lifetime_secs,
        durable: true,
    };
    Db::open(&settings.database(), &pool).await
}

/// The deployment key that the settings name. When they name none, that in the data folder, which is made unless something is
/// `sealed` in the store. With it come those whose seals still open.
pub fn deployment_key(settings: &Settings, sealed: bool) -> Result<Keyring, BadKey> {
    let id = &settings.key_encryption_key_id;
    let ring = match settings.key_source() {
        KeySource::Given(bytes) => DeploymentKey::given(id, *bytes.reveal()).into(),
        KeySource::File(path) => Keyring::from_file(id, &path)?,
        KeySource::DataFolder(folder) => {
            make_private_folder(&folder).map_err(|source| BadKey::File { path: folder.clone(), source })?;
            Keyring::in_folder(id, &folder, sealed, &SystemChance)?
        }
    };
    let previous = settings.key_encryption_key_previous.as_ref();
    let previous_id = &settings.key_encryption_key_previous_id;
    Ok(ring.with(previous.map(|bytes| DeploymentKey::given(previous_id, *bytes.reveal()))))
}

/// Every column that holds sealed values, of all rooms.
pub fn sealed() -> Vec<Box<dyn SealedColumn>> {
    let mut all = atoll_base::vault::sealed();
    all.extend(atoll_identity::sealed());
    all.extend(atoll_access::sealed());
    all
}

pub(crate) fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// What every house begins with: the administrator, the catalogue of actions, the first roles. Once, in one transaction;
/// of two replicas that start on an empty store one wins.
async fn seed(ground: &Arc<Ground>) -> Result<()> {
    if !ledger::heads(ground.db().reader()).await?.is_empty() {
        return Ok(());
    }
    let ctx = Ctx::platform(ground.clone(), "seed");
    let allowed = ctx.require(&Rule::any(&[]), &Within::<atoll_base::ctx::Seed>::platform())?;
    let mut tx = ctx.begin().await?;
    tx.lock_first_start().await?;
    if !ledger::heads(tx.conn()).await?.is_empty() {
        drop(tx);
        return ground.decisions().catch_up().await;
    }
    atoll_identity::seed(&mut tx, &allowed.part()).await?;
    atoll_access::seed::seed(&mut tx, &allowed.part()).await?;
    tx.commit().await?;
    Ok(())
}
