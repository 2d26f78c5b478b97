//! Promise: whatever happens while one source is read, it is read again, and a system's wish for patience is granted within
//! reason.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::{Config, Schedule, Span};
use programgrant::demo::systems;
use programgrant::workers::Worker;
use programgrant::workers::intake::Intake;
use programgrant_contract::{Batch, Position, Receipt, Source, SourceError, Years};
use tokio::sync::Notify;

/// A defect at the first pull, an empty answer at every later one.
struct Defective {
    pulls: Arc<AtomicUsize>,
    answered: Arc<Notify>,
}

#[async_trait]
impl Source for Defective {
    async fn pull(&self, _position: Option<&Position>, _years: Years) -> Result<Batch, SourceError> {
        let pull = self.pulls.fetch_add(1, Ordering::SeqCst);
        assert!(pull > 0, "a defect");
        self.answered.notify_one();
        Ok(Batch::empty(Position::encode(&pull)))
    }

    async fn acknowledge(&self, _receipt: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_defect_while_a_source_is_read_does_not_silence_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config::parse(&format!(
        "[store]\nurl = \"sqlite:{}\"",
        folder.path().join("register.db").display()
    ))
    .expect("sound");
    let gateway = Gateway::open(&config, Clock::system())
        .await
        .expect("the gateway starts");
    let (pulls, answered) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let source = Defective {
        pulls: Arc::clone(&pulls),
        answered: Arc::clone(&answered),
    };
    let schedule = Schedule {
        every: Span::from(Duration::from_millis(10)),
        fresh_within: Span::from_secs(60),
        deadline: Span::from_secs(1),
    };
    let intake = Intake::new(
        (systems::UDIR, Box::new(source)),
        schedule,
        2017,
        gateway.register.clone(),
        Arc::clone(&gateway.dependencies.views),
        Clock::system(),
    );
    tokio::select! {
        () = intake.run() => unreachable!("it runs for ever"),
        heard = tokio::time::timeout(Duration::from_secs(30), answered.notified()) => heard.expect("asked again"),
    }
    assert!(pulls.load(Ordering::SeqCst) >= 2 && intake.was_tried());
}
