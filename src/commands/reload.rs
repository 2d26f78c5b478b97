//! Reading the configuration anew while the gateway answers: everything new is built beside the old and takes its place as a
//! whole, or nothing changes and the log says why.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::app::StartError;
use crate::config::{Config, ConfigError};
use crate::http::{AppState, Certificate, ServerTls};

/// How soon a store that did not answer is asked again, and how seldom at last.
const AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

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

impl ReloadError {
    /// Whether it was the store, and nothing that anybody wrote.
    const fn may_pass(&self) -> bool {
        matches!(self, Self::Start(error) if error.may_pass())
    }
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
    /// Reads the configuration anew at each request, for ever. Where only the store stood in the way, once more by itself: whoever
    /// asked was not wrong, and would not learn of it.
    pub async fn reload_at(mut self, mut requests: impl AsyncFnMut()) {
        let mut again = None;
        loop {
            tokio::select! {
                () = requests() => again = None,
                () = after(again) => {}
            }
            again = match self.reload().await {
                Ok(()) => {
                    tracing::info!(file = %self.file.display(), "the configuration was read anew");
                    None
                }
                Err(error) => {
                    let wait = error
                        .may_pass()
                        .then(|| again.map_or(AGAIN.0, |before: Duration| AGAIN.1.min(before * 2)));
                    let error = anyhow::Error::from(error);
                    tracing::error!(error = %format_args!("{error:#}"), again_after = ?wait, "the configuration was not read anew; everything goes on as before");
                    wait
                }
            };
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

/// Ends when so much time has passed, or never.
async fn after(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
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
