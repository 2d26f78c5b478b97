//! Promise: a picture that follows from the one before is the picture that is built from everything, whatever came, changed, vanished,
//! came back or found its award late.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::date;
use programgrant_schema::{
    Accounts, AwardStatement, AwardStatus, BudgetPost, Content, Correction, Disbursement, Figure, Ore, Payment, Record,
    RecordId, ReportedRecipient, SetAside, TargetGroup,
};
use proptest::prelude::*;

use super::*;
use crate::systems;

static REFERENCE: LazyLock<Arc<Reference>> = LazyLock::new(|| {
    let built_in = Reference::built_in().expect("built in");
    Arc::new(Reference {
        sources: systems::profiles(),
        ..built_in
    })
});

type Records = BTreeMap<(SourceId, RecordId), StoredRecord>;

const POSTS: [BudgetPost; 3] = [
    BudgetPost::new(621, 63),
    BudgetPost::new(226, 64),
    BudgetPost::new(846, 62),
];

fn source() -> impl Strategy<Value = SourceId> {
    prop_oneof![4 => Just(systems::NAV), 2 => Just(systems::UDIR), 1 => Just(systems::BUFDIR)]
}

fn figure() -> impl Strategy<Value = Figure> {
    prop_oneof![
        4 => (-2_i64..3).prop_map(|kroner| Figure::Stated(Ore::from_kroner(kroner).expect("in range"))),
        2 => Just(Figure::NotApplicable),
        1 => Just(Figure::NotDelivered),
    ]
}

/// Bamble, Ålesund by its ambiguous number, nobody known, and nobody said.
fn recipient() -> impl Strategy<Value = ReportedRecipient> {
    let said = |organisation_number: Option<&str>, number: Option<&str>, name: Option<&str>| ReportedRecipient {
        organisation_number: organisation_number.map(str::to_owned),
        number: number.map(str::to_owned),
        name: name.map(str::to_owned),
    };
    prop_oneof![
        4 => Just(said(Some("940244145"), None, None)),
        2 => Just(said(None, Some("1507"), None)),
        2 => Just(said(Some("987654325"), None, Some("En by"))),
        1 => Just(said(Some("987654325"), None, Some("en by"))),
        1 => Just(ReportedRecipient::default()),
    ]
}

fn status() -> impl Strategy<Value = AwardStatus> {
    prop_oneof![
        Just(AwardStatus::Applied),
        Just(AwardStatus::Granted),
        Just(AwardStatus::Granted),
        Just(AwardStatus::Paid),
        Just(AwardStatus::Refused),
        Just(AwardStatus::InProgramme),
    ]
}

fn target_group() -> impl Strategy<Value = Option<TargetGroup>> {
    prop_oneof![2 => Just(None), 1 => Just(Some(TargetGroup::Adults)), 1 => Just(Some(TargetGroup::ChildrenAndYoung))]
}

fn disbursement() -> impl Strategy<Value = Disbursement> {
    (0_i16..2, -2_i64..3, proptest::option::of("[ab]")).prop_map(|(year, kroner, reference)| Disbursement {
        on: date(2021 + year, 4, 1),
        amount: Ore::from_kroner(kroner).expect("in range"),
        reference,
    })
}

fn award() -> impl Strategy<Value = Content> {
    let place = (
        "[pqrs]",
        0..POSTS.len(),
        2021_i16..2023,
        recipient(),
        proptest::option::weighted(0.3, "los|x"),
    );
    let said = (status(), figure(), figure(), figure(), target_group());
    let moved = proptest::collection::vec(disbursement(), 0..2);
    (place, said, moved).prop_map(|((award, post, year, recipient, activity), said, disbursements)| {
        let (status, applied, granted, paid, target_group) = said;
        Content::Award(AwardStatement {
            award,
            post: POSTS[post],
            activity,
            year,
            recipient,
            status,
            applied,
            granted,
            paid,
            decided_on: Some(date(2021, 3, 1)),
            use_from: None,
            use_until: None,
            report_due: None,
            target_group,
            payer: None,
            disbursements,
        })
    })
}

fn content() -> impl Strategy<Value = Content> {
    let payment = (
        "[pqrs]",
        0..POSTS.len(),
        2021_i16..2023,
        recipient(),
        target_group(),
        disbursement(),
    );
    let payment = payment.prop_map(|(award, post, year, recipient, target_group, disbursement)| {
        Content::Payment(Payment {
            award,
            post: POSTS[post],
            year,
            recipient,
            target_group,
            disbursement,
        })
    });
    let correction = (
        0..POSTS.len(),
        2021_i16..2023,
        recipient(),
        target_group(),
        disbursement(),
    );
    let correction = correction.prop_map(|(post, year, recipient, target_group, disbursement)| {
        Content::Correction(Correction {
            post: POSTS[post],
            year,
            recipient,
            target_group,
            disbursement,
        })
    });
    let accounts = (2021_i16..2023).prop_map(|year| {
        Content::Accounts(Accounts::Year {
            year,
            lines: Vec::new(),
            municipal: None,
        })
    });
    prop_oneof![8 => award(), 2 => payment, 3 => correction, 1 => accounts]
}

/// A version of a record that has come, or that it has vanished.
#[derive(Debug, Clone)]
struct Change {
    source: SourceId,
    id: String,
    reference: String,
    content: Option<Content>,
    changed_at: Option<i64>,
}

fn change() -> impl Strategy<Value = Change> {
    let said = (
        "[a-hpq]",
        prop_oneof![Just("2021/1"), Just("2021/2"), Just(" 2021/1"), Just("")],
    );
    let changed_at = proptest::option::weighted(0.2, 0_i64..9);
    (source(), said, proptest::option::weighted(0.8, content()), changed_at).prop_map(
        |(source, (id, reference), content, changed_at)| Change {
            source,
            id,
            reference: reference.to_owned(),
            content,
            changed_at,
        },
    )
}

/// What the register would hand over for the changes of one generation.
fn apply(records: &mut Records, changes: &[Change], generation: u64) -> Vec<StoredRecord> {
    let at = Timestamp::new(i64::try_from(generation).expect("small"), 0).expect("an instant");
    let mut touched = BTreeSet::new();
    for change in changes {
        let key = (change.source, RecordId::new(change.id.as_str()));
        let known = records.get(&key);
        let stored = match (&change.content, known) {
            (None, None) => continue,
            (None, Some(known)) => StoredRecord {
                vanished_at: Some(known.vanished_at.unwrap_or(at)),
                touched_in: generation,
                ..known.clone()
            },
            (Some(content), known) => StoredRecord {
                source: change.source,
                record: Record {
                    id: key.1.clone(),
                    reference: change.reference.clone(),
                    revision: Some(3),
                    changed_at: change
                        .changed_at
                        .map(|second| Timestamp::new(second, 0).expect("an instant")),
                    item: None,
                    content: content.clone(),
                },
                received_at: at,
                listed_in: known
                    .filter(|known| known.vanished_at.is_none())
                    .map_or(generation, |known| known.listed_in),
                touched_in: generation,
                vanished_at: None,
                changed_before: change.changed_at.filter(|second| second % 2 == 0).map(|_| at),
            },
        };
        records.insert(key.clone(), stored);
        touched.insert(key);
    }
    touched.iter().map(|key| records[key].clone()).collect()
}

/// Everything that can be asked of a picture, in words.
fn told(view: &View) -> String {
    let mut told = String::new();
    let awards =
        |awards: &mut dyn Iterator<Item = Award<'_>>| awards.map(|award| award.id().to_owned()).collect::<Vec<_>>();
    for award in view.awards() {
        let figures = (
            award.applied(),
            award.granted(),
            award.paid(),
            award.disputed(),
            award.disbursements(),
        );
        let stands = (
            award.status(),
            award.vanished_at(),
            award.listed_in(),
            award.left_in(),
            award.provenance(),
        );
        let records = award.records().collect::<Vec<_>>();
        let whose = (
            award.recipient(),
            award.reported(),
            award.scheme(),
            award.post(),
            award.activity(),
            award.year(),
        );
        let others = awards(&mut award.others());
        let heir = view.successor(award).map(Award::id);
        let before: BTreeSet<&str> = view.predecessors(award).map(Award::id).collect();
        writeln!(
            told,
            "{} {figures:?} {stands:?} {records:?} {whose:?} {others:?} {heir:?} {before:?}",
            award.id()
        )
        .expect("writes");
        for other in award.statements() {
            let found = view.award(other.id()).map(Award::id);
            writeln!(told, "{} {:?} {found:?}", other.id(), other.paid()).expect("writes");
        }
    }
    for municipality in view.reference.register.iter().map(|municipality| municipality.id) {
        let (own, may_be) = (
            awards(&mut view.awards_of(municipality)),
            awards(&mut view.awards_possibly_of(municipality)),
        );
        if !(own.is_empty() && may_be.is_empty()) {
            writeln!(told, "{municipality} {own:?} {may_be:?}").expect("writes");
        }
        tell_of(view, municipality, !own.is_empty(), &mut told);
    }
    for year in 2021..2023 {
        for post in POSTS {
            let reporting: Vec<_> = view.sources_reporting(post, year).collect();
            let has = view.has_delivered_on_post(post, year);
            writeln!(
                told,
                "{post} {year} {:?} {reporting:?} {has}",
                view.reported(post, year)
            )
            .expect("writes");
        }
        let posts: Vec<_> = view.reported_posts(year).collect();
        writeln!(told, "{year} {posts:?} {:?}", view.accounts(POSTS[0], year)).expect("writes");
    }
    let unknown: Vec<_> = view.index.sums.clouds.over(None).collect();
    writeln!(told, "{unknown:?} {:?}", view.sources).expect("writes");
    told
}

fn tell_of(view: &View, municipality: MunicipalityId, has_any: bool, told: &mut String) {
    let clouds: Vec<_> = view.index.sums.clouds.over(Some(municipality)).collect();
    if !has_any && clouds.is_empty() {
        return;
    }
    writeln!(told, "{clouds:?}").expect("writes");
    for year in 2021..2023 {
        for scheme in view.reference.programmes.schemes() {
            let shares: Vec<_> = view.shares(municipality, &scheme.id, year).map(Award::id).collect();
            let summed = view.shares_in_sum(municipality, &scheme.id, year);
            // A sum that is kept ready is the sum of what it is made of.
            let granted = Figure::sum(view.shares(municipality, &scheme.id, year).map(Award::granted_in_sums));
            assert_eq!((summed.count as usize, summed.granted), (shares.len(), granted));
            let has = view.has_delivered_shares(&scheme.id, year);
            writeln!(told, "{} {year} {shares:?} {has}", scheme.id).expect("writes");
        }
        for post in POSTS {
            let on_post = || view.awards_on_post(post, municipality, year);
            let promising = || on_post().filter(|award| award.status().is_granted());
            let sums = view.sums_on_post(post, municipality, year);
            let (granted, paid) = (
                promising().map(Award::granted_in_sums),
                promising().map(Award::paid_in_sums),
            );
            assert_eq!(
                (sums.count as usize, sums.granted),
                (promising().count(), Figure::sum(granted))
            );
            assert_eq!(sums.paid, Figure::sum(paid));
            writeln!(told, "{post} {year} {:?}", on_post().map(Award::id).collect::<Vec<_>>()).expect("writes");
        }
    }
}

/// Built of parts, as at the start: records that come in another order, and pieces that are not full.
fn built(records: &Records, set_aside: &[StoredSetAside], generation: u64) -> View {
    let records: Vec<StoredRecord> = records.values().rev().cloned().collect();
    let mut maker = PartMaker::new(Arc::clone(&REFERENCE));
    let parts: Vec<Part> = records.chunks(3).map(|some| maker.part(some.to_vec())).collect();
    Builder::of_parts(parts.into_iter(), maker).finish(&News {
        generation,
        set_aside: Some(set_aside),
        statuses: &BTreeMap::new(),
    })
}

fn aside(count: usize) -> Vec<StoredSetAside> {
    let one = StoredSetAside {
        source: systems::NAV,
        set_aside: SetAside::at("line 1", "unreadable"),
        seen_at: Timestamp::UNIX_EPOCH,
    };
    vec![one; count]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_follows_from_the_picture_before_is_what_is_built(
        batches in proptest::collection::vec((proptest::collection::vec(change(), 0..9), proptest::option::of(0_usize..3)), 1..6)
    ) {
        let (mut records, mut set_aside) = (Records::new(), Vec::new());
        let mut view = built(&records, &set_aside, 0);
        for (generation, (changes, standing)) in (1..).zip(batches) {
            let changed = apply(&mut records, &changes, generation);
            let before = told(&view);
            if let Some(count) = standing {
                set_aside = aside(count);
            }
            let news = News {
                generation,
                set_aside: standing.map(|_| set_aside.as_slice()),
                statuses: &BTreeMap::new(),
            };
            let next = view.next(changed, &news);
            let whole = built(&records, &set_aside, generation);
            prop_assert_eq!(told(&next), told(&whole));
            prop_assert_eq!(told(&next.told_by(&REFERENCE, &News { set_aside: Some(&set_aside), ..news })), told(&whole));
            // Whoever still reads the picture before is not disturbed.
            prop_assert_eq!(told(&view), before);
            view = next;
        }
    }
}

#[test]
fn what_took_the_place_of_another_leaves_it_behind_when_it_moves() {
    let statement = |award: &str, post, year| {
        Content::Award(AwardStatement {
            award: award.to_owned(),
            post,
            activity: None,
            year,
            recipient: ReportedRecipient {
                organisation_number: Some("940244145".to_owned()),
                ..ReportedRecipient::default()
            },
            status: AwardStatus::Granted,
            applied: Figure::NotDelivered,
            granted: Figure::NotDelivered,
            paid: Figure::NotDelivered,
            decided_on: None,
            use_from: None,
            use_until: None,
            report_due: None,
            target_group: None,
            payer: None,
            disbursements: Vec::new(),
        })
    };
    let change = |id: &str, content| Change {
        source: systems::UDIR,
        id: id.to_owned(),
        reference: "2021/1".to_owned(),
        content,
        changed_at: None,
    };
    let (mut records, statuses) = (Records::new(), BTreeMap::new());
    let mut view = built(&records, &[], 0);
    let batches = [
        vec![change("a", Some(statement("p", POSTS[2], 2022)))],
        vec![change("a", None), change("b", Some(statement("r", POSTS[2], 2022)))],
        vec![change("b", Some(statement("r", POSTS[0], 2021)))],
    ];
    for (generation, (changes, before)) in (1..).zip(batches.into_iter().zip([0, 1, 0])) {
        let changed = apply(&mut records, &changes, generation);
        let news = News {
            generation,
            set_aside: None,
            statuses: &statuses,
        };
        view = view.next(changed, &news);
        let taken = view.award("udir:r").map_or(0, |award| view.predecessors(award).count());
        assert_eq!(taken, before, "generation {generation}");
    }
}
