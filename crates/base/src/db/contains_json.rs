//! Whether a JSON column contains a JSON object.

use sea_orm::sea_query::extension::postgres::PgBinOper;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SimpleExpr};
use serde_json::{Map, Value};

use super::Engine;
use crate::error::{Common, Result};

/// `column` contains `wanted`: every field of it, at every level; an array contains another when every item of that is
/// one of its own. Exact on both engines, with these bounds: items of arrays are strings, numbers, booleans or null, and
/// names of fields hold no `"` and no `\`.
pub fn contains_json(engine: Engine, column: SimpleExpr, wanted: &Map<String, Value>) -> Result<Condition> {
    let mut conditions = Vec::new();
    walk(&mut conditions, &column, "$", &Value::Object(wanted.clone()))?;
    if engine == Engine::Postgres {
        let wanted = Expr::value(Value::Object(wanted.clone()));
        conditions = vec![column.binary(PgBinOper::Contains, wanted)];
    }
    Ok(conditions.into_iter().fold(Condition::all(), Condition::add))
}

/// Also run for PostgreSQL, whose answer it does not make, so that both engines refuse the same.
fn walk(conditions: &mut Vec<SimpleExpr>, column: &SimpleExpr, path: &str, wanted: &Value) -> Result<()> {
    let of =
        |name: &'static str| SimpleExpr::from(Func::cust(name).args([column.clone(), Expr::value(path)]));
    match wanted {
        Value::Object(fields) => {
            conditions.push(of("json_type").eq("object"));
            for (name, value) in fields {
                if name.contains(['"', '\\']) {
                    return Err(refused("names of fields must not hold quotes or backslashes"));
                }
                walk(conditions, column, &format!("{path}.\"{name}\""), value)?;
            }
        }
        Value::Array(items) => {
            conditions.push(of("json_type").eq("array"));
            for item in items {
                if item.is_array() || item.is_object() {
                    return Err(refused("items of arrays must be strings, numbers, booleans or null"));
                }
                let each = Func::cust("json_each").args([column.clone(), Expr::value(path)]);
                let hit = Query::select()
                    .expr(Expr::value(1))
                    .from_function(each, "item")
                    .and_where(scalar(Expr::col(("item", "type")), Expr::col(("item", "value")), item))
                    .to_owned();
                conditions.push(Expr::exists(hit));
            }
        }
        value => conditions.push(scalar(of("json_type"), of("json_extract"), value)),
    }
    Ok(())
}

fn scalar(kind: SimpleExpr, value: SimpleExpr, wanted: &Value) -> SimpleExpr {
    match wanted {
        Value::Bool(yes) => kind.eq(if *yes { "true" } else { "false" }),
        Value::String(text) => kind.eq("text").and(value.eq(text.clone())),
        Value::Number(number) => {
            let wanted = match number.as_i64() {
                Some(whole) => value.eq(whole),
                None => value.eq(number.as_f64().unwrap_or(f64::NAN)),
            };
            kind.is_in(["integer", "real"]).and(wanted)
        }
        _ => kind.eq("null"),
    }
}

fn refused(why: &str) -> crate::Error {
    Common::Invalid(format!("attributesContains: {why}")).into()
}
