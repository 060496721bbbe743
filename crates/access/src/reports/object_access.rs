//! Which grants reach an object.

use atoll_base::ctx::Ctx;
use atoll_base::db::{Engine, in_ids, unindexed};
use atoll_base::{Page, PageRequest, Result};
use atoll_policy::{ObjectKind, ObjectRef, Selector};
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use uuid::Uuid;

use super::grants::{Access, grouped};
use super::paths::Paths;
use super::store::{self, Which};
use super::{About, READ, shown_within};
use crate::check::BadSelector;
use crate::tenancy::absent;
use crate::{groups, target};

/// A page of the grants, allows and denies, whose blocks cover an object: over it, its type or kind, the groups it lies
/// in, its tenant, the platform. They are listed whether their conditions would hold or not.
pub async fn object_access(
    ctx: &Ctx,
    kind: &str,
    id: Option<Uuid>,
    page: PageRequest,
) -> Result<Page<Access>> {
    ctx.signed_in()?;
    let selector = Selector { resource_id: None, object_kind: Some(kind), object_id: id };
    let object = selector.resolve().map_err(BadSelector::from)?;
    let world = ctx.world()?;
    let Some(tenant) = world.object_tenant(object) else {
        return Err(absent(ctx, object.kind.as_str(), object.id, &READ));
    };
    ctx.require(&READ, &About { object, tenant })?;
    let sub = target::sub_kind(&world, object);
    let blocks = covering(ctx, object, sub, tenant, world.parent_of(object)).await?;
    let within = shown_within(ctx, tenant)?;
    let which = Which { within, counting_in: Some(tenant), blocks: Some(blocks), ..Which::default() };
    let held = store::grants(&ctx.reader(), &which, ctx.now(), page).await?;
    let paths = Paths::from(&world, &groups_among(&held.items));
    grouped(ctx, &world, held, &paths).await
}

fn groups_among(held: &[super::grants::Held]) -> Vec<Uuid> {
    let groups = held.iter().filter_map(|held| match held.subject {
        atoll_policy::Subject::Group(id) => Some(id),
        atoll_policy::Subject::Entity(_) => None,
    });
    let mut groups: Vec<Uuid> = groups.collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn mode(mode: &'static str) -> Condition {
    Condition::all().add(Expr::col("scope_mode").eq(mode))
}

/// Blocks of a mode that names no object: said in full, so that the index of these blocks is used.
fn wide(of: &'static str) -> Condition {
    mode(of).add(Expr::col("object_id").is_null()).add(Expr::col("group_id").is_null())
}

fn ids_of_blocks(covering: Condition) -> SelectStatement {
    Query::select().column("id").from("permission_blocks").cond_where(covering).to_owned()
}

/// The ids of the blocks whose scope covers an object.
async fn covering(
    ctx: &Ctx,
    object: ObjectRef,
    sub: String,
    tenant: Option<Uuid>,
    parent: Option<Uuid>,
) -> Result<SelectStatement> {
    let conn = &ctx.reader();
    let typed = format!("{}:{sub}", object.kind);
    let of_type = |condition: Condition| condition.add(Expr::col("object_type").eq(typed.as_str()));
    let mut any = Condition::any().add(wide("platform"));
    if let Some(tenant) = tenant {
        any = any.add(wide("tenant").add(Expr::col("tenant_id").eq(tenant)));
    }
    if object.kind != ObjectKind::Platform {
        any = any
            .add(wide("object_kind").add(Expr::col("object_kind").eq(object.kind.as_str())))
            .add(of_type(wide("object_type")))
            .add(mode("object").add(Expr::col("object_id").eq(object.id)));
    }
    if object.kind == ObjectKind::Group {
        any = any.add(mode("group").add(Expr::col("group_id").eq(object.id)));
    }
    if let Some(parent) = parent {
        let direct = Expr::col("group_id").eq(parent);
        let chain = groups::store::above(conn, parent).await?;
        let above = in_ids(Engine::of(conn), "group_id", chain.get(1..).unwrap_or_default());
        any = match object.kind {
            ObjectKind::Group => any
                .add(mode("group_child_groups").add(direct.clone()))
                .add(mode("group_descendant_groups").add(direct.or(above))),
            _ => any
                .add(of_type(mode("group_direct_objects").add(direct)))
                .add(of_type(mode("group_descendant_objects").add(above))),
        };
    }
    // What they cover is what to find them by; a tenant may have a million.
    let of = unindexed(Expr::col("tenant_id"));
    let mut there = Condition::any().add(of.clone().is_null());
    there = there.add_option(tenant.map(|tenant| of.eq(tenant)));
    Ok(ids_of_blocks(Condition::all().add(any).add(there)))
}

/// The ids of the blocks that name an object group: as an object, as the place of what lies directly in it, or, for what
/// lies further down, as that or as a group above it.
pub(super) async fn naming_group(ctx: &Ctx, group: Uuid) -> Result<SelectStatement> {
    let conn = &ctx.reader();
    let chain = groups::store::above(conn, group).await?;
    let deep = ["group_descendant_objects", "group_descendant_groups"];
    let any = Condition::any()
        .add(Expr::col("group_id").eq(group))
        .add(mode("object").add(Expr::col("object_id").eq(group)))
        .add(Condition::all().add(Expr::col("scope_mode").is_in(deep)).add(in_ids(
            Engine::of(conn),
            "group_id",
            &chain,
        )));
    Ok(ids_of_blocks(Condition::all().add(any)))
}
