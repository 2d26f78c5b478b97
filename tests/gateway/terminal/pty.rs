//! A terminal that nobody sits at: what the program writes to it is kept as it comes.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// A program whose standard error is a terminal and whose standard output is read.
pub struct AtTerminal {
    pub child: Child,
    screen: JoinHandle<Vec<u8>>,
}

/// What it wrote, and its exit code.
#[derive(Debug)]
pub struct Seen {
    pub code: Option<i32>,
    pub stdout: String,
    pub screen: String,
}

impl AtTerminal {
    pub fn start(mut command: Command) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a terminal");
        grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("ready");
        let name = ptsname(&ours, Vec::new()).expect("a name");
        let theirs = File::options()
            .read(true)
            .write(true)
            .open(OsStr::from_bytes(name.as_bytes()));
        let theirs = theirs.expect("its other end");
        let size = Winsize {
            ws_row: 40,
            ws_col: 200,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&theirs, size).expect("a size");
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(theirs)
            .spawn()
            .expect("starts");
        // Its last end of the terminal is the child's: where that is closed, reading ends.
        drop(command);
        let mut ours = File::from(ours);
        let screen = std::thread::spawn(move || {
            let (mut seen, mut piece) = (Vec::new(), [0; 4096]);
            // Linux tells the end of a terminal as a failure.
            while let Ok(length @ 1..) = ours.read(&mut piece) {
                seen.extend_from_slice(&piece[..length]);
            }
            seen
        });
        Self { child, screen }
    }

    /// To its end.
    pub fn run(command: Command) -> Seen {
        Self::start(command).end()
    }

    pub fn end(mut self) -> Seen {
        let mut stdout = String::new();
        if let Some(mut printed) = self.child.stdout.take() {
            printed.read_to_string(&mut stdout).expect("UTF-8");
        }
        let code = self.child.wait().expect("gone").code();
        let screen = self.screen.join().expect("read");
        Seen {
            code,
            stdout,
            screen: String::from_utf8(screen).expect("UTF-8"),
        }
    }
}

/// Whether something of it has a colour or another weight.
pub fn is_coloured(text: &str) -> bool {
    text.split("\u{1b}[").skip(1).any(|rest| {
        let after = rest.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == ';');
        after.starts_with('m')
    })
}

/// The text without what moves the cursor, wipes and colours; what was wiped stays.
pub fn bare(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |bare, part| {
        let end = part
            .find(|sign: char| sign.is_ascii_alphabetic())
            .map_or(part.len(), |at| at + 1);
        // What was wiped or passed over is another line to whoever reads.
        let joint = if part[..end].ends_with('m') { "" } else { "\n" };
        bare + joint + &part[end..]
    })
}
