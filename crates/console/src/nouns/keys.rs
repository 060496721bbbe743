//! Signing keys of the platform.

use super::model::*;

pub(super) static NOUN: Noun = Noun {
    name: "keys",
    icon: "key",
    list: List {
        document: "{ signingKeys { id: kid kid algorithm status storageMode keyEncryptionKeyId createdAt } }",
        at: "/signingKeys",
        columns: &[
            column("key-id", "/kid", Show::Code),
            column("status", "/status", Show::Badge),
            column("algorithm", "/algorithm", Show::Code),
            column("storage", "/storageMode", Show::Badge),
            column("encryption-key", "/keyEncryptionKeyId", Show::Code),
            column("created", "/createdAt", Show::Time),
        ],
        filters: &[],
        paging: Paging::Whole,
        wants: None,
        reads: &[Need::Platform("read")],
        bulk: &[],
    },
    one: None,
    forms: &[],
    acts: &[act("rotate", "mutation { rotateSigningKeys }", &[Need::Platform("rotate")]).with(&[]).danger()],
};
