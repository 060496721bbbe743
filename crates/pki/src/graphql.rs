//! This room's part of the GraphQL schema.

pub use crate::certificates::graphql::{CertificateMutation as Mutation, CertificateQuery as Query};
