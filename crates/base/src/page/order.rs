//! Lists in an order that is total, so that a page goes on exactly after the last item of the page before, whatever was
//! added or removed meanwhile.

use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, IntoColumnRef, Order as Direction, Query, SelectStatement, UnionType,
};
use sea_orm::{Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{BadCursor, ListRequest, Listed, Sort, read_cursor, show_cursor};
use crate::error::{Common, Result};

/// A column, or what is made of columns, that rows are ordered by.
pub struct Key<M> {
    expr: Expr,
    value: KeyValue<M>,
}

enum KeyValue<M> {
    Number(fn(&M) -> i64),
    Text(fn(&M) -> String),
    Id(fn(&M) -> Uuid),
}

impl<M> Key<M> {
    /// A number, and how a row shows it.
    pub fn number(expr: impl Into<Expr>, value: fn(&M) -> i64) -> Self {
        Key { expr: expr.into(), value: KeyValue::Number(value) }
    }

    /// A text, and how a row shows it.
    pub fn text(expr: impl Into<Expr>, value: fn(&M) -> String) -> Self {
        Key { expr: expr.into(), value: KeyValue::Text(value) }
    }

    /// An id, and how a row shows it.
    pub fn id(expr: impl Into<Expr>, value: fn(&M) -> Uuid) -> Self {
        Key { expr: expr.into(), value: KeyValue::Id(value) }
    }

    fn show(&self, row: &M) -> Json {
        match self.value {
            KeyValue::Number(value) => value(row).into(),
            KeyValue::Text(value) => value(row).into(),
            KeyValue::Id(value) => value(row).to_string().into(),
        }
    }

    fn read(&self, shown: &Json) -> Option<Value> {
        Some(match self.value {
            KeyValue::Number(_) => shown.as_i64()?.into(),
            KeyValue::Text(_) => shown.as_str()?.to_owned().into(),
            KeyValue::Id(_) => shown.as_str()?.parse::<Uuid>().ok()?.into(),
        })
    }
}

/// How a list is ordered. No two rows have the same keys, and an index has them in this order.
pub struct Order<M> {
    /// What the list is called, so that a cursor of another list is known to be one.
    pub list: &'static str,
    /// The keys, those first that decide first.
    pub keys: Vec<Key<M>>,
    /// Whether large keys come first.
    pub descending: bool,
}

impl<M: Send + Sync> Order<M> {
    /// A page of the rows that any of the `ways` leads to, as far as they are `wanted`. Each way is a condition that an
    /// index can follow in this order, or that leads to few rows: they are followed one by one, each no further than the
    /// page reaches, so that the page costs no more when there are many rows. `id` is a column that names a row.
    pub async fn page<E, S>(
        &self,
        conn: &impl ConnectionTrait,
        id: impl IntoColumnRef + Clone,
        ways: Vec<Condition>,
        wanted: Condition,
        request: &ListRequest<S>,
    ) -> Result<Listed<M>>
    where
        E: EntityTrait<Model = M>,
        M: sea_orm::FromQueryResult + Sized,
        S: Sort,
    {
        let after = self.after(request)?;
        // A condition of its own, because what is wanted may be any of several things, or none of them.
        let wanted = Condition::all().add(wanted).add_option(after);
        // One more than asked for, to know whether there is more.
        let most = request.limit + 1;
        // First the ids, then the rows of the page: rows that are not shown are not carried through the sorting.
        let ids = |way: Condition| {
            let mut query = E::find().select_only().filter(way).filter(wanted.clone());
            QueryTrait::query(&mut query).expr_as(Expr::col(id.clone()), Alias::new("id"));
            self.sort(&mut query);
            query
        };
        let (found, offset) = match <[Condition; 1]>::try_from(ways) {
            Ok([way]) => (Some(ids(way).limit(most).offset(request.offset).into_query()), 0),
            Err(ways) => {
                let reach = request.offset.saturating_add(most);
                let each = ways.into_iter().map(|way| ids(way).limit(reach).into_query());
                (any_of(each), request.offset)
            }
        };
        let Some(found) = found.map(unordered) else {
            return Ok(Listed { items: Vec::new(), total: None, next: None });
        };
        let mut query = E::find().filter(Expr::col(id.clone()).in_subquery(found));
        self.sort(&mut query);
        let mut items = query.limit(most).offset(offset).all(conn).await?;
        let more = items.len() as u64 > request.limit;
        items.truncate(usize::try_from(request.limit).unwrap_or(usize::MAX));
        let next = items.last().filter(|_| more).map(|last| self.cursor(last, request.sort));
        Ok(Listed { items, total: None, next })
    }

    fn sort<E: EntityTrait>(&self, query: &mut Select<E>) {
        let direction = if self.descending { Direction::Desc } else { Direction::Asc };
        for key in &self.keys {
            QueryTrait::query(query).order_by_expr(key.expr.clone(), direction.clone());
        }
    }

    fn cursor(&self, row: &M, sort: impl Sort) -> String {
        let place: Vec<Json> = self.keys.iter().map(|key| key.show(row)).collect();
        show_cursor(self.list, &(sort.name(), place))
    }

    /// What comes after the cursor of the request, where it has one.
    fn after<S: Sort>(&self, request: &ListRequest<S>) -> Result<Option<Expr>, BadCursor> {
        let Some(text) = &request.after else { return Ok(None) };
        let foreign = BadCursor::Foreign("list");
        let (sort, place): (String, Vec<Json>) = read_cursor(self.list, text).ok_or(foreign)?;
        if sort != request.sort.name() {
            return Err(BadCursor::OtherSort);
        }
        if place.len() != self.keys.len() {
            return Err(foreign);
        }
        let values = self.keys.iter().zip(&place).map(|(key, shown)| key.read(shown).map(Expr::value));
        let values = Expr::tuple(values.collect::<Option<Vec<_>>>().ok_or(foreign)?);
        let keys = Expr::tuple(self.keys.iter().map(|key| key.expr.clone()));
        Ok(Some(if self.descending { keys.lt(values) } else { keys.gt(values) }))
    }
}

/// The ids that any of the queries finds.
fn any_of(each: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    each.map(unordered).reduce(|mut all, next| all.union(UnionType::Distinct, next).to_owned())
}

/// The ids that a query finds, as what other queries can be made of.
fn unordered(ids: SelectStatement) -> SelectStatement {
    Query::select().column("id").from_subquery(ids, "way").to_owned()
}

/// How many rows a query finds.
pub async fn count<E: EntityTrait>(conn: &impl ConnectionTrait, query: Select<E>) -> Result<u64> {
    let rows =
        query.select_only().expr_as(Expr::cust("COUNT(*)"), "rows").into_tuple::<i64>().one(conn).await?;
    Ok(u64::try_from(rows.ok_or_else(|| Common::bug("a count without a row"))?).unwrap_or_default())
}
