//! Reading the configuration anew while the gateway answers: everything new is built beside the old and takes its place as a
//! whole, or nothing changes and the log says why.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::app::StartError;
use crate::config::{Config, ConfigError};
use crate::http::{AppState, Certificate, ServerTls};

/// Why everything goes on as before.
#[derive(Debug, thiserror::Error)]
enum ReloadError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{0}: a change takes a restart")]
    Restart(&'static str),
}

/// What is in force.
pub struct Running {
    pub file: PathBuf,
    pub config: Config,
    pub door: AppState,
    pub tls: Option<ServerTls>,
    pub tasks: JoinSet<()>,
}

impl Running {
    /// Reads the configuration anew at each request, for ever.
    pub async fn reload_at(mut self, mut requests: impl AsyncFnMut()) {
        loop {
            requests().await;
            match self.reload().await {
                Ok(()) => tracing::info!(file = %self.file.display(), "the configuration was read anew"),
                Err(error) => {
                    tracing::error!(%error, "the configuration was not read anew; everything goes on as before");
                }
            }
        }
    }

    async fn reload(&mut self) -> Result<(), ReloadError> {
        let config = Config::load(&self.file)?;
        if let Some(key) = fixed(&self.config, &config)? {
            return Err(ReloadError::Restart(key));
        }
        let certificate = config.tls.as_ref().map(Certificate::read).transpose()?;
        let before = self.door.service();
        let gateway = Arc::new(before.gateway.reopen(&config).await?);
        let service = before.renewed(&config, Arc::clone(&gateway))?;
        // From here on nothing can fail.
        let tasks = std::mem::take(&mut self.tasks);
        self.tasks = gateway.take_over(&before.gateway, tasks).await;
        self.door.replace(service);
        before.dismiss(&config).await;
        gateway.report_differences(&before.gateway);
        if let (Some(tls), Some(certificate)) = (&self.tls, certificate) {
            tls.replace(certificate);
        }
        self.config = config;
        Ok(())
    }
}

/// The first key that differs and cannot be changed while the gateway runs.
fn fixed(old: &Config, new: &Config) -> Result<Option<&'static str>, ConfigError> {
    let differs = [
        ("listen", old.listen != new.listen),
        ("store", old.store.address()? != new.store.address()?),
        ("server", old.server != new.server),
        ("telemetry", old.telemetry != new.telemetry),
        ("tls", old.tls.is_some() != new.tls.is_some()),
    ];
    Ok(differs.into_iter().find_map(|(key, differs)| differs.then_some(key)))
}
