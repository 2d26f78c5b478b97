//! Promise: the simulator serves Udir's documented interface in full, the exclusions included.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{SECRET_TOKEN, award, sample, simulator};
use programgrant_contract::HeldExclusion;
use programgrant_contract::simulation::{Simulator as _, fault};
use programgrant_schema::{AwardStatus, Content, Record};
use programgrant_udir::simulator::UdirSimulator;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

struct Told {
    status: StatusCode,
    etag: Option<String>,
    link: Option<String>,
    kind: Option<String>,
    body: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

async fn ask(
    simulator: &UdirSimulator,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Told {
    let mut request = common::client().request(method, format!("{}{path}", simulator.base_url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    let reply = request.send().await.expect("answers");
    let header = |name: &str| {
        reply
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let (status, etag, link, kind) = (reply.status(), header("etag"), header("link"), header("content-type"));
    Told {
        status,
        etag,
        link,
        kind,
        body: reply.text().await.expect("whole"),
    }
}

async fn get(simulator: &UdirSimulator, path: &str) -> Told {
    ask(simulator, Method::GET, path, &[], None).await
}

#[tokio::test]
async fn a_page_is_written_as_documented() {
    let simulator = simulator().await;
    let mut record = sample()[3].clone();
    record.changed_at = Some("2021-02-11T05:00:00Z".parse().expect("an instant"));
    simulator.publish(&[record, sample()[1].clone()]);
    let page = get(&simulator, "/v1/tildelinger?aar=2022").await;
    assert_eq!(page.kind.as_deref(), Some("application/json"));
    insta::assert_snapshot!(page.body, @r#"{"side":1,"antallPerSide":100,"totaltAntall":1,"tildelinger":[{"id":"0b0f5a52","ordning":{"kapittel":"226","post":"64"},"tilskuddsaar":2022,"mottaker":{"orgnr":"940244145","kommunenummer":"0814","navn":"Bamble"},"beregnetBelop":2475000.50,"utbetaltBelop":2475000.49,"status":"UTBETALT","vedtaksdato":"2022-01-20","utbetalinger":[{"dato":"2022-02-10","belop":2475000.50,"referanse":"UD-21-000417"},{"dato":"2022-02-10","belop":-0.01}],"sistEndret":"2021-02-11T06:00:00+01:00"}]}"#);
    insta::assert_snapshot!(get(&simulator, "/v1/tildelinger?aar=2021&side=1&antall=7").await.body, @r#"{"side":1,"antallPerSide":7,"totaltAntall":1,"tildelinger":[{"id":"1b0f5a52","ordning":{"kapittel":"231","post":"66"},"tilskuddsaar":2021,"mottaker":{"orgnr":null,"kommunenummer":null,"navn":null},"status":"SOKT","utbetalinger":[],"sistEndret":"2021-01-01T01:00:02+01:00"}]}"#);
    insta::assert_snapshot!(get(&simulator, "/v1/tildelinger?aar=1999").await.body, @r#"{"side":1,"antallPerSide":100,"totaltAntall":0,"tildelinger":[]}"#);
}

#[tokio::test]
async fn pages_share_one_etag_and_link_to_the_next() {
    let simulator = simulator().await;
    let year: Vec<Record> = ["a", "b", "c"].map(|id| common::renamed(&sample()[0], id)).into();
    simulator.publish(&year);
    let first = get(&simulator, "/v1/tildelinger?aar=2020&side=1&antall=2").await;
    assert_eq!(
        first.link.as_deref(),
        Some("</v1/tildelinger?aar=2020&side=2&antall=2>; rel=\"next\"")
    );
    let second = get(&simulator, "/v1/tildelinger?aar=2020&side=2&antall=2").await;
    assert_eq!(
        (
            second.link.as_deref(),
            second.json()["tildelinger"].as_array().map(Vec::len)
        ),
        (None, Some(1))
    );
    let beyond = get(&simulator, "/v1/tildelinger?aar=2020&side=3&antall=2").await;
    assert_eq!(
        (
            beyond.status,
            &beyond.json()["tildelinger"],
            &beyond.json()["totaltAntall"]
        ),
        (StatusCode::OK, &json!([]), &json!(3))
    );
    assert_eq!((&first.etag, &first.etag), (&second.etag, &beyond.etag));

    let etag = first.etag.expect("an ETag");
    let weak = format!("\"other\", W/{etag}");
    for known in [etag.as_str(), weak.as_str(), "*"] {
        let same = ask(
            &simulator,
            Method::GET,
            "/v1/tildelinger?aar=2020",
            &[("if-none-match", known)],
            None,
        )
        .await;
        assert_eq!(
            (same.status, same.body.as_str()),
            (StatusCode::NOT_MODIFIED, ""),
            "{known}"
        );
    }
    let page_2 = ask(
        &simulator,
        Method::GET,
        "/v1/tildelinger?aar=2020&side=2&antall=2",
        &[("if-none-match", &etag)],
        None,
    )
    .await;
    assert_eq!(page_2.status, StatusCode::OK);
    simulator.publish(&year[..1]);
    let changed = ask(
        &simulator,
        Method::GET,
        "/v1/tildelinger?aar=2020",
        &[("if-none-match", &etag)],
        None,
    )
    .await;
    assert_eq!(changed.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_published_again_is_later_and_stays_one() {
    let simulator = simulator().await;
    let instant = |text: &str| Some(text.parse().expect("an instant"));
    let dated = Record {
        changed_at: instant("2021-07-01T10:00:00.25Z"),
        ..sample()[0].clone()
    };
    let mut seen = Vec::new();
    for record in [
        &dated,
        &dated,
        &sample()[0],
        &Record {
            changed_at: instant("2021-12-01T10:00:00Z"),
            ..dated.clone()
        },
    ] {
        simulator.publish(std::slice::from_ref(record));
        let page = get(&simulator, "/v1/tildelinger?aar=2020").await.json();
        assert_eq!(page["totaltAntall"], json!(1));
        seen.push(
            page["tildelinger"][0]["sistEndret"]
                .as_str()
                .expect("a text")
                .to_owned(),
        );
    }
    assert_eq!(
        seen,
        [
            "2021-07-01T12:00:00.25+02:00",
            "2021-07-01T12:00:01.25+02:00",
            "2021-07-01T12:00:02.25+02:00",
            "2021-12-01T11:00:00+01:00"
        ]
    );
}

#[tokio::test]
async fn errors_are_problems() {
    let simulator = simulator().await;
    for path in [
        "?side=1",
        "?aar=21",
        "?aar=2021&side=0",
        "?aar=2021&antall=0",
        "?aar=2021&antall=201",
        "?aar=2021&side=x",
        "?aar=2021&antall=-1",
    ] {
        let told = get(&simulator, &format!("/v1/tildelinger{path}")).await;
        assert_eq!(
            (told.status, told.kind.as_deref()),
            (StatusCode::BAD_REQUEST, Some("application/problem+json")),
            "{path}"
        );
    }
    let mut problem = get(&simulator, "/v2/tildelinger").await.json();
    assert_eq!(problem["traceId"].take(), json!("sim-000008"));
    assert_eq!(
        problem,
        json!({ "title": "There is nothing here", "status": 404, "code": "IKKE_FUNNET", "traceId": null })
    );
    assert_eq!(
        ask(&simulator, Method::POST, "/v1/tildelinger", &[], None).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );

    simulator.require_token(SECRET_TOKEN);
    assert_eq!(get(&simulator, "/v1/sperrer").await.status, StatusCode::UNAUTHORIZED);
    let bearer = format!("Bearer {SECRET_TOKEN}");
    let told = ask(
        &simulator,
        Method::GET,
        "/v1/sperrer",
        &[("authorization", &bearer)],
        None,
    )
    .await;
    assert_eq!(told.status, StatusCode::OK);
}

fn sperre(virkning: &str) -> Value {
    json!({ "fraOgMed": "2020-01-01", "tilOgMed": "2023-06-30", "program": "0-24", "virkning": virkning, "hjemmel": "Prop. 1 S" })
}

#[tokio::test]
async fn exclusions_are_stored_listed_and_lifted() {
    let simulator = simulator().await;
    let (bamble, other) = ("/v1/sperrer/231/63/940244145", "/v1/sperrer/231/66/940244145");
    for _ in 0..2 {
        let told = ask(
            &simulator,
            Method::PUT,
            bamble,
            &[],
            Some(sperre("UTELAT_FRA_BEREGNING")),
        )
        .await;
        assert_eq!((told.status, told.body.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    assert_eq!(
        ask(&simulator, Method::PUT, other, &[], Some(sperre("IKKE_INVITER")))
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    let listed = |post: &str, until: &str| json!({ "kapittel": "231", "post": post, "orgnr": "940244145", "fraOgMed": "2020-01-01", "tilOgMed": until });
    let all = get(&simulator, "/v1/sperrer").await.json();
    assert_eq!(
        all,
        json!({ "sperrer": [listed("63", "2023-06-30"), listed("66", "2023-06-30")] })
    );

    let mut shorter = sperre("UTELAT_FRA_BEREGNING");
    shorter["tilOgMed"] = json!("2021-12-31");
    ask(&simulator, Method::PUT, bamble, &[], Some(shorter)).await;
    for _ in 0..2 {
        assert_eq!(
            ask(&simulator, Method::DELETE, other, &[], None).await.status,
            StatusCode::NO_CONTENT
        );
    }
    assert_eq!(
        get(&simulator, "/v1/sperrer").await.json(),
        json!({ "sperrer": [listed("63", "2021-12-31")] })
    );
    let date = |text: &str| text.parse().expect("a date");
    assert_eq!(
        simulator.exclusions(),
        [HeldExclusion {
            organisation_number: "940244145".into(),
            subject: "231.63".into(),
            from: date("2020-01-01"),
            until: date("2021-12-31")
        }]
    );
}

#[tokio::test]
async fn an_exclusion_that_does_not_fit_is_refused() {
    let simulator = simulator().await;
    let with = |field: &str, value: Value| {
        let mut body = sperre("UTELAT_FRA_BEREGNING");
        body[field] = value;
        body
    };
    for (path, body) in [
        ("231/66/940244145", sperre("UTELAT_FRA_BEREGNING")),
        ("231/63/940244145", sperre("IKKE_INVITER")),
        ("226/64/940244145", sperre("UTELAT_FRA_BEREGNING")),
        ("231/63/940244146", sperre("UTELAT_FRA_BEREGNING")),
        ("231/x/940244145", sperre("UTELAT_FRA_BEREGNING")),
        ("231/63/940244145", with("tilOgMed", json!("2019-12-31"))),
        ("231/63/940244145", with("fraOgMed", json!("1.1.2020"))),
        ("231/63/940244145", with("hjemmel", Value::Null)),
        ("231/63/940244145", with("program", json!(""))),
        ("231/63/940244145", json!([])),
    ] {
        let told = ask(
            &simulator,
            Method::PUT,
            &format!("/v1/sperrer/{path}"),
            &[],
            Some(body.clone()),
        )
        .await;
        assert_eq!(
            (told.status, told.kind.as_deref()),
            (StatusCode::BAD_REQUEST, Some("application/problem+json")),
            "{path} {body}"
        );
    }
    assert_eq!(simulator.exclusions(), []);
}

#[tokio::test]
async fn a_record_that_udir_has_no_words_for_is_refused() {
    let mut record = sample()[0].clone();
    record.content = Content::Award({
        let mut award = award(&record).clone();
        award.activity = Some("LOS".to_owned());
        award
    });
    let simulator = simulator().await;
    let refused = catch_unwind(AssertUnwindSafe(|| simulator.publish(&[record])));
    let why = refused.expect_err("refused").downcast::<String>().expect("a text");
    assert!(why.contains("Udir's language cannot say"), "{why}");
    let told = get(&simulator, "/v1/tildelinger?aar=2020").await;
    assert_eq!(
        (told.status, &told.json()["totaltAntall"]),
        (StatusCode::OK, &json!(0)),
        "{}",
        told.body
    );
}

#[tokio::test]
async fn every_fault_shows_and_heals() {
    let simulator = simulator().await;
    simulator.publish(&[sample()[0].clone()]);
    let path = "/v1/tildelinger?aar=2020";
    let healthy = get(&simulator, path).await;
    let elsewhere = ["slow", fault::NOT_SET, fault::ANSWER_LOST];
    let telling = simulator
        .faults()
        .iter()
        .filter(|fault| !elsewhere.contains(&fault.name));
    for fault in telling {
        simulator.set_fault(Some(fault.name)).expect("known");
        let told = get(&simulator, path).await;
        assert!(
            told.status != StatusCode::OK || told.etag != healthy.etag,
            "{} cannot be told from health",
            fault.name
        );
        simulator.set_fault(None).expect("heals");
        let healed = get(&simulator, path).await;
        assert_eq!(
            (&healed.body, &healed.etag),
            (&healthy.body, &healthy.etag),
            "{}",
            fault.name
        );
    }
    assert!(simulator.set_fault(Some("rain")).is_err());
    simulator.set_fault(Some(fault::CUT)).expect("known");
    assert_eq!(get(&simulator, path).await.json(), Value::Null);
}

#[tokio::test]
async fn a_simulator_that_is_dropped_answers_no_more() {
    let simulator = simulator().await;
    let url = format!("{}/v1/sperrer", simulator.base_url());
    let client = common::client();
    client.get(&url).send().await.expect("answers");
    drop(simulator);
    // Each refusal by a closing connection gives the server its turn; the last is refused by a closed port.
    let mut outcome = client.get(&url).send().await;
    for _ in 0..1_000 {
        if outcome.is_err() {
            break;
        }
        tokio::task::yield_now().await;
        outcome = client.get(&url).send().await;
    }
    assert!(outcome.is_err(), "it still answers");
}

#[test]
fn udir_has_no_word_for_dismissed() {
    assert!(
        sample()
            .iter()
            .all(|record| award(record).status != AwardStatus::Dismissed)
    );
}
