//! TLS by rustls: version 1.2 or newer, HTTP/2 and HTTP/1.1, certificate and key from files that can be read again.

use std::path::Path;
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::{self, ConfigError};

/// What new connections are shown. Cheap to clone; all clones show the same.
#[derive(Clone)]
pub struct ServerTls(pub(super) RustlsConfig);

/// A certificate and its key, read and found to belong together.
pub struct Certificate(Arc<ServerConfig>);

impl Certificate {
    pub fn read(files: &config::Tls) -> Result<Self, ConfigError> {
        let chain = CertificateDer::pem_file_iter(&files.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| refused("tls.certificate", &files.certificate, error))?;
        if chain.is_empty() {
            return Err(refused("tls.certificate", &files.certificate, "holds no certificate"));
        }
        let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| refused("tls.key", &files.key, error))?;
        let versions = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions();
        let builder = versions.map_err(|error| refused("tls", &files.certificate, error))?;
        let config = builder.with_no_client_auth().with_single_cert(chain, key);
        let mut config = config.map_err(|error| refused("tls.key", &files.key, error))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

impl ServerTls {
    pub fn new(certificate: Certificate) -> Self {
        Self(RustlsConfig::from_config(certificate.0))
    }

    /// Shows another certificate from now on; connections that stand keep theirs.
    pub fn replace(&self, certificate: Certificate) {
        self.0.reload_from_config(certificate.0);
    }
}

fn refused(key: &str, path: &Path, reason: impl std::fmt::Display) -> ConfigError {
    ConfigError::key(key, format!("{}: {reason}", path.display()))
}
