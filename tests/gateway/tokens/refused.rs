//! Promise: what is not signed, not by whom it says, not for this service, or not for now, lets nobody in.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::issuer::{Issuer, Signer, encode, party, replace};
use super::{BAMBLE, NAV, VIEWER, ask, ask_with, believing, who, world};
use crate::world::World;

const REFUSED: &str = "401 INVALID_TOKEN";

#[tokio::test]
async fn the_four_algorithms_are_taken_and_no_other() {
    let (rsa, curve, p384) = (Signer::rsa("r"), Signer::p256("e"), Signer::p384("f"));
    let issuer = Issuer::with(&[&rsa, &curve, &p384]).await;
    let world = world(&issuer).await;
    let claims = issuer.claims(&json!({}));
    for algorithm in ["RS256", "RS384", "RS512"] {
        assert_eq!(
            who(&world, &rsa.token_with(&json!({ "alg": algorithm }), &claims)).await,
            format!("MUNICIPALITY {BAMBLE} -"),
            "{algorithm}"
        );
    }
    assert_eq!(
        who(&world, &curve.token(&claims)).await,
        format!("MUNICIPALITY {BAMBLE} -")
    );
    for (what, token) in [
        ("PSS", rsa.token_with(&json!({ "alg": "PS256" }), &claims)),
        ("the other curve", p384.token(&claims)),
        (
            "the other curve under the name of the first",
            p384.token_with(&json!({ "alg": "ES256" }), &claims),
        ),
        (
            "a curve's key for RSA",
            curve.token_with(&json!({ "alg": "RS256" }), &claims),
        ),
        (
            "an RSA key for a curve",
            rsa.token_with(&json!({ "alg": "ES256" }), &claims),
        ),
        (
            "another hash than was signed",
            rsa.token_of(&header("RS512", "r"), &claims.to_string(), "RS256"),
        ),
        (
            "an algorithm in other letters",
            rsa.token_with(&json!({ "alg": "rs256" }), &claims),
        ),
        ("no algorithm", rsa.token_with(&json!({ "alg": null }), &claims)),
    ] {
        assert_eq!(who(&world, &token).await, REFUSED, "{what}");
    }
}

fn header(algorithm: &str, id: &str) -> String {
    json!({ "alg": algorithm, "kid": id, "typ": "JWT" }).to_string()
}

#[tokio::test]
async fn nothing_unsigned_and_nothing_signed_with_a_public_key_is_believed() {
    let (rsa, curve, stranger) = (Signer::rsa("r"), Signer::p256("e"), Signer::p256("e"));
    let issuer = Issuer::with(&[&rsa, &curve]).await;
    let world = world(&issuer).await;
    let claims = issuer.claims(&json!({}));
    for none in ["none", "None", "NONE", ""] {
        for signature in ["", "AAAA"] {
            let token = format!(
                "{}.{}.{signature}",
                encode(header(none, "r").as_bytes()),
                encode(claims.to_string().as_bytes())
            );
            assert_eq!(who(&world, &token).await, REFUSED, "{token}");
        }
    }
    let jwk = rsa.jwk();
    let modulus = URL_SAFE_NO_PAD
        .decode(jwk["n"].as_str().expect("text"))
        .expect("base64");
    for secret in [
        modulus,
        jwk["n"].as_str().expect("text").into(),
        jwk.to_string().into_bytes(),
        Vec::new(),
    ] {
        let message = format!(
            "{}.{}",
            encode(header("HS256", "r").as_bytes()),
            encode(claims.to_string().as_bytes())
        );
        let signature =
            crypto::sign(message.as_bytes(), &EncodingKey::from_secret(&secret), Algorithm::HS256).expect("signed");
        assert_eq!(who(&world, &format!("{message}.{signature}")).await, REFUSED);
    }
    let sound = curve.token(&claims);
    let (message, signature) = sound.rsplit_once('.').expect("three parts");
    let (head, _) = message.split_once('.').expect("two parts");
    let other = encode(issuer.claims(&json!({ "consumer": party(NAV) })).to_string().as_bytes());
    for (what, token) in [
        ("another's key under this id", stranger.token(&claims)),
        (
            "another's key, brought along",
            stranger.token_with(&json!({ "jwk": stranger.jwk() }), &claims),
        ),
        (
            "another's keys, elsewhere",
            stranger.token_with(
                &json!({ "jku": "https://elsewhere.example/jwks", "x5u": "https://elsewhere.example/" }),
                &claims,
            ),
        ),
        (
            "other claims under this signature",
            format!("{head}.{other}.{signature}"),
        ),
        ("no signature", format!("{message}.")),
        ("half a signature", format!("{message}.{}", &signature[..43])),
        ("a signature of zeros", format!("{message}.{}", encode(&[0; 64]))),
        ("a part too many", format!("{sound}.{signature}")),
        ("a part too few", message.to_owned()),
    ] {
        assert_eq!(who(&world, &token).await, REFUSED, "{what}");
    }
    assert_eq!(who(&world, &sound).await, format!("MUNICIPALITY {BAMBLE} -"));
}

#[tokio::test]
async fn a_header_that_asks_for_more_is_refused() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let claims = issuer.claims(&json!({}));
    for header in [
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
        json!({ "b64": false }),
        json!({ "zip": "DEF" }),
        json!({ "enc": "A128GCM" }),
        json!({ "typ": "logout+jwt" }),
        json!({ "typ": 7 }),
        json!({ "kid": null }),
        json!({ "kid": "" }),
        json!({ "kid": 7 }),
    ] {
        assert_eq!(
            who(&world, &signer.token_with(&header, &claims)).await,
            REFUSED,
            "{header}"
        );
    }
    for typ in [json!("at+jwt"), json!("application/at+jwt"), json!("jwt"), json!(null)] {
        assert_eq!(
            who(&world, &signer.token_with(&json!({ "typ": typ }), &claims)).await,
            format!("MUNICIPALITY {BAMBLE} -"),
            "{typ}"
        );
    }
}

#[tokio::test]
async fn the_issuer_is_compared_sign_by_sign() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let name = issuer.name();
    for other in [
        name.trim_end_matches('/'),
        &format!("{name}/"),
        &name.to_uppercase(),
        &format!(" {name}"),
        "https://maskinporten.no/",
        "",
    ] {
        assert_eq!(
            who(&world, &signer.token(&issuer.claims(&json!({ "iss": other })))).await,
            REFUSED,
            "{other}"
        );
    }
    for iss in [json!(null), json!([name]), json!(7)] {
        assert_eq!(
            who(&world, &signer.token(&issuer.claims(&json!({ "iss": iss })))).await,
            REFUSED,
            "{iss}"
        );
    }
    assert_eq!(issuer.fetches(), 0, "nobody is asked for the keys of somebody else");
}

#[tokio::test]
async fn a_token_holds_from_its_first_second_to_its_last() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let now = issuer.claims(&json!({}))["iat"].as_i64().expect("a number");
    for (more, expected) in [
        (json!({ "exp": now + 1 }), "MUNICIPALITY"),
        (json!({ "exp": now }), REFUSED),
        (json!({ "exp": now - 1 }), REFUSED),
        (json!({ "exp": null }), REFUSED),
        (json!({ "exp": (now + 60).to_string() }), REFUSED),
        (json!({ "exp": i64::MAX }), REFUSED),
        (json!({ "exp": -1 }), REFUSED),
        (json!({ "nbf": now + 30 }), "MUNICIPALITY"),
        (json!({ "nbf": now + 31 }), REFUSED),
        (json!({ "iat": now + 30 }), "MUNICIPALITY"),
        (json!({ "iat": now + 31 }), REFUSED),
        (json!({ "iat": null }), "MUNICIPALITY"),
    ] {
        let answered = who(&world, &signer.token(&issuer.claims(&more))).await;
        assert!(answered.starts_with(expected), "{more}: {answered}");
    }
    let token = signer.token(&issuer.claims(&json!({ "exp": now + 120 })));
    world.hand.advance(Duration::from_secs(119));
    assert_eq!(who(&world, &token).await, format!("MUNICIPALITY {BAMBLE} -"));
    world.hand.advance(Duration::from_secs(1));
    let answer = ask(&world, &token, VIEWER).await;
    assert_eq!(
        (answer.who().as_str(), answer.header("www-authenticate")),
        (REFUSED, "Bearer error=\"invalid_token\"")
    );
    assert!(
        answer.body["errors"][0]["message"]
            .as_str()
            .is_some_and(|message| message.contains("expired")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_token_for_another_service_is_refused() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    for scope in [
        json!(null),
        json!(""),
        json!("udir"),
        json!("udir:"),
        json!("udirs:read"),
        json!("xudir:read"),
        json!("UDIR:read"),
        json!("skatt:udir:read"),
    ] {
        let answer = ask(
            &world,
            &signer.token(&issuer.claims(&json!({ "scope": scope }))),
            VIEWER,
        )
        .await;
        assert_eq!(
            (answer.who().as_str(), answer.header("www-authenticate")),
            ("403 INSUFFICIENT_SCOPE", "Bearer error=\"insufficient_scope\""),
            "{scope}"
        );
    }
    assert_eq!(
        who(
            &world,
            &signer.token(&issuer.claims(&json!({ "scope": ["udir:read"] })))
        )
        .await,
        REFUSED
    );
    for login in [json!({ "nonce": "n" }), json!({ "at_hash": "h" })] {
        assert_eq!(
            who(&world, &signer.token(&issuer.claims(&login))).await,
            REFUSED,
            "who logged in is no leave to ask"
        );
    }

    let api = "https://programgrant.example/api";
    let bound = believing(&issuer, &format!("audience = {api:?}")).await;
    for (audience, expected) in [
        (json!(api), "MUNICIPALITY"),
        (json!(["https://other.example", api]), "MUNICIPALITY"),
        (json!(null), REFUSED),
        (json!("https://programgrant.example/api/"), REFUSED),
        (json!(["https://other.example"]), REFUSED),
        (json!([]), REFUSED),
        (json!("unspecified"), REFUSED),
    ] {
        let answered = who(
            &bound,
            &signer.token(&issuer.claims(&json!({ "aud": audience, "scope": null }))),
        )
        .await;
        assert!(answered.starts_with(expected), "{audience}: {answered}");
    }
}

#[tokio::test]
async fn what_comes_twice_is_nothing() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let claims = issuer.claims(&json!({})).to_string();
    for again in [
        ("consumer", party(NAV)),
        ("iss", json!(issuer.name())),
        ("exp", json!(9_999_999_999_i64)),
        ("scope", json!("udir:x")),
    ] {
        let twice = format!("{},\"{}\":{}}}", &claims[..claims.len() - 1], again.0, again.1);
        assert!(serde_json::from_str::<Value>(&twice).is_ok(), "{twice}");
        assert_eq!(
            who(&world, &signer.token_of(&header("ES256", "e"), &twice, "ES256")).await,
            REFUSED,
            "{}",
            again.0
        );
    }
    let mut long = issuer.claims(&json!({}));
    replace(&mut long, &json!({ "padding": "x".repeat(8 << 10) }));
    assert_eq!(who(&world, &signer.token(&long)).await, REFUSED);
}

#[tokio::test]
async fn a_token_stands_in_one_header_and_nowhere_else() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let token = signer.token(&issuer.claims(&json!({})));
    let bearer = format!("Bearer {token}");
    let asked = async |headers: &[(&str, &str)]| ask_with(&world, headers, VIEWER).await.who();
    assert_eq!(asked(&[]).await, "PUBLIC - -");
    assert_eq!(
        asked(&[("authorization", &format!("bearer  {token} "))]).await,
        format!("MUNICIPALITY {BAMBLE} -")
    );
    for other in [
        "Bearer",
        "Bearer ",
        "Basic dWRpcjp1ZGly",
        &token,
        &format!("Bearer {token} {token}"),
        &format!("Bearer {token},{token}"),
        "",
    ] {
        assert_eq!(asked(&[("authorization", other)]).await, REFUSED, "{other}");
    }
    assert_eq!(
        asked(&[("authorization", &bearer), ("authorization", &bearer)]).await,
        "400 BAD_REQUEST"
    );
    assert_eq!(asked(&[("programgrant-caller", NAV)]).await, "400 BAD_REQUEST");
    assert_eq!(
        asked(&[("authorization", &bearer), ("programgrant-caller", NAV)]).await,
        "400 BAD_REQUEST"
    );
    assert_eq!(
        asked(&[
            ("x-authorization", &bearer),
            ("cookie", &format!("access_token={token}"))
        ])
        .await,
        "PUBLIC - -"
    );
    let in_url = reqwest::Client::new()
        .post(world.url(&format!("/graphql?access_token={token}")))
        .json(&json!({ "query": VIEWER }));
    let answer: Value = in_url.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["data"]["viewer"]["role"], "PUBLIC");
}

#[tokio::test]
async fn open_mode_reads_tokens_where_an_issuer_is_named_and_ignores_them_otherwise() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = World::with_settings(&format!(
        "[auth]\nmode = \"open\"\n{}\nscope_prefix = \"udir\"",
        issuer.settings()
    ))
    .await;
    let bearer = format!("Bearer {}", signer.token(&issuer.claims(&json!({}))));
    let asked = async |world: &World, headers: &[(&str, &str)]| ask_with(world, headers, VIEWER).await.who();
    assert_eq!(
        asked(&world, &[("authorization", &bearer)]).await,
        format!("MUNICIPALITY {BAMBLE} -")
    );
    assert_eq!(asked(&world, &[("authorization", "Bearer x")]).await, REFUSED);
    assert_eq!(
        asked(&world, &[("authorization", &bearer), ("programgrant-caller", NAV)]).await,
        "400 BAD_REQUEST"
    );
    let unread = World::new().await;
    for world in [&world, &unread] {
        assert_eq!(asked(world, &[]).await, "PROGRAMME_OFFICE 970018131 -");
        assert_eq!(
            asked(world, &[("programgrant-caller", NAV)]).await,
            format!("PROGRAMME_OFFICE {NAV} -")
        );
    }
    assert_eq!(
        asked(&unread, &[("authorization", &bearer)]).await,
        "PROGRAMME_OFFICE 970018131 -"
    );
}
