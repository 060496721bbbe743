//! Watching over a connection that stays open: whoever watches is asked again and again whether they still may.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use atoll_access::watch::{Noted, Watch};
use atoll_base::ctx::Ctx;
use atoll_base::decisions::RevisionToken;
use atoll_base::{Error, Fault, Kind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::app::App;

/// How many watches this process keeps open.
const PLACES: usize = 1000;

static OPEN: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(PLACES)));

/// Too many watch already.
#[derive(Debug, thiserror::Error)]
#[error("too many watches are open; please try again")]
struct Full;

impl Fault for Full {
    fn kind(&self) -> Kind {
        Kind::Limited
    }

    fn code(&self) -> &'static str {
        "watch.full"
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(5))
    }
}

/// A watch of a caller that proved who they are with a token.
pub(crate) struct Watching {
    app: App,
    ctx: Ctx,
    token: String,
    watch: Watch,
    _place: OwnedSemaphorePermit,
}

impl Watching {
    /// Begins to watch.
    pub(crate) async fn open(
        app: &App,
        ctx: Ctx,
        token: String,
        tenants: &[Uuid],
        from: Option<&RevisionToken>,
    ) -> Result<Watching> {
        let place = Arc::clone(&OPEN).try_acquire_owned().map_err(|_| Full)?;
        let watch = Watch::open(&ctx, tenants, from).await?;
        Ok(Watching { app: app.clone(), ctx, token, watch, _place: place })
    }

    /// Where the watcher is.
    pub(crate) fn at(&self) -> Option<RevisionToken> {
        self.watch.token()
    }

    /// The next thing that happened; `Ok(None)` if there was nothing for a few seconds. None when the server stops.
    pub(crate) async fn next(&mut self) -> Option<Result<Option<Noted>>> {
        let Watching { app, ctx, token, watch, .. } = self;
        let told = async {
            let told = watch.next().await?;
            // The token may have been revoked meanwhile, or have expired.
            app.identity.authenticate(ctx, token).await?;
            Ok::<_, Error>(told)
        };
        tokio::select! {
            told = told => Some(told),
            () = app.health.stopping() => None,
        }
    }
}
