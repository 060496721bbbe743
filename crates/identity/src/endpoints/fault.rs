//! What can be wrong with a custom endpoint, or with a call of one.

use atoll_base::{Fault, Kind};

/// What can be wrong with a custom endpoint, or with a call of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointFault {
    /// No such method.
    #[error("unsupported api endpoint method")]
    Method,
    /// Elsewhere.
    #[error("api endpoint path must start with /api/custom/")]
    PathPrefix,
    /// Not a plain path.
    #[error("api endpoint path is invalid")]
    Path,
    /// Neither.
    #[error("unsupported api endpoint operationKind")]
    OperationKind,
    /// It says one thing and does another.
    #[error("api endpoint operationKind is {said}, but its graphql is a {is}")]
    OtherKind {
        /// What it says.
        said: String,
        /// What it is.
        is: &'static str,
    },
    /// Introspection.
    #[error("api endpoints cannot run GraphQL introspection")]
    Introspection,
    /// A word of another product.
    #[error("api endpoints must use generic Atom GraphQL operations; found {0}")]
    Word(&'static str),
    /// Not a document, or not one operation, or too costly.
    #[error("api endpoint graphql is invalid: {0}")]
    Document(String),
    /// Neither.
    #[error("unsupported api endpoint authMode")]
    AuthMode,
    /// Acting for nobody.
    #[error("service_context endpoints require serviceEntityId")]
    NoService,
    /// Acting for a person.
    #[error("service_context endpoints cannot act for a person")]
    ServiceIsPerson,
    /// Acting for somebody elsewhere.
    #[error("the service entity of an endpoint of a tenant must belong to that tenant or to the platform")]
    ServiceElsewhere,
    /// A permission that says nothing that can be asked.
    #[error("servicePermissions: {0}")]
    Permission(String),
    /// No such status.
    #[error("unsupported api endpoint status")]
    Status,
    /// A request schema that nothing can be checked by.
    #[error("invalid requestSchema: {0}")]
    Schema(String),
    /// A source of a variable that there is not.
    #[error("unsupported variablesMapping source {0}")]
    Source(String),
    /// A mapping that is too large or contradicts itself.
    #[error("{0}")]
    Mapping(String),
    /// The key, or the route, is taken.
    #[error("api endpoint key or active method/path already exists")]
    Taken,
    /// Nothing is served there.
    #[error("custom endpoint {0} not found")]
    NoRoute(String),
    /// No token.
    #[error("missing Authorization header")]
    NoHeader,
    /// Something else than a token.
    #[error("expected Bearer token")]
    NoBearer,
    /// The body is larger than may be.
    #[error("custom endpoint request body is too large")]
    BodyTooLarge,
    /// The body did not arrive.
    #[error("custom endpoint request body could not be read")]
    BodyUnread,
    /// The body is not JSON.
    #[error("custom endpoint request body must be JSON: {0}")]
    BodyNotJson(String),
    /// The body is not what is asked for.
    #[error("request body failed requestSchema validation: {0}")]
    Body(String),
    /// Introspection, found while it was about to be carried out.
    #[error("custom endpoints cannot execute introspection GraphQL")]
    IntrospectionNow,
    /// It took too long.
    #[error("custom endpoint execution timed out")]
    TimedOut,
    /// The operation failed. Why is for those who may read the executions.
    #[error("custom endpoint GraphQL execution failed")]
    Failed,
}

impl Fault for EndpointFault {
    fn kind(&self) -> Kind {
        match self {
            EndpointFault::Taken => Kind::Conflict,
            EndpointFault::NoRoute(_) => Kind::Missing,
            EndpointFault::NoHeader | EndpointFault::NoBearer => Kind::Unauthenticated,
            EndpointFault::BodyTooLarge => Kind::TooLarge,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            EndpointFault::Taken => "api_endpoint.taken",
            EndpointFault::NoRoute(_) => "custom_endpoint.not_found",
            EndpointFault::NoHeader | EndpointFault::NoBearer => "authorization.header",
            EndpointFault::BodyTooLarge => "body.too_large",
            EndpointFault::BodyUnread => "body.unreadable",
            EndpointFault::BodyNotJson(_) => "body.syntax",
            EndpointFault::Body(_) => "body.shape",
            EndpointFault::TimedOut => "custom_endpoint.timeout",
            EndpointFault::Failed | EndpointFault::IntrospectionNow => "custom_endpoint.failed",
            EndpointFault::Source(_) | EndpointFault::Mapping(_) => "api_endpoint.mapping",
            _ => "api_endpoint.invalid",
        }
    }
}
