//! The job that sends a letter.

use std::sync::Arc;
use std::time::Duration;

use atoll_base::jobs::{self, Claimed, Failed, Handler};
use atoll_base::settings::Settings;
use atoll_base::{Ground, Moment, Result};
use uuid::Uuid;

use super::enqueue::{JOB, place};
use super::letter::Letter;
use super::post::{NotDelivered, Post};
use super::smtp::Smtp;
use super::templates::Templates;

/// How long a letter that could not be sent is kept for people to look at.
const KEEP_DEAD: Duration = Duration::from_secs(14 * 86_400);

/// Sends letters.
pub struct Sending {
    templates: Templates,
    post: Option<Arc<dyn Post>>,
}

impl Sending {
    /// By the settings: with the mail server they name, or none. Every template is tried.
    ///
    /// # Errors
    /// When a template is broken, or the mail server cannot be what the settings say.
    pub fn new(settings: &Settings) -> Result<Sending> {
        let templates = Templates::load(settings)?;
        let post = Smtp::new(settings)?.map(|smtp| Arc::new(smtp) as Arc<dyn Post>);
        Ok(Sending { templates, post })
    }

    /// With somebody else to carry mails away.
    pub fn with(settings: &Settings, post: Arc<dyn Post>) -> Result<Sending> {
        Ok(Sending { templates: Templates::load(settings)?, post: Some(post) })
    }

    /// Whether there is anybody to carry mails away.
    pub fn is_possible(&self) -> bool {
        self.post.is_some()
    }
}

#[async_trait::async_trait]
impl Handler for Sending {
    async fn handle(&self, ground: &Arc<Ground>, job: &Claimed) -> Result<(), Failed> {
        let post = self.post.as_ref().ok_or("no mail server is set")?;
        let until = job.payload["until"].as_i64().map(Moment);
        if until.is_some_and(|until| until <= ground.clock().now()) {
            tracing::info!(job = %job.id, "a mail was not sent in time and is of no use any more");
            return Ok(());
        }
        let (id, letter) = open(ground, job)?;
        let mail = self.templates.write(&letter).map_err(|bad| bad.to_string())?;
        post.deliver(id, &mail).await.map_err(|why| match why {
            NotDelivered::Refused(_) => Failed::ForGood(why.to_string()),
            NotDelivered::ForNow(_) => Failed::ForNow(why.to_string()),
        })
    }
}

fn open(ground: &Ground, job: &Claimed) -> Result<(Uuid, Letter), String> {
    let payload = &job.payload;
    let id = payload["letter"].as_str().and_then(|id| id.parse().ok()).ok_or("the job names no letter")?;
    let (_, sealed) = jobs::sealed_in(payload).ok_or("the letter is not readable")?;
    // The place is made anew: what another job was given does not open here.
    let text = ground.vault().open(&place(id), &sealed).map_err(|why| why.to_string())?;
    let letter = serde_json::from_slice(text.reveal()).map_err(|_| "the letter is not readable")?;
    Ok((id, letter))
}

/// Removes letters that were given up two weeks ago; how many.
pub(crate) async fn forget_dead(ground: &Ground) -> Result<u64> {
    jobs::discard_dead(ground, JOB, ground.clock().now().minus(KEEP_DEAD)).await
}
