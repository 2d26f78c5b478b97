//! The settings `tls`: whom a source is believed to be, and the certificate that is shown to it.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::ClientBuilder;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use serde::Deserialize;

use super::Secret;
use crate::adapter::{Host, SettingsError};

/// The files, in PEM.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys as they are documented")]
pub struct Tls {
    /// The authorities that a system's certificate may come from. No other is believed then.
    ca_file: Option<PathBuf>,
    /// Our certificate and those between it and its root, in this order.
    certificate_file: Option<PathBuf>,
    key_file: Option<PathBuf>,
}

/// What the files held.
#[derive(Default)]
pub struct Trust {
    authorities: Option<Vec<reqwest::Certificate>>,
    identity: Option<reqwest::Identity>,
}

impl Tls {
    pub fn read(&self, host: &Host<'_>) -> Result<Trust, SettingsError> {
        let authorities = self.ca_file.as_deref().map(|path| authorities(&host.path(path)));
        let key = host.secret("TLS__KEY", "tls.key_file", self.key_file.as_deref())?;
        let identity = match (self.certificate_file.as_deref(), key) {
            (Some(path), Some(key)) => Some(identity(&host.path(path), &key)?),
            (None, None) => None,
            (Some(_), None) => {
                let reason = "is missing, and so is the key in the environment; certificate_file needs one of them";
                return Err(SettingsError::new("tls.key_file", reason));
            }
            (None, Some(_)) => {
                return Err(SettingsError::new(
                    "tls.certificate_file",
                    "is missing; the key needs it",
                ));
            }
        };
        Ok(Trust {
            authorities: authorities.transpose()?,
            identity,
        })
    }
}

impl Trust {
    /// For the source itself: its authorities alone, and our certificate.
    pub fn to_source(&self, mut client: ClientBuilder) -> ClientBuilder {
        if let Some(authorities) = &self.authorities {
            client = client.tls_certs_only(authorities.clone());
        }
        if let Some(identity) = &self.identity {
            client = client.identity(identity.clone());
        }
        client
    }

    /// For the token service, which has a certificate like any other or of the source's authorities, and is not shown ours.
    pub fn to_token_service(&self, client: ClientBuilder) -> ClientBuilder {
        client.tls_certs_merge(self.authorities.clone().unwrap_or_default())
    }
}

fn authorities(path: &Path) -> Result<Vec<reqwest::Certificate>, SettingsError> {
    let key = "tls.ca_file";
    let certificates = certificates(key, path)?;
    let mut store = RootCertStore::empty();
    certificates
        .into_iter()
        .map(|certificate| {
            let der = certificate.to_vec();
            store.add(certificate).map_err(|error| refused(key, path, error))?;
            reqwest::Certificate::from_der(&der).map_err(|error| refused(key, path, error))
        })
        .collect()
}

fn identity(path: &Path, key: &Secret) -> Result<reqwest::Identity, SettingsError> {
    let chain = certificates("tls.certificate_file", path)?;
    let pem: String = chain.iter().map(pem).collect();
    belong_together(("tls.certificate_file", path), chain, "tls.key_file", key)?;
    reqwest::Identity::from_pem(format!("{pem}{}", key.expose()).as_bytes())
        .map_err(|_| SettingsError::new("tls.key_file", "no certificate can be shown with the key"))
}

/// The certificate alone, whatever else stands in its file.
fn pem(certificate: &CertificateDer<'_>) -> String {
    let text = STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// Refuses a key that is none, or that is not the first certificate's.
pub fn belong_together(
    (key_of_chain, path): (&'static str, &Path),
    chain: Vec<CertificateDer<'static>>,
    key_of_key: &'static str,
    key: &Secret,
) -> Result<(), SettingsError> {
    let key = PrivateKeyDer::from_pem_slice(key.expose().as_bytes())
        .map_err(|_| SettingsError::new(key_of_key, "there is no key in PEM, or it is encrypted"))?;
    CertifiedKey::from_der(chain, key, &default_provider())
        .map(drop)
        .map_err(|error| refused(key_of_chain, path, format!("does not go with the key: {error}")))
}

/// The certificates of a file, at least one.
pub fn certificates(key: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, SettingsError> {
    let text = read(key, path)?;
    let certificates = CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<Vec<_>, _>>();
    match certificates.map_err(|error| refused(key, path, error))? {
        none if none.is_empty() => Err(refused(key, path, "holds no certificate in PEM")),
        certificates => Ok(certificates),
    }
}

fn read(key: &'static str, path: &Path) -> Result<String, SettingsError> {
    std::fs::read_to_string(path).map_err(|error| refused(key, path, error))
}

fn refused(key: &'static str, path: &Path, reason: impl Display) -> SettingsError {
    SettingsError::new(key, format!("{}: {reason}", path.display()))
}
