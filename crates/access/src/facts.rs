//! This room's facts, for decisions.

use atoll_base::Result;
use atoll_base::db::each_row;
use atoll_base::decisions::Source;
use atoll_policy::{Fact, FactKey};
use sea_orm::{DatabaseTransaction, EntityTrait};

use crate::actions::{Applicability, store as actions};
use crate::assignments::{Assignment, store as assignments};
use crate::blocks::store as blocks;
use crate::groups::members::store as members;
use crate::groups::{Group, placement, store as groups};
use crate::policies::store as policies;
use crate::resources::{Resource, store as resources};
use crate::roles::{Role, store as roles};

/// The facts of this room's tables. Loading reads every table once, row by row; of blocks and direct policies, of which there
/// are most, only what decisions need.
#[derive(Debug, Default)]
pub struct AccessFacts;

type Sink<'a> = dyn FnMut(Fact) + Send + 'a;

#[async_trait::async_trait]
impl Source for AccessFacts {
    async fn load(&self, tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
        each::<groups::Entity>(tx, sink, |row| Ok(Group::try_from(row)?.fact())).await?;
        each::<members::Entity>(tx, sink, |row| Ok(row.fact())).await?;
        each::<placement::Entity>(tx, sink, |row| row.fact()).await?;
        each::<resources::Entity>(tx, sink, |row| Ok(Resource::try_from(row)?.fact())).await?;
        each::<actions::action::Entity>(tx, sink, |row| Ok(Fact::Action { id: row.id, name: row.name }))
            .await?;
        each::<actions::applicability::Entity>(tx, sink, |row| {
            Ok(Applicability::try_from(&row)?.fact(row.action_id))
        })
        .await?;
        blocks::facts(tx, sink).await?;
        each::<roles::Entity>(tx, sink, |row| Ok(Role::from(row).fact())).await?;
        each::<roles::link::Entity>(tx, sink, |row| {
            Ok(Fact::RoleBlock { role: row.role_id, block: row.block_id })
        })
        .await?;
        each::<assignments::Entity>(tx, sink, |row| Ok(Assignment::try_from(row)?.fact())).await?;
        policies::facts(tx, sink).await
    }

    async fn find(&self, tx: &DatabaseTransaction, key: &FactKey) -> Result<Option<Fact>> {
        Ok(match key {
            FactKey::Group { id } => groups::find_any(tx, *id).await?.map(|group| group.fact()),
            FactKey::Member { group, entity } => {
                members::find(tx, *group, *entity).await?.map(|row| row.fact())
            }
            FactKey::Placement { object } => {
                let group = placement::find(tx, *object).await?;
                group.map(|group| Fact::Placement { object: *object, group })
            }
            FactKey::Resource { id } => resources::find_any(tx, *id).await?.map(|resource| resource.fact()),
            FactKey::Action { id } => actions::find(tx, *id).await?.map(|action| action.fact()),
            FactKey::Applicability { action, object_kind, object_type } => {
                let row = Applicability { kind: *object_kind, object_type: object_type.clone() };
                let known = actions::find(tx, *action).await?;
                known.filter(|known| known.applicability.contains(&row)).map(|_| row.fact(*action))
            }
            FactKey::Block { id } => blocks::find(tx, *id).await?.map(|block| block.fact()),
            FactKey::Role { id } => roles::find_any(tx, *id).await?.map(|role| role.fact()),
            FactKey::RoleBlock { role, block } => {
                let row = roles::link::Entity::find_by_id((*role, *block)).one(tx).await?;
                row.map(|row| Fact::RoleBlock { role: row.role_id, block: row.block_id })
            }
            FactKey::Assignment { id } => assignments::find(tx, *id).await?.map(|row| row.fact()),
            FactKey::DirectPolicy { id } => policies::find(tx, *id).await?.map(|row| row.fact()),
            FactKey::Tenant { .. }
            | FactKey::Entity { .. }
            | FactKey::Membership { .. }
            | FactKey::Credential { .. }
            | FactKey::ApiEndpoint { .. } => None,
        })
    }
}

/// Hands every row of a table to the sink as a fact.
async fn each<E>(
    tx: &DatabaseTransaction,
    sink: &mut Sink<'_>,
    fact: impl Fn(E::Model) -> Result<Fact> + Send + Sync,
) -> Result<()>
where
    E: EntityTrait,
    E::Model: Send,
{
    let rows = E::find().stream(tx).await?;
    each_row(rows, |row| {
        sink(fact(row)?);
        Ok(())
    })
    .await
}
