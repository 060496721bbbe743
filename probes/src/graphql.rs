use atoll_base::settings::Settings;
use atoll_server::graphql::{Asked, BadRequest, Documents, read};

/// The body of a GraphQL request: it is read or refused, without panic and without overflow of the stack, and a refusal is one
/// line that could go into an answer.
pub fn graphql(input: &[u8]) {
    match read(input, &Settings::for_tests(), &Documents::default()) {
        Ok(Asked { request, .. }) => {
            assert!(!request.query.is_empty(), "nothing cannot be carried out");
            assert!(request.operation_name.is_none_or(|name| !name.is_empty()));
        }
        Err(why @ (BadRequest::Body(_) | BadRequest::Batch | BadRequest::Query(_))) => {
            assert!(!why.to_string().is_empty());
        }
    }
}
