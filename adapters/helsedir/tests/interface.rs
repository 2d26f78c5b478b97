//! Promise: the simulated system serves the documented interface in full, to any caller who keeps to it, exclusions included.

use programgrant_contract::simulation::Simulator;
use programgrant_contract::{HeldExclusion, Secret};
use programgrant_helsedir::Credentials;
use programgrant_helsedir::simulator::{HelsedirSimulator, THOUSANDS};
use tokio::net::TcpListener;

async fn simulated() -> HelsedirSimulator {
    HelsedirSimulator::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
}

/// Calls an operation with a `SOAPAction` of its own; the status and the answer.
async fn call_as(simulator: &HelsedirSimulator, action: &str, operation: &str, fields: &str) -> (u16, String) {
    let call = format!(r#"<h:{operation} xmlns:h="urn:sim:hdir:tilskudd:v2">{fields}</h:{operation}>"#);
    let envelope = format!(
        r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{call}</e:Body></e:Envelope>"#
    );
    let request = reqwest::Client::new()
        .post(simulator.url())
        .header("SOAPAction", action)
        .header("Content-Type", "text/xml; charset=utf-8");
    let reply = request.body(envelope).send().await.expect("an answer");
    (reply.status().as_u16(), reply.text().await.expect("a body"))
}

async fn call(simulator: &HelsedirSimulator, operation: &str, fields: &str) -> (u16, String) {
    call_as(simulator, operation, operation, fields).await
}

/// What stands between the tags of that name.
fn inner(answer: &(u16, String), name: &str) -> String {
    let (_, rest) = answer
        .1
        .split_once(&format!("<{name}>"))
        .unwrap_or_else(|| panic!("no {name} in {}", answer.1));
    rest.split_once(&format!("</{name}>")).expect("closed").0.to_owned()
}

fn exclusion(change: impl Fn(&str, &str) -> String) -> String {
    [
        ("OrgNr", "940244145"),
        ("Kapittel", "0765"),
        ("Post", "60"),
        ("Ordning", "BARN_UNGE"),
        ("FraDato", "2020-01-01"),
        ("TilDato", "2023-06-30"),
        ("Program", "Programfinansiering 0–24"),
        ("Hjemmel", "Prop. 1 S (2019–2020)"),
    ]
    .map(|(name, value)| format!("<h:{name}>{}</h:{name}>", change(name, value)))
    .concat()
}

fn unchanged(_: &str, value: &str) -> String {
    value.to_owned()
}

#[tokio::test]
async fn newer_items_become_visible_only_after_the_older_are_removed() {
    let simulator = simulated().await;
    simulator.set_fault(Some(THOUSANDS)).expect("many items");
    let fetched = async || {
        call(&simulator, "HentTilsagnKoe", "<h:AntallMaks>2</h:AntallMaks>")
            .await
            .1
    };
    let first = fetched().await;
    assert!(first.contains("AR00000001") && first.contains("AR00000002") && !first.contains("AR00000003"));
    assert_eq!(fetched().await, first);
    let references =
        "<h:ArchiveReference>AR00000001</h:ArchiveReference><h:ArchiveReference>AR99999999</h:ArchiveReference>";
    assert_eq!(
        inner(&call(&simulator, "SlettFraKoe", references).await, "AntallSlettet"),
        "1"
    );
    let second = fetched().await;
    assert!(!second.contains("AR00000001") && second.contains("AR00000002") && second.contains("AR00000003"));
    assert_eq!(simulator.purges(), 1);
}

#[tokio::test]
async fn requests_that_break_the_rules_are_refused_with_an_id_below_1000() {
    let simulator = simulated().await;
    let refused = [
        call(&simulator, "HentTilsagnKoe", "<h:AntallMaks>0</h:AntallMaks>").await,
        call(&simulator, "HentTilsagnKoe", "<h:AntallMaks>501</h:AntallMaks>").await,
        call(&simulator, "HentTilsagnKoe", "").await,
        call(&simulator, "SlettFraKoe", "").await,
        call(&simulator, "HentAlt", "").await,
        call(&simulator, "OpphevSperre", "<h:SperreId>SP000001</h:SperreId>").await,
        call_as(
            &simulator,
            "SlettFraKoe",
            "HentTilsagnKoe",
            "<h:AntallMaks>1</h:AntallMaks>",
        )
        .await,
        call_as(&simulator, "", "HentTilsagnKoe", "<h:AntallMaks>1</h:AntallMaks>").await,
    ];
    for answer in refused {
        assert_eq!(answer.0, 500);
        assert!(
            answer.1.contains("<s:Fault>")
                && answer.1.contains("<ErrorGuid>")
                && answer.1.contains("<AltinnErrorMessage>")
        );
        assert!(
            inner(&answer, "ErrorID").parse::<u16>().expect("a number") < 1000,
            "{}",
            answer.1
        );
    }
    let quoted = call_as(
        &simulator,
        "\"HentTilsagnKoe\"",
        "HentTilsagnKoe",
        "<h:AntallMaks>500</h:AntallMaks>",
    )
    .await;
    assert_eq!(quoted.0, 200, "{}", quoted.1);
    simulator.require_credentials(Credentials {
        username: "gateway".to_owned(),
        password: Secret::new("word"),
    });
    let nameless = call(&simulator, "HentTilsagnKoe", "<h:AntallMaks>1</h:AntallMaks>").await;
    assert_eq!((nameless.0, inner(&nameless, "ErrorID")), (500, "20".to_owned()));
}

#[tokio::test]
async fn an_exclusion_is_registered_once_and_re_dated_by_lifting_it() {
    let simulator = simulated().await;
    let id = inner(
        &call(&simulator, "RegistrerSperre", &exclusion(unchanged)).await,
        "SperreId",
    );
    assert_eq!(
        inner(
            &call(&simulator, "RegistrerSperre", &exclusion(unchanged)).await,
            "SperreId"
        ),
        id
    );
    let excluded = |until: &str| HeldExclusion {
        organisation_number: "940244145".to_owned(),
        subject: "765.60 BARN_UNGE".to_owned(),
        from: "2020-01-01".parse().expect("a date"),
        until: until.parse().expect("a date"),
    };
    assert_eq!(simulator.exclusions(), [excluded("2023-06-30")]);
    let lift = format!("<h:SperreId>{id}</h:SperreId>");
    for _ in 0..2 {
        assert_eq!(call(&simulator, "OpphevSperre", &lift).await.0, 200);
        assert_eq!(simulator.exclusions(), []);
    }
    let shorter = exclusion(|name, value| {
        if name == "TilDato" {
            "2021-12-31".to_owned()
        } else {
            value.to_owned()
        }
    });
    assert_ne!(
        inner(&call(&simulator, "RegistrerSperre", &shorter).await, "SperreId"),
        id
    );
    assert_eq!(simulator.exclusions(), [excluded("2021-12-31")]);
}

#[tokio::test]
async fn an_exclusion_that_cannot_stand_is_refused() {
    let simulator = simulated().await;
    for (field, value) in [
        ("OrgNr", "940244146"),
        ("OrgNr", ""),
        ("Kapittel", "x"),
        ("Post", ""),
        ("Ordning", "UNGE"),
        ("FraDato", "2023-07-01"),
        ("TilDato", "30.06.2023"),
        ("Program", ""),
        ("Hjemmel", " "),
    ] {
        let answer = call(
            &simulator,
            "RegistrerSperre",
            &exclusion(|name, given| if name == field { value } else { given }.to_owned()),
        )
        .await;
        assert_eq!(answer.0, 500, "{field} {value:?}");
        assert!(inner(&answer, "ErrorID").parse::<u16>().expect("a number") < 1000);
    }
    assert_eq!(simulator.exclusions(), []);
}
