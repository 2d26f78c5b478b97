//! Promise: whatever number a municipality is asked for by, today's or a former one, the answer is that municipality, and a
//! number that can mean several is never guessed.

use jiff::civil::date;

use super::*;

fn register() -> MunicipalityRegister {
    MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("the built-in tables are sound")
}

fn number(text: &str) -> MunicipalityNumber {
    text.parse().expect("four digits")
}

fn name_of(register: &MunicipalityRegister, reading: &Reading) -> String {
    let name = |id: &MunicipalityId| register.get(*id).expect("known").name().to_owned();
    match reading {
        Reading::Municipality(id) => name(id),
        Reading::Ambiguous(parts) => parts.iter().map(name).collect::<Vec<_>>().join(" or "),
        Reading::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn the_counts_are_those_of_statistics_norway() {
    let register = register();
    let valid_on = |day| {
        register
            .iter()
            .flat_map(Municipality::numbers)
            .filter(|period| period.contains(day))
            .count()
    };
    assert_eq!(register.by_number.len(), 835);
    assert_eq!(
        [date(2019, 12, 31), date(2020, 1, 1), date(2024, 1, 1)].map(valid_on),
        [422, 356, 357]
    );
    // 357 living, and three that ended in a split: Tysfjord and Snillfjord in 2020, Ålesund in 2024.
    assert_eq!(register.iter().count(), 360);
    assert_eq!(
        register
            .iter()
            .filter(|municipality| !municipality.parts.is_empty())
            .count(),
        3
    );
    assert_eq!(register.by_organisation.len(), 356);
}

#[test]
fn every_number_leads_somewhere_and_to_one_place_only() {
    let register = register();
    let mut numbers: Vec<_> = register
        .iter()
        .flat_map(Municipality::numbers)
        .map(|period| period.number)
        .collect();
    numbers.sort();
    let all = numbers.len();
    numbers.dedup();
    assert_eq!((all, numbers.len()), (835, 835));
}

#[test]
fn renumbered_merged_and_grown_municipalities_are_found_by_every_number() {
    let register = register();
    for (asked, name) in [
        ("3813", "Bamble"),
        ("0814", "Bamble"),
        ("4012", "Bamble"),
        ("5060", "Nærøysund"),
        ("5051", "Nærøysund"),
        ("1750", "Nærøysund"),
        ("0728", "Larvik"),
        ("0709", "Larvik"),
        ("5001", "Trondheim"),
        ("5030", "Trondheim"),
        ("1601", "Trondheim"),
        ("1567", "Rindal"),
    ] {
        assert_eq!(name_of(&register, &register.read(number(asked))), name, "{asked}");
    }
    assert_eq!(register.read(number("9999")), Reading::Unknown);
}

#[test]
fn a_number_that_ended_in_a_split_names_its_parts() {
    let register = register();
    assert_eq!(name_of(&register, &register.read(number("1507"))), "Ålesund or Haram");
    assert_eq!(name_of(&register, &register.read(number("1504"))), "Ålesund or Haram");
    assert_eq!(
        name_of(&register, &register.read(number("1850"))),
        "Narvik or Hábmer - Hamarøy"
    );
    assert_eq!(
        name_of(&register, &register.read(number("1613"))),
        "Heim or Hitra or Orkland"
    );
}

#[test]
fn a_day_tells_what_a_number_meant() {
    let register = register();
    let on = |asked, day| register.read_on(number(asked), day);
    let Reading::Municipality(id) = on("1507", date(2021, 6, 1)) else {
        panic!("1507 was Ålesund in 2021")
    };
    let aalesund = register.get(id).expect("known");
    assert_eq!(
        (
            aalesund.name(),
            aalesund.number_on(date(2021, 6, 1)),
            aalesund.number_on(date(2024, 6, 1))
        ),
        ("Ålesund", Some(number("1507")), None)
    );
    assert_eq!(
        aalesund.organisation_number.map(|number| number.to_string()).as_deref(),
        Some("920415288")
    );
    assert_eq!(on("1504", date(2019, 6, 1)), Reading::Municipality(id));
    assert_eq!(on("1507", date(2024, 1, 1)), Reading::Unknown);
    assert_eq!(on("3813", date(2019, 12, 31)), Reading::Unknown);
    assert_eq!(on("3813", date(2020, 1, 1)), on("4012", date(2024, 1, 1)));
}

#[test]
fn a_record_means_the_undivided_municipality_of_its_own_year() {
    let register = register();
    assert_eq!(
        register.read_in_year(number("1507"), 2023),
        register.read_on(number("1507"), date(2021, 6, 1))
    );
    assert_eq!(
        register.read_in_year(number("1504"), 2021),
        register.read_on(number("1507"), date(2021, 6, 1))
    );
    assert!(matches!(
        register.read_in_year(number("1507"), 2024),
        Reading::Ambiguous(_)
    ));
    // A year that is no year of any calendar is only a year in which nothing existed.
    for year in [i16::MIN, -1, 0, 9999, i16::MAX] {
        assert!(
            matches!(register.read_in_year(number("1507"), year), Reading::Ambiguous(_)),
            "{year}"
        );
        assert_eq!(
            register.read_in_year(number("3813"), year),
            register.read(number("3813")),
            "{year}"
        );
    }
    assert_eq!(
        register.read_in_year(number("4012"), 2017),
        register.read(number("0814"))
    );
}

#[test]
fn the_own_number_of_a_day_is_null_before_a_merger() {
    let register = register();
    let Reading::Municipality(id) = register.read(number("0728")) else {
        panic!("known")
    };
    let larvik = register.get(id).expect("known");
    assert_eq!(larvik.number_on(date(2017, 6, 1)), None);
    assert_eq!(larvik.number_on(date(2019, 6, 1)), Some(number("0712")));
    assert_eq!(larvik.number_on(date(2026, 1, 1)), Some(number("3909")));
    assert_eq!(
        larvik
            .merged
            .iter()
            .map(|period| period.name.as_str())
            .collect::<Vec<_>>(),
        ["Larvik", "Lardal"]
    );
    assert_eq!(larvik.id.to_string(), "kommune-0712");
    assert_eq!(larvik.id.to_string().parse(), Ok(larvik.id));
}

#[test]
fn a_bad_row_is_named_with_its_place() {
    let built_in = ReferenceTables::built_in();
    let broken = |codes: &str, changes: &str, municipalities: &str| {
        let tables = ReferenceTables {
            codes: ("codes", codes),
            changes: ("changes", changes),
            municipalities: ("municipalities", municipalities),
        };
        MunicipalityRegister::parse(&tables).expect_err("refused").to_string()
    };
    let codes = "code;name;valid_from;valid_to\n0001;A;2000-01-01;2020-01-01\n0002;B;2020-01-01;\n";
    let changes = "effective;old_code;new_code\n2020-01-01;0001;0002\n";
    let none = "number;organisation_number\n";
    assert_eq!(
        broken("code;name\n", changes, none),
        "codes, line 1: column \"valid_from\" is missing"
    );
    assert_eq!(
        broken(&codes.replace("0002", "002"), changes, none),
        "codes, line 3: \"002\" is not four digits"
    );
    assert_eq!(
        broken(codes, &changes.replace(";0002", ";0003"), none),
        "changes, line 2: municipality number 0003 is not in the codes"
    );
    assert_eq!(
        broken(codes, &changes.replace("2020", "2019"), none),
        "changes, line 2: 0001 → 0002 on 2019-01-01 disagrees with the dates of the codes"
    );
    assert_eq!(
        broken(codes, changes, "number;organisation_number\n0002;940244146\n"),
        "municipalities, line 2: \"940244146\" fails the modulus-11 check digit"
    );
    assert!(MunicipalityRegister::parse(&built_in).is_ok());
}
