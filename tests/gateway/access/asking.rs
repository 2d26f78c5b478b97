//! A small world with one of everything within the callers' reach and one beyond it, and callers of every role.

use std::sync::Arc;

use async_graphql::{Request, Variables};
use programgrant::demo::systems;
use programgrant::graphql::{self, Schema, Snapshot};
use programgrant::guard::Fenced;
use programgrant::store::ledger::CaseFilter;
use programgrant_core::access::{Caller, Role};
use programgrant_core::ledger::rules::{Application, FundingRequest};
use programgrant_core::ledger::{Claim, Principal, StatedAward};
use programgrant_schema::{AwardStatus, BudgetPost, Figure, Ore, Record, RecordId, TargetGroup};
use serde_json::Value;

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
#[derive(Debug, Clone)]
pub struct Ids {
    pub award: String,
    pub claim: String,
    pub case: String,
}

impl Place {
    /// Near: an award of NAV's to Bamble, decided, with a case, and a confirmed claim. Far: an application to Helsedir from
    /// Trondheim, with a case, and a claim that is cleared and not confirmed.
    pub async fn new() -> Self {
        let world = World::heard(&programme_2021()).await;
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
            award: near_award,
            claim: near_claim.id.to_string(),
        };
        let far = Ids {
            case: case(&far_award),
            award: far_award,
            claim: far_claim.id.to_string(),
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
