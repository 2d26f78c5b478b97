//! Promise: Helsedirektoratet holds exactly the exclusions that are wanted, though it cannot list them, and every answer that
//! does not confirm one leaves it open.

use jiff::civil::date;
use programgrant_contract::simulation::Simulator;
use programgrant_contract::suite::SECRET;
use programgrant_contract::suite::exclusions::{self, AT, ExclusionSubject, ExclusionWorld};
use programgrant_contract::{Exclusions, Http, Secret, SourceError, SyncOutcome};
use programgrant_helsedir::simulator::{FAULT_200, HTML, HelsedirSimulator, REFUSED_200};
use programgrant_helsedir::{Credentials, Helsedir};
use programgrant_schema::{BudgetPost, Exclusion, Participant, Prevention, TargetGroup};
use tokio::net::TcpListener;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

fn credentials() -> Credentials {
    Credentials {
        username: "gateway".to_owned(),
        password: Secret::new(SECRET),
    }
}

fn adapter(url: &str) -> Helsedir {
    Helsedir::new(
        Http::new(reqwest::Client::new(), 1 << 20, None),
        url.parse().expect("a url"),
        Some(credentials()),
    )
}

async fn simulated() -> (HelsedirSimulator, Helsedir) {
    let simulator = HelsedirSimulator::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
    simulator.require_credentials(credentials());
    let adapter = adapter(&simulator.url());
    (simulator, adapter)
}

fn exclusion(organisation_number: &str) -> Exclusion {
    let organisation_number = organisation_number.parse().expect("an organisation number");
    Exclusion {
        participant: Participant {
            organisation_number,
            number: "3813".to_owned(),
            name: "Bamble".to_owned(),
        },
        post: BudgetPost::new(765, 60),
        activity: Some("BARN_UNGE".to_owned()),
        from: date(2020, 1, 1),
        until: date(2023, 6, 30),
        programme: "0-24-pilot".to_owned(),
        legal_basis: "pkt. 3.3 <\"B&B\"> – «æøå»".to_owned(),
        prevention: Prevention::RefuseApplication,
        target_group: None,
    }
}

fn sample() -> Vec<Exclusion> {
    ["940244145", "864953042", "964951284"].map(exclusion).to_vec()
}

#[tokio::test]
async fn every_promise_of_the_contract_is_kept() {
    exclusions::run(&ExclusionSubject {
        world: Box::new(|| {
            Box::pin(async {
                let (simulator, adapter) = simulated().await;
                ExclusionWorld {
                    debug: format!("{adapter:?}"),
                    simulator: Box::new(simulator),
                    exclusions: Box::new(adapter),
                    keep: Box::new(()),
                }
            })
        }),
        sample: sample(),
        can_list: false,
        cannot: &[],
    })
    .await;
}

#[tokio::test]
async fn an_exclusion_is_written_to_the_letter() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(500))
        .mount(&server)
        .await;
    adapter(&server.uri())
        .sync(&[exclusion("940244145")], &[], AT)
        .await
        .expect("an outcome");
    let requests = server.received_requests().await.expect("recorded");
    let body = String::from_utf8(requests[0].body.clone()).expect("UTF-8");
    let call = body
        .split_once("<s:Body>")
        .and_then(|(_, rest)| rest.split_once("</s:Body>"))
        .expect("a body")
        .0;
    let fields = "<OrgNr>940244145</OrgNr><Kapittel>0765</Kapittel><Post>60</Post><Ordning>BARN_UNGE</Ordning><FraDato>2020-01-01</FraDato>\
        <TilDato>2023-06-30</TilDato><Program>0-24-pilot</Program><Hjemmel>pkt. 3.3 &lt;&quot;B&amp;B&quot;&gt; – «æøå»</Hjemmel>";
    assert_eq!(
        call,
        format!(r#"<RegistrerSperre xmlns="urn:sim:hdir:tilskudd:v2">{fields}</RegistrerSperre>"#)
    );
    assert_eq!(
        requests[0]
            .headers
            .get("soapaction")
            .and_then(|value| value.to_str().ok()),
        Some("\"RegistrerSperre\"")
    );
}

#[tokio::test]
async fn what_the_system_has_no_words_for_is_refused_by_name() {
    let (simulator, adapter) = simulated().await;
    let scheme = "an exclusion names its scheme (Ordning): BARN_UNGE, VOKSNE or FELLES";
    let good = || exclusion("940244145");
    for (wrong, reason) in [
        (
            Exclusion {
                prevention: Prevention::DoNotInvite,
                ..good()
            },
            "Helsedirektoratet has no word for do-not-invite; it knows refuse-application",
        ),
        (
            Exclusion {
                activity: None,
                ..good()
            },
            scheme,
        ),
        (
            Exclusion {
                activity: Some("LOS".to_owned()),
                ..good()
            },
            scheme,
        ),
        (
            Exclusion {
                target_group: Some(TargetGroup::ChildrenAndYoung),
                ..good()
            },
            "Helsedirektoratet's exclusions are about a scheme (Ordning), not about a target group",
        ),
        (
            Exclusion {
                legal_basis: "pkt.\u{1}".to_owned(),
                ..good()
            },
            "the programme or the legal basis holds a character that XML cannot carry",
        ),
    ] {
        let report = adapter.sync(&[wrong], &[], AT).await.expect("an outcome");
        assert_eq!(
            report.outcomes[0].outcome,
            SyncOutcome::Failed(SourceError::refused(reason))
        );
    }
    assert_eq!(simulator.exclusions(), []);
}

#[tokio::test]
async fn an_answer_that_confirms_nothing_leaves_the_exclusion_open() {
    for (fault, is_told) in [
        (FAULT_200, SourceError::outage("error 1001")),
        (REFUSED_200, SourceError::refused("error 42")),
        (
            HTML,
            SourceError::malformed(
                "the answer to RegistrerSperre",
                "it declares a document type, which is refused",
            ),
        ),
    ] {
        let (simulator, adapter) = simulated().await;
        simulator.set_fault(Some(fault)).expect("a fault");
        let report = adapter.sync(&sample()[..1], &[], AT).await.expect("an outcome");
        assert_eq!(report.outcomes[0].outcome, SyncOutcome::Failed(is_told), "{fault}");
        assert_eq!(report.remembered(), &sample()[..1]);
    }
    let server = MockServer::start().await;
    let answer = r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><RegistrerSperreResponse xmlns="urn:sim:hdir:tilskudd:v2"><SperreId> </SperreId></RegistrerSperreResponse></s:Body></s:Envelope>"#;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(answer, "text/xml"))
        .mount(&server)
        .await;
    let report = adapter(&server.uri())
        .sync(&sample()[..1], &[], AT)
        .await
        .expect("an outcome");
    assert_eq!(
        report.outcomes[0].outcome,
        SyncOutcome::Failed(SourceError::malformed(
            "the answer to RegistrerSperre",
            "SperreId is missing"
        ))
    );
}

#[tokio::test]
async fn the_adults_grant_is_another_subject() {
    let (simulator, adapter) = simulated().await;
    let adults = Exclusion {
        activity: Some("VOKSNE".to_owned()),
        ..exclusion("940244145")
    };
    adapter
        .sync(std::slice::from_ref(&adults), &[], AT)
        .await
        .expect("an outcome");
    adapter
        .sync(&[exclusion("940244145")], &[exclusion("940244145")], AT)
        .await
        .expect("an outcome");
    let subjects: Vec<_> = simulator.exclusions().into_iter().map(|held| held.subject).collect();
    assert_eq!(subjects, ["765.60 VOKSNE", "765.60 BARN_UNGE"]);
}
