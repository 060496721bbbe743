//! Reading the audit log.

use atoll_base::ctx::{Ctx, May, Rule, Visibility, Within};
use atoll_base::ledger::PLATFORM_STREAM;
use atoll_base::{Common, Error, ListRequest, Listed, Moment, Outcome, Result, TimeSort};
use atoll_policy::ObjectKind;
use uuid::Uuid;

use super::model::{Record, Streams};
use super::store;

/// Who may read every stream.
pub(crate) const READ_ALL: Rule = Rule::any(&[May::platform("read"), May::platform("manage")]);

/// Which rows to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Done or attempted by this entity.
    pub actor: Option<Uuid>,
    /// In the stream of this tenant.
    pub tenant: Option<Uuid>,
    /// About something of this kind.
    pub target_kind: Option<String>,
    /// About this.
    pub target: Option<Uuid>,
    /// Of this name.
    pub event: Option<String>,
    /// That ended so.
    pub outcome: Option<Outcome>,
    /// Not before this.
    pub from: Option<Moment>,
    /// Before this.
    pub to: Option<Moment>,
    /// That has this text in it, whatever the case.
    pub text: Option<String>,
}

/// The shortest and the longest text that is looked for: less finds everything, more is no word.
const TEXT: std::ops::RangeInclusive<usize> = 2..=200;

impl AuditFilter {
    /// The same with a text to look for; blank is none.
    pub fn with_text(mut self, text: Option<String>) -> Result<AuditFilter> {
        self.text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        match &self.text {
            Some(text) if !TEXT.contains(&text.chars().count()) => {
                let (least, most) = (TEXT.start(), TEXT.end());
                Err(Common::Invalid(format!("search must be {least} to {most} characters")).into())
            }
            _ => Ok(self),
        }
    }
}

/// A page of the rows that the caller may read: of every stream for those who read at the platform, else of the tenants in
/// which the caller may read audit logs. Whoever may read none, or not those of the tenant asked for, is refused.
pub async fn list(
    ctx: &Ctx,
    filter: &AuditFilter,
    request: &ListRequest<TimeSort>,
) -> Result<Listed<Record>> {
    ctx.signed_in()?;
    let readable = readable(ctx)?;
    let streams = match filter.tenant {
        Some(tenant) => readable.within(tenant),
        None => Some(readable).filter(|streams| !streams.is_empty()),
    };
    let streams = streams.ok_or_else(|| refused(ctx, filter.tenant))?;
    store::list(&ctx.reader(), &streams, filter, request).await
}

/// The record at a place in the stream of a tenant, or of the platform; what the caller may not read is not there.
pub async fn get(ctx: &Ctx, tenant: Option<Uuid>, revision: i64) -> Result<Record> {
    ctx.signed_in()?;
    let found = match reads(ctx, tenant)? {
        true => store::find(&ctx.reader(), tenant.unwrap_or(PLATFORM_STREAM), revision).await?,
        false => None,
    };
    found.ok_or_else(|| Common::not_found("audit log", revision).into())
}

/// Whether the caller reads the audit log of a tenant, or of the platform.
pub(crate) fn reads(ctx: &Ctx, tenant: Option<Uuid>) -> Result<bool> {
    let readable = readable(ctx)?;
    Ok(match tenant {
        Some(tenant) => readable.within(tenant).is_some(),
        None => matches!(readable, Streams::AllBut(_)),
    })
}

fn readable(ctx: &Ctx) -> Result<Streams> {
    let everywhere = ctx.may(&READ_ALL, &Within::<Record>::platform())?;
    match ctx.visible(&["read"], ObjectKind::AuditLog)? {
        Visibility::Everything => Ok(Streams::AllBut(Default::default())),
        Visibility::Any { filters, world, .. } => match filters.first() {
            Some(filter) => Ok(Streams::readable(filter, &world, everywhere)),
            None => Err(Common::bug("an action without a filter").into()),
        },
    }
}

/// The refusal; that somebody wanted to read is remembered.
fn refused(ctx: &Ctx, tenant: Option<Uuid>) -> Error {
    match ctx.require(&READ_ALL, &Within::<Record>::tenant(tenant)) {
        Err(refused) => refused,
        Ok(_) => Common::Forbidden.into(),
    }
}
