//! Certificates of entities. They are issued on the page of their entity.

use super::model::*;

const RENEWS: &[Need] = &[Need::Certificates("manage"), Need::Certificates("rotate")];
const ISSUES: &[Need] = &[Need::Certificates("manage")];
const REVOKES: &[Need] = &[Need::Certificates("manage"), Need::Certificates("revoke")];

/// Why a certificate is revoked: the reasons that lists of revoked ones know (RFC 5280 §5.3.1).
const REASONS: &[&str] = &[
    "unspecified",
    "keyCompromise",
    "superseded",
    "cessationOfOperation",
    "affiliationChanged",
    "privilegeWithdrawn",
];

/// Those of an entity, on its page.
pub(super) const OF_ENTITY: Section = section(
    "certificates",
    "query($id: ID!) { certificates(entityId: $id, limit: 50) {
                    items { id: credentialId status dnsNames ipAddresses createdAt expiresAt } } }",
    "/certificates/items",
    &[
        column("serial", "/id", Show::Ref("certificates")),
        column("status", "/status", Show::Badge),
        column("dns-names", "/dnsNames", Show::Tags),
        column("ip-addresses", "/ipAddresses", Show::Tags),
        column("created", "/createdAt", Show::Time),
        column("expires", "/expiresAt", Show::Time),
    ],
)
.forms(&["certificate", "csr", "revoke-certificates"])
.when("/deletedAt", &["none"]);

/// Issues one to an entity, for a new key.
pub(super) const ISSUE: Form = change(
    "certificate",
    "mutation($id: ID!, $name: String, $dns: [String!], $ips: [String!], $ttl: Int) {
                issueCertificate(input: { entityId: $id, commonName: $name, dnsNames: $dns, ipAddresses: $ips,
                  ttlSecs: $ttl }) { privateKeyPem } }",
    &[
        field("common-name", "name", Fill::Text, ""),
        field("dns-names", "dns", Fill::Tags, ""),
        field("ip-addresses", "ips", Fill::Tags, ""),
        field("ttl", "ttl", Fill::Number, ""),
    ],
    ISSUES,
)
.yields("/issueCertificate/privateKeyPem");

/// Issues one to an entity, for a key that somebody else made.
pub(super) const FROM_CSR: Form = change(
    "csr",
    "mutation($id: ID!, $csr: String!, $ttl: Int) {
                issueCertificateFromCsr(input: { entityId: $id, csrPem: $csr, ttlSecs: $ttl }) {
                  certificate { serialNumber } } }",
    &[required("csr", "csr", Fill::Long, ""), field("ttl", "ttl", Fill::Number, "")],
    ISSUES,
);

/// Revokes all of an entity.
pub(super) const REVOKE_ALL: Form = change(
    "revoke-certificates",
    "mutation($id: ID!, $reason: String) { revokeEntityCertificates(entityId: $id, reason: $reason) }",
    &[required("revocation-reason", "reason", Fill::One(REASONS), "")],
    ISSUES,
);

pub(super) static NOUN: Noun = Noun {
    name: "certificates",
    icon: "key",
    list: List {
        document: "query($limit: Int, $offset: Int, $entityId: ID, $tenantId: ID, $status: String) {
            certificates(limit: $limit, offset: $offset, entityId: $entityId, tenantId: $tenantId, status: $status) {
              items { id: credentialId serialNumber entityId status dnsNames createdAt expiresAt tenantId } total } }",
        at: "/certificates",
        columns: &[
            column("serial", "/serialNumber", Show::Name),
            column("entity", "/entityId", Show::Ref("entities")),
            column("status", "/status", Show::Badge),
            column("dns-names", "/dnsNames", Show::Tags),
            column("created", "/createdAt", Show::Time),
            column("expires", "/expiresAt", Show::Time),
            column("tenant", "/tenantId", Show::Ref("tenants")),
        ],
        filters: &[
            filter("entityId", Choose::Pick("entities")),
            filter("tenantId", Choose::Pick("tenants")),
            filter("status", Choose::One(&["active", "revoked"])),
        ],
        paging: Paging::Offset,
        wants: None,
        reads: &[Need::Certificates("read"), Need::Certificates("manage")],
        bulk: &[],
    },
    one: Some(One {
        document: "query($id: ID!) { certificate(credentialId: $id) { id: credentialId entityId tenantId serialNumber status
            certificatePem subject dnsNames ipAddresses fingerprintSha256 createdAt expiresAt revokedAt revocationReason } }",
        at: "/certificate",
        name: "/serialNumber",
        facts: &[
            column("status", "/status", Show::Badge),
            column("entity", "/entityId", Show::Ref("entities")),
            column("common-name", "/subject/common_name", Show::Text),
            column("csr-subject", "/subject/csr_subject", Show::Text),
            column("dns-names", "/dnsNames", Show::Tags),
            column("ip-addresses", "/ipAddresses", Show::Tags),
            column("serial", "/serialNumber", Show::Code),
            column("fingerprint", "/fingerprintSha256", Show::Code),
            column("created", "/createdAt", Show::Time),
            column("expires", "/expiresAt", Show::Time),
            column("revoked", "/revokedAt", Show::Time),
            column("revocation-reason", "/revocationReason", Show::Badge),
            column("tenant", "/tenantId", Show::Ref("tenants")),
        ],
        sections: &[],
        why: None,
        links: &[],
    }),
    forms: &[
        change(
            "renew",
            "mutation($serial: String!, $ttl: Int, $revokeOld: Boolean) {
                renewCertificate(input: { serialNumber: $serial, ttlSecs: $ttl, revokeOld: $revokeOld }) {
                  privateKeyPem certificate { credentialId } } }",
            &[field("ttl", "ttl", Fill::Number, ""), field("revoke-old", "revokeOld", Fill::YesNo, "")],
            RENEWS,
        )
        .with(&[("serial", From::Row("/serialNumber"))])
        .makes("/renewCertificate/certificate/credentialId")
        .yields("/renewCertificate/privateKeyPem")
        .when("/status", &["active"]),
        change(
            "revoke",
            "mutation($serial: String!, $reason: String) {
                revokeCertificate(input: { serialNumber: $serial, reason: $reason }) { status } }",
            &[required("revocation-reason", "reason", Fill::One(REASONS), "")],
            REVOKES,
        )
        .with(&[("serial", From::Row("/serialNumber"))])
        .when("/status", &["active"]),
    ],
    acts: &[],
};
