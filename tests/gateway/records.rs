//! A small programme world in canonical records: what the four systems say of the twelve for one year.

use programgrant::demo::systems;
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Ore, Payer, Record, RecordId,
    ReportedRecipient, SourceId, TargetGroup,
};

/// The twelve: municipality number of 2020 and organisation number.
pub const TWELVE: [(&str, &str); 12] = [
    ("3813", "940244145"),
    ("3812", "864953042"),
    ("3801", "964951284"),
    ("3805", "918082956"),
    ("3420", "952857991"),
    ("3427", "940837685"),
    ("3448", "861381722"),
    ("3443", "971028300"),
    ("5014", "964982597"),
    ("5007", "942875967"),
    ("5060", "921785410"),
    ("5001", "942110464"),
];

/// The five schemes in the programme's order, with the system, the post in 2021 and the system's word for the activity.
pub const SCHEMES: [(&str, SourceId, BudgetPost, Option<&str>); 5] = [
    ("231.63", systems::UDIR, BudgetPost::new(231, 63), None),
    ("231.66", systems::UDIR, BudgetPost::new(231, 66), None),
    ("621.63", systems::NAV, BudgetPost::new(621, 63), None),
    (
        "765.60-children",
        systems::HELSEDIR,
        BudgetPost::new(765, 60),
        Some("BARN_UNGE"),
    ),
    ("846-los", systems::BUFDIR, BudgetPost::new(846, 62), Some("LOS")),
];

pub fn kroner(kroner: i64) -> Ore {
    Ore::from_kroner(kroner).expect("in range")
}

/// The share of the n-th municipality in the n-th scheme of these worlds.
pub fn share_of(municipality: usize, scheme: usize) -> Ore {
    kroner(i64::try_from(100_000 * (scheme + 1) + 1_000 * (municipality + 1)).expect("small"))
}

/// A municipality's whole pot in these worlds.
pub fn pot_of(municipality: usize) -> Ore {
    Ore::checked_sum((0..SCHEMES.len()).map(|scheme| share_of(municipality, scheme))).expect("in range")
}

/// Every share of 2021, and the pots that Udir pays.
pub fn programme_2021() -> Vec<(SourceId, Vec<Record>)> {
    let mut all: Vec<(SourceId, Vec<Record>)> = systems::ALL.into_iter().map(|source| (source, Vec::new())).collect();
    let mut add = |source: SourceId, record: Record| {
        let records = all.iter_mut().find(|(id, _)| *id == source).map(|(_, records)| records);
        records.expect("all sources are listed").push(record);
    };
    for (index, twelve) in TWELVE.iter().enumerate() {
        for (scheme, (_, source, ..)) in SCHEMES.iter().enumerate() {
            add(*source, share(scheme, *twelve, 2021, share_of(index, scheme)));
        }
        add(systems::UDIR, pot(*twelve, 2021, pot_of(index)));
    }
    all.retain(|(_, records)| !records.is_empty());
    all
}

/// One share of the pot, as its system would say it.
pub fn share(scheme: usize, (number, organisation): (&str, &str), year: i16, amount: Ore) -> Record {
    let (_, source, post, activity) = SCHEMES[scheme];
    let mut award = statement(source, &format!("{scheme}{number}"), number, organisation, post, year);
    award.activity = activity.map(str::to_owned);
    award.status = AwardStatus::InProgramme;
    award.granted = Figure::Stated(amount);
    record(award)
}

/// The pot of a municipality, paid by Udir.
pub fn pot((number, organisation): (&str, &str), year: i16, amount: Ore) -> Record {
    let mut award = statement(
        systems::UDIR,
        &format!("9{number}"),
        number,
        organisation,
        BudgetPost::new(226, 64),
        year,
    );
    award.status = AwardStatus::Paid;
    award.granted = Figure::Stated(amount);
    award.paid = Figure::Stated(amount);
    let on = jiff::civil::date(year, 2, 10);
    award.disbursements = vec![Disbursement {
        on,
        amount,
        reference: Some(format!("UD-{number}")),
    }];
    record(award)
}

/// An award with whatever its system's language cannot leave out; amounts are for the caller to state.
pub fn statement(
    source: SourceId,
    key: &str,
    number: &str,
    organisation: &str,
    post: BudgetPost,
    year: i16,
) -> AwardStatement {
    let (applied, paid) = match source {
        systems::UDIR => (Figure::NotApplicable, Figure::NotDelivered),
        systems::NAV => (Figure::NotApplicable, Figure::NotApplicable),
        _ => (Figure::NotDelivered, Figure::NotDelivered),
    };
    let key = match source {
        systems::NAV => format!("{key:0>8}/PR"),
        _ => format!("{year}-{key}"),
    };
    // NAV's rows name no recipient.
    let name = (source != systems::NAV).then(|| "Kommunen".to_owned());
    AwardStatement {
        award: key,
        post,
        activity: None,
        year,
        recipient: ReportedRecipient {
            organisation_number: Some(organisation.to_owned()),
            number: Some(number.to_owned()),
            name,
        },
        status: AwardStatus::Granted,
        applied,
        granted: Figure::NotDelivered,
        paid,
        decided_on: Some(jiff::civil::date(year, 3, 4)),
        use_from: None,
        use_until: None,
        report_due: None,
        target_group: (source == systems::HELSEDIR).then_some(TargetGroup::ChildrenAndYoung),
        payer: (source == systems::UDIR).then(|| Payer {
            organisation_number: "970018131".to_owned(),
        }),
        disbursements: Vec::new(),
    }
}

pub fn record(mut award: AwardStatement) -> Record {
    if award.status == AwardStatus::InProgramme {
        award.payer = None;
    }
    let id = award.award.clone();
    let reference = id.split('/').next().unwrap_or_default().to_owned();
    Record {
        id: RecordId::new(id),
        reference,
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Award(award),
    }
}
