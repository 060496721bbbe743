//! Aliases over gRPC.

use atoll_server::grpc::atom;
use atoll_server::grpc::atom::alias_service_client::AliasServiceClient;
use serde_json::json;
use tonic::transport::Channel;
use tonic::{Code, Request};

use crate::server::{TestServer, on_both};

struct Asking {
    client: AliasServiceClient<Channel>,
    token: String,
}

impl Asking {
    async fn of(server: &TestServer, token: &str) -> Asking {
        let channel =
            Channel::from_shared(format!("http://{}", server.grpc())).unwrap().connect().await.unwrap();
        Asking { client: AliasServiceClient::new(channel), token: token.to_owned() }
    }

    /// Where, the kind of object, and its alias; the answer, or why not.
    async fn resolve(
        &mut self,
        (id, alias, global): (&str, &str, bool),
        kind: &str,
        of: &str,
    ) -> Result<(String, String), (Code, String)> {
        let mut request = Request::new(atom::ResolveAliasRequest {
            tenant_id: id.into(),
            tenant_alias: alias.into(),
            object_kind: kind.into(),
            object_alias: of.into(),
            global,
        });
        if !self.token.is_empty() {
            request.metadata_mut().insert("authorization", format!("Bearer {}", self.token).parse().unwrap());
        }
        match self.client.resolve_alias(request).await {
            Ok(answer) => {
                let answer = answer.into_inner();
                Ok((answer.tenant_id, answer.object_id))
            }
            Err(status) => Err((status.code(), status.message().to_owned())),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_leads_to_the_id_of_what_is_called_so() {
    on_both(async |server| {
        let token = server.admin().await;
        let make = "mutation { t: createTenant(input: { name: \"plant\", alias: \"plant\" }) { id }
            g: createEntity(input: { kind: service, name: \"probe\", alias: \"probe\" }) { id } }";
        let made = server.data(&token, make, json!({})).await;
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let (tenant, probe) = (text(&made["t"]["id"]), text(&made["g"]["id"]));
        let make = "mutation($t: ID!) { d: createEntity(input: { kind: device, name: \"m\", alias: \"meter-1\", tenantId: $t })
            { id } c: createResource(input: { kind: \"channel\", alias: \"meter-1\", tenantId: $t }) { id } }";
        let made = server.data(&token, make, json!({ "t": tenant })).await;
        let (device, channel) = (text(&made["d"]["id"]), text(&made["c"]["id"]));
        let off = "mutation($id: ID!) { disableEntity(id: $id) { id } }";
        server.data(&token, off, json!({ "id": device })).await;
        let mut ask = Asking::of(server, &token).await;
        let own = (tenant.as_str(), "", false);
        assert_eq!(ask.resolve(own, "entity", " METER-1 ").await, Ok((tenant.clone(), device)));
        assert_eq!(ask.resolve(("", "Plant", false), "Resource", "meter-1").await, Ok((tenant.clone(), channel)));
        assert_eq!(ask.resolve(("", "", true), "entity", "probe").await, Ok((String::new(), probe)));
        let nobody = "00000000-0000-0000-0000-000000000404";
        for (place, kind, alias, code, text) in [
            (("", "", false), "entity", "x", Code::InvalidArgument,
                "provide exactly one tenant selector: tenant_id, tenant_alias, or global".to_owned()),
            ((tenant.as_str(), "", true), "entity", "x", Code::InvalidArgument,
                "provide exactly one tenant selector: tenant_id, tenant_alias, or global".to_owned()),
            (("x", "", false), "entity", "x", Code::InvalidArgument, "invalid tenant_id: expected UUID".to_owned()),
            (own, "tenant", "x", Code::InvalidArgument,
                "invalid object_kind: expected 'entity' or 'resource'".to_owned()),
            (own, "entity", " ", Code::InvalidArgument, "object_alias must not be empty".to_owned()),
            ((nobody, "", false), "entity", "x", Code::NotFound, format!("active tenant {nobody} not found")),
            (("", "nowhere", false), "entity", "x", Code::NotFound, "tenant alias 'nowhere' not found".to_owned()),
            (own, "entity", "probe", Code::NotFound, format!("alias 'probe' not found in tenant {tenant}")),
            (("", "", true), "entity", "meter-1", Code::NotFound,
                "alias 'meter-1' not found in global scope".to_owned()),
        ] {
            assert_eq!(ask.resolve(place, kind, alias).await, Err((code, text)));
        }
        let freeze = "mutation($id: ID!) { freezeTenant(id: $id) { id } }";
        server.data(&token, freeze, json!({ "id": tenant })).await;
        let frozen = ask.resolve(("", "plant", false), "entity", "meter-1").await.unwrap_err();
        assert_eq!(frozen, (Code::NotFound, format!("active tenant {tenant} not found")));
        let mut nobody = Asking::of(server, "").await;
        let refused = nobody.resolve(own, "entity", "meter-1").await.unwrap_err();
        assert_eq!(refused, (Code::Unauthenticated, "missing authorization metadata".to_owned()));
    })
    .await;
}
