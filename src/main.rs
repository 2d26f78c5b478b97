//! The command line. Every command is one function in `commands`.

use std::process::ExitCode;

use clap::Parser;
use programgrant::commands::{self, Arguments};
use programgrant::output;

/// An answer is many small pieces of memory that live as long as it does, taken and given back by all threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // The crash tests name in FAILPOINTS where the program is to stop; a program that was not built for them does not read it.
    let _points = fail::has_failpoints().then(fail::FailScenario::setup);
    let done = match Arguments::try_parse() {
        Ok(arguments) => commands::run(arguments.command).await,
        Err(help) if !help.use_stderr() => output::text(help.render())
            .map(|()| ExitCode::SUCCESS)
            .map_err(Into::into),
        Err(wrong) => {
            // Where nobody listens, the exit code says it.
            let _ = wrong.print();
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        output::complain(format_args!("{error:#}"));
        ExitCode::from(2)
    })
}
