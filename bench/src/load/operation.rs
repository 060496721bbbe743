//! What is asked: the same bytes of Atoll and of the bare server.

use std::sync::Arc;

use serde_json::{Value, json};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};

use super::asker::{Asker, ByGrpc, ByHttp};
use crate::Result;
use crate::atoll::Doors;
use crate::atom::CheckRequest;
use crate::atom::authz_service_client::AuthzServiceClient;
use crate::http::{Connection, Prepared};
use crate::plant::Plant;

/// gRPC connections that the askers share, as the few instances of a broker would.
const CHANNELS: usize = 4;

/// One thing that is measured.
pub(crate) struct Operation {
    /// What it is called in reports.
    pub(crate) name: &'static str,
    door: Door,
}

enum Door {
    Http { requests: Arc<[Prepared]>, expected: &'static str },
    Grpc { authorization: MetadataValue<Ascii>, questions: Arc<[CheckRequest]>, allowed: bool },
}

/// Everything that is measured.
pub(crate) fn all(plant: &Plant) -> Result<Vec<Operation>> {
    let (token, session) = (&plant.broker_token, &plant.broker_session);
    let get = |name, path, token: &str, expected| -> Result<Operation> {
        let request = Prepared::get(path).bearing(token)?;
        Ok(Operation { name, door: Door::Http { requests: Arc::new([request]), expected } })
    };
    let active = "\"active\":true";
    Ok(vec![
        check(plant, "gRPC Check, access token", token, "publish", true)?,
        check(plant, "gRPC Check, session", session, "publish", true)?,
        evaluation(plant)?,
        graphql(plant)?,
        get("introspect, access token", "/auth/introspect", token, active)?,
        get("introspect, session", "/auth/introspect", session, active)?,
        get("session", "/auth/session", session, "\"authenticated\":true")?,
        // Devices may not write to channels; every refusal is also written to the ledger, in batches.
        check(plant, "gRPC Check, refused", token, "write", false)?,
    ])
}

/// gRPC checks by the broker, of each device at its channel.
pub(crate) fn check(
    plant: &Plant,
    name: &'static str,
    token: &str,
    action: &str,
    allowed: bool,
) -> Result<Operation> {
    let question = |(device, channel): (&String, &String)| CheckRequest {
        subject_id: device.clone(),
        action: action.to_owned(),
        object_kind: "resource".to_owned(),
        object_id: channel.clone(),
        ..CheckRequest::default()
    };
    let questions = plant.devices.iter().zip(&plant.channels).map(question).collect();
    let authorization = format!("Bearer {token}").parse()?;
    Ok(Operation { name, door: Door::Grpc { authorization, questions, allowed } })
}

/// AuthZEN: the check over plain HTTP.
fn evaluation(plant: &Plant) -> Result<Operation> {
    let body = |(device, channel): (&String, &String)| -> Value {
        json!({
            "subject": { "type": "entity", "id": device },
            "action": { "name": "publish" },
            "resource": { "type": "channel", "id": channel },
        })
    };
    let bodies = plant.devices.iter().zip(&plant.channels).map(body);
    let requests = bodies
        .map(|body| Prepared::post("/access/v1/evaluation", &body).bearing(&plant.broker_token))
        .collect::<Result<_>>()?;
    Ok(Operation { name: "AuthZEN evaluation", door: Door::Http { requests, expected: "\"decision\":true" } })
}

fn graphql(plant: &Plant) -> Result<Operation> {
    let query = "mutation($input: AuthzCheckInput!) { authzCheck(input: $input) { allowed reason } }";
    let body = |(device, channel): (&String, &String)| -> Value {
        let input = json!({ "subjectId": device, "action": "publish", "objectKind": "resource", "objectId": channel });
        json!({ "query": query, "variables": { "input": input } })
    };
    let bodies = plant.devices.iter().zip(&plant.channels).map(body);
    let requests = bodies
        .map(|body| Prepared::post("/graphql", &body).bearing(&plant.broker_token))
        .collect::<Result<_>>()?;
    let door = Door::Http { requests, expected: "\"allowed\":true" };
    Ok(Operation { name: "GraphQL authzCheck", door })
}

impl Operation {
    /// This many askers, connected to these doors.
    pub(crate) async fn askers(&self, doors: Doors, many: u32) -> Result<Vec<Asker>> {
        let many = usize::try_from(many)?;
        let mut askers = Vec::with_capacity(many);
        match &self.door {
            Door::Http { requests, expected } => {
                for next in 0..many {
                    let connection = Connection::open(doors.http).await?;
                    let expected = expected.as_bytes();
                    askers.push(Asker::Http(ByHttp {
                        connection,
                        requests: requests.clone(),
                        next,
                        expected,
                    }));
                }
            }
            Door::Grpc { authorization, questions, allowed } => {
                let channels = channels(doors, many).await?;
                for next in 0..many {
                    askers.push(Asker::Grpc(ByGrpc {
                        client: AuthzServiceClient::new(channels[next % channels.len()].clone()),
                        authorization: authorization.clone(),
                        questions: questions.clone(),
                        next,
                        allowed: *allowed,
                    }));
                }
            }
        }
        Ok(askers)
    }
}

async fn channels(doors: Doors, askers: usize) -> Result<Vec<Channel>> {
    let mut channels = Vec::new();
    for _ in 0..CHANNELS.min(askers) {
        let endpoint = Endpoint::from_shared(format!("http://{}", doors.grpc))?.tcp_nodelay(true);
        channels.push(endpoint.connect().await?);
    }
    Ok(channels)
}
