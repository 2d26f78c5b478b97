//! What Bamble does with its pot in the demonstration: how it was before, a measure, support, a report that is approved, an evaluation. All words are
//! made up and say so.

use jiff::civil::{Date, date};
use programgrant_core::journal::{
    AdministrativeHours, BodyFunction, EvaluationRequest, EvaluationSubject, GoalAchievement, GoalProgress, JournalId,
    JournalKind, JournalRequest, MeasureRequest, MeasureTerms, MeasureUse, ReportRequest, ReportedYear, Sector,
    SupportCommand, SupportQuestion,
};
use programgrant_core::programme::Grant;
use programgrant_schema::Ore;

use super::decided::{BAMBLE, PROGRAMME};
use super::story::{OFFICE, RESOURCE_GROUP, Story, number, principal};

const STANDING: Option<(Date, Date)> = Some((date(2020, 1, 1), date(2023, 6, 30)));
const REPORTED: i16 = 2020;

impl Story<'_> {
    /// How it was before, what the municipality does, and whom it asks for support.
    pub(super) async fn use_begins(&self) -> anyhow::Result<()> {
        let zero_point = EvaluationRequest::ZeroPoint {
            programme: PROGRAMME.to_owned(),
            municipality: number(BAMBLE)?,
            on: date(2019, 12, 31),
            text: "Oppdiktet: Fem ordninger, fem søknader og fem rapporter; tjenestene møttes sjelden.".to_owned(),
            hours: hours(220, 180),
            standing: STANDING,
        };
        self.tell(BAMBLE, "nullpunkt", JournalRequest::Evaluation(zero_point))
            .await?;
        let register = MeasureRequest::Register {
            programme: PROGRAMME.to_owned(),
            municipality: number(BAMBLE)?,
            terms: MeasureTerms {
                title: "Oppdiktet: Ett tverrfaglig team".to_owned(),
                change: "Oppdiktet: Skole, helse og Nav møter familien sammen.".to_owned(),
                target_group: "Oppdiktet: Ungdom 13–18 år".to_owned(),
                services: vec!["PPT".to_owned(), "helsestasjon".to_owned()],
                sectors: [Sector::Education, Sector::Health, Sector::LabourAndWelfare].into(),
                from: date(2020, 3, 1),
                until: date(2022, 12, 31),
                from_pot: Ore::from_kroner(900_000).unwrap_or_default(),
            },
            standing: STANDING,
        };
        self.tell(BAMBLE, "tiltak", JournalRequest::Measure(register)).await?;
        let ask = SupportCommand::Ask(SupportQuestion {
            programme: PROGRAMME.to_owned(),
            municipality: number(BAMBLE)?,
            environment: number(RESOURCE_GROUP)?,
            text: "Oppdiktet: Hvordan kan vi se om teamet virker?".to_owned(),
            standing: STANDING,
            gives_support: true,
        });
        self.tell(BAMBLE, "støtte", JournalRequest::Support(ask)).await
    }

    /// Support is given, and the first year is reported. The others are late.
    pub(super) async fn use_is_reported(&self) -> anyhow::Result<()> {
        let give = SupportCommand::Give {
            request: JournalId::of(JournalKind::Veiledning, &principal(BAMBLE)?, "støtte"),
            on: date(2021, 5, 4),
            text: "Oppdiktet: En dag sammen med teamet".to_owned(),
            hours: 7,
        };
        let function = Some(BodyFunction::CompetenceEnvironment);
        self.tell_in(RESOURCE_GROUP, "gitt støtte", function, JournalRequest::Support(give))
            .await?;
        let Some((granted, goals)) = self.granted() else {
            return Ok(());
        };
        let left = Ore::from_kroner(50_000).unwrap_or_default();
        let progress = goals.iter().map(|goal| GoalProgress {
            goal: goal.clone(),
            achievement: GoalAchievement::PartlyReached,
            text: "Oppdiktet: På vei".to_owned(),
        });
        let submit = ReportRequest::Submit {
            reported: ReportedYear {
                programme: PROGRAMME.to_owned(),
                municipality: number(BAMBLE)?,
                year: REPORTED,
                spent: granted.checked_sub(left).unwrap_or_default(),
                repaid: Ore::ZERO,
                measures: vec![MeasureUse {
                    measure: JournalId::of(JournalKind::Tiltak, &principal(BAMBLE)?, "tiltak"),
                    spent: Ore::from_kroner(300_000).unwrap_or_default(),
                    people: Some(31),
                }],
                goals: progress.collect(),
                hours: hours(40, 60),
            },
            standing: STANDING,
            granted: Some(granted),
            goals: goals.into_iter().collect(),
        };
        self.tell(BAMBLE, "årsrapport", JournalRequest::Report(submit)).await
    }

    /// The report is approved, and the measure evaluated.
    pub(super) async fn use_is_evaluated(&self) -> anyhow::Result<()> {
        let approve = ReportRequest::Approve {
            report: JournalId::of(JournalKind::Rapport, &principal(BAMBLE)?, "årsrapport"),
            reason: "Oppdiktet: Rapporten er godkjent.".to_owned(),
        };
        self.tell(OFFICE, "godkjent årsrapport", JournalRequest::Report(approve))
            .await?;
        let evaluate = |subject, key: &'static str, text: &str| {
            let what = EvaluationRequest::Evaluate {
                programme: PROGRAMME.to_owned(),
                subject,
                achievement: GoalAchievement::PartlyReached,
                text: text.to_owned(),
                is_stated: true,
            };
            self.tell(OFFICE, key, JournalRequest::Evaluation(what))
        };
        let measure = JournalId::of(JournalKind::Tiltak, &principal(BAMBLE)?, "tiltak");
        let subject = EvaluationSubject::Measure(measure);
        evaluate(
            subject,
            "evaluert tiltak",
            "Oppdiktet: Familiene forteller det samme færre ganger.",
        )
        .await?;
        let subject = EvaluationSubject::Goal("less-administration".to_owned());
        evaluate(
            subject,
            "evaluert mål",
            "Oppdiktet: Tiden til søknader er mer enn halvert.",
        )
        .await
    }

    /// What the pot's payer says that Bamble was granted, and the programme's goals.
    fn granted(&self) -> Option<(Ore, Vec<String>)> {
        let dependencies = &self.gateway.dependencies;
        let view = dependencies.views.current();
        let programme = view.reference.programmes.get(PROGRAMME)?;
        let municipality = view.reference.by_organisation(BAMBLE.parse().ok()?)?;
        let inputs = dependencies.inputs(&view, dependencies.clock.now());
        let grant = Grant::find(inputs, programme, municipality, REPORTED)?;
        let goals = programme.goals.iter().map(|goal| goal.id.clone());
        Some((grant.pot().awarded.stated()?, goals.collect()))
    }
}

const fn hours(applications: u32, reports: u32) -> AdministrativeHours {
    AdministrativeHours { applications, reports }
}
