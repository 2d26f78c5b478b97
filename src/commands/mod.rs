//! What the binary can be told to do. A command that cannot start exits with 2 and says why on one line.

mod demo;
mod serve;
mod simulate;
mod sync;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use crate::api;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Five simulated systems and the gateway, with real programme data and made-up amounts, in a temporary folder.
    Demo {
        /// Where the gateway listens.
        #[arg(long, default_value = "127.0.0.1:4000")]
        listen: SocketAddr,
    },
    /// The gateway.
    Serve {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// The simulated systems alone: Udir, Helsedirektoratet and Bufdir one, three and four ports above `listen`, NAV and the
    /// state accounts in folders.
    Simulate {
        /// Serves the configuration that finds the systems.
        #[arg(long, default_value = "127.0.0.1:4900")]
        listen: SocketAddr,
        /// Where NAV's and the state accounts' files are written.
        #[arg(long)]
        folder: PathBuf,
        /// Lets a system go wrong, such as `udir=cut`; may be repeated.
        #[arg(long, value_name = "SOURCE=KIND")]
        fault: Vec<String>,
    },
    /// One round of intake; exits with 0 if every configured source is heard and whole, otherwise with 1.
    Sync {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Prints the public SDL.
    Schema,
}

/// Runs a command to its end.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo { listen } => demo::run(listen).await,
        Command::Serve { config } => serve::run(&config).await,
        Command::Simulate { listen, folder, fault } => simulate::run(listen, &folder, &fault).await,
        Command::Sync { config } => sync::run(&config).await,
        Command::Schema => {
            print!("{}", api::sdl());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Ends at the first request to stop: SIGTERM or Ctrl-C.
async fn stop_requested() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
