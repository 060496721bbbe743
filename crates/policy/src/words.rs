//! The closed vocabularies: every word has one spelling, the same in JSON, in the database and in messages.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A word that is not part of a closed vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {vocabulary} '{word}'")]
pub struct UnknownWord {
    /// Which vocabulary was asked, for example `object kind`.
    pub vocabulary: &'static str,
    /// The word as it was given.
    pub word: String,
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $title:literal { $($(#[$word_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$word_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every word, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The spelling used everywhere outside this process.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { vocabulary: $title, word: word.to_owned() }),
                }
            }
        }
    };
}

vocabulary! {
    /// The coarse kind of something that can be acted on.
    ObjectKind, "object kind" {
        /// The whole installation.
        Platform = "platform",
        /// A tenant.
        Tenant = "tenant",
        /// A person, device, service, workload or application.
        Entity = "entity",
        /// Anything else that is protected: a channel, a rule, a document.
        Resource = "resource",
        /// A group of either flavour.
        Group = "group",
        /// A role.
        Role = "role",
        /// A direct policy or role assignment.
        Policy = "policy",
        /// A credential of an entity.
        Credential = "credential",
        /// The audit log.
        AuditLog = "audit_log",
        /// A signing key.
        SigningKey = "signing_key",
        /// A custom API endpoint.
        ApiEndpoint = "api_endpoint",
    }
}

vocabulary! {
    /// What an entity is.
    EntityKind, "entity kind" {
        /// A person.
        Human = "human",
        /// A device.
        Device = "device",
        /// A long-running service.
        Service = "service",
        /// A job or other short-lived piece of work.
        Workload = "workload",
        /// An installed application.
        Application = "application",
    }
}

vocabulary! {
    /// Life of an entity or a group.
    Status, "status" {
        /// In use.
        Active = "active",
        /// Switched off; it is not found as an object.
        Inactive = "inactive",
        /// Stopped for now; it is still found as an object.
        Suspended = "suspended",
    }
}

vocabulary! {
    /// Life of a tenant.
    TenantStatus, "tenant status" {
        /// In use.
        Active = "active",
        /// Switched off.
        Inactive = "inactive",
        /// Kept as it is, nothing may happen in it.
        Frozen = "frozen",
        /// Soft-deleted.
        Deleted = "deleted",
    }
}

vocabulary! {
    /// What a group holds: who (principals) or where (objects).
    GroupFlavour, "group type" {
        /// A who-container: its members receive what is granted to it and to its ancestors.
        Principal = "principal",
        /// A where-container: permission blocks name it to say where they apply.
        Object = "object",
    }
}

vocabulary! {
    /// What a permission block does when it matches.
    Effect, "effect" {
        /// Grants.
        Allow = "allow",
        /// Refuses, whatever else is granted.
        Deny = "deny",
    }
}
