//! Promise: what the systems have said, and what they have not, reaches the rules whole: every award that may stand in the way,
//! every doubt that touches the application, and nothing of others.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use programgrant_core::evidence::Evidence;
use programgrant_core::ledger::rules::{Application, DoubtKind, FundingRequest, judge};
use programgrant_core::programme::{Asked, Freshness, Inputs};
use programgrant_core::reference::{Reference, SubUnits};
use programgrant_core::view::{Material, SourceStatus, StoredRecord, StoredSetAside, View};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Figure, Gap, MunicipalityRegister, Ore, Organisations, PILOT,
    Programme, Programmes, Record, RecordId, ReferenceTables, ReportedRecipient, SetAside, SourceId, TargetGroup,
};

use crate::systems;

const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);

struct World {
    reference: Reference,
    records: Vec<StoredRecord>,
    set_aside: Vec<StoredSetAside>,
    statuses: BTreeMap<SourceId, SourceStatus>,
    freshness: Freshness,
    now: Timestamp,
}

impl World {
    /// Every source was heard to its end just now.
    fn new() -> Self {
        let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
        let pilot = Programme::parse(PILOT.0, PILOT.1, &register).expect("sound");
        let organisations = Organisations::built_in().expect("sound");
        let programmes = Programmes::new(vec![pilot]).expect("sound");
        let heard = SourceStatus {
            walked: true,
            heard_at: Some(NOW),
            ..SourceStatus::default()
        };
        let asked = Asked {
            fresh_within: SignedDuration::from_mins(10),
            years_from: 2017,
        };
        Self {
            reference: Reference {
                register,
                programmes,
                organisations,
                sub_units: SubUnits::default(),
                sources: crate::systems::profiles(),
                registered: std::sync::Arc::default(),
            },
            records: Vec::new(),
            set_aside: Vec::new(),
            statuses: systems::ALL.into_iter().map(|source| (source, heard.clone())).collect(),
            freshness: Freshness(systems::ALL.into_iter().map(|source| (source, asked)).collect()),
            now: NOW,
        }
    }

    fn with(mut self, source: SourceId, statement: AwardStatement) -> Self {
        let id = statement.award.clone();
        let record = Record {
            id: RecordId::new(&id),
            reference: id,
            revision: None,
            changed_at: None,
            item: None,
            content: Content::Award(statement),
        };
        self.records.push(StoredRecord {
            source,
            record,
            received_at: NOW,
            listed_in: 0,
            touched_in: 0,
            vanished_at: None,
            changed_before: None,
        });
        self
    }

    fn edit(mut self, edit: impl FnOnce(&mut Self)) -> Self {
        edit(&mut self);
        self
    }

    fn known(&self, application: &Application) -> Evidence {
        let records: Vec<&StoredRecord> = self.records.iter().collect();
        let material = Material {
            generation: 1,
            records: &records,
            set_aside: &self.set_aside,
            statuses: &self.statuses,
        };
        let view = View::build(&material, &std::sync::Arc::new(self.reference.clone()));
        let facts = Inputs {
            view: &view,
            reference: &self.reference,
            freshness: &self.freshness,
            now: self.now,
        };
        Evidence::collect(facts, application, true)
    }

    /// The awards as (id, certain), the doubts, and the deciding code.
    fn ask(&self, request: &FundingRequest) -> (Vec<(String, bool)>, Vec<DoubtKind>, &'static str) {
        let application = Application::resolve(request, &self.reference).expect("a request");
        let known = self.known(&application);
        let code = judge(&known.question(&application, &self.reference, &[])).reasons[0]
            .code
            .as_str();
        let awards = known
            .awards
            .into_iter()
            .map(|award| (award.id, award.is_certain))
            .collect();
        (
            awards,
            known.knowledge.doubts.into_iter().map(|doubt| doubt.kind).collect(),
            code,
        )
    }
}

/// Oslo asks Bufdir for holidays in 2022.
fn request() -> FundingRequest {
    FundingRequest {
        scheme: Some("846-ferie".to_owned()),
        chapter: None,
        post: None,
        activity: None,
        organisation_number: Some("958935420".to_owned()),
        municipality_number: None,
        year: 2022,
        amount: Ore::from_kroner(1).expect("in range"),
        target_group: None,
        use_from: None,
        use_until: None,
        case_reference: "1".to_owned(),
    }
}

fn recipient(organisation: Option<&str>, number: Option<&str>) -> ReportedRecipient {
    ReportedRecipient {
        organisation_number: organisation.map(str::to_owned),
        number: number.map(str::to_owned),
        name: None,
    }
}

fn award() -> AwardStatement {
    AwardStatement {
        award: "7".to_owned(),
        post: BudgetPost::new(846, 61),
        activity: Some("FERIE".to_owned()),
        year: 2022,
        recipient: recipient(None, Some("0301")),
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
    }
}

fn bufdir(statement: AwardStatement) -> World {
    World::new().with(systems::BUFDIR, statement)
}

#[test]
fn where_all_is_heard_and_nothing_awarded_the_answer_is_clear() {
    assert_eq!(World::new().ask(&request()), (vec![], vec![], "NOT_A_PARTICIPANT"));
}

#[test]
fn an_award_stands_in_the_way_by_status_and_scheme() {
    let certain = || vec![("bufdir:7".to_owned(), true)];
    for status in [AwardStatus::Granted, AwardStatus::Paid, AwardStatus::Repaid] {
        assert_eq!(
            bufdir(AwardStatement { status, ..award() }).ask(&request()),
            (certain(), vec![], "ALREADY_FUNDED"),
            "{status:?}"
        );
    }
    for status in [
        AwardStatus::Applied,
        AwardStatus::Refused,
        AwardStatus::Dismissed,
        AwardStatus::Withdrawn,
        AwardStatus::InProgramme,
    ] {
        assert_eq!(
            bufdir(AwardStatement { status, ..award() }).ask(&request()),
            (vec![], vec![], "NOT_A_PARTICIPANT"),
            "{status:?}"
        );
    }
    let other = AwardStatement {
        activity: Some("FRITID".to_owned()),
        ..award()
    };
    assert_eq!(bufdir(other).ask(&request()).2, "NOT_A_PARTICIPANT");
    // Its scheme cannot be told, and it lies on the scheme's post.
    let open = AwardStatement {
        activity: None,
        ..award()
    };
    assert_eq!(bufdir(open).ask(&request()), (certain(), vec![], "ALREADY_FUNDED"));
    let pot = AwardStatement {
        post: BudgetPost::new(226, 64),
        activity: None,
        ..award()
    };
    assert_eq!(
        World::new().with(systems::UDIR, pot).ask(&request()),
        (vec![], vec![], "NOT_A_PARTICIPANT")
    );
    // Of the year before, and used until this one.
    let long = AwardStatement {
        year: 2021,
        use_until: Some("2022-01-31".parse().expect("a day")),
        ..award()
    };
    assert_eq!(bufdir(long).ask(&request()).2, "ALREADY_FUNDED");
    let last_year = AwardStatement { year: 2021, ..award() };
    assert_eq!(bufdir(last_year).ask(&request()).2, "NOT_A_PARTICIPANT");
    let backwards = AwardStatement {
        year: 2021,
        use_from: Some("2022-06-01".parse().expect("a day")),
        use_until: Some("2021-06-01".parse().expect("a day")),
        ..award()
    };
    assert_eq!(bufdir(backwards).ask(&request()).2, "ALREADY_FUNDED");
}

#[test]
fn an_award_that_vanishes_frees_nothing() {
    let world = bufdir(award()).edit(|world| world.records[0].vanished_at = Some(NOW));
    let (awards, doubts, code) = world.ask(&request());
    assert_eq!(
        (awards.len(), doubts, code),
        (1, vec![DoubtKind::Clouded { year: 2022 }], "ALREADY_FUNDED")
    );
}

#[test]
fn an_award_that_may_be_the_recipients_goes_to_a_case_officer() {
    let maybe = (vec![("bufdir:7".to_owned(), false)], vec![], "AWARD_UNRESOLVED");
    let of = |organisation, number| AwardStatement {
        recipient: recipient(organisation, number),
        ..award()
    };
    assert_eq!(bufdir(of(Some("940244145"), Some("0301"))).ask(&request()), maybe);
    assert_eq!(bufdir(of(Some("958 935 420"), None)).ask(&request()), maybe);
    assert_eq!(bufdir(of(None, Some("301"))).ask(&request()), maybe);
    assert_eq!(
        bufdir(of(Some("974762501"), None)).ask(&request()),
        (vec![], vec![], "NOT_A_PARTICIPANT")
    );
    // What the joint grant of 2019 paid until 2020 may have been for children; so may what the undivided Ålesund got.
    let joint = AwardStatement {
        post: BudgetPost::new(765, 60),
        activity: Some("FELLES".to_owned()),
        year: 2019,
        use_until: Some("2020-06-30".parse().expect("a day")),
        ..award()
    };
    let children = FundingRequest {
        scheme: Some("765.60-children".to_owned()),
        year: 2020,
        ..request()
    };
    assert_eq!(
        World::new().with(systems::HELSEDIR, joint).ask(&children).2,
        "AWARD_UNRESOLVED"
    );
    let undivided = AwardStatement {
        year: 2023,
        use_until: Some("2024-06-30".parse().expect("a day")),
        ..of(None, Some("1507"))
    };
    let part = FundingRequest {
        organisation_number: None,
        municipality_number: Some("1508".to_owned()),
        year: 2024,
        ..request()
    };
    let (awards, _, code) = bufdir(undivided).ask(&part);
    assert_eq!(
        awards.into_iter().map(|(_, is_certain)| is_certain).collect::<Vec<_>>(),
        [false]
    );
    // Of a part without an organisation number of its own a case officer decides anyway.
    assert_eq!(code, "UNRESOLVED_RECIPIENT");
}

#[test]
fn a_source_that_is_not_heard_fresh_and_whole_leaves_a_doubt() {
    let status = |edit: fn(&mut SourceStatus)| {
        World::new().edit(|world| edit(world.statuses.get_mut(&systems::BUFDIR).expect("there")))
    };
    let long_ago = NOW - SignedDuration::from_mins(11);
    let told = |world: World| {
        let (_, doubts, code) = world.ask(&request());
        (doubts, code)
    };
    assert_eq!(
        told(status(|status| *status = SourceStatus::default())),
        (vec![DoubtKind::Silent], "SOURCE_NOT_FRESH")
    );
    assert_eq!(
        told(status(|status| status.walked = false)),
        (vec![DoubtKind::Silent], "SOURCE_NOT_FRESH")
    );
    assert_eq!(
        told(status(
            |status| status.heard_at = Some(NOW - SignedDuration::from_mins(11))
        )),
        (vec![DoubtKind::Stale { heard_at: long_ago }], "SOURCE_NOT_FRESH")
    );
    let gap = status(|status| {
        status.gaps.push(Gap {
            place: "7".to_owned(),
            reason: "missing".to_owned(),
        });
    });
    assert_eq!(told(gap), (vec![DoubtKind::Gap], "SOURCE_INCOMPLETE"));
    // A queue from which nothing ever came has said nothing.
    let (_, doubts, code) = World::new().ask(&FundingRequest {
        scheme: Some("621.63".to_owned()),
        ..request()
    });
    assert_eq!((doubts, code), (vec![DoubtKind::Silent], "SOURCE_NOT_FRESH"));
    // Another scheme's source is no concern.
    let other = World::new().edit(|world| {
        world.statuses.insert(systems::UDIR, SourceStatus::default());
    });
    assert_eq!(told(other), (vec![], "NOT_A_PARTICIPANT"));
}

#[test]
fn every_year_that_the_use_touches_must_be_asked_for() {
    let world =
        World::new().edit(|world| world.freshness.0.get_mut(&systems::BUFDIR).expect("there").years_from = 2022);
    assert_eq!(world.ask(&request()).2, "NOT_A_PARTICIPANT");
    let early = FundingRequest {
        use_from: Some("2021-11-01".parse().expect("a day")),
        ..request()
    };
    assert_eq!(
        world.ask(&early),
        (vec![], vec![DoubtKind::NotAsked { year: 2021 }], "SOURCE_NOT_FRESH")
    );
}

#[test]
fn a_grant_year_that_is_yet_to_come_was_not_asked_for() {
    let not_asked = (vec![], vec![DoubtKind::NotAsked { year: 2024 }], "SOURCE_NOT_FRESH");
    let next_year = FundingRequest {
        year: 2024,
        ..request()
    };
    assert_eq!(World::new().ask(&next_year), not_asked);
    // On New Year's Day, until the source has been asked again.
    let new_year: Timestamp = "2023-12-31T23:00:00Z".parse().expect("midnight in Norway");
    let heard_at = |at| {
        World::new().edit(|world| {
            world.now = at;
            world.statuses.get_mut(&systems::BUFDIR).expect("there").heard_at = Some(at);
        })
    };
    assert_eq!(
        heard_at(new_year - SignedDuration::from_micros(1)).ask(&next_year),
        not_asked
    );
    assert_eq!(heard_at(new_year).ask(&next_year).2, "NOT_A_PARTICIPANT");
    // The use alone reaches into it.
    let long = FundingRequest {
        use_until: Some("2024-06-30".parse().expect("a day")),
        ..request()
    };
    assert_eq!(World::new().ask(&long), (vec![], vec![], "NOT_A_PARTICIPANT"));
    // One that leaves what it has is not asked by year.
    let heard = bufdir(award()).edit(|world| world.records[0].source = systems::NAV);
    let social = FundingRequest {
        scheme: Some("621.63".to_owned()),
        ..next_year
    };
    assert_eq!(heard.ask(&social), (vec![], vec![], "NOT_A_PARTICIPANT"));
}

#[test]
fn a_record_set_aside_clouds_what_it_may_be_and_no_more() {
    let aside = |edit: fn(&mut SetAside)| {
        let mut set_aside = SetAside::at("page 1", "status is unknown");
        set_aside.recipient = recipient(None, Some("0301"));
        (set_aside.post, set_aside.activity, set_aside.year) =
            (Some(BudgetPost::new(846, 61)), Some("FERIE".to_owned()), Some(2022));
        edit(&mut set_aside);
        World::new().edit(|world| {
            world.set_aside.push(StoredSetAside {
                source: systems::BUFDIR,
                set_aside,
                seen_at: NOW,
            });
        })
    };
    let told = |world: World| {
        let (_, doubts, code) = world.ask(&request());
        (doubts, code)
    };
    let clouded = (vec![DoubtKind::Clouded { year: 2022 }], "SOURCE_INCOMPLETE");
    let in_doubt = (vec![DoubtKind::InDoubt { year: 2022 }], "SOURCE_INCOMPLETE");
    let clear = (vec![], "NOT_A_PARTICIPANT");
    assert_eq!(told(aside(|_| {})), clouded);
    assert_eq!(told(aside(|aside| aside.year = None)), clouded);
    assert_eq!(told(aside(|aside| aside.activity = None)), clouded);
    assert_eq!(
        told(aside(|aside| aside.recipient = ReportedRecipient::default())),
        in_doubt
    );
    assert_eq!(
        told(aside(
            |aside| (aside.recipient, aside.post) = (ReportedRecipient::default(), None)
        )),
        in_doubt
    );
    assert_eq!(
        told(aside(|aside| aside.recipient = recipient(None, Some("3813")))),
        clear
    );
    assert_eq!(told(aside(|aside| aside.year = Some(2021))), clear);
    assert_eq!(told(aside(|aside| aside.activity = Some("FRITID".to_owned()))), clear);
    // A share whose municipality cannot be told is known to be no award.
    let share = AwardStatement {
        status: AwardStatus::InProgramme,
        activity: Some("LOS".to_owned()),
        recipient: ReportedRecipient::default(),
        ..award()
    };
    let los = FundingRequest {
        scheme: Some("846-los".to_owned()),
        target_group: Some(TargetGroup::Adults),
        ..request()
    };
    assert_eq!(bufdir(share).ask(&los), (vec![], vec![], "NOT_A_PARTICIPANT"));
}
