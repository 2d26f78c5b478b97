//! Systems whose every text attacks, a gateway that has heard them all, and its front door.

use std::net::SocketAddr;
use std::sync::Arc;

use programgrant::adapters::{Simulators, simulate};
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::demo::systems;
use programgrant::http::{self, AppState, Service};
use programgrant::pages;
use programgrant_registers::simulator::RegisterSimulator;
use programgrant_schema::{
    Accounts, AccountsLine, AwardStatus, BudgetPost, Content, Disbursement, Figure, MunicipalGrants, Ore, Payer,
    Record, RecordId,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::wire::{Liar, attack, spoil_files};
use crate::records::{TWELVE, kroner, programme_2021, record, statement};
use crate::world::NOON;

const MAPPING: &str = r#"
[file]
format = "csv"
pattern = "liste_*.csv"
complete = "ok-file"

[record]
key = "Saksnr"
reference = "Ref"
name = "Kommune"
year = "År"
post = { value = "291.62" }
municipality_number = "Kommunenr"
status = { column = "Status", words = { "Innvilget" = "GRANTED" } }
granted = "Tildelt"

[[scheme]]
id = "imdi-kum"
name_nb = "Kommunale innvandrertiltak"
ministry = "Arbeids- og inkluderingsdepartementet"
directorate = "987879696"
budget = [[2016, 2017, 496, 62], [2018, 2021, 291, 62], [2022, 0, 671, 62]]
determined = "discretionary"
"#;

pub struct Attacked {
    pub front: AppState,
    pub now: jiff::Timestamp,
    gateway: Arc<Gateway>,
    address: SocketAddr,
    serving: JoinHandle<()>,
    _behind: (Simulators, RegisterSimulator, Vec<Liar>, TempDir),
}

impl Drop for Attacked {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Attacked {
    pub async fn heard() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let simulators = simulate(SocketAddr::from(([127, 0, 0, 1], 0)), folder.path()).expect("the systems start");
        let (mut liars, mut settings) = (Vec::new(), simulators.settings("1h"));
        for (source, id) in [
            ("udir", systems::UDIR),
            ("helsedir", systems::HELSEDIR),
            ("bufdir", systems::BUFDIR),
        ] {
            let place = simulators
                .places()
                .iter()
                .find(|place| place.source == id)
                .expect("there");
            let liar = Liar::before(source, &origin(&place.place), false).await;
            settings = settings.replace(&origin(&place.place), &liar.origin);
            liars.push(liar);
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("does not block");
        let registers = RegisterSimulator::start(listener).expect("starts");
        let (mut klass, mut brreg) = (registers.klass_url(), registers.brreg_url());
        for (name, url) in [("klass", &mut klass), ("brreg", &mut brreg)] {
            let liar = Liar::before(name, &origin(url), true).await;
            *url = url.replace(&origin(url), &liar.origin);
            liars.push(liar);
        }
        for (source, records) in records() {
            simulators.get(source).publish(&records);
        }
        spoil_files(&folder.path().join("nav/in"), "nav");
        let at = lay_list(&folder);
        let text = format!(
            "listen = \"127.0.0.1:0\"\n[reference]\nklass_url = {klass:?}\nbrreg_url = {brreg:?}\n[store]\nurl = \"sqlite:{}\"\n\
             {settings}\n[sources.imdi]\nkind = \"table\"\nname = \"IMDi\"\n{at}every = \"1h\"\n",
            folder.path().join("register.db").display()
        );
        let attacked = Self::open(
            &Config::parse(&text).expect("sound"),
            (simulators, registers, liars, folder),
        )
        .await;
        attacked.hear().await;
        attacked
    }

    async fn open(config: &Config, behind: (Simulators, RegisterSimulator, Vec<Liar>, TempDir)) -> Self {
        let now = NOON.parse().expect("an instant");
        let (clock, _) = Clock::manual(now);
        let gateway = Arc::new(Gateway::open(config, clock).await.expect("the gateway starts"));
        let front = AppState::new(Service::new(config, Arc::clone(&gateway)).expect("a front door"));
        let (listener, address) = http::bind(config.listen).await.expect("a free port");
        let (served, further) = (front.clone(), pages::router(front.clone()));
        let serving = tokio::spawn(async move {
            http::serve(listener, served, further, std::future::pending())
                .await
                .expect("serves");
        });
        Self {
            front,
            now,
            gateway,
            address,
            serving,
            _behind: behind,
        }
    }

    /// Everybody once, whatever they say; then a claim, and the comparison.
    async fn hear(&self) {
        self.gateway.poll_all().await;
        let claim = "mutation ($input: FundingInput!) { requestFunding(input: $input, idempotencyKey: \"1\") { claim { id } errors { code } } }";
        let input = json!({
            "scheme": "231.63", "recipient": { "municipalityNumber": TWELVE[0].0 }, "year": 2021, "amount": 10_000_000,
            "caseReference": attack("claim"),
        });
        let asked = json!({ "query": claim, "variables": { "input": input } });
        let request = reqwest::Client::new().post(self.url("/graphql")).json(&asked);
        let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        assert!(answer["data"]["requestFunding"]["claim"].is_object(), "{answer}");
        self.gateway.reconciler.round(self.now).await.expect("compared");
    }

    /// Pages that a walk comes to late, if at all: of each award that is told of in a text that attacks, and of what the accounts say.
    pub async fn pages(&self) -> Vec<String> {
        let asked = "{ municipalities(programme: \"0-24-pilot\", limit: 12) { items { awards(limit: 100) { \
            id recipientAsReported { name number organisationNumber } } } } }";
        let request = reqwest::Client::new().post(self.url("/graphql"));
        let answer = request
            .json(&json!({ "query": asked }))
            .send()
            .await
            .expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        let places = answer["data"]["municipalities"]["items"].as_array().expect("a list");
        let awards = places
            .iter()
            .flat_map(|place| place["awards"].as_array().expect("a list"));
        let attacking = awards.filter(|award| award["recipientAsReported"].to_string().contains("HYPERLINK"));
        let mut pages: Vec<String> = attacking
            .map(|award| format!("/tilskudd/{}", encoded(award["id"].as_str().expect("an id"))))
            .collect();
        pages.push(format!("/kommune/{}/ser-ikke/2021", TWELVE[0].1));
        pages
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// As it may stand in an address.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// Scheme and authority of an address.
fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

/// What the programme needs, ordinary awards with payments beside it, and accounts whose posts have names.
fn records() -> Vec<(programgrant_schema::SourceId, Vec<Record>)> {
    let mut all = programme_2021();
    for (source, records) in &mut all {
        for (nth, (number, organisation)) in TWELVE.iter().enumerate() {
            let (post, activity) = match *source {
                systems::UDIR => (BudgetPost::new(231, 63), None),
                systems::HELSEDIR => (BudgetPost::new(765, 60), Some("VOKSNE")),
                systems::BUFDIR => (BudgetPost::new(846, 62), Some("LOS")),
                _ => continue,
            };
            let mut award = statement(*source, &format!("{}", 300 + nth), number, organisation, post, 2021);
            award.activity = activity.map(str::to_owned);
            award.granted = Figure::Stated(kroner(1_000));
            if *source == systems::BUFDIR {
                award.payer = Some(Payer {
                    organisation_number: "986128433".to_owned(),
                });
            }
            if *source == systems::UDIR {
                (award.status, award.paid) = (AwardStatus::Paid, Figure::Stated(kroner(1_000)));
                award.disbursements = vec![Disbursement {
                    on: jiff::civil::date(2021, 5, 3),
                    amount: kroner(1_000),
                    reference: Some(format!("UD-{nth}")),
                }];
            }
            records.push(record(award));
        }
    }
    all.push((systems::STATE_ACCOUNTS, vec![accounts()]));
    all
}

fn accounts() -> Record {
    let (post, amount) = (BudgetPost::new(1420, 61), kroner(5_000));
    let id = RecordId::new("statsregnskapet_aar_2021");
    Record {
        reference: format!("{id}.csv"),
        id,
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Accounts(Accounts::Year {
            year: 2021,
            lines: vec![AccountsLine {
                post,
                body: "970018131".to_owned(),
                amount,
            }],
            municipal: Some(vec![MunicipalGrants {
                post,
                amount: Figure::Stated(Ore::new(amount.get()).expect("in range")),
                name: Some(attack("accounts/name")),
                ministry: Some(attack("accounts/ministry")),
            }]),
        }),
    }
}

/// A list of rows, each with another cell that attacks; the settings that find it.
fn lay_list(folder: &TempDir) -> String {
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("drop")).expect("a folder");
    std::fs::write(at("imdi.toml"), MAPPING).expect("written");
    let heading = ["Saksnr", "Ref", "Kommune", "År", "Kommunenr", "Status", "Tildelt"];
    let rows = (0..heading.len()).map(|hostile| {
        let number = TWELVE[hostile].0;
        let row = [
            format!("A{hostile}").as_str(),
            "26/1",
            "Kommunen",
            "2021",
            number,
            "Innvilget",
            "1 250 000,50",
        ]
        .map(str::to_owned);
        let mut row = row.to_vec();
        let from = ["key", "reference", "name", "year", "number", "status", "amount"][hostile];
        row[hostile] = format!("\"{}\"", attack(&format!("list/{from}")).replace('"', "\"\""));
        row.join(";")
    });
    let text: Vec<String> = [heading.join(";")].into_iter().chain(rows).collect();
    std::fs::write(at("drop/liste_1.csv"), text.join("\r\n") + "\r\n").expect("written");
    std::fs::write(at("drop/liste_1.csv.ok"), "").expect("written");
    format!(
        "mapping = {:?}\nfolder = {:?}\n",
        at("imdi.toml").display().to_string(),
        at("drop").display().to_string()
    )
}
