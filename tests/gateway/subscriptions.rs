//! Promise: who follows a case or a pot over WebSocket hears of each change, whichever gateway made it, as it is at that moment.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use programgrant::demo::systems;
use programgrant_schema::{Figure, Payer};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::records::{SCHEMES, TWELVE, kroner, programme_2021, record, share, statement};
use crate::world::World;

/// The bound only ends a test that has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection with one subscription.
struct Follower(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Follower {
    async fn subscribe(world: &World, query: &str) -> Self {
        let mut request = world
            .url("/graphql")
            .replacen("http", "ws", 1)
            .into_client_request()
            .expect("an address");
        request.headers_mut().insert(
            "sec-websocket-protocol",
            HeaderValue::from_static("graphql-transport-ws"),
        );
        let (socket, response) = tokio_tungstenite::connect_async(request).await.expect("connects");
        assert_eq!(
            response
                .headers()
                .get("sec-websocket-protocol")
                .and_then(|value| value.to_str().ok()),
            Some("graphql-transport-ws")
        );
        let mut follower = Self(socket);
        follower.send(&json!({ "type": "connection_init" })).await;
        assert_eq!(follower.next().await["type"], "connection_ack");
        follower
            .send(&json!({ "id": "1", "type": "subscribe", "payload": { "query": query } }))
            .await;
        // Answered in order: once the query is answered, the subscription stands.
        follower
            .send(&json!({ "id": "2", "type": "subscribe", "payload": { "query": "{ __typename }" } }))
            .await;
        follower
    }

    async fn send(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.expect("sent");
    }

    async fn next(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next())
                .await
                .expect("in time")
                .expect("open")
                .expect("a message");
            if let Message::Text(text) = message {
                return serde_json::from_str(&text).expect("JSON");
            }
        }
    }

    /// The next message of the subscription itself.
    async fn event(&mut self) -> Value {
        loop {
            let message = self.next().await;
            if message["id"] == "1" {
                return message["payload"]["data"].clone();
            }
        }
    }

    /// Waits until the second operation has been answered.
    async fn settled(mut self) -> Self {
        while self.next().await["id"] != "2" {}
        self
    }
}

/// LOS for Bamble, granted beside the pot.
fn award() -> programgrant_schema::Record {
    let (number, organisation) = TWELVE[0];
    let mut awarded = statement(systems::BUFDIR, "900", number, organisation, SCHEMES[4].2, 2021);
    awarded.activity = Some("LOS".to_owned());
    awarded.payer = Some(Payer {
        organisation_number: "986128433".to_owned(),
    });
    awarded.granted = Figure::Stated(kroner(250_000));
    record(awarded)
}

async fn hears_of_cases(here: &World, there: &World) {
    let mut telling = JoinSet::new();
    there.gateway().tell_of_changes(&mut telling);
    let query = "subscription { doubleFundingCaseChanged(programme: \"0-24-pilot\") { id state kind toHoldBack municipality { name } awards { id } } }";
    let mut follower = Follower::subscribe(there, query).await.settled().await;
    here.publish(&[(systems::BUFDIR, vec![award()])]);
    here.poll_all().await;
    there.gateway().dependencies.views.refresh().await.expect("refreshes");
    here.gateway()
        .reconciler
        .round(here.gateway().dependencies.clock.now())
        .await
        .expect("reconciles");
    let case = follower.event().await["doubleFundingCaseChanged"].clone();
    assert_eq!(
        (&case["kind"], &case["state"]),
        (&json!("AWARD_TO_PARTICIPANT"), &json!("OPEN"))
    );
    assert_eq!(
        (&case["toHoldBack"], &case["municipality"]["name"]),
        (&json!(25_000_000), &json!("Bamble"))
    );
    assert_eq!(
        case["awards"][0]["id"], "bufdir:2021-900",
        "seen in the picture of its moment"
    );
    let decide = format!(
        "mutation {{ decideCase(case: {}, decision: CONFIRM, reason: \"Dobbelt.\") {{ case {{ state }} errors {{ code }} }} }}",
        case["id"]
    );
    assert_eq!(
        here.ask(&decide).await["decideCase"],
        json!({ "case": { "state": "CONFIRMED" }, "errors": [] })
    );
    assert_eq!(follower.event().await["doubleFundingCaseChanged"]["state"], "CONFIRMED");
}

#[tokio::test]
async fn a_case_is_told_within_one_gateway() {
    let world = World::heard(&programme_2021()).await;
    hears_of_cases(&world, &world).await;
}

#[tokio::test]
async fn a_case_is_told_across_gateways() {
    let world = World::over_postgres().await;
    world.publish(&programme_2021());
    world.poll_all().await;
    let other = world.beside().await;
    hears_of_cases(&world, &other).await;
}

#[tokio::test]
async fn a_pot_is_told_when_it_changes_and_another_municipalitys_is_not() {
    let world = World::heard(&programme_2021()).await;
    let mut telling = JoinSet::new();
    world.gateway().tell_of_changes(&mut telling);
    let query =
        "subscription { potChanged(municipality: \"3812\") { year municipality { name } pot { known completeness } } }";
    let mut follower = Follower::subscribe(&world, query).await.settled().await;
    for place in [0, 1] {
        let more = share(4, TWELVE[place], 2021, kroner(1));
        world.publish(&[(systems::BUFDIR, vec![more])]);
        world.poll_all().await;
    }
    let told = follower.event().await["potChanged"].clone();
    assert_eq!(
        (&told["municipality"]["name"], &told["year"]),
        (&json!("Siljan"), &json!(2021))
    );
    let now = world.pot("3812", 2021).await;
    assert_eq!(told["pot"]["known"], now["known"]);
}

#[tokio::test]
async fn a_subscription_that_is_none_ends_with_its_errors() {
    let world = World::new().await;
    for (query, code) in [
        (
            "subscription { potChanged(programme: \"none\") { year } }",
            "UNKNOWN_PROGRAMME",
        ),
        ("subscription { nothing }", "INVALID_DOCUMENT"),
    ] {
        let mut follower = Follower::subscribe(&world, query).await;
        let answer = loop {
            let message = follower.next().await;
            if message["id"] == "1" {
                break message;
            }
        };
        let error = if answer["type"] == "error" {
            &answer["payload"][0]
        } else {
            &answer["payload"]["errors"][0]
        };
        assert_eq!(error["extensions"]["code"], code, "{answer}");
    }
}
