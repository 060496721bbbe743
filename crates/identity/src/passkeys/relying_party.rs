//! Who passkeys are for: the domain and the pages of the settings, whatever a request says.

use std::collections::BTreeMap;
use std::path::PathBuf;

use atoll_base::settings::{Attestation, Settings};
use atoll_base::{Fault, Kind, Result};
use webauthn_rs::prelude::{AttestationCaList, AttestationCaListBuilder, Url, Webauthn, WebauthnBuilder};

use super::model::PasskeyFault;
use crate::challenges::LIFE;

/// The settings of passkeys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadRelyingParty {
    /// A page is not on the domain.
    #[error("passkey_origins: {0} is not on the domain that passkeys are for")]
    OtherDomain(String),
    /// The roots cannot be read.
    #[error("passkey_attestation_roots {path} cannot be used: {why}")]
    Roots {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl Fault for BadRelyingParty {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "passkey.settings"
    }
}

/// Who passkeys are for, and which are let in.
pub(crate) struct RelyingParty {
    webauthn: Option<Webauthn>,
    makers: Option<AttestationCaList>,
}

impl RelyingParty {
    /// From the settings. A house whose address is a number has no passkeys.
    pub(crate) fn new(settings: &Settings) -> Result<RelyingParty> {
        let makers = match settings.passkey_attestation {
            Attestation::None => None,
            Attestation::Direct => Some(makers(settings)?),
        };
        Ok(RelyingParty { webauthn: webauthn(settings)?, makers })
    }

    /// The ceremonies.
    pub(super) fn webauthn(&self) -> Result<&Webauthn, PasskeyFault> {
        self.webauthn.as_ref().ok_or(PasskeyFault::NotHere)
    }

    /// The makers whose statement is needed, if one is.
    pub(super) fn makers(&self) -> Option<&AttestationCaList> {
        self.makers.as_ref()
    }
}

fn webauthn(settings: &Settings) -> Result<Option<Webauthn>, BadRelyingParty> {
    let own = settings.public_base_url.origin();
    let given = &settings.passkey_origins;
    let origins =
        if given.is_empty() { vec![own.as_str()] } else { given.iter().map(|one| one.as_str()).collect() };
    let urls: Vec<Url> = origins.iter().filter_map(|origin| Url::parse(origin).ok()).collect();
    let (Some(first), true) = (urls.first(), urls.iter().all(|url| url.domain().is_some())) else {
        return Ok(None);
    };
    let rp_id = settings.passkey_rp_id.as_deref().unwrap_or_else(|| settings.public_base_url.host());
    let rp_id = rp_id.to_ascii_lowercase();
    for url in &urls {
        let host = url.domain().unwrap_or_default();
        if host != rp_id && !host.ends_with(&format!(".{rp_id}")) {
            return Err(BadRelyingParty::OtherDomain(url.to_string()));
        }
    }
    let Ok(builder) = WebauthnBuilder::new(&rp_id, first) else { return Ok(None) };
    let builder = urls[1..].iter().fold(builder, WebauthnBuilder::append_allowed_origin);
    Ok(builder.rp_name(&rp_id).timeout(LIFE).build().ok())
}

fn makers(settings: &Settings) -> Result<AttestationCaList, BadRelyingParty> {
    let path = settings.passkey_attestation_roots.clone().unwrap_or_default();
    let bad = |why: String| BadRelyingParty::Roots { path: path.clone(), why };
    let text = std::fs::read_to_string(&path).map_err(|why| bad(why.to_string()))?;
    let mut list = AttestationCaListBuilder::new();
    const END: &str = "-----END CERTIFICATE-----";
    for root in text.split_inclusive(END).filter(|part| part.contains(END)) {
        for model in &settings.passkey_attestation_aaguids {
            let added =
                list.insert_device_pem(root.trim().as_bytes(), *model, model.to_string(), BTreeMap::new());
            added.map_err(|why| bad(format!("{why:?}")))?;
        }
    }
    let list = list.build();
    if list.is_empty() { Err(bad("it holds no certificate".into())) } else { Ok(list) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atoll_base::settings::{BaseUrl, WebOrigin};

    fn party(base: &str, rp_id: Option<&str>, origins: &[&str]) -> Result<RelyingParty> {
        RelyingParty::new(&Settings {
            public_base_url: BaseUrl::parse(base).unwrap(),
            passkey_rp_id: rp_id.map(str::to_owned),
            passkey_origins: origins.iter().map(|one| WebOrigin::parse(one).unwrap()).collect(),
            ..Settings::for_tests()
        })
    }

    #[test]
    fn only_pages_on_the_domain_are_taken() {
        assert!(party("https://id.example.org", None, &[]).unwrap().webauthn().is_ok());
        assert!(party("https://id.example.org", Some("example.org"), &[]).unwrap().webauthn().is_ok());
        let two = ["https://id.example.org", "https://app.example.org"];
        assert!(party("https://id.example.org", Some("example.org"), &two).unwrap().webauthn().is_ok());
        for foreign in ["https://evil-example.org", "https://example.org.evil.test", "https://notexample.org"]
        {
            assert!(party("https://id.example.org", Some("example.org"), &[foreign]).is_err(), "{foreign}");
        }
        assert!(party("https://id.example.org", Some("id.example.org.evil.test"), &[]).is_err());
    }

    #[test]
    fn an_address_that_is_a_number_has_no_passkeys() {
        for number in ["http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert_eq!(party(number, None, &[]).unwrap().webauthn().err(), Some(PasskeyFault::NotHere));
        }
    }

    #[test]
    fn makers_need_their_roots() {
        let settings = Settings {
            passkey_attestation: Attestation::Direct,
            passkey_attestation_roots: Some("/nowhere/roots.pem".into()),
            passkey_attestation_aaguids: vec![uuid::Uuid::from_u128(1)],
            ..Settings::for_tests()
        };
        assert!(RelyingParty::new(&settings).is_err());
    }
}
