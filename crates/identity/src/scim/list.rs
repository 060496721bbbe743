//! Lists: pages of what the caller may see, filtered and sorted within bounds.

use atoll_access::groups::{self, GroupFilter};
use atoll_base::ctx::Ctx;
use atoll_base::{ListRequest, ListSort, Listed, Result};
use atoll_policy::{EntityKind, GroupFlavour};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fault::ScimFault;
use super::filter::{Filter, Op};
use super::matching::{matches, sort_key};
use super::query::Query;
use super::resource::Site;
use super::schema::Noun;
use super::{Called, members};
use crate::entities::{self, EntityFilter};

/// How many resources are looked at for one list that is filtered or sorted.
const MOST_LOOKED_AT: usize = 20_000;
/// How many bytes of those that fit are held.
const MOST_HELD: usize = 32 << 20;
/// How many at once.
const STEP: u64 = 500;

type Resource = Map<String, Value>;

/// A list of resources in the standard's form: those of one noun, or of both.
pub async fn list(ctx: &Ctx, site: &Site, nouns: &[Noun], query: &Query) -> Result<Value> {
    ctx.signed_in()?;
    let (total, items) = match nouns {
        [noun] if query.filter.is_none() && query.sort_by.is_none() => page(ctx, site, *noun, query).await?,
        _ => chosen(ctx, site, nouns, query).await?,
    };
    let shown: Vec<Value> =
        items.into_iter().map(|(noun, one)| Value::Object(query.select.of(noun, one))).collect();
    Ok(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": query.skip + 1,
        "itemsPerPage": shown.len(),
        "Resources": shown,
    }))
}

/// A page of everything.
async fn page(ctx: &Ctx, site: &Site, noun: Noun, query: &Query) -> Result<(u64, Vec<(Noun, Resource)>)> {
    let request = ListRequest {
        limit: query.count.max(1),
        offset: query.skip,
        sort: ListSort::CreatedAsc,
        after: None,
        total: true,
    };
    let mut found = read(ctx, site, noun, None, query.select.wants("members"), &request).await?;
    if query.count == 0 {
        found.items.clear();
    }
    let items = found.items.into_iter().map(|one| (noun, one)).collect();
    Ok((found.total.unwrap_or_default(), items))
}

/// Of everything that may be seen, what passes the filter, sorted.
async fn chosen(
    ctx: &Ctx,
    site: &Site,
    nouns: &[Noun],
    query: &Query,
) -> Result<(u64, Vec<(Noun, Resource)>)> {
    let mut found: Vec<(Option<String>, Noun, Resource)> = Vec::new();
    let (mut looked_at, mut held) = (0, 0);
    for noun in nouns {
        let hint = query.filter.as_ref().and_then(|filter| hint(*noun, filter));
        let members = query.select.wants("members") || query.filter.is_some();
        let mut after = None;
        loop {
            let request =
                ListRequest { limit: STEP, offset: 0, sort: ListSort::CreatedAsc, after, total: false };
            let step = read(ctx, site, *noun, hint.as_ref(), members, &request).await?;
            looked_at += step.items.len();
            if looked_at > MOST_LOOKED_AT {
                return Err(too_many().into());
            }
            for one in step.items {
                if match &query.filter {
                    Some(filter) => matches(*noun, filter, &one)?,
                    None => true,
                } {
                    held += serde_json::to_vec(&one).map_or(0, |bytes| bytes.len());
                    if held > MOST_HELD {
                        return Err(too_many().into());
                    }
                    let key = query.sort_by.as_ref().and_then(|attr| sort_key(*noun, attr, &one));
                    found.push((key, *noun, one));
                }
            }
            after = step.next;
            if after.is_none() {
                break;
            }
        }
    }
    if query.sort_by.is_some() {
        // Those without a value come last (RFC 7644 §3.4.2.3), and first the other way round.
        found.sort_by(|(one, ..), (other, ..)| (one.is_none(), one).cmp(&(other.is_none(), other)));
        if query.descending {
            found.reverse();
        }
    }
    let total = found.len() as u64;
    let skip = usize::try_from(query.skip).unwrap_or(usize::MAX);
    let count = usize::try_from(query.count).unwrap_or(0);
    let items = found.into_iter().skip(skip).take(count).map(|(_, noun, one)| (noun, one)).collect();
    Ok((total, items))
}

fn too_many() -> ScimFault {
    ScimFault::TooMany(format!(
        "this looks at more than {MOST_LOOKED_AT} resources, or at {} MiB of them; name a userName or an externalId",
        MOST_HELD >> 20
    ))
}

/// What every resource that passes the filter is called, where it says so.
fn hint(noun: Noun, filter: &Filter) -> Option<Called> {
    match filter {
        Filter::And(parts) => parts.iter().find_map(|part| hint(noun, part)),
        Filter::Compare(attr, Op::Eq, Value::String(text)) if noun == Noun::User && attr.sub.is_none() => {
            match attr.name.to_ascii_lowercase().as_str() {
                "username" => Some(Called::Name(text.clone())),
                "externalid" => Some(Called::External(text.clone())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Some of the resources that the caller may see.
async fn read(
    ctx: &Ctx,
    site: &Site,
    noun: Noun,
    called: Option<&Called>,
    members: bool,
    request: &ListRequest<ListSort>,
) -> Result<Listed<Resource>> {
    match noun {
        Noun::User => {
            let filter = EntityFilter {
                kind: Some(EntityKind::Human),
                tenant: Some(site.tenant),
                called: called.cloned(),
                ..EntityFilter::default()
            };
            let found = entities::list(ctx, &filter, request).await?;
            let ids: Vec<Uuid> = found.items.iter().map(|entity| entity.id).collect();
            let joined = groups::members::groups_of_entities(ctx, site.tenant, &ids).await?;
            Ok(found.map(|entity| site.user(&entity, joined.get(&entity.id).map_or(&[][..], Vec::as_slice))))
        }
        Noun::Group => {
            let filter = GroupFilter {
                flavour: Some(GroupFlavour::Principal),
                tenant: Some(site.tenant),
                ..GroupFilter::default()
            };
            let found = groups::list(ctx, &filter, request).await?;
            let ids: Vec<Uuid> = found.items.iter().map(|group| group.id).collect();
            let known = if members { members::of_groups(ctx, site, &ids).await? } else { Default::default() };
            Ok(found.map(|group| {
                let members = known.get(&group.id).map_or(&[][..], Vec::as_slice);
                site.group(&group, Some(members))
            }))
        }
    }
}
