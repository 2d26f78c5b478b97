//! What the binary can be told to do. A command that cannot start exits with 2 and says why on one line.

mod allocation;
mod check;
mod copies;
#[cfg(feature = "demo")]
mod demo;
mod export;
mod onlooker;
mod preview;
mod reconcile;
mod reference;
mod reload;
mod serve;
#[cfg(feature = "demo")]
mod simulate;
mod sync;
mod verify;

#[cfg(feature = "demo")]
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use programgrant_schema::OrganisationNumber;

use crate::{graphql, output};

/// What the program is called.
const NAME: &str = "programgrant";

/// One consolidated grant for each municipality, over the grant systems of Norway's directorates.
#[derive(Debug, Parser)]
#[command(name = NAME, version, about)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Five simulated systems and the gateway, with real programme data and made-up amounts, in a temporary folder.
    #[cfg(feature = "demo")]
    Demo {
        /// Where the gateway listens.
        #[arg(long, default_value = "127.0.0.1:4000")]
        listen: SocketAddr,
        /// Asks, is blocked, makes an exception with two people, confirms, verifies the chain, and ends.
        #[arg(long)]
        tour: bool,
        /// People log in, at a simulated Ansattporten, and whoever brings neither token nor session is the public.
        #[arg(long, conflicts_with = "tour")]
        login: bool,
    },
    /// The gateway.
    Serve {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// The simulated systems alone: Udir, Helsedirektoratet and Bufdir one, three and four ports above `listen`, NAV and the
    /// state accounts in folders.
    #[cfg(feature = "demo")]
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
    /// Writes register and ledger, as one moment saw them, into a new SQLite file, whatever the store.
    Backup {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The file; there must be none of that name.
        file: PathBuf,
    },
    /// Brings a backup into an empty store. The ledger is suspended there until it is reconciled.
    Restore {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The backup.
        file: PathBuf,
    },
    /// Moves register and ledger into another, empty store, and closes the old one for good.
    Migrate {
        /// The store as it is, such as `sqlite:programgrant.db`.
        #[arg(long, value_name = "URL", env = "PROGRAMGRANT_MIGRATE_FROM", hide_env_values = true)]
        from: String,
        /// The new one, such as `postgres://gateway@host/programgrant`; its password may stand in PGPASSWORD.
        #[arg(long, value_name = "URL", env = "PROGRAMGRANT_MIGRATE_TO", hide_env_values = true)]
        to: String,
    },
    /// Walks the audit chain and prints its length and its head; exits with 1 and names the first entry that is wrong, if one is.
    Verify {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// A receipt that was handed out: the chain must reach it.
        #[arg(long)]
        receipt: Option<String>,
    },
    /// One round of intake, held against the ledger; exits with 1 if what the sources say is not enough to rely on.
    Reconcile {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Lifts the ledger's suspension, if nothing stands against it.
        #[arg(long, requires_all = ["reason", "by"])]
        resume: bool,
        /// Why; it stands in the audit chain.
        #[arg(long, requires = "resume")]
        reason: Option<String>,
        /// The organisation number of whoever decides it.
        #[arg(long, value_name = "ORGANISATION", requires = "resume")]
        by: Option<OrganisationNumber>,
    },
    /// What is known of municipalities, since when and from where; exits with 1 if a register that is asked is not fresh.
    Reference {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// As one line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Asks the guard of every applicant on a list, and claims nothing; exits with 1 if a line could not be read.
    Check(check::CheckArguments),
    /// Writes what an organisation may see, as it was last heard, as a file; exits with 1 if something of it is missing.
    Export(export::ExportArguments),
    /// Shows how each row of a list is read, and stores nothing; exits with 1 if a row stands aside, with 2 if the list is refused. With
    /// the list alone it proposes a mapping.
    Preview(preview::PreviewArguments),
    /// Shares a programme year's frame by a plan: a list, its explanations, or the differences of a published list; exits with 1 if something
    /// differs or is not known.
    Allocation(allocation::AllocationArguments),
    /// Prints what completes the words of this command line in a shell.
    Completions { shell: Shell },
    /// Prints the public SDL.
    Schema {
        /// The SDL of this graph as a subgraph (Apollo Federation 2), for composition with others.
        #[arg(long)]
        subgraph: bool,
    },
}

/// Runs a command to its end.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        #[cfg(feature = "demo")]
        Command::Demo { listen, tour, login } => demo::run(listen, tour, login).await,
        Command::Serve { config } => serve::run(&config).await,
        #[cfg(feature = "demo")]
        Command::Simulate { listen, folder, fault } => simulate::run(listen, &folder, &fault).await,
        Command::Sync { config } => sync::run(&config).await,
        Command::Backup { config, file } => copies::backup(&config, &file).await,
        Command::Restore { config, file } => copies::restore(&config, &file).await,
        Command::Migrate { from, to } => copies::migrate(&from, &to).await,
        Command::Verify { config, receipt } => verify::run(&config, receipt.as_deref()).await,
        Command::Reconcile { config, reason, by, .. } => {
            let resume = by.zip(reason).map(|(by, reason)| reconcile::Resume { by, reason });
            reconcile::run(&config, resume).await
        }
        Command::Reference { config, json } => reference::run(&config, json).await,
        Command::Check(arguments) => check::run(arguments).await,
        Command::Export(arguments) => export::run(arguments).await,
        Command::Preview(arguments) => preview::run(&arguments),
        Command::Allocation(arguments) => allocation::run(&arguments),
        Command::Completions { shell } => completions(shell),
        Command::Schema { subgraph } => {
            output::text(if subgraph {
                graphql::subgraph_sdl().to_owned()
            } else {
                graphql::sdl()
            })?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Written into memory first: what writes it takes no failure.
fn completions(shell: Shell) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), NAME, &mut script);
    output::text(String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Requests to read the configuration anew: SIGHUP.
struct Hangups(#[cfg(unix)] tokio::signal::unix::Signal);

impl Hangups {
    #[cfg(unix)]
    fn new() -> std::io::Result<Self> {
        Ok(Self(tokio::signal::unix::signal(
            tokio::signal::unix::SignalKind::hangup(),
        )?))
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }

    #[cfg(not(unix))]
    #[allow(clippy::unnecessary_wraps, reason = "as where there are signals")]
    const fn new() -> std::io::Result<Self> {
        Ok(Self())
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        std::future::pending::<()>().await;
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
