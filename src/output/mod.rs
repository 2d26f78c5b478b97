//! What the program prints: results on standard output, all else on standard error. A reader that leaves is no fault: what nobody reads is
//! dropped, the command goes on, and its exit code says what came of it. Anything else that keeps a command from printing is an error of its
//! own; a server is never ended by it.

pub mod money;
mod progress;

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};

use progress::beside;

pub use progress::Progress;

/// Standard output, from which the reader may leave.
#[derive(Debug, Default)]
pub struct Page;

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        judge(beside(|| io::stdout().write(bytes)), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        judge(beside(|| io::stdout().flush()), ())
    }
}

/// Standard error, beside what is drawn there.
#[derive(Debug, Default)]
pub struct Margin;

impl Margin {
    /// Whether people look at it as it is written.
    pub fn is_terminal() -> bool {
        io::stderr().is_terminal()
    }

    /// Whether they see colours and want them (<https://no-color.org>).
    pub fn is_coloured() -> bool {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|stated| !stated.is_empty());
        Self::is_terminal() && !is_unwanted
    }
}

impl Write for Margin {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        beside(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// What came of printing; where nobody reads, all is well.
fn judge<T>(printed: io::Result<T>, unread: T) -> io::Result<T> {
    match printed {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(unread),
        Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
        printed => printed.map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("standard output: {error}; what was to be done is done"),
            )
        }),
    }
}

/// Prints a line, at once.
pub fn line(text: impl Display) -> io::Result<()> {
    self::text(format_args!("{text}\n"))
}

/// Prints a text as it is, at once.
pub fn text(text: impl Display) -> io::Result<()> {
    write!(Page, "{text}")?;
    Page.flush()
}

/// Prints a line for whoever may be looking: a server goes on without.
pub fn announce(text: impl Display) {
    if let Err(error) = line(text) {
        tracing::warn!(%error, "a line could not be printed");
    }
}

/// Says on standard error, in one line, what went wrong. Where nobody listens there is nobody left to tell.
pub fn complain(text: impl Display) {
    let text = text.to_string();
    let text = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    // In one piece, so that no line of another thread stands within it.
    let _ = Margin.write_all(format!("programgrant: {text}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_leaves_is_no_fault_and_a_full_disk_is_one() {
        assert_eq!(judge(Err(ErrorKind::BrokenPipe.into()), 7).ok(), Some(7));
        assert_eq!(judge(Ok(3), 7).ok(), Some(3));
        let error = judge(Err(ErrorKind::StorageFull.into()), 7).expect_err("full");
        assert!(
            error.kind() == ErrorKind::StorageFull && error.to_string().starts_with("standard output: "),
            "{error}"
        );
    }
}
