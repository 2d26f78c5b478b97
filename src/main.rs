//! The command line. Every command is one function in `commands`.

use std::process::ExitCode;

use clap::Parser;
use programgrant::commands::{self, Command};

/// One consolidated grant for each municipality, over the grant systems of Norway's directorates.
#[derive(Parser)]
#[command(name = "programgrant", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    // The crash tests name in FAILPOINTS where the program is to stop; a program that was not built for them does not read it.
    let _points = fail::has_failpoints().then(fail::FailScenario::setup);
    let arguments = Arguments::parse();
    match commands::run(arguments.command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("programgrant: {error:#}");
            ExitCode::from(2)
        }
    }
}
