//! How many files a gateway of this configuration has open, and how many connections that leaves room for.

use super::{Config, ConfigError};

/// The program itself: standard streams, the event loop, signals, and what is read for a moment (a certificate, a secret).
const PROGRAM: usize = 12;
/// One writer and four readers with their logs, the index that they share, the seat, and two files for a moment.
const SQLITE: usize = 5 * 2 + 4;
/// The pool of eight, the connection that holds the leads, the one that hears the news, and one that replaces another.
const POSTGRES: usize = 8 + 3;
/// Asking, keeping exclusions, and the same once more while the configuration is read anew.
const SOURCE: usize = 4;
/// Fewer connections than these, and a load balancer's own would fill the house.
const LEAST: usize = 16;

impl Config {
    /// Files that are open though nobody is connected.
    pub fn files_at_rest(&self) -> usize {
        let store = if self.store.url.starts_with("sqlite:") {
            SQLITE
        } else {
            POSTGRES
        };
        let listeners = 1 + usize::from(self.server.metrics_listen.is_some());
        let told = self.auth.issuers.len()
            + usize::from(self.login.is_some())
            + self.webhooks.len()
            + usize::from(self.telemetry.otlp_endpoint.is_some());
        PROGRAM + listeners + store + SOURCE * self.sources.iter().count() + told
    }

    /// How many may be connected at once where the process may open `limit` files; `None` where that is not known. `beside` are
    /// files of what else runs in the process. An error where too few are left: such a gateway would start, and cut off half of
    /// those who ask.
    pub fn places(&self, limit: Option<usize>, beside: usize) -> Result<usize, ConfigError> {
        let wanted = self.server.connections;
        let Some(limit) = limit else { return Ok(wanted) };
        let at_rest = self.files_at_rest() + beside;
        let least = LEAST.min(wanted);
        match limit.checked_sub(at_rest).filter(|left| *left >= least) {
            Some(left) => Ok(wanted.min(left)),
            None => Err(ConfigError::Invalid(format!(
                "the process may open {limit} files and needs {}: {at_rest} at rest, {least} for connections; raise it (ulimit -n, LimitNOFILE)",
                at_rest + least
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: &str = "[sources.udir]\nbase_url = \"http://127.0.0.1:1\"\n[sources.nav]\ninbox = \"in\"\n\
        [sources.bufdir]\nurl = \"http://127.0.0.1:1\"\n[sources.helsedir]\nurl = \"http://127.0.0.1:1\"\n[sources.state_accounts]\nfolder = \"in\"\n";

    fn config(text: &str) -> Config {
        Config::parse(text).expect("sound")
    }

    #[test]
    fn too_few_files_are_refused_with_how_many_are_needed() {
        let bare = config("");
        assert_eq!(
            bare.places(Some(32), 0).expect_err("too few").to_string(),
            "the process may open 32 files and needs 43: 27 at rest, 16 for connections; raise it (ulimit -n, LimitNOFILE)"
        );
        assert!(bare.places(Some(42), 0).is_err());
        assert_eq!(
            (
                bare.places(Some(43), 0),
                bare.places(Some(1024), 0),
                bare.places(None, 0)
            ),
            (Ok(16), Ok(997), Ok(4096))
        );
        assert_eq!(config("[server]\nconnections = 4").places(Some(31), 0), Ok(4));
        assert!(bare.places(Some(43), 1).is_err(), "what else runs needs some, too");
    }

    #[test]
    fn whatever_is_configured_is_counted() {
        let at_rest = |text: &str| config(text).files_at_rest();
        assert_eq!(at_rest(FIVE), 27 + 5 * 4);
        assert_eq!(
            at_rest("[server]\nmetrics_listen = \"127.0.0.1:1\"\n[telemetry]\notlp_endpoint = \"http://127.0.0.1:1\""),
            27 + 2
        );
        assert_eq!(at_rest("[store]\nurl = \"postgres://db/x\""), 27 - 14 + 11);
    }
}
