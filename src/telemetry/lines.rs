//! A line of the log: for people on a terminal, otherwise one JSON object, the same for the access log and all else. Each has the reference of
//! the request that it is about; a span for each request would say the same, and be made also where nothing is logged.

use std::fmt;

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, format};
use tracing_subscriber::registry::LookupSpan;

use super::access_log;

/// How lines are written.
pub enum LogLine {
    People(Format<format::Full, TimeOfDay>),
    Json,
}

impl LogLine {
    /// As a person reads them.
    pub fn for_people() -> Self {
        Self::People(format().with_timer(TimeOfDay).with_target(false))
    }
}

impl<S, N> FormatEvent<S, N> for LogLine
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let reference = access_log::reference();
        match self {
            Self::Json => object(writer, event, reference.as_deref()),
            Self::People(format) => {
                if let Some(reference) = reference {
                    write!(writer, "request {reference}: ")?;
                }
                format.format_event(context, writer, event)
            }
        }
    }
}

/// Seconds of the day in UTC: whoever looks on knows which day it is.
pub struct TimeOfDay;

impl FormatTime for TimeOfDay {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let now = instant()?;
        let seconds = now.split('T').nth(1).and_then(|time| time.get(..8));
        writer.write_str(seconds.unwrap_or(&now))
    }
}

fn instant() -> Result<String, fmt::Error> {
    let mut now = String::with_capacity(A_TIME);
    SystemTime.format_time(&mut Writer::new(&mut now))?;
    Ok(now)
}

/// An event as one object. Our own, because the library's writes each sign by itself: a tenth of what an answer costs that is kept.
fn object(mut writer: Writer<'_>, event: &Event<'_>, reference: Option<&str>) -> fmt::Result {
    let mut line = Members {
        text: Vec::with_capacity(A_LINE),
        target: None,
    };
    line.text.extend_from_slice(b"{\"timestamp\":\"");
    line.text.extend_from_slice(instant()?.as_bytes());
    line.text.push(b'"');
    line.member("level", event.metadata().level().as_str());
    event.record(&mut line);
    if let Some(reference) = reference {
        line.member("reference", reference);
    }
    let target = line.target.take();
    line.member("target", target.as_deref().unwrap_or(event.metadata().target()));
    line.text.extend_from_slice(b"}\n");
    writer.write_str(str::from_utf8(&line.text).map_err(|_| fmt::Error)?)
}

/// Most lines fit in so many bytes.
const A_LINE: usize = 512;
/// And an instant in so many.
const A_TIME: usize = 32;
/// Members of every line, which no field may take the place of.
const OURS: [&str; 4] = ["timestamp", "level", "reference", "target"];
/// How events of the older facade name what is about the event itself.
const FACADE: &str = "log.";

/// Members of an object that has begun.
struct Members {
    text: Vec<u8>,
    /// What an event of the older facade says that its target is.
    target: Option<String>,
}

impl Members {
    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.text.push(b',');
        // Neither texts nor numbers can fail, nor can memory that grows.
        let _ = serde_json::to_writer(&mut self.text, name);
        self.text.push(b':');
        let _ = serde_json::to_writer(&mut self.text, value);
    }

    fn field<T: Serialize + ?Sized>(&mut self, field: &Field, value: &T) {
        let name = field.name();
        let name = name.strip_prefix("r#").unwrap_or(name);
        if OURS.contains(&name) {
            self.member(&format!("field.{name}"), value);
        } else if !name.starts_with(FACADE) {
            self.member(name, value);
        }
    }
}

impl Visit for Members {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "log.target" {
            self.target = Some(value.to_owned());
        }
        self.field(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.field(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};

    use super::LogLine;
    use crate::telemetry::access_log;

    /// What an event is written as.
    async fn written(tell: impl FnOnce()) -> Value {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&kept);
        let subscriber = tracing_subscriber::fmt()
            .event_format(LogLine::Json)
            .with_writer(move || Kept(Arc::clone(&writer)))
            .finish();
        // With one subscriber alone, an event on another test's thread may settle for all that nobody listens.
        let _another = tracing::Dispatch::new(tracing_subscriber::registry());
        let _guard = tracing::subscriber::set_default(subscriber);
        access_log::under("ref-01017012345", async { tell() }).await;
        let text = String::from_utf8(kept.lock().expect("whole").clone()).expect("UTF-8");
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        serde_json::from_str(&text).expect("JSON")
    }

    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("whole").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn an_event_is_one_object_whatever_stands_in_it_and_none_of_its_fields_is_taken_for_ours() {
        let line = written(|| {
            tracing::warn!(
                text = "a \"quoted\"\nline\u{1b}[31m",
                count = -3,
                is_late = true,
                r#type = "x",
                level = "mine",
                reference = "mine",
                "said {}",
                "so"
            );
        })
        .await;
        let mut line = line.as_object().expect("an object").clone();
        let at = line.remove("timestamp").expect("a time");
        assert!(at.as_str().is_some_and(|at| at.ends_with('Z')), "{at}");
        let expected = json!({
            "level": "WARN", "target": "programgrant::telemetry::lines::tests", "reference": "ref-…", "message": "said so",
            "text": "a \"quoted\"\nline\u{1b}[31m", "count": -3, "is_late": true, "type": "x",
            "field.level": "mine", "field.reference": "mine",
        });
        assert_eq!(Value::Object(line), expected);
    }
}
