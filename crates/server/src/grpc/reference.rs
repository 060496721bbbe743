//! The reference of the gRPC interface, written from its descriptors.

use std::fmt::Write;

use prost::Message;
use prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet, ServiceDescriptorProto};

use super::DESCRIPTORS;

/// `docs/grpc.md`.
pub fn reference() -> String {
    let files = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default();
    let mut page = String::from(
        "# gRPC reference\n\n<!-- Written by `atoll generate` from the proto files; do not edit. -->\n\nPort 8081, \
         plain text unless `grpc_tls_cert_path` is set. Besides the services below the server answers \
         `grpc.health.v1.Health` and server reflection. Every call but `Authenticate` needs the metadata \
         `authorization: Bearer <token>`. A failure carries its stable code as metadata `atoll-code`.\n",
    );
    for file in files.file.iter().filter(|file| file.package() != "grpc.health.v1") {
        let docs = Docs(file);
        for (index, service) in file.service.iter().enumerate() {
            write_service(&mut page, &docs, index, service);
        }
        for (index, message) in file.message_type.iter().enumerate() {
            write_message(&mut page, &docs, index, message);
        }
    }
    page
}

/// Comments by the path of what they stand above (descriptor.proto, `SourceCodeInfo`).
struct Docs<'f>(&'f FileDescriptorProto);

const MESSAGES: i32 = 4;
const SERVICES: i32 = 6;
const MEMBERS: i32 = 2;

impl Docs<'_> {
    fn of(&self, path: &[i32]) -> String {
        let locations = self.0.source_code_info.iter().flat_map(|info| &info.location);
        let comment = locations
            .filter(|location| location.path == path)
            .find_map(|location| location.leading_comments.as_deref());
        comment.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn number(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

fn write_service(page: &mut String, docs: &Docs<'_>, index: usize, service: &ServiceDescriptorProto) {
    let at = number(index);
    let _ = write!(
        page,
        "\n## {}.{}\n\n{}\n\n| rpc | request | response | |\n|---|---|---|---|\n",
        docs.0.package(),
        service.name(),
        docs.of(&[SERVICES, at])
    );
    for (index, method) in service.method.iter().enumerate() {
        let about = docs.of(&[SERVICES, at, MEMBERS, number(index)]);
        let _ = writeln!(
            page,
            "| `{}` | `{}` | {}`{}` | {about} |",
            method.name(),
            short(method.input_type()),
            if method.server_streaming() { "stream of " } else { "" },
            short(method.output_type())
        );
    }
}

fn write_message(page: &mut String, docs: &Docs<'_>, index: usize, message: &DescriptorProto) {
    let at = number(index);
    let _ = write!(
        page,
        "\n### {}\n\n{}\n\n| no. | field | type | |\n|---|---|---|---|\n",
        message.name(),
        docs.of(&[MESSAGES, at])
    );
    for (index, field) in message.field.iter().enumerate() {
        let about = docs.of(&[MESSAGES, at, MEMBERS, number(index)]);
        let kind = if field.type_name().ends_with("Entry") {
            "map<string, string>".to_owned()
        } else {
            field.r#type().as_str_name().trim_start_matches("TYPE_").to_lowercase()
        };
        let _ = writeln!(page, "| {} | `{}` | {kind} | {about} |", field.number(), field.name());
    }
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
