//! A small world with one of everything within the callers' reach and one beyond it, and callers of every role.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_graphql::{Request, Variables};
use programgrant::allocations::{AllocationRequest, PlanChanges};
use programgrant::demo::systems;
use programgrant::graphql::{self, Schema, Snapshot};
use programgrant::guard::Fenced;
use programgrant::store::ledger::CaseFilter;
use programgrant_core::access::{Caller, Office, Role};
use programgrant_core::allocation::AllocationBasis;
use programgrant_core::journal::{
    JournalCommand, JournalId, JournalRequest, ObjectionAbout, PoliticalDecision, Recommendation, RegionStanding,
    SelectionTerms,
};
use programgrant_core::ledger::rules::{Application, FundingRequest};
use programgrant_core::ledger::{Claim, Principal, StatedAward};
use programgrant_schema::{AwardStatus, BudgetPost, Figure, Ore, OrganisationNumber, Record, RecordId, TargetGroup};
use serde_json::Value;

use super::using::use_pot;
use crate::records::{kroner, programme_2021, record, statement};
use crate::world::World;

pub const UDIR: &str = "970018131";
pub const NAV: &str = "889640782";
pub const HELSEDIR: &str = "983544622";
pub const BUFDIR: &str = "986128433";
pub const BAMBLE: (&str, &str) = ("3813", "940244145");
pub const TRONDHEIM: (&str, &str) = ("5001", "942110464");
pub const VESTFOLD_OG_TELEMARK: &str = "974762501";
pub const TRONDELAG: &str = "974764350";

/// Somebody of that body in that role.
pub fn caller(role: Role, body: &str) -> Caller {
    Caller {
        acting: Some(body.parse().expect("a number")),
        subject: "test".to_owned(),
        role,
        // Whoever is configured so; a payer's office is `second_programme`'s.
        office: if role == Role::ProgrammeOffice {
            Office::All
        } else {
            Office::Nowhere
        },
        ..Caller::public()
    }
}

/// One caller for each role, all of whom reach what is near.
pub fn of_role(role: Role) -> Caller {
    match role {
        Role::Public => Caller::public(),
        Role::Municipality => caller(role, BAMBLE.1),
        Role::CountyGovernor => caller(role, VESTFOLD_OG_TELEMARK),
        Role::Directorate => caller(role, NAV),
        Role::ProgrammeOffice => caller(role, UDIR),
        Role::Evaluator | Role::Operator => caller(role, "987654325"),
    }
}

pub struct Place {
    pub world: World,
    pub schema: Schema,
    pub near: Ids,
    pub far: Ids,
}

/// Ids of one side.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    pub award: String,
    pub claim: String,
    pub case: String,
    pub allocation: String,
    pub measure: String,
    pub announcement: String,
    pub application: String,
    pub objection: String,
}

impl Ids {
    /// The text with each of these ids told by what it is the id of.
    pub fn named(&self, side: &str, text: &str) -> String {
        let ids = [
            ("award", &self.award),
            ("claim", &self.claim),
            ("case", &self.case),
            ("allocation", &self.allocation),
            ("announcement", &self.announcement),
            ("application", &self.application),
            ("objection", &self.objection),
        ];
        ids.iter().fold(text.to_owned(), |text, (name, id)| {
            text.replace(id.as_str(), &format!("{side} {name}"))
        })
    }
}

impl Place {
    /// Near: an award of NAV's to Bamble, decided, with a case, and a confirmed claim. Far: an application to Helsedir from
    /// Trondheim, with a case, and a claim that is cleared and not confirmed.
    pub async fn new() -> Self {
        Self::with_settings("").await
    }

    /// The same with more settings.
    pub async fn with_settings(settings: &str) -> Self {
        let world = World::with_settings(settings).await;
        let [near_journal, far_journal] = decide(&world).await;
        world.publish(&programme_2021());
        world.poll_all().await;
        world.publish(&[
            (systems::NAV, vec![near_award()]),
            (systems::HELSEDIR, vec![far_award()]),
        ]);
        world.poll_all().await;
        let gateway = world.gateway();
        gateway
            .reconciler
            .round(gateway.dependencies.clock.now())
            .await
            .expect("reconciles");
        let near_claim = claim(&world, NAV, "621.63", BAMBLE.1, 2018).await;
        confirm(&world, &near_claim).await;
        let far_claim = claim(&world, HELSEDIR, "765.60-children", "958935420", 2021).await;
        let view = gateway.dependencies.views.current();
        let award = |source, status| {
            let mut found = view
                .awards()
                .filter(|award| award.source() == source && award.status() == status);
            found.next().expect("reported").id().to_owned()
        };
        let (near_award, far_award) = (
            award(systems::NAV, AwardStatus::Granted),
            award(systems::HELSEDIR, AwardStatus::Applied),
        );
        let cases = gateway
            .guard
            .cases(&CaseFilter {
                limit: 100,
                ..CaseFilter::default()
            })
            .await
            .expect("readable");
        let case = |award: &String| {
            cases
                .iter()
                .find(|case| case.finding.awards.contains(award))
                .expect("a case")
                .id
                .as_str()
                .to_owned()
        };
        let near = Ids {
            case: case(&near_award),
            claim: near_claim.id.to_string(),
            objection: object(&world, BAMBLE.1, &near_award, NAV).await,
            award: near_award,
            ..near_journal
        };
        let far = Ids {
            case: case(&far_award),
            claim: far_claim.id.to_string(),
            objection: object(&world, TRONDHEIM.1, &far_award, HELSEDIR).await,
            award: far_award,
            ..far_journal
        };
        Self {
            world,
            schema: graphql::schema(),
            near,
            far,
        }
    }

    /// The whole answer.
    pub async fn ask(&self, caller: &Caller, query: &str) -> Value {
        self.ask_with(caller, query, Value::Null).await
    }

    pub async fn ask_with(&self, caller: &Caller, query: &str, variables: Value) -> Value {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let snapshot = Snapshot::take(self.world.gateway(), caller.clone());
        let answer = graphql::execute(&self.schema, request, snapshot).await;
        serde_json::to_value(&answer).expect("JSON")
    }

    /// The data of an answer without errors.
    pub async fn data(&self, caller: &Caller, query: &str) -> Value {
        let answer = self.ask(caller, query).await;
        assert!(answer.get("errors").is_none(), "{caller:?} {query}: {answer:#}");
        answer["data"].clone()
    }

    /// How long the chain is.
    pub async fn entries(&self) -> i64 {
        self.world
            .gateway()
            .guard
            .store()
            .standing()
            .await
            .expect("readable")
            .0
            .sequence
    }

    /// Everything that a connection executes subscriptions with.
    pub fn live(&self, caller: &Caller) -> graphql::Live {
        let gateway = Arc::clone(self.world.shared_gateway());
        graphql::Live {
            schema: self.schema.clone(),
            gateway: Arc::new(move || Arc::clone(&gateway)),
            caller: caller.clone(),
        }
    }
}

/// Near: an allocation that was commented on and is decided, and an application of Bamble's that was assessed and chosen. Far: a draft, and an
/// application from Trondheim.
async fn decide(world: &World) -> [Ids; 2] {
    let today = world.gateway().dependencies.clock.today();
    let (programme, tomorrow) = ("0-24-pilot".to_owned(), today.tomorrow().expect("a day"));
    let mut near = Ids::default();
    let mut far = Ids::default();
    let draft = |basis| JournalRequest::Draft {
        programme: programme.clone(),
        year: 2020,
        basis: Box::new(basis),
        reason: "r".to_owned(),
        corrects: None,
    };
    near.allocation = told(world, UDIR, draft(basis(world))).await;
    far.allocation = told(world, UDIR, draft(basis(world))).await;
    let allocation = JournalId::new(near.allocation.clone());
    let propose = JournalRequest::Propose {
        allocation: allocation.clone(),
    };
    told(world, UDIR, propose).await;
    let consult = JournalRequest::Consult {
        allocation: allocation.clone(),
        until: tomorrow,
    };
    told(world, UDIR, consult).await;
    let comment = JournalRequest::Comment {
        allocation: allocation.clone(),
        text: "t".to_owned(),
    };
    let comment = JournalId::new(told(world, BAMBLE.1, comment).await);
    let answer = JournalRequest::AnswerComment {
        comment,
        text: "t".to_owned(),
    };
    told(world, UDIR, answer).await;
    for (ids, governor, municipality) in [
        (&mut near, VESTFOLD_OG_TELEMARK, BAMBLE.1),
        (&mut far, TRONDELAG, TRONDHEIM.1),
    ] {
        apply(world, ids, (governor, municipality), tomorrow).await;
        ids.measure = use_pot(world, municipality, 7).await;
    }
    world.hand.advance(std::time::Duration::from_hours(48));
    let decide = JournalRequest::DecideAllocation {
        allocation,
        reference: "r".to_owned(),
    };
    told(world, UDIR, decide).await;
    let select = JournalRequest::Select {
        announcement: JournalId::new(near.announcement.clone()),
        chosen: vec![JournalId::new(near.application.clone())],
        reason: "r".to_owned(),
        reference: "r".to_owned(),
        standing: RegionStanding {
            most: Some(1),
            taking_part: Vec::new(),
        },
    };
    told(world, VESTFOLD_OG_TELEMARK, select).await;
    [near, far]
}

/// Announced, applied for and assessed.
async fn apply(world: &World, ids: &mut Ids, (governor, municipality): (&str, &str), deadline: jiff::civil::Date) {
    let region: OrganisationNumber = governor.parse().expect("a number");
    let announce = JournalRequest::Announce {
        programme: "0-24-pilot".to_owned(),
        region,
        year: None,
        terms: SelectionTerms::default(),
        text: "t".to_owned(),
        deadline,
    };
    ids.announcement = told(world, governor, announce).await;
    let apply = JournalRequest::Apply {
        announcement: JournalId::new(ids.announcement.clone()),
        municipality: municipality.parse().expect("a number"),
        region: Some(region),
        standing: None,
        challenges: "c".to_owned(),
        progress: "p".to_owned(),
        motivation: "m".to_owned(),
        political_decision: Some(PoliticalDecision {
            reference: "r".to_owned(),
            on: jiff::civil::date(2020, 1, 1),
        }),
    };
    ids.application = told(world, municipality, apply).await;
    let assess = JournalRequest::Assess {
        application: JournalId::new(ids.application.clone()),
        recommendation: Recommendation::Recommended,
        text: "t".to_owned(),
    };
    told(world, NAV, assess).await;
}

async fn object(world: &World, municipality: &str, award: &str, addressee: &str) -> String {
    let object = JournalRequest::Object {
        programme: "0-24-pilot".to_owned(),
        municipality: municipality.parse().expect("a number"),
        about: ObjectionAbout::Award(award.to_owned()),
        reason: "r".to_owned(),
        addressee: Some(addressee.parse().expect("a number")),
    };
    told(world, municipality, object).await
}

/// The id of the record that a command to the journal is about.
pub async fn told(world: &World, by: &str, what: JournalRequest) -> String {
    static KEYS: AtomicU32 = AtomicU32::new(0);
    let command = JournalCommand {
        by: principal(by),
        function: None,
        key: KEYS.fetch_add(1, Ordering::Relaxed).to_string(),
        what,
    };
    let record = world.gateway().guard.carry_out(command).await.expect("carried out");
    record.id().to_string()
}

fn basis(world: &World) -> AllocationBasis {
    let reference = world.gateway().dependencies.reference();
    let asked = AllocationRequest {
        programme: reference.programmes.get("0-24-pilot").expect("there"),
        reference: &reference,
        // A year of which no system has a share: what is decided is held against nothing.
        year: 2020,
        plan: None,
        corrections: &[],
        changes: &PlanChanges::default(),
    };
    world.gateway().desk.work_out(asked).expect("worked out").basis
}

/// The codes of an answer's errors.
pub fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors
        .iter()
        .map(|error| error["extensions"]["code"].as_str().expect("a code"))
        .collect()
}

/// Whether the caller was told that it may not.
pub fn is_denied(answer: &Value) -> bool {
    codes(answer)
        .iter()
        .any(|code| ["FORBIDDEN", "UNAUTHENTICATED"].contains(code))
}

fn near_award() -> Record {
    let mut award = statement(systems::NAV, "77", BAMBLE.0, BAMBLE.1, BudgetPost::new(621, 63), 2021);
    "00000077".clone_into(&mut award.award);
    (award.applied, award.paid) = (Figure::NotDelivered, Figure::NotDelivered);
    award.granted = Figure::Stated(kroner(500_000));
    award.target_group = Some(TargetGroup::ChildrenAndYoung);
    // The voucher by which it was granted.
    Record {
        id: RecordId::new("00000077/IN"),
        ..record(award)
    }
}

fn far_award() -> Record {
    let mut award = statement(
        systems::HELSEDIR,
        "88",
        TRONDHEIM.0,
        TRONDHEIM.1,
        BudgetPost::new(765, 60),
        2021,
    );
    award.activity = Some("BARN_UNGE".to_owned());
    award.status = AwardStatus::Applied;
    award.decided_on = None;
    award.applied = Figure::Stated(kroner(700_000));
    record(award)
}

fn principal(body: &str) -> Principal {
    Principal {
        organisation: body.parse().expect("a number"),
        subject: "robot".to_owned(),
    }
}

/// A claim that is cleared.
pub async fn claim(world: &World, by: &str, scheme: &str, recipient: &str, year: i32) -> Claim {
    let request = FundingRequest {
        scheme: Some(scheme.to_owned()),
        chapter: None,
        post: None,
        activity: None,
        organisation_number: Some(recipient.to_owned()),
        municipality_number: None,
        year,
        amount: Ore::from_kroner(100_000).expect("in range"),
        target_group: None,
        use_from: None,
        use_until: None,
        case_reference: "26/4711".to_owned(),
    };
    let gateway = world.gateway();
    let application = Application::resolve(&request, &gateway.dependencies.reference());
    let settled = gateway
        .guard
        .request(
            principal(by),
            &request,
            application,
            &format!("{scheme} {recipient} {year}"),
            None,
        )
        .await
        .expect("asked");
    assert!(settled.claim.verdict.outcome.permits(), "{:?}", settled.claim.verdict);
    settled.claim
}

async fn confirm(world: &World, claim: &Claim) {
    let at = Fenced {
        claim: claim.id.clone(),
        fence: claim.fence,
        by: claim.requested_by.clone(),
        as_office: false,
    };
    let stated = StatedAward {
        year: None,
        use_from: None,
        use_until: None,
    };
    world
        .gateway()
        .guard
        .confirm(at, "26/4711-2", claim.amount(), stated)
        .await
        .expect("confirmed");
}
