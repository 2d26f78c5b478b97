//! What organisations are told of, and who may be told what.

mod audience;
mod event;

pub use audience::Audience;
pub use event::{EVENTS, Event, EventData, ReportReminder, is_heard};
