//! Which objects somebody may act on: the same filter that lists use, for any subject.

use atoll_base::ctx::{Ctx, Visibility, Within};
use atoll_base::{Fault, Kind, ListRequest, ListSort, Page, PageRequest, Result};
use atoll_policy::{ObjectKind, ObjectType};
use uuid::Uuid;

use super::decide::RULE;
use crate::groups::{self, GroupFilter};
use crate::resources::{self, ResourceFilter};
use crate::subjects;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct AuthorizedObjects {
    /// The entity that would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the objects: entity, resource or group.
    pub object_kind: String,
    /// Sub-kind, with or without the kind in front; means nothing for groups.
    pub object_type: Option<String>,
    /// Only what belongs to this tenant.
    pub tenant: Option<Uuid>,
    /// Text in name or attributes.
    pub q: Option<String>,
}

/// Objects of this kind are not listed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("authorized object listing does not support object kind '{0}'")]
pub struct NotListed(String);

impl Fault for NotListed {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "check.not_listed"
    }
}

/// A page of the ids of the objects that the subject may act on without conditions, newest first. Everybody may ask about
/// themselves; about others, whoever may check in the tenant, or at the platform.
pub async fn authorized_object_ids(
    ctx: &Ctx,
    asked: &AuthorizedObjects,
    page: PageRequest,
) -> Result<Page<Uuid>> {
    let own = ctx.signed_in()?.entity == asked.subject;
    if !own {
        ctx.require(&RULE, &Within::<Visibility>::tenant(asked.tenant))?;
    }
    let kind = match asked.object_kind.parse() {
        Ok(kind @ (ObjectKind::Entity | ObjectKind::Resource | ObjectKind::Group)) => kind,
        _ => return Err(NotListed(asked.object_kind.clone()).into()),
    };
    let ceiling = ctx.caller().ceiling().filter(|_| own);
    let world = ctx.world()?;
    let filters = vec![world.visible(asked.subject, ctx.now().0, ceiling, &asked.action, kind)];
    let visible = Visibility::Any { kind, filters, world };
    let sub = match asked.object_type.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) if kind != ObjectKind::Group => match ObjectType::within(kind, text) {
            Some(of) => Some(of.sub.to_string()),
            // A type of another kind: nothing is of it.
            None => return Ok(Page { items: Vec::new(), total: 0 }),
        },
        _ => None,
    };
    let request = ListRequest::page(page, ListSort::CreatedDesc);
    let (conn, tenant, q) = (&ctx.reader(), asked.tenant, asked.q.clone());
    match kind {
        ObjectKind::Resource => {
            let filter = ResourceFilter { kind: sub, tenant, q, ..ResourceFilter::default() };
            Ok(resources::store::list(conn, &visible, &filter, &request).await?.map(|found| found.id).into())
        }
        ObjectKind::Group => {
            let filter = GroupFilter { tenant, q, ..GroupFilter::default() };
            Ok(groups::store::list(conn, &visible, &filter, &request).await?.map(|found| found.id).into())
        }
        _ => subjects::entities::ids(conn, &visible, sub.as_deref(), tenant, q.as_deref(), &request).await,
    }
}
