//! Promise: an answer gives no more than fifty reasons, the deciding ones first, and says how many more there are.

use serde_json::{Value, json};

use super::clients::{Caller, NAV, OSLO, UDIR, but, heard, input, text, told};

fn month(number: i32) -> Value {
    let (year, month) = (2021 + number / 12, number % 12 + 1);
    but(
        &input("231.63", OSLO, 2021),
        json!({ "useFrom": format!("{year}-{month:02}-01"), "useUntil": format!("{year}-{month:02}-28") }),
    )
}

#[tokio::test]
async fn fifty_reasons_and_how_many_more() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    for number in 0..60 {
        let claim = caller.claim(&month(number), &number.to_string()).await;
        assert!(matches!(text(&claim["state"]), "CLEARED" | "HELD"), "{claim:#}");
    }
    let all = but(
        &input("231.63", OSLO, 2021),
        json!({ "useFrom": "2021-01-01", "useUntil": "2025-12-31" }),
    );
    let asker = caller.other(NAV);
    let answers = [
        asker.check(&all).await,
        asker.checks(std::slice::from_ref(&all)).await.remove(0),
        asker.claim(&all, "all").await["verdict"].clone(),
    ];
    for verdict in answers {
        let reasons = verdict["reasons"].as_array().expect("a list");
        assert_eq!((reasons.len(), told(&verdict).as_str()), (50, "BLOCKED ALREADY_FUNDED"));
        assert!(reasons[..49].iter().all(|reason| reason["code"] == "ALREADY_FUNDED"));
        let last = &reasons[49];
        assert_eq!(text(&last["code"]), "MORE_THAN_LISTED");
        let more: i64 = text(&last["message"])
            .split(' ')
            .find_map(|word| word.parse().ok())
            .expect("a number");
        assert!((11..=13).contains(&more), "{last:#}");
    }
    let nobodys = caller.other(NAV).check(&month(70)).await;
    assert_eq!(
        nobodys["reasons"].as_array().map(Vec::len),
        Some(1),
        "few are all there"
    );
}
