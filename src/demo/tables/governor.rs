//! The county governor's own list of 621.63, which the county governors handle and pay: what NAV's files say of its county, once more.

use std::collections::HashMap;
use std::io;

use programgrant_schema::{AwardStatement, AwardStatus, BudgetPost, Content, Ore, Record, TargetGroup};

use super::{GOVERNOR, List};

const NAME: &str = "Statsforvalteren i Vestfold og Telemark, liste over 621.63";
const POST: BudgetPost = BudgetPost::new(621, 63);
/// What municipality numbers of the county began with, 2020–2023.
const COUNTY: &str = "38";
const YEARS: std::ops::RangeInclusive<i16> = 2020..=2023;
/// The award whose amount the two lists do not agree on is the first of this year to a municipality outside the programme.
const DISPUTED_YEAR: i16 = 2022;
const PARTICIPANTS: [&str; 4] = ["3801", "3805", "3812", "3813"];
const HEADER: &str =
    "Bilagsnr;Tilskuddsår;Kap.post;Orgnr;Kommunenr;Kommune;Målgruppe;Status;Tildelt;Utbetalt;Vedtatt;Fra;Til";
/// One that NAV does not have (made up, like all others): to Færder.
const OWN: &str = "SF2022-01;2022;621.63;817263992;3811;Færder;Unge 0–24;Utbetalt;180 000,00;180 000,00;02.05.2022;01.06.2022;31.12.2022";

pub fn list(of_nav: &[Record]) -> io::Result<List> {
    let text = text(of_nav);
    let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(&text);
    if is_lossy {
        return Err(io::Error::other(
            "the county governor's list has a sign that Windows-1252 has not",
        ));
    }
    Ok(List {
        source: GOVERNOR,
        name: NAME,
        mapping: include_str!("sfvt.toml"),
        files: vec![
            ("tilskudd_621_63_2023.csv".to_owned(), bytes.into_owned()),
            ("tilskudd_621_63_2023.csv.ok".to_owned(), Vec::new()),
        ],
    })
}

fn text(of_nav: &[Record]) -> String {
    let paid = paid(of_nav);
    let grants: Vec<&AwardStatement> = of_nav.iter().filter_map(grant).collect();
    let is_disputed = |award: &&&AwardStatement| award.year == DISPUTED_YEAR && !PARTICIPANTS.contains(&number(award));
    let disputed = grants.iter().find(is_disputed).map(|award| award.award.as_str());
    let line = |award: &&AwardStatement| {
        let paid = paid.get(award.award.as_str()).copied();
        line(award, paid, Some(award.award.as_str()) == disputed)
    };
    let lines = [HEADER.to_owned()]
        .into_iter()
        .chain(grants.iter().map(line))
        .chain([OWN.to_owned()]);
    lines.map(|line| line + "\r\n").collect()
}

/// What NAV paid under each voucher.
fn paid(of_nav: &[Record]) -> HashMap<&str, Ore> {
    let mut paid: HashMap<&str, Ore> = HashMap::new();
    for record in of_nav {
        if let Content::Payment(payment) = &record.content {
            let sum = paid.entry(&payment.award).or_insert(Ore::ZERO);
            *sum = sum.checked_add(payment.disbursement.amount).unwrap_or(*sum);
        }
    }
    paid
}

/// A grant to a municipality of the county.
fn grant(record: &Record) -> Option<&AwardStatement> {
    match &record.content {
        Content::Award(award) => {
            let is_its = award.post == POST && YEARS.contains(&award.year) && number(award).starts_with(COUNTY);
            (is_its && award.status == AwardStatus::Granted).then_some(award)
        }
        Content::Payment(_) | Content::Correction(_) | Content::Accounts(_) => None,
    }
}

fn number(award: &AwardStatement) -> &str {
    award.recipient.number.as_deref().unwrap_or_default()
}

fn line(award: &AwardStatement, paid: Option<Ore>, is_disputed: bool) -> String {
    let less = Ore::from_kroner(25_000).filter(|_| is_disputed).unwrap_or(Ore::ZERO);
    let granted = award.granted.stated().and_then(|granted| granted.checked_sub(less));
    let day = |day: Option<jiff::civil::Date>| {
        day.map(|day| format!("{:02}.{:02}.{}", day.day(), day.month(), day.year()))
            .unwrap_or_default()
    };
    let target_group = match award.target_group {
        Some(TargetGroup::ChildrenAndYoung) => "Unge 0–24",
        Some(TargetGroup::Adults) => "Voksne",
        Some(TargetGroup::All | TargetGroup::Other) => "Alle",
        None => "",
    };
    [
        award.award.clone(),
        award.year.to_string(),
        award.post.to_string(),
        award.recipient.organisation_number.clone().unwrap_or_default(),
        number(award).to_owned(),
        String::new(),
        target_group.to_owned(),
        if paid.is_some() { "Utbetalt" } else { "Innvilget" }.to_owned(),
        granted.map(kroner).unwrap_or_default(),
        paid.map(kroner).unwrap_or_default(),
        day(award.decided_on),
        day(award.use_from),
        day(award.use_until),
    ]
    .join(";")
}

/// `1 234 567,50`, as a person types it.
fn kroner(amount: Ore) -> String {
    let (kroner, ore) = (amount.get() / 100, amount.get().unsigned_abs() % 100);
    let digits = kroner.unsigned_abs().to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    let sign = if amount.is_negative() { "-" } else { "" };
    format!("{sign}{},{ore:02}", groups.join(" "))
}
