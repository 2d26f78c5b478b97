//! Promise: a national identity number in a token, and the token itself, come into no log, however much is logged, into no file
//! of the store, and into no answer.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use programgrant::clock::Clock;
use serde_json::{Value, json};

use super::issuer::{Issuer, Signer, party};
use super::{NAV, RESOURCE, VENDOR};

/// Made up: the twelfth of the 89th month.
const PID: &str = "12899912345";

/// The program with everything logged, killed when dropped.
struct Talkative {
    child: Child,
    address: String,
}

impl Drop for Talkative {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Talkative {
    fn start(config: &Path, log: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_programgrant"))
            .args(["serve", "--config"])
            .arg(config)
            .env("RUST_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(File::create(log).expect("a file"))
            .spawn()
            .expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = lines
            .map(|line| line.expect("a line"))
            .find(|line| line.contains("http://"))
            .expect("an address");
        Self {
            child,
            address: line.trim().rsplit(' ').next().expect("an address").to_owned(),
        }
    }

    async fn ask(&self, token: &str, query: &str) -> Value {
        let request = reqwest::Client::new()
            .post(format!("{}/graphql", self.address))
            .bearer_auth(token)
            .json(&json!({ "query": query }));
        request.send().await.expect("an answer").json().await.expect("JSON")
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
async fn who_a_person_is_stands_nowhere() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (config, log) = (folder.path().join("gateway.toml"), folder.path().join("log"));
    let lines = format!(
        "listen = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite:register.db\"\n[auth]\nmode = \"jwt\"\n{}\nscope_prefix = \"udir\"\nresources = [{RESOURCE:?}]\n",
        issuer.settings()
    );
    std::fs::write(&config, lines).expect("written");
    let now = Clock::system().now();
    let token = |more: Value| signer.token(&issuer.claims_at(now, &more));
    let represents = |number: &str| json!([{ "type": "ansattporten:altinn:service", "resource": RESOURCE, "reportees": [{ "Authority": "iso6523-actorid-upis", "ID": number, "Name": PID }] }]);
    let nav = format!("0192:{NAV}");
    let believed = token(
        json!({ "sub": "s", "pid": PID, "acr": "high", "jti": PID, "client_id": PID, "consumer": party(VENDOR), "authorization_details": represents(&nav) }),
    );
    let refused = [
        token(json!({ "sub": PID, "pid": PID, "acr": "idporten-loa-high" })),
        token(json!({ "sub": "s", "pid": PID, "acr": PID })),
        token(json!({ "sub": "s", "pid": PID, "acr": "high", "authorization_details": represents(PID) })),
        token(
            json!({ "sub": "s", "pid": PID, "acr": "high", "authorization_details": represents(&format!("0192:{PID}")) }),
        ),
        token(json!({ "pid": PID, "acr": ["high", PID] })),
        token(json!({ "pid": PID, "scope": PID })),
        token(json!({ "pid": PID, "consumer": PID })),
        token(json!({ "pid": PID, "exp": PID })),
    ];
    let answers = {
        let program = Talkative::start(&config, &log);
        let command = "mutation { requestFunding(input: { scheme: \"621.63\", recipient: { municipalityNumber: \"0301\" }, year: 2022, amount: 6000000, caseReference: \"22/1\" }, idempotencyKey: \"one\") { claim { id } errors { code } } }";
        let mut answers = vec![program.ask(&believed, command).await];
        assert!(
            answers[0]["data"]["requestFunding"]["claim"]["id"].is_string(),
            "{answers:?}"
        );
        for token in &refused {
            let answer = program.ask(token, "{ viewer { role } }").await;
            assert!(
                answer["errors"][0]["extensions"]["code"].is_string() && answer["data"].is_null(),
                "{answer}"
            );
            answers.push(answer);
        }
        answers
    };
    assert!(
        answers.iter().all(|answer| !answer.to_string().contains(PID)),
        "{answers:?}"
    );
    let logged = std::fs::read_to_string(&log).expect("a log");
    assert!(
        logged.contains("TRACE") && logged.contains("a token is refused"),
        "it was logged at length"
    );
    for token in refused.iter().chain([&believed]) {
        let payload = token.split('.').nth(1).expect("three parts");
        assert!(!logged.contains(&payload[..40]), "a token stands in the log");
    }
    let mut files = 0;
    for file in std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|file| file.expect("a file").path())
    {
        let bytes = std::fs::read(&file).expect("read");
        assert!(
            !bytes.windows(PID.len()).any(|window| window == PID.as_bytes()),
            "{}",
            file.display()
        );
        files += 1;
    }
    assert!(files >= 3, "configuration, log and store");
}
