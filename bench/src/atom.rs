//! The generated types of `atom.v1`.

#![expect(clippy::allow_attributes, reason = "generated from atom.proto")]

tonic::include_proto!("atom.v1");
