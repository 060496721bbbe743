//! GraphQL requests that must succeed.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::Result;
use crate::http::{Connection, Prepared};

/// A caller of GraphQL.
pub(crate) struct Graph {
    connection: Connection,
    token: Option<String>,
}

impl Graph {
    /// Nobody yet.
    pub(crate) async fn open(to: SocketAddr) -> Result<Graph> {
        Ok(Graph { connection: Connection::open(to).await?, token: None })
    }

    /// Whoever holds this token.
    pub(crate) async fn bearing(to: SocketAddr, token: &str) -> Result<Graph> {
        Ok(Graph { connection: Connection::open(to).await?, token: Some(token.to_owned()) })
    }

    /// Signs in; everything after is asked in that name. Returns the token.
    pub(crate) async fn sign_in(&mut self, identifier: &str, secret: &str) -> Result<String> {
        let query = "mutation($input: LoginInput!) { login(input: $input) { token } }";
        let input = json!({ "identifier": identifier, "secret": secret });
        let answer = self.ask(query, json!({ "input": input })).await?;
        let token = text(&answer["login"]["token"])?;
        self.token = Some(token.clone());
        Ok(token)
    }

    /// The data of an answer without errors.
    pub(crate) async fn ask(&mut self, query: &str, variables: Value) -> Result<Value> {
        let mut request = Prepared::post("/graphql", &json!({ "query": query, "variables": variables }));
        if let Some(token) = &self.token {
            request = request.bearing(token)?;
        }
        let (status, body) = self.connection.send(&request).await?;
        let mut answer: Value = serde_json::from_slice(&body).map_err(|_| {
            format!("{status} instead of an answer to {query}: {}", String::from_utf8_lossy(&body))
        })?;
        match answer.get("errors") {
            None => Ok(answer["data"].take()),
            Some(errors) => Err(format!("{query}\n{errors}").into()),
        }
    }

    /// Carries out one mutation that takes `input` of this type and gives something with an id; that id.
    pub(crate) async fn make(&mut self, field: &str, of: &str, input: Value) -> Result<String> {
        let mut ids = self.make_all(field, of, &[input]).await?;
        ids.pop().ok_or_else(|| format!("{field} gave nothing").into())
    }

    /// Carries out the same mutation for each input, many in one request; their ids.
    pub(crate) async fn make_all(&mut self, field: &str, of: &str, inputs: &[Value]) -> Result<Vec<String>> {
        let mut ids = Vec::with_capacity(inputs.len());
        for some in inputs.chunks(MANY) {
            let names: Vec<String> = (0..some.len()).map(|at| format!("$i{at}: {of}!")).collect();
            let fields: Vec<String> =
                (0..some.len()).map(|at| format!("f{at}: {field}(input: $i{at}) {{ id }}")).collect();
            let query = format!("mutation({}) {{ {} }}", names.join(", "), fields.join(" "));
            let variables = some.iter().enumerate().map(|(at, input)| (format!("i{at}"), input.clone()));
            let answer = self.ask(&query, Value::Object(variables.collect())).await?;
            for at in 0..some.len() {
                ids.push(text(&answer[format!("f{at}")]["id"])?);
            }
        }
        Ok(ids)
    }
}

/// How many fields one request has: well below the limits of a server with default settings.
const MANY: usize = 50;

/// A text that must be there.
pub(crate) fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().ok_or_else(|| format!("{value} is not a text"))?.to_owned())
}
