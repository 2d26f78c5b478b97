//! Promise: a municipality is found by every number it ever had and by its organisation number, and an ambiguous number is an
//! error that lists what it can mean.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn four_ways_to_ask_for_bamble() {
    let world = World::new().await;
    for arguments in [
        "number: \"3813\"",
        "number: \"0814\"",
        "number: \"4012\"",
        "organisationNumber: \"940244145\"",
        "number: \"3813\", on: \"2020-01-01\"",
    ] {
        let answer = world
            .ask(&format!(
                "{{ municipality({arguments}) {{ id name organisationNumber number }} }}"
            ))
            .await;
        let bamble =
            json!({ "id": "kommune-0814", "name": "Bamble", "organisationNumber": "940244145", "number": "4012" });
        assert_eq!(answer["municipality"], bamble, "{arguments}");
    }
}

#[tokio::test]
async fn merged_predecessors_lead_to_their_successor() {
    let world = World::new().await;
    for (number, name) in [
        ("5051", "Nærøysund"),
        ("1750", "Nærøysund"),
        ("0728", "Larvik"),
        ("5030", "Trondheim"),
    ] {
        let answer = world
            .ask(&format!("{{ municipality(number: \"{number}\") {{ name }} }}"))
            .await;
        assert_eq!(answer["municipality"]["name"], name, "{number}");
    }
    let former = world
        .ask("{ municipality(number: \"5060\") { formerNumbers { number name from until } } }")
        .await;
    let number = |number: &str, name: &str, from: &str, until: &str| json!({ "number": number, "name": name, "from": from, "until": until });
    let expected = json!([
        number("1750", "Vikna", "1994-01-01", "2018-01-01"),
        number("1751", "Nærøy", "1994-01-01", "2018-01-01"),
        number("5050", "Vikna", "2018-01-01", "2020-01-01"),
        number("5051", "Nærøy", "2018-01-01", "2020-01-01"),
    ]);
    assert_eq!(former["municipality"]["formerNumbers"], expected);
}

#[tokio::test]
async fn a_split_number_is_ambiguous_unless_a_day_tells() {
    let world = World::new().await;
    let answer = world.ask_raw("{ municipality(number: \"1507\") { name } }").await;
    assert_eq!(answer["data"]["municipality"], json!(null));
    let error = &answer["errors"][0];
    let parts = json!([{ "id": "kommune-1508", "number": "1508", "name": "Ålesund" }, { "id": "kommune-1580", "number": "1580", "name": "Haram" }]);
    assert_eq!(
        (&error["extensions"]["code"], &error["extensions"]["municipalities"]),
        (&json!("AMBIGUOUS_MUNICIPALITY"), &parts)
    );
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("Ålesund (1508) or Haram (1580)")),
        "{error}"
    );
    let then = world
        .ask("{ municipality(number: \"1507\", on: \"2021-06-01\") { name organisationNumber number numberThen: number(on: \"2021-06-01\") } }")
        .await;
    assert_eq!(
        then["municipality"],
        json!({ "name": "Ålesund", "organisationNumber": "920415288", "number": null, "numberThen": "1507" })
    );
    // An organisation number beside it tells, too.
    let both = world
        .ask("{ municipality(number: \"1507\", organisationNumber: \"920415288\") { name } }")
        .await;
    assert_eq!(both["municipality"]["name"], "Ålesund");
    let now = world
        .ask("{ municipality(number: \"1508\") { name organisationNumber } }")
        .await;
    assert_eq!(
        now["municipality"],
        json!({ "name": "Ålesund", "organisationNumber": null })
    );
}

#[tokio::test]
async fn unknown_is_null_and_nonsense_is_an_error_that_names_it() {
    let world = World::new().await;
    for arguments in [
        "number: \"9999\"",
        "number: \"3813\", on: \"2019-12-31\"",
        "organisationNumber: \"987654325\"",
    ] {
        assert_eq!(
            world.ask(&format!("{{ municipality({arguments}) {{ name }} }}")).await,
            json!({ "municipality": null }),
            "{arguments}"
        );
    }
    for (arguments, code) in [
        ("", "MISSING_ARGUMENT"),
        ("(number: \"814\")", "INVALID_MUNICIPALITY_NUMBER"),
        ("(organisationNumber: \"940244146\")", "INVALID_ORGANISATION_NUMBER"),
        (
            "(number: \"3812\", organisationNumber: \"940244145\")",
            "CONFLICTING_ARGUMENTS",
        ),
    ] {
        let answer = world
            .ask_raw(&format!("{{ municipality{arguments} {{ name }} }}"))
            .await;
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], code,
            "{arguments}: {answer:#}"
        );
    }
}

#[tokio::test]
async fn a_list_comes_in_pieces_that_add_up() {
    let world = World::new().await;
    let (mut token, mut ids) = (String::from("null"), Vec::new());
    loop {
        let page = world
            .ask(&format!(
                "{{ municipalities(limit: 100, continuationToken: {token}) {{ items {{ id }} continuationToken }} }}"
            ))
            .await;
        let items = page["municipalities"]["items"].as_array().expect("a list").clone();
        ids.extend(items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()));
        match page["municipalities"]["continuationToken"].as_str() {
            Some(next) => token = format!("\"{next}\""),
            None => break,
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    // 357 living, and three that ended in a split.
    assert_eq!((all, ids.len()), (360, 360));
}

#[tokio::test]
async fn a_list_is_narrowed_by_programme_county_governor_and_text() {
    let world = World::new().await;
    let names = async |arguments: &str| {
        let page = world
            .ask(&format!(
                "{{ municipalities({arguments}) {{ items {{ name }} continuationToken }} }}"
            ))
            .await;
        assert_eq!(page["municipalities"]["continuationToken"], json!(null));
        let items = page["municipalities"]["items"].as_array().expect("a list").clone();
        items
            .iter()
            .map(|item| item["name"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("programme: \"0-24-pilot\"").await.len(), 12);
    let mut trondelag = names("programme: \"0-24-pilot\", countyGovernor: \"974764350\"").await;
    trondelag.sort();
    assert_eq!(
        trondelag,
        ["Frøya", "Namsos - Nåavmesjenjaelmie", "Nærøysund", "Trondheim"]
    );
    assert_eq!(names("search: \"KLÆBU\"").await, ["Trondheim"]);
    assert_eq!(names("search: \"0814\"").await, ["Bamble"]);
    for (arguments, code) in [
        ("limit: 0", "INVALID_LIMIT"),
        ("limit: 1001", "INVALID_LIMIT"),
        ("continuationToken: \"x\"", "INVALID_CONTINUATION_TOKEN"),
        ("programme: \"x\"", "UNKNOWN_PROGRAMME"),
    ] {
        let answer = world
            .ask_raw(&format!("{{ municipalities({arguments}) {{ items {{ name }} }} }}"))
            .await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{arguments}");
    }
}

#[tokio::test]
async fn a_name_is_found_however_it_is_typed_and_as_it_is_written_first() {
    let world = World::new().await;
    let found = async |search: &str, more: &str| {
        let page = world
            .ask(&format!(
                "{{ municipalities(search: \"{search}\"{more}) {{ items {{ name }} continuationToken }} }}"
            ))
            .await;
        let items = page["municipalities"]["items"].as_array().expect("a list").clone();
        let names = items
            .iter()
            .map(|item| item["name"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>();
        (
            names,
            page["municipalities"]["continuationToken"].as_str().map(str::to_owned),
        )
    };
    let (kafjord, karasjok) = ("Gáivuotna - Kåfjord - Kaivuono", "Kárášjohka - Karasjok");
    for (search, name) in [
        ("Ka\u{30a}fjord", kafjord),
        ("KÅFJORD", kafjord),
        ("Gáivuotna – Kåfjord", kafjord),
        ("gáivuotna\u{2011}kåfjord", kafjord),
        ("  Gáivuotna\u{a0}-  Kåfjord ", kafjord),
        ("gaivuotna - kafjord", kafjord),
        ("Kárášjohka", karasjok),
        ("Ka\u{301}ra\u{301}s\u{30c}johka", karasjok),
        ("karasjohka", karasjok),
        ("porsangu", "Porsanger - Porsáŋgu - Porsanki"),
    ] {
        let (names, _) = found(search, "").await;
        assert_eq!(names, [name], "{search}");
    }
    // As it is written: others that would only fit without their marks do not stand between.
    let (written, _) = found("Bø", "").await;
    assert!(
        written.contains(&"Bø".to_owned()) && !written.contains(&"Bodø".to_owned()),
        "{written:?}"
    );
    // Without marks, in pieces: no page changes its mind about how it searches.
    let (whole, _) = found("osteroy", "").await;
    assert_eq!(whole, ["Osterøy"]);
    let (all, _) = found("oy", ", limit: 1000").await;
    let (mut pieces, mut token) = (Vec::new(), None::<String>);
    loop {
        let more = token
            .map(|token| format!(", continuationToken: {token:?}"))
            .unwrap_or_default();
        let (mut names, next) = found("oy", &format!(", limit: 3{more}")).await;
        pieces.append(&mut names);
        token = next;
        if token.is_none() {
            break;
        }
    }
    assert!(pieces.len() > 3 && pieces == all, "{pieces:?} {all:?}");
}

#[tokio::test]
async fn karasjok_bears_its_own_name_under_every_number() {
    let world = World::new().await;
    for number in ["2021", "5437", "5610"] {
        let answer = world
            .ask(&format!(
                "{{ municipality(number: {number:?}) {{ name formerNumbers {{ name }} }} }}"
            ))
            .await;
        let names: Vec<&str> = answer["municipality"]["formerNumbers"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|former| former["name"].as_str())
            .collect();
        assert_eq!(
            (answer["municipality"]["name"].as_str(), names),
            (Some("Kárášjohka - Karasjok"), vec!["Kárášjohka - Karasjok"; 2]),
            "{number}"
        );
    }
}
