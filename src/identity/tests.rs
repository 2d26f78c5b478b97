//! Promise: no text is more than a token that is refused, and what is kept of a person says nothing of it.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::config::Config;

static IDENTITY: LazyLock<Identity> = LazyLock::new(|| {
    let issuer = "[auth]\nmode = \"jwt\"\n[[auth.issuers]]\nissuer = \"https://i.example/\"\njwks_url = \"http://127.0.0.1:9/\"\nscope_prefix = \"udir\"";
    Identity::new(&Config::parse(issuer).expect("sound").auth).expect("an identity")
});

fn identified(text: &str) -> Result<Option<Identified>, TokenRefused> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(IDENTITY.identify(Some(text), Timestamp::UNIX_EPOCH))
}

fn bearer(text: &str) -> Result<Option<Identified>, TokenRefused> {
    identified(&format!("Bearer {text}"))
}

fn claims(text: &str) -> Claims {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

proptest! {
    #[test]
    fn no_text_is_believed_and_none_is_too_much(text in ".{0,200}") {
        prop_assert!(identified(&text).is_err());
        prop_assert!(bearer(&text).is_err());
    }

    #[test]
    fn no_bytes_in_three_parts_are(header in any::<Vec<u8>>(), payload in any::<Vec<u8>>(), signature in any::<Vec<u8>>()) {
        let token = [header, payload, signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        prop_assert!(bearer(&token).is_err());
    }

    #[test]
    fn no_claims_under_a_sound_header_are(name in "exp|aud|scope|consumer|supplier|authorization_details|acr", value in json_value()) {
        let header = URL_SAFE_NO_PAD.encode("{\"alg\":\"RS256\",\"kid\":\"k\"}");
        let payload = URL_SAFE_NO_PAD.encode(format!("{{\"iss\":\"https://j.example/\",\"{name}\":{value}}}"));
        let token = [header.as_str(), &payload, "AAAA"].join(".");
        prop_assert!(matches!(bearer(&token), Err(TokenRefused::Invalid(_))));
        if let Ok(claims) = serde_json::from_str::<Claims>(&format!("{{\"iss\":\"i\",\"exp\":1,\"{name}\":{value}}}")) {
            let _ = grant_types::resolve(&claims, &[]);
        }
    }
}

fn json_value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        "[a-z0-9: ]{0,12}".prop_map(|text| format!("{text:?}"))
    ];
    let names = "type|ID|authority|orgno|systemuser_org|reportees|authorized_parties|resource|x";
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|values| format!("[{}]", values.join(","))),
            prop::collection::vec((names, inner), 0..4).prop_map(|entries| format!(
                "{{{}}}",
                entries
                    .iter()
                    .map(|(name, value)| format!("{name:?}:{value}"))
                    .collect::<Vec<_>>()
                    .join(",")
            )),
        ]
    })
}

#[test]
fn a_person_is_the_same_from_token_to_token_and_not_to_be_told_from_it() {
    let at = |issuer: &str, subject: &str| person(issuer, Some(subject));
    let one = at("https://i.example/", "s").expect("a subject");
    assert_eq!((one.len(), at("https://i.example/", "s")), (22, Ok(one.clone())));
    for other in [
        at("https://i.example/", "t"),
        at("https://j.example/", "s"),
        at("https://i.example", "/s"),
    ] {
        assert!(other.is_ok_and(|other| other != one));
    }
    for number in ["12899912345", "128999 12345", "128999-12345", ""] {
        assert_eq!(at("https://i.example/", number), Err(TokenFlaw::Person), "{number}");
    }
}

#[test]
fn a_tokens_id_is_kept_if_it_may_stand_in_a_log() {
    let kept = |id: &str| {
        token_id(&claims(
            &serde_json::json!({ "iss": "i", "exp": 1, "jti": id }).to_string(),
        ))
    };
    for id in [
        "Hgb3zwO9g0bjmSbCCtQCxMowsZEu00lC=",
        "ebe4a681-0a8c-429e-a36f-8f9ca942b59f",
        "123456789012",
    ] {
        assert_eq!(kept(id).as_deref(), Some(id));
    }
    for id in [
        "12899912345",
        "pid:12899912345",
        "a b",
        "a\nb",
        "",
        "é",
        &"x".repeat(101),
    ] {
        assert_eq!(kept(id), None, "{id}");
    }
}
