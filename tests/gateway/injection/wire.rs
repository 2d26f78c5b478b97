//! What stands between the gateway and its systems and puts a text that attacks into their answers: one of each record's texts at a time, in
//! turn, whatever it is called and whatever it means, and into the files that they leave.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::task::JoinHandle;

/// Begins as a formula does, and ends what it stands in as HTML would have it.
pub const ATTACK: &str = "=HYPERLINK(\"x\")\"'><script>alert(1)</script>";

/// The attack, and from where it comes.
pub fn attack(from: &str) -> String {
    format!("{ATTACK}{from}")
}

/// In front of one system.
pub struct Liar {
    pub origin: String,
    serving: JoinHandle<()>,
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[derive(Clone)]
struct Behind {
    origin: String,
    source: &'static str,
    /// Texts under other names stay: a register whose numbers are none would be refused whole.
    names_alone: bool,
    client: reqwest::Client,
    turn: std::sync::Arc<AtomicUsize>,
}

impl Liar {
    pub async fn before(source: &'static str, origin: &str, names_alone: bool) -> Self {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        let behind = Behind {
            origin: origin.to_owned(),
            source,
            names_alone,
            client: reqwest::Client::new(),
            turn: std::sync::Arc::default(),
        };
        let app = Router::new().fallback(pass).with_state(behind);
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self {
            origin: format!("http://{address}"),
            serving,
        }
    }
}

async fn pass(State(behind): State<Behind>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut asked = behind
        .client
        .request(method, format!("{}{path}", behind.origin))
        .body(body);
    for (name, value) in &headers {
        if ![header::HOST, header::CONTENT_LENGTH, header::ACCEPT_ENCODING].contains(name) {
            asked = asked.header(name, value);
        }
    }
    let answer = asked.send().await.expect("the system answers");
    let (status, kind) = (answer.status(), answer.headers().get(header::CONTENT_TYPE).cloned());
    let text = answer.text().await.expect("text");
    let text = match serde_json::from_str::<Value>(&text) {
        Ok(mut json) => {
            behind.spoil_records(&mut json);
            json.to_string()
        }
        Err(_) => behind.spoil_items(&text),
    };
    let headers: HeaderMap = kind.map(|kind| (header::CONTENT_TYPE, kind)).into_iter().collect();
    (status, headers, text).into_response()
}

impl Behind {
    fn next(&self, of: usize) -> usize {
        self.turn.fetch_add(1, Ordering::Relaxed) % of
    }

    /// Records are the objects of a list.
    fn spoil_records(&self, json: &mut Value) {
        match json {
            Value::Array(records) if records.iter().any(Value::is_object) => {
                for record in records.iter_mut() {
                    self.spoil_record(record);
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.spoil_records(value)),
            Value::Object(members) => members.values_mut().for_each(|value| self.spoil_records(value)),
            _ => {}
        }
    }

    fn spoil_record(&self, record: &mut Value) {
        let mut texts = Vec::new();
        texts_within(record, String::new(), &mut texts);
        texts.retain(|path| !self.names_alone || path.to_lowercase().contains("na"));
        if texts.is_empty() {
            return;
        }
        let path = &texts[self.next(texts.len())];
        *record.pointer_mut(path).expect("found before") = Value::from(attack(&format!("{}{path}", self.source)));
    }

    /// Items of XML: the texts of an element that the queue hands out.
    fn spoil_items(&self, xml: &str) -> String {
        const END: &str = "Tilsagn>";
        let spoil_item = |piece: &str| {
            let closes = piece.ends_with(END) && piece.rfind('<').is_some_and(|at| piece[at..].starts_with("</"));
            let texts: Vec<(usize, usize)> = piece
                .match_indices('>')
                .filter_map(|(at, _)| Some((at + 1, at + 1 + piece[at + 1..].find('<')?)))
                .filter(|(from, to)| !piece[*from..*to].trim().is_empty())
                .collect();
            if !closes || texts.is_empty() {
                return piece.to_owned();
            }
            let (from, to) = texts[self.next(texts.len())];
            let name = piece[..from]
                .rsplit('<')
                .next()
                .unwrap_or_default()
                .trim_end_matches('>');
            let text = attack(&format!("{}/{name}", self.source)).replace('<', "&lt;");
            format!("{}{text}{}", &piece[..from], &piece[to..])
        };
        xml.split_inclusive(END).map(spoil_item).collect()
    }
}

fn texts_within(json: &Value, path: String, found: &mut Vec<String>) {
    match json {
        Value::String(_) => found.push(path),
        Value::Array(values) => {
            for (nth, value) in values.iter().enumerate() {
                texts_within(value, format!("{path}/{nth}"), found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                texts_within(value, format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// The files of NAV's inbox, with one cell of each row otherwise.
pub fn spoil_files(folder: &Path, source: &str) {
    let mut turn = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|kind| kind != "csv") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("read");
        let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(Vec::new());
        let mut heading: Option<Vec<String>> = None;
        for row in reader.records() {
            let mut row: Vec<String> = row.expect("a row").iter().map(str::to_owned).collect();
            if let Some(heading) = &heading
                && !row[0].starts_with('#')
            {
                let at = turn % row.len();
                turn += 1;
                row[at] = attack(&format!("{source}/{}", heading[at]));
            } else if heading.is_none() {
                heading = Some(row.clone());
            }
            writer.write_record(&row).expect("written");
        }
        let text = String::from_utf8(writer.into_inner().expect("written")).expect("UTF-8");
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
        std::fs::write(&path, bytes).expect("written");
        // Without a hash, the file is whole by its last line.
        std::fs::write(path.with_extension("ok"), "").expect("written");
    }
}
