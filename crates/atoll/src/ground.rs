//! What a command stands on that works beside a running Atoll: the same store and keys, without the lock on the data
//! folder, and without migrating or seeding anything.

use std::sync::Arc;

use atoll_base::chance::SystemChance;
use atoll_base::ctx::{Caller, CredentialKind, Methods, Origin, SignedIn};
use atoll_base::db::Db;
use atoll_base::decisions::{Attempts, Decisions, Questions};
use atoll_base::metrics::Metrics;
use atoll_base::settings::Settings;
use atoll_base::time::{Clock, SystemClock};
use atoll_base::vault::{NamedKeys, Vault};
use atoll_base::{Ctx, Ground, GroundParts, Result};
use atoll_server::house::{guards, sources};

use crate::failure::Failure;
use crate::{key, store};

/// A ground on the store that is there already.
pub(crate) async fn open(settings: Settings) -> Result<Arc<Ground>, Failure> {
    on(store::open(&settings).await?, settings).await
}

/// A ground on an open store of the current shape.
pub(crate) async fn on(db: Db, settings: Settings) -> Result<Arc<Ground>, Failure> {
    let chance = Arc::new(SystemChance);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let vault = Vault::new(key::require(&settings)?, chance.clone());
    let keys = NamedKeys::load(&db, &vault, clock.now(), &*chance).await?;
    let decisions = decisions(&db, &settings).await?;
    // Nobody is signed in at a terminal, so that nobody's attempts and questions are noted: the queues need no reader.
    let (attempts, _) = Attempts::new();
    let (questions, _) = Questions::new(&settings);
    Ok(Ground::new(GroundParts {
        db,
        clock,
        chance,
        vault,
        keys,
        decisions: Arc::new(decisions),
        attempts,
        questions,
        settings: Arc::new(settings),
        metrics: Arc::new(Metrics::default()),
        guards: guards(),
    }))
}

/// Whoever can open the store at a terminal acts as its administrator: every step is decided, guarded and recorded like
/// one of theirs.
pub(crate) fn as_administrator(ground: &Arc<Ground>) -> Ctx {
    let signed_in = SignedIn {
        entity: ground.settings().admin_entity_id,
        tenant: None,
        session: None,
        credential: None,
        kind: CredentialKind::Password,
        expires_at: None,
        since: None,
        methods: Methods::NONE,
        ceiling: None,
        actors: Vec::new(),
    };
    Ctx::new(ground.clone(), Caller::Entity(Arc::new(signed_in)), Origin::default())
}

/// The policy world of a store, as it is now.
pub(crate) async fn decisions(db: &Db, settings: &Settings) -> Result<Decisions> {
    let clock = Arc::new(SystemClock);
    Decisions::load(
        db.clone(),
        sources(),
        clock,
        settings.strict_conditions,
        settings.decision_staleness_secs,
    )
    .await
}
