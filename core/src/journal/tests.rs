//! Promises of the journal: each wrong step has its own refusal and writes nothing; what comes again is answered as it was.

mod yearly;

use jiff::Timestamp;
use jiff::civil::date;
use programgrant_schema::{ALLOCATION_EXAMPLE, OrganisationNumber};

use super::*;
use crate::allocation::{AllocationBasis, AllocationFile, KeptReceiver, allocate, prepare};
use crate::indicators::Indicators;
use crate::principal::Principal;
use crate::reference::Reference;

const OFFICE: &str = "970018131";
const GOVERNOR: &str = "974762501";
const GROUP: &str = "889640782";
const BAMBLE: &str = "940244145";

/// A journal at work: each command has a key of its own, and its day is said.
struct Desk {
    journal: Journal,
    year: i16,
    day: i8,
    keys: u32,
}

impl Desk {
    fn new() -> Self {
        Self {
            journal: Journal::default(),
            year: 2020,
            day: 1,
            keys: 0,
        }
    }

    fn now(&self) -> Timestamp {
        let noon = date(self.year, 3, self.day).at(12, 0, 0, 0);
        noon.in_tz("UTC").expect("an instant").timestamp()
    }

    fn by(&mut self, body: &str, what: JournalRequest) -> Result<JournalRecord, JournalRefusal> {
        self.keys += 1;
        let key = self.keys.to_string();
        self.under(body, &key, what)
    }

    fn under(&mut self, body: &str, key: &str, what: JournalRequest) -> Result<JournalRecord, JournalRefusal> {
        let command = JournalCommand {
            by: principal(body),
            function: None,
            key: key.to_owned(),
            what,
        };
        match self.journal.carry_out(&command, self.now())? {
            JournalOutcome::Repeated(id) => Ok(self.journal.get(&id).expect("there").clone()),
            JournalOutcome::Written(records) => {
                let first = records[0].clone();
                for record in records {
                    self.journal.put(record);
                }
                Ok(first)
            }
        }
    }

    fn done(&mut self, body: &str, what: JournalRequest) -> JournalId {
        self.by(body, what).expect("carried out").id().clone()
    }

    fn refused(&mut self, body: &str, what: JournalRequest) -> &'static str {
        let before = self.journal.len();
        let refusal = self.by(body, what).expect_err("refused");
        assert_eq!(self.journal.len(), before);
        refusal.code()
    }
}

fn principal(body: &str) -> Principal {
    Principal {
        organisation: organisation(body),
        subject: "somebody".to_owned(),
    }
}

fn organisation(number: &str) -> OrganisationNumber {
    number.parse().expect("a number")
}

/// The example of 2021, worked out for the pilot's municipalities.
fn basis() -> AllocationBasis {
    let reference = Reference::built_in().expect("sound");
    let file = AllocationFile::parse(ALLOCATION_EXAMPLE.0, ALLOCATION_EXAMPLE.1).expect("sound");
    let indicators = Indicators::built_in().expect("sound");
    let pilot = reference.programmes.get("0-24-pilot").expect("there");
    let receivers: Vec<_> = pilot
        .participations
        .iter()
        .map(|participation| {
            let id = participation.municipality;
            let known = reference.register.get(id).expect("known");
            (known.organisation_number.expect("known"), id)
        })
        .collect();
    let plan = prepare(&file, 2021, &receivers, &indicators, &reference.register).expect("prepared");
    AllocationBasis::of(ALLOCATION_EXAMPLE.1, &plan, &indicators).expect("worked out")
}

fn draft(basis: &AllocationBasis, corrects: Option<JournalId>) -> JournalRequest {
    JournalRequest::Draft {
        programme: "0-24-pilot".to_owned(),
        year: 2021,
        basis: Box::new(basis.clone()),
        reason: "første utkast".to_owned(),
        corrects,
    }
}

fn decide(allocation: &JournalId) -> JournalRequest {
    JournalRequest::DecideAllocation {
        allocation: allocation.clone(),
        reference: "21/123".to_owned(),
    }
}

fn propose(allocation: &JournalId) -> JournalRequest {
    JournalRequest::Propose {
        allocation: allocation.clone(),
    }
}

#[test]
fn an_allocation_goes_from_draft_to_decision_and_its_correction_stands_beside_it() {
    let (mut desk, basis) = (Desk::new(), basis());
    let first = desk.done(OFFICE, draft(&basis, None));
    assert_eq!(
        desk.refused(OFFICE, decide(&first)),
        "WRONG_STATE",
        "a draft is no proposal"
    );
    desk.done(OFFICE, propose(&first));
    assert_eq!(desk.refused(OFFICE, propose(&first)), "WRONG_STATE");
    let consult = |until| JournalRequest::Consult {
        allocation: first.clone(),
        until: date(2020, 3, until),
    };
    let comment = |text: &str| JournalRequest::Comment {
        allocation: first.clone(),
        text: text.to_owned(),
    };
    assert_eq!(desk.refused(BAMBLE, comment("vi")), "CONSULTATION_CLOSED");
    desk.done(OFFICE, consult(10));
    assert_eq!(desk.refused(BAMBLE, comment("  ")), "TEXT_MISSING");
    assert_eq!(desk.refused(BAMBLE, comment(&"x".repeat(8_001))), "TEXT_TOO_LONG");
    let said = desk.done(BAMBLE, comment("Tallet er for lavt."));
    assert_eq!(desk.refused(OFFICE, decide(&first)), "CONSULTATION_OPEN");
    desk.day = 11;
    assert_eq!(desk.refused(BAMBLE, comment("for sent")), "CONSULTATION_CLOSED");
    assert_eq!(desk.refused(OFFICE, decide(&first)), "COMMENT_UNANSWERED");
    let answer = JournalRequest::AnswerComment {
        comment: said,
        text: "Tallet er SSBs.".to_owned(),
    };
    desk.done(OFFICE, answer.clone());
    assert_eq!(desk.refused(OFFICE, answer), "ALREADY_ANSWERED");
    desk.done(OFFICE, decide(&first));
    assert_eq!(desk.refused(OFFICE, decide(&first)), "WRONG_STATE");
    assert_eq!(desk.refused(OFFICE, draft(&basis, None)), "ALLOCATION_DECIDED");

    let correction = desk.done(OFFICE, draft(&basis, Some(first.clone())));
    desk.done(OFFICE, propose(&correction));
    desk.done(OFFICE, decide(&correction));
    let state = |id| {
        desk.journal
            .allocation(id)
            .map(|version| (version.number, version.state))
    };
    assert_eq!(state(&first), Some((1, AllocationState::Corrected)));
    assert_eq!(state(&correction), Some((2, AllocationState::Decided)));
    assert_eq!(desk.journal.bases().count(), 1, "the same basis is kept once");
    assert_eq!(desk.refused(OFFICE, draft(&basis, Some(first))), "NOTHING_TO_CORRECT");
}

#[test]
fn of_two_proposals_one_is_decided() {
    let (mut desk, basis) = (Desk::new(), basis());
    let [one, other] = [0; 2].map(|_| desk.done(OFFICE, draft(&basis, None)));
    for version in [&one, &other] {
        desk.done(OFFICE, propose(version));
    }
    desk.done(OFFICE, decide(&one));
    assert_eq!(desk.refused(OFFICE, decide(&other)), "ALLOCATION_DECIDED");
    let withdraw = |allocation: &JournalId| JournalRequest::WithdrawAllocation {
        allocation: allocation.clone(),
        reason: "en annen er vedtatt".to_owned(),
    };
    desk.done(OFFICE, withdraw(&other));
    assert_eq!(
        desk.refused(OFFICE, withdraw(&one)),
        "WRONG_STATE",
        "what is decided stays"
    );
}

#[test]
fn what_is_not_known_is_not_decided() {
    let mut basis = basis();
    basis.amounts[0].amount = None;
    let mut desk = Desk::new();
    let version = desk.done(OFFICE, draft(&basis, None));
    desk.done(OFFICE, propose(&version));
    assert_eq!(desk.refused(OFFICE, decide(&version)), "FIGURE_MISSING");
}

#[test]
fn a_basis_is_worked_out_again_to_the_ore_and_told_when_it_is_not() {
    let mut basis = basis();
    let text = serde_json::to_string(&basis).expect("JSON");
    assert_eq!(serde_json::from_str::<AllocationBasis>(&text).expect("reads"), basis);
    let (plan, allocation) = basis.worked_out().expect("the same");
    assert_eq!(allocate(&plan).as_ref(), Ok(&allocation));
    assert_eq!(basis.total(), allocation.total());
    assert_eq!(basis.total().map(programgrant_schema::Ore::get), Some(4_050_000_000));
    let amount = basis.amounts[3].amount.as_mut().expect("known");
    *amount = amount
        .checked_add(programgrant_schema::Ore::from_kroner(1).expect("in range"))
        .expect("in range");
    assert!(basis.worked_out().is_err(), "a changed amount is noticed");
}

#[test]
fn a_command_that_comes_again_is_answered_as_it_was() {
    let (mut desk, basis) = (Desk::new(), basis());
    let first = desk.under(OFFICE, "a key", draft(&basis, None)).expect("carried out");
    desk.day = 2;
    let again = desk.under(OFFICE, "a key", draft(&basis, None)).expect("answered");
    assert_eq!((&first, desk.journal.len()), (&again, 2));
    let other = desk.under(OFFICE, "a key", propose(first.id())).expect_err("refused");
    assert_eq!(other.code(), "IDEMPOTENCY_CONFLICT");
    desk.under(GOVERNOR, "a key", announcement(9))
        .expect("another body's key");
    let proposed = desk.under(OFFICE, "another", propose(first.id())).expect("carried out");
    let again = desk.under(OFFICE, "another", propose(first.id())).expect("answered");
    assert_eq!(proposed, again, "also where the record has moved on by it");
}

fn announcement(deadline: i8) -> JournalRequest {
    JournalRequest::Announce {
        programme: "0-24-pilot".to_owned(),
        region: organisation(GOVERNOR),
        year: None,
        terms: SelectionTerms::default(),
        text: "Kommunene kan søke.".to_owned(),
        deadline: date(2020, 3, deadline),
    }
}

fn application(announcement: &JournalId, municipality: &str, decided: bool) -> JournalRequest {
    JournalRequest::Apply {
        announcement: announcement.clone(),
        municipality: organisation(municipality),
        region: Some(organisation(GOVERNOR)),
        standing: None,
        challenges: "mange barn i lavinntektsfamilier".to_owned(),
        progress: "et tverrfaglig team er i gang".to_owned(),
        motivation: "vi vil samordne tjenestene".to_owned(),
        political_decision: decided.then(council),
    }
}

fn council() -> PoliticalDecision {
    PoliticalDecision {
        reference: "PS 12/20".to_owned(),
        on: date(2020, 3, 1),
    }
}

fn assessment(application: &JournalId) -> JournalRequest {
    JournalRequest::Assess {
        application: application.clone(),
        recommendation: Recommendation::Recommended,
        text: "godt begrunnet".to_owned(),
    }
}

fn selection(announcement: &JournalId, chosen: &[&JournalId], taking_part: &[&str]) -> JournalRequest {
    JournalRequest::Select {
        announcement: announcement.clone(),
        chosen: chosen.iter().copied().cloned().collect(),
        reason: "spredning i størrelse".to_owned(),
        reference: "20/77".to_owned(),
        standing: RegionStanding {
            most: Some(2),
            taking_part: taking_part.iter().map(|number| organisation(number)).collect(),
        },
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one way, step by step")]
fn who_applies_in_time_is_assessed_and_chosen_and_takes_part_once_its_council_has_decided() {
    let mut desk = Desk::new();
    let announced = desk.done(GOVERNOR, announcement(9));
    let outside = match application(&announced, BAMBLE, true) {
        JournalRequest::Apply {
            announcement,
            municipality,
            standing,
            challenges,
            progress,
            motivation,
            political_decision,
            ..
        } => JournalRequest::Apply {
            announcement,
            municipality,
            region: Some(organisation(GROUP)),
            standing,
            challenges,
            progress,
            motivation,
            political_decision,
        },
        other => other,
    };
    assert_eq!(desk.refused(BAMBLE, outside), "OUTSIDE_REGION");
    let applied = desk.done(BAMBLE, application(&announced, BAMBLE, false));
    assert_eq!(
        desk.refused(BAMBLE, application(&announced, BAMBLE, true)),
        "ALREADY_APPLIED"
    );
    assert_eq!(
        desk.refused(GOVERNOR, selection(&announced, &[&applied], &[])),
        "DEADLINE_NOT_PASSED"
    );
    desk.day = 10;
    assert_eq!(
        desk.refused("958935420", application(&announced, "958935420", true)),
        "DEADLINE_PASSED"
    );
    assert_eq!(
        desk.refused(GOVERNOR, selection(&announced, &[&applied], &[])),
        "NOT_ASSESSED_BY_ANOTHER"
    );
    desk.done(GOVERNOR, assessment(&applied));
    assert_eq!(
        desk.refused(GOVERNOR, selection(&announced, &[&applied], &[])),
        "NOT_ASSESSED_BY_ANOTHER",
        "who assessed may not alone choose"
    );
    desk.done(GROUP, assessment(&applied));
    assert_eq!(desk.refused(GROUP, assessment(&applied)), "ALREADY_ASSESSED");
    let full = ["940244145", "958935420"];
    assert_eq!(
        desk.refused(GOVERNOR, selection(&announced, &[&applied], &full)),
        "REGION_FULL"
    );
    desk.done(GOVERNOR, selection(&announced, &[&applied], &full[1..]));
    assert_eq!(
        desk.refused(GOVERNOR, selection(&announced, &[&applied], &[])),
        "ALREADY_SELECTED"
    );
    let begin = begin(&applied, 7);
    assert_eq!(desk.refused(OFFICE, begin.clone()), "POLITICAL_DECISION_MISSING");
    let decision = JournalRequest::AddPoliticalDecision {
        application: applied.clone(),
        decision: council(),
    };
    desk.done(BAMBLE, decision);
    desk.done(OFFICE, begin.clone());
    assert_eq!(desk.refused(OFFICE, begin), "ALREADY_TAKES_PART");
    let withdrawal = JournalRequest::WithdrawApplication {
        application: applied,
        reason: "ombestemt".to_owned(),
    };
    assert_eq!(desk.refused(BAMBLE, withdrawal), "ALREADY_TAKES_PART");
}

fn begin(application: &JournalId, month: i8) -> JournalRequest {
    JournalRequest::Begin {
        application: application.clone(),
        from: date(2020, month, 1),
        use_until: None,
        reason: "valgt".to_owned(),
        reference: "20/80".to_owned(),
        within: (date(2020, 1, 1), date(2023, 6, 30)),
        standing: None,
        filed: None,
    }
}

fn end(last_day: Option<jiff::civil::Date>) -> JournalRequest {
    JournalRequest::End {
        programme: "0-24-pilot".to_owned(),
        municipality: organisation(BAMBLE),
        last_day,
        reason: "kommunen trekker seg".to_owned(),
        reference: "21/9".to_owned(),
        standing: Some((date(2020, 1, 1), date(2023, 6, 30))),
        filed: Some((date(2020, 1, 1), date(2023, 6, 30))),
    }
}

#[test]
fn a_participation_ends_earlier_and_is_annulled_once() {
    let mut desk = Desk::new();
    assert_eq!(desk.refused(OFFICE, end(Some(date(2019, 12, 31)))), "OUTSIDE_PROGRAMME");
    assert_eq!(desk.refused(OFFICE, end(Some(date(2023, 7, 1)))), "OUTSIDE_PROGRAMME");
    let id = desk.done(OFFICE, end(Some(date(2021, 8, 31))));
    assert_eq!(desk.refused(OFFICE, end(Some(date(2021, 8, 31)))), "ALREADY_DECIDED");
    let stands = |desk: &Desk| {
        let participation = desk.journal.participation(&id).expect("there");
        (participation.change, participation.use_until, participation.filed)
    };
    let filed = Some((date(2020, 1, 1), date(2023, 6, 30)));
    assert_eq!(stands(&desk), (ParticipationChange::Ended, date(2021, 8, 31), filed));
    desk.done(OFFICE, end(None));
    assert_eq!(stands(&desk).0, ParticipationChange::Annulled);
    assert_eq!(desk.refused(OFFICE, end(None)), "ALREADY_DECIDED");
}

#[test]
fn a_withdrawn_application_is_not_chosen_and_may_be_followed_by_another() {
    let mut desk = Desk::new();
    let announced = desk.done(GOVERNOR, announcement(9));
    let first = desk.done(BAMBLE, application(&announced, BAMBLE, true));
    let withdrawal = JournalRequest::WithdrawApplication {
        application: first.clone(),
        reason: "ombestemt".to_owned(),
    };
    desk.done(BAMBLE, withdrawal);
    assert_eq!(desk.refused(GROUP, assessment(&first)), "APPLICATION_WITHDRAWN");
    desk.done(BAMBLE, application(&announced, BAMBLE, true));
    desk.day = 10;
    assert_eq!(
        desk.refused(GOVERNOR, selection(&announced, &[&first], &[])),
        "APPLICATION_WITHDRAWN"
    );
}

#[test]
fn an_objection_is_answered_once_by_whoever_answers_for_the_figure() {
    let (mut desk, basis) = (Desk::new(), basis());
    let version = desk.done(OFFICE, draft(&basis, None));
    let object = |municipality: &str, allocation: &JournalId| JournalRequest::Object {
        programme: "0-24-pilot".to_owned(),
        municipality: organisation(municipality),
        about: ObjectionAbout::Allocation(allocation.clone()),
        reason: "Tallet på barn er feil.".to_owned(),
        addressee: Some(organisation(OFFICE)),
    };
    assert_eq!(
        desk.refused(BAMBLE, object(BAMBLE, &version)),
        "UNKNOWN_RECORD",
        "a draft is nobody's"
    );
    desk.done(OFFICE, propose(&version));
    assert_eq!(
        desk.refused("958935420", object("958935420", &version)),
        "NOT_CONCERNED"
    );
    let receiver: &KeptReceiver = &basis.receivers[0];
    let objection = desk.done(BAMBLE, object(&receiver.organisation.to_string(), &version));
    let answer = JournalRequest::AnswerObjection {
        objection: objection.clone(),
        outcome: ObjectionOutcome::Rejected,
        reason: "Tallet er SSBs.".to_owned(),
    };
    desk.done(OFFICE, answer.clone());
    assert_eq!(desk.refused(OFFICE, answer), "ALREADY_ANSWERED");
    let stands = desk.journal.objection(&objection).expect("there");
    assert_eq!(stands.acts.iter().count(), 2, "both stand in its history");
}
