//! How far a command is, on the terminal: `output` draws what `telemetry` is told.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::app::Gateway;
use crate::http::AppState;
use crate::output::{Margin, Progress};
use crate::telemetry::progress::{self, Onlooker};

/// How often a server is asked what it has heard, as long as it has not heard everything once.
const LOOK: Duration = Duration::from_millis(100);

impl Onlooker for Progress {
    fn reached(&self, done: u64, of: u64) {
        Self::reached(self, done, of);
    }

    fn doing(&self, what: fmt::Arguments<'_>) {
        Self::doing(self, what);
    }
}

/// Works, and shows how far it is under the command's name. Put apart: what works is large, and would be carried twice.
pub fn shown<T>(command: &str, working: impl Future<Output = T>) -> impl Future<Output = T> {
    progress::watched(Arc::new(Progress::begin(command)), Box::pin(working))
}

/// Shows how much a server has heard until it is ready. Nobody waits for it, and where nobody sees it nothing is done.
pub fn show_first_intake(door: &AppState) {
    if !Margin::is_terminal() {
        return;
    }
    let door = door.clone();
    tokio::spawn(async move {
        let drawn = Progress::begin("intake");
        let mut look = tokio::time::interval(LOOK);
        loop {
            look.tick().await;
            // Each time the one that is in service: another may have taken its place.
            let gateway = Arc::clone(&door.service().gateway);
            if door.draining.is_cancelled() || gateway.is_ready().await {
                break;
            }
            tell(&drawn, &gateway);
        }
    });
}

fn tell(drawn: &Progress, gateway: &Gateway) {
    let view = gateway.dependencies.views.current();
    let (mut heard, mut waited_for) = (0, Vec::new());
    for id in gateway.configured() {
        if view.source(id).heard_at().is_some() {
            heard += 1;
        } else {
            waited_for.push(id.to_string());
        }
    }
    drawn.reached(heard, heard + waited_for.len() as u64);
    drawn.doing(waited_for.join(", "));
}
