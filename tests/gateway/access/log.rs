//! Promise: every operation leaves one line in the access log, with who asked, what and how it went, and with nobody's number.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::commands::program;

struct Serving {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStderr>>,
    /// Held open: a program that cannot print dies.
    _printed: BufReader<std::process::ChildStdout>,
    url: String,
}

impl Serving {
    fn start() -> Self {
        // However little else is logged.
        let mut child = program(&["demo", "--listen", "127.0.0.1:0"])
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut printed = BufReader::new(child.stdout.take().expect("piped"));
        let mut said = printed.by_ref().lines().map(|line| line.expect("UTF-8"));
        let url = said.find_map(|line| {
            line.strip_prefix("GraphQL: ")?
                .split_whitespace()
                .next()
                .map(str::to_owned)
        });
        Self {
            child,
            lines,
            _printed: printed,
            url: url.expect("it prints its address"),
        }
    }

    /// Every line up to the one of the operation of that name.
    fn read_until(&mut self, operation: &str) -> Vec<Value> {
        let mut read = Vec::new();
        for line in self.lines.by_ref() {
            let line: Value = serde_json::from_str(&line.expect("UTF-8")).expect("each line is JSON");
            let is_last = line["operation"] == operation;
            read.push(line);
            if is_last {
                return read;
            }
        }
        panic!("it ended without {operation}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn each_operation_is_one_line_without_what_was_asked_about() {
    let mut serving = Serving::start();
    let client = reqwest::Client::new();
    let post = async |body: Value| {
        let request = client
            .post(&serving.url)
            .header("programgrant-caller", "889640782/someone")
            .header("content-type", "application/json");
        request.body(body.to_string()).send().await.expect("an answer");
    };
    post(json!({ "query": "query Pot { municipality(number: \"3813\") { name } }" })).await;
    post(json!({ "query": "query Bad($n: String) { municipality(number: $n) { name } }", "variables": { "n": "01017012345" } })).await;
    post(json!({ "query": "mutation Ask { releaseFunding(claim: \"krav-1\", fence: 1, reason: \"01017012345\") { errors { code } } }" })).await;
    post(json!({ "query": "{ nothing }" })).await;
    post(json!({ "query": "query born01017012345 { viewer { role } }" })).await;
    post(json!({ "query": "query Last { viewer { role } }" })).await;
    let lines = serving.read_until("Last");
    let told = |line: &Value| json!([line["operation"], line["kind"], line["outcome"], line["codes"]]);
    let told: Vec<Value> = lines
        .iter()
        .skip_while(|line| line["operation"] != "Pot")
        .map(told)
        .collect();
    assert_eq!(
        told,
        [
            json!(["Pot", "query", "ok", ""]),
            json!(["Bad", "query", "errors", "INVALID_MUNICIPALITY_NUMBER"]),
            json!(["Ask", "mutation", "ok", ""]),
            json!([null, "", "refused", "INVALID_DOCUMENT"]),
            json!(["born…", "query", "ok", ""]),
            json!(["Last", "query", "ok", ""]),
        ]
    );
    let last = lines.last().expect("a line");
    assert_eq!(
        (&last["target"], &last["acting"], &last["role"]),
        (&json!("access"), &json!("889640782"), &json!("PROGRAMME_OFFICE"))
    );
    for mut line in lines {
        // Digits of a fraction of a second are nobody's, and so are those of a reference.
        for random in ["timestamp", "reference"] {
            line.as_object_mut().expect("an object").remove(random);
        }
        let line = line.to_string();
        assert!(
            !["01017012345", "someone", "3813"]
                .iter()
                .any(|hidden| line.contains(hidden)),
            "{line}"
        );
    }
}
