//! How far a long command is, drawn on standard error where that is a terminal and nowhere else. What is printed or logged meanwhile stands
//! above it, each line whole.

use std::fmt::Display;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Everything that is drawn; hidden where nobody would see it.
static DRAWN: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);
/// How much of it there is: who prints while nothing is drawn need not ask the terminal.
static SHOWN: AtomicUsize = AtomicUsize::new(0);

/// How often a sign of life is drawn.
const SIGN_OF_LIFE: Duration = Duration::from_millis(120);
const COUNTED: &str = "{spinner} {prefix} [{bar:24}] {pos}/{len} {wide_msg}";
const UNCOUNTED: &str = "{spinner} {prefix} {wide_msg}";

/// One command at work. It goes from the screen when it is dropped.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    pub fn begin(what: &str) -> Self {
        if DRAWN.is_hidden() {
            return Self(None);
        }
        let bar = DRAWN.add(ProgressBar::no_length().with_style(style(UNCOUNTED)));
        bar.set_prefix(what.to_owned());
        bar.tick();
        bar.enable_steady_tick(SIGN_OF_LIFE);
        SHOWN.fetch_add(1, Ordering::Relaxed);
        Self(Some(bar))
    }

    /// So many of so many are done.
    pub fn reached(&self, done: u64, of: u64) {
        if let Some(bar) = &self.0 {
            if bar.length() != Some(of) {
                bar.set_style(style(COUNTED));
                bar.set_length(of);
            }
            bar.set_position(done);
        }
    }

    /// What it is at.
    pub fn doing(&self, text: impl Display) {
        if let Some(bar) = &self.0 {
            bar.set_message(text.to_string());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
            SHOWN.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Without colour, so that whoever wants none is asked nothing more.
fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).expect("a template that is written here");
    style.progress_chars("=> ")
}

/// Does something to the terminal while nothing of this stands on it.
pub fn beside<T>(doing: impl FnOnce() -> T) -> T {
    if SHOWN.load(Ordering::Relaxed) == 0 {
        doing()
    } else {
        DRAWN.suspend(doing)
    }
}
