//! One of everything that is told of how a pot is used.

use jiff::civil::{Date, date};
use programgrant_core::journal::{
    AdministrativeHours, AgreementTerms, EvaluationRequest, EvaluationSubject, GoalAchievement, GoalProgress,
    JournalId, JournalRequest, MeasureRequest, MeasureTerms, MeasureUse, ReportRequest, ReportedYear, Sector,
    SupportCommand, SupportQuestion,
};
use programgrant_schema::{Ore, OrganisationNumber};

use super::asking::{HELSEDIR, UDIR, told};
use crate::world::World;

/// One of everything that a municipality does with its pot, which reached so many people; the measure's id.
pub async fn use_pot(world: &World, municipality: &str, people: u32) -> String {
    let programme = "0-24-pilot".to_owned();
    let own: OrganisationNumber = municipality.parse().expect("a number");
    let standing = Some((date(2020, 1, 1), date(2023, 6, 30)));
    let hours = AdministrativeHours {
        applications: 1,
        reports: 1,
    };
    let terms = MeasureTerms {
        title: "t".to_owned(),
        change: "c".to_owned(),
        target_group: "g".to_owned(),
        services: vec!["s".to_owned()],
        sectors: [Sector::Health].into(),
        from: date(2020, 1, 1),
        until: date(2020, 12, 31),
        from_pot: Ore::ZERO,
    };
    let register = MeasureRequest::Register {
        programme: programme.clone(),
        municipality: own,
        terms: terms.clone(),
        standing,
    };
    let measure = JournalId::new(told(world, municipality, JournalRequest::Measure(register)).await);
    let change = MeasureRequest::Change {
        measure: measure.clone(),
        terms,
        reason: "r".to_owned(),
        standing,
    };
    told(world, municipality, JournalRequest::Measure(change)).await;
    support(world, own, standing).await;
    let reported = ReportedYear {
        programme,
        municipality: own,
        year: 2020,
        spent: Ore::ZERO,
        repaid: Ore::ZERO,
        measures: vec![MeasureUse {
            measure: measure.clone(),
            spent: Ore::ZERO,
            people: Some(people),
        }],
        goals: vec![GoalProgress {
            goal: "g".to_owned(),
            achievement: GoalAchievement::Reached,
            text: "t".to_owned(),
        }],
        hours,
    };
    let submit = ReportRequest::Submit {
        reported,
        standing,
        granted: None,
        goals: ["g".to_owned()].into(),
    };
    told(world, municipality, JournalRequest::Report(submit)).await;
    evaluate(world, own, (&measure, hours), standing).await;
    measure.to_string()
}

/// The zero point, and an evaluation of that measure.
async fn evaluate(
    world: &World,
    own: OrganisationNumber,
    (measure, hours): (&JournalId, AdministrativeHours),
    standing: Option<(Date, Date)>,
) {
    let (programme, municipality) = ("0-24-pilot".to_owned(), &own.to_string());
    let zero_point = EvaluationRequest::ZeroPoint {
        programme: programme.clone(),
        municipality: own,
        on: date(2019, 12, 31),
        text: "t".to_owned(),
        hours,
        standing,
    };
    told(world, municipality, JournalRequest::Evaluation(zero_point)).await;
    let evaluate = EvaluationRequest::Evaluate {
        programme,
        subject: EvaluationSubject::Measure(measure.clone()),
        achievement: GoalAchievement::Reached,
        text: "t".to_owned(),
        is_stated: false,
    };
    told(world, municipality, JournalRequest::Evaluation(evaluate)).await;
}

/// An agreement, support that was given, and a gathering.
async fn support(world: &World, own: OrganisationNumber, standing: Option<(Date, Date)>) {
    let programme = "0-24-pilot".to_owned();
    let (environment, municipality) = (HELSEDIR.parse().expect("a number"), own.to_string());
    let agree = SupportCommand::Agree {
        terms: AgreementTerms {
            programme: programme.clone(),
            municipality: own,
            with: environment,
            about: "a".to_owned(),
            from: date(2020, 1, 1),
            until: date(2020, 12, 31),
        },
        standing,
    };
    told(world, &municipality, JournalRequest::Support(agree)).await;
    let ask = SupportCommand::Ask(SupportQuestion {
        programme: programme.clone(),
        municipality: own,
        environment,
        text: "t".to_owned(),
        standing,
        gives_support: true,
    });
    let request = JournalId::new(told(world, &municipality, JournalRequest::Support(ask)).await);
    let on = date(2021, 1, 1);
    let give = SupportCommand::Give {
        request,
        on,
        text: "t".to_owned(),
        hours: 1,
    };
    told(world, HELSEDIR, JournalRequest::Support(give)).await;
    let gather = SupportCommand::Gather {
        programme,
        region: None,
        title: "t".to_owned(),
        place: "p".to_owned(),
        on,
    };
    told(world, UDIR, JournalRequest::Support(gather)).await;
}
