//! The largest table: a programme of all 357 municipalities of 2024, seven schemes and three years, and what the systems say of it. Made up, but for
//! the municipalities' numbers.

use std::fmt::Write;

use programgrant::demo::systems;
use programgrant_schema::{AwardStatement, AwardStatus, BudgetPost, Figure, Ore, Record, SourceId};

use crate::records::{kroner, record, statement};

pub const YEARS: [i16; 3] = [2024, 2025, 2026];
/// The pot's own post; the payer pays three quarters of it, or all.
const POT: BudgetPost = BudgetPost::new(226, 64);
/// Id, system as the file names it, post, the system's word for the activity.
pub const SCHEMES: [(&str, &str, BudgetPost, Option<&str>); 7] = [
    ("231.63", "udir", BudgetPost::new(231, 63), None),
    ("231.66", "udir", BudgetPost::new(231, 66), None),
    ("621.63", "nav", BudgetPost::new(621, 63), None),
    (
        "765.60-children",
        "helsedir",
        BudgetPost::new(765, 60),
        Some("BARN_UNGE"),
    ),
    ("846-los", "bufdir", BudgetPost::new(846, 61), Some("LOS")),
    ("846-ferie", "bufdir", BudgetPost::new(846, 61), Some("FERIE")),
    ("846-fritid", "bufdir", BudgetPost::new(846, 61), Some("FRITID")),
];
const CODES: &str = include_str!("../../../schema/data/municipality_codes.csv");

/// Number and name of every municipality on the first day.
pub fn municipalities() -> Vec<(&'static str, &'static str)> {
    let rows = CODES.lines().skip(1).map(|row| row.split(';').collect::<Vec<_>>());
    let on_the_day = |row: &Vec<&str>| row[2] <= "2024-01-01" && (row[3].is_empty() || row[3] > "2024-01-01");
    rows.filter(on_the_day).map(|row| (row[0], row[1])).collect()
}

/// The programme's file.
pub fn programme() -> String {
    let mut text =
        "[programme]\nid = \"0-24-pilot\"\nname_nb = \"Et program for alle\"\nfrom = 2024-01-01\nuntil = 2026-12-31\n\
        pot = { chapter = 226, post = 64, payer = \"970018131\" }\nnotice_nb = \"Oppdiktet.\"\n\
        [[rule]]\nid = \"no-double-funding\"\ntext_nb = \"Ingen dobbeltfinansiering.\"\nsource = \"oppdiktet\"\n"
            .to_owned();
    for (id, system, post, activity) in SCHEMES {
        let activity = activity
            .map(|word| format!("activity = {word:?}\n"))
            .unwrap_or_default();
        let scope = if activity.is_empty() {
            "whole-scheme"
        } else {
            "activity"
        };
        let _ = write!(
            text,
            "[[scheme]]\nid = \"{id}\"\nname_nb = \"Tilskudd til tiltak etter ordning {id}\"\nministry = \"Kunnskapsdepartementet\"\n\
             directorate = \"{}\"\nsystem = \"{system}\"\n{activity}budget = [[2016, 0, {}, {}]]\nscope = \"{scope}\"\n\
             determined = \"discretionary\"\nprevention = \"refuse-application\"\n",
            directorate(system),
            post.chapter,
            post.post,
        );
    }
    for (number, name) in municipalities() {
        let _ = write!(text, "[[municipality]]\nnumber = \"{number}\"\nname = {name:?}\n");
    }
    text
}

fn directorate(system: &str) -> &'static str {
    match system {
        "udir" => "970018131",
        "nav" => "889640782",
        "helsedir" => "983544622",
        _ => "986128433",
    }
}

fn source(system: &str) -> SourceId {
    match system {
        "udir" => systems::UDIR,
        "nav" => systems::NAV,
        "helsedir" => systems::HELSEDIR,
        _ => systems::BUFDIR,
    }
}

/// Amounts of seven and six digits, none like the next; one in seven hundred is nought.
pub fn amount(municipality: usize, scheme: usize, year: i16) -> Ore {
    let seed = municipality * 7_919 + scheme * 104_729 + usize::from(year.unsigned_abs()) * 1_299_709;
    let whole = if seed.is_multiple_of(701) {
        0
    } else {
        123_456 + seed % 8_765_432
    };
    kroner(i64::try_from(whole).expect("small"))
}

/// A statement by the number alone, where nothing else is known.
fn told(source: SourceId, key: &str, number: &str, organisation: &str, post: BudgetPost, year: i16) -> AwardStatement {
    let mut told = statement(source, key, number, organisation, post, year);
    told.recipient.organisation_number = Some(organisation.to_owned()).filter(|number| !number.is_empty());
    told
}

/// Every share of every year, and the pots that are paid; `organisations` has the number of each municipality, and of most
/// the organisation number.
pub fn records(organisations: &[(String, String)]) -> Vec<(SourceId, Vec<Record>)> {
    let mut all: Vec<(SourceId, Vec<Record>)> = systems::ALL.into_iter().map(|source| (source, Vec::new())).collect();
    let mut add = |source: SourceId, record: Record| {
        let records = all.iter_mut().find(|(id, _)| *id == source).map(|(_, records)| records);
        records.expect("all sources are listed").push(record);
    };
    for (place, (number, organisation)) in organisations.iter().enumerate() {
        for year in YEARS {
            let mut sum = 0;
            for (scheme, (_, system, post, activity)) in SCHEMES.into_iter().enumerate() {
                let (source, granted) = (source(system), amount(place, scheme, year));
                let key = format!("{}{scheme}{number}", year % 100);
                let mut share = told(source, &key, number, organisation, post, year);
                share.activity = activity.map(str::to_owned);
                share.status = AwardStatus::InProgramme;
                share.granted = Figure::Stated(granted);
                sum += granted.get();
                add(source, record(share));
            }
            let key = format!("{}9{number}", year % 100);
            let mut pot = told(systems::UDIR, &key, number, organisation, POT, year);
            pot.status = AwardStatus::Paid;
            pot.granted = Figure::Stated(kroner(sum / 100));
            pot.paid = Figure::Stated(kroner(sum / 100 * i64::try_from(place % 5).expect("small") / 4));
            add(systems::UDIR, record(pot));
        }
    }
    all.retain(|(_, records)| !records.is_empty());
    all
}
