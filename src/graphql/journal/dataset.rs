//! The evaluator's data set: figures and code book, with what could tell of single people left out.

use std::collections::BTreeMap;

use async_graphql::{Context, Enum, ID, SimpleObject};
use programgrant_core::evaluation::{
    CollectedFigure, EvaluationFigure, EvaluationVariable, FigureStanding as Standing, protect,
};
use programgrant_core::journal::{AllocationState, GoalAchievement, Journal, Sector, YearlyReport};
use programgrant_schema::{MunicipalityId, Ore, OrganisationNumber, Programme};
use rust_decimal::Decimal;
use strum::IntoEnumIterator;

use super::super::award::AwardNode;
use super::super::municipality::MunicipalityNode;
use super::super::{ApiError, Snapshot};
use super::reading;

/// How a figure of the data set stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Standing")]
pub enum FigureStanding {
    Stated,
    /// Left out, so that nobody is recognised.
    Suppressed,
    /// It is not known.
    Missing,
    /// A sum of those that are stated; others are left out or not known.
    Partial,
}

/// What whoever evaluates a programme works with. Counts of fewer than five people are left out, and what they could be worked out from. It holds no
/// texts that people wrote, and no names of people.
#[derive(SimpleObject)]
pub struct EvaluationData {
    /// The code book.
    variables: Vec<CodedVariable>,
    /// By year, municipality and variable; sums of a year after its municipalities.
    figures: Vec<EvaluatedFigure>,
}

/// A variable of the data set, as the code book has it.
#[derive(SimpleObject)]
pub struct CodedVariable {
    id: ID,
    /// Bokmål.
    label: String,
    unit: String,
    /// Who says it, and under which licence.
    source: String,
    /// Whether small figures of it are left out.
    counts_people: bool,
    /// Whether those of several municipalities are added.
    can_be_added: bool,
    /// The variable that it counts some of.
    part_of: Option<ID>,
    /// The variable that it is a share of something of.
    share_of: Option<ID>,
}

impl From<EvaluationVariable> for CodedVariable {
    fn from(variable: EvaluationVariable) -> Self {
        Self {
            id: ID::from(variable.id),
            label: variable.label,
            unit: variable.unit,
            source: variable.source,
            counts_people: variable.counts_people,
            can_be_added: variable.can_be_added,
            part_of: variable.part_of.map(ID::from),
            share_of: variable.share_of.map(ID::from),
        }
    }
}

/// One figure of the data set.
#[derive(SimpleObject)]
pub struct EvaluatedFigure {
    /// Null where it is the sum of all.
    municipality: Option<MunicipalityNode>,
    year: i32,
    /// The variable's id.
    variable: ID,
    /// An exact number; null where there is none.
    value: Option<String>,
    standing: FigureStanding,
}

impl EvaluatedFigure {
    fn of(context: &Context<'_>, figure: EvaluationFigure) -> Self {
        let municipality = figure.municipality;
        Self {
            municipality: municipality.and_then(|number| reading::municipality(context, number)),
            year: figure.year.into(),
            variable: ID::from(figure.variable),
            value: figure.value.map(|value| value.normalize().to_string()),
            standing: figure.standing.into(),
        }
    }
}

pub async fn evaluation_data(context: &Context<'_>, programme: &str) -> Result<EvaluationData, ApiError> {
    let snapshot = Snapshot::of(context);
    let programme = snapshot.programme(programme)?;
    if !reading::evaluates(snapshot, &programme.id) && !snapshot.reach().is_office_of(&programme.id) {
        return Err(snapshot.denied());
    }
    let journal = reading::journal(snapshot).await?;
    let variables = variables(snapshot, programme);
    let mut collected = Vec::new();
    for own in &programme.participations {
        if let Some(organisation) = reading::organisation_number(snapshot, own.municipality) {
            let collector = Collector {
                snapshot,
                programme,
                journal: &journal,
                municipality: own.municipality,
                organisation,
            };
            collector.all(&mut collected);
        }
    }
    let figures = protect(&variables, &collected).into_iter();
    Ok(EvaluationData {
        figures: figures.map(|figure| EvaluatedFigure::of(context, figure)).collect(),
        variables: variables.into_iter().map(CodedVariable::from).collect(),
    })
}

const REPORTED: &str = "kommunens årsrapport til programmet";

fn variables(snapshot: &Snapshot, programme: &Programme) -> Vec<EvaluationVariable> {
    let plain = |id: &str, label: &str, unit: &str, source: &str, can_be_added: bool| EvaluationVariable {
        id: id.to_owned(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        source: source.to_owned(),
        counts_people: false,
        can_be_added,
        part_of: None,
        share_of: None,
    };
    let mut all = counted(snapshot);
    all.extend([
        plain("allocated", "Fordelt ved vedtak", "øre", "programmets vedtak", true),
        plain("spent", "Brukt av potten", "øre", REPORTED, true),
        plain("repaid", "Betalt tilbake", "øre", REPORTED, true),
        plain("carried_over", "Overført til året etter", "øre", REPORTED, true),
        plain("hours_applications", "Timer på søknader", "timer", REPORTED, true),
        plain("hours_reports", "Timer på rapporter", "timer", REPORTED, true),
        plain(
            "hours_before",
            "Timer i året før programmet",
            "timer",
            "nullpunktsanalysen",
            true,
        ),
        plain("measures", "Tiltak i gang", "tiltak", "kommunens tiltak", true),
    ]);
    all.push(EvaluationVariable {
        counts_people: true,
        ..plain(
            "people_reached",
            "Barn, unge og foreldre som tiltakene nådde",
            "personer",
            REPORTED,
            true,
        )
    });
    all.extend(Sector::iter().map(|sector| {
        let label = format!("Tiltak der sektoren er med: {}", sector.as_str());
        plain(&of_sector(sector), &label, "tiltak", "kommunens tiltak", true)
    }));
    all.extend(programme.goals.iter().map(|goal| {
        let label = format!("{} (1 nådd, 2 delvis, 3 ikke, 4 for tidlig å si)", goal.text);
        plain(&format!("goal_{}", goal.id), &label, "kode", REPORTED, false)
    }));
    all.extend(programme.schemes.iter().map(|part| {
        let label = format!("Tilskudd gitt fra ordningen {}", part.scheme);
        plain(
            &format!("granted_{}", part.scheme),
            &label,
            "øre",
            "direktoratets fagsystem",
            true,
        )
    }));
    all
}

/// The indicators at hand.
fn counted(snapshot: &Snapshot) -> Vec<EvaluationVariable> {
    let described = snapshot.desk.indicators.described.values();
    described
        .map(|(described, file)| {
            let made_up = if described.made_up { "; oppdiktet" } else { "" };
            EvaluationVariable {
                id: described.id.to_string(),
                label: described.name_nb.clone(),
                unit: described.unit.clone(),
                source: format!("{}, {}{made_up}", file.source, file.licence),
                counts_people: described.can_be_added,
                can_be_added: described.can_be_added,
                part_of: described.part_of.as_ref().map(ToString::to_string),
                share_of: described.share_of.as_ref().map(ToString::to_string),
            }
        })
        .collect()
}

fn of_sector(sector: Sector) -> String {
    format!("measures_{}", sector.as_str().to_lowercase())
}

/// What is known of one municipality.
struct Collector<'a> {
    snapshot: &'a Snapshot,
    programme: &'a Programme,
    journal: &'a Journal,
    municipality: MunicipalityId,
    organisation: OrganisationNumber,
}

impl Collector<'_> {
    fn all(&self, into: &mut Vec<CollectedFigure>) {
        let mut put = |year: i16, variable: &str, value: Option<Decimal>| {
            into.push(CollectedFigure {
                municipality: self.organisation,
                year,
                variable: variable.to_owned(),
                value,
            });
        };
        self.indicators(&mut put);
        self.allocated(&mut put);
        self.reported(&mut put);
        self.measures(&mut put);
        self.granted(&mut put);
    }

    fn indicators(&self, put: &mut impl FnMut(i16, &str, Option<Decimal>)) {
        let reference = &self.snapshot.view.reference;
        for series in self.snapshot.desk.series(self.municipality, reference) {
            for (counted_on, observed) in series.figures {
                put(counted_on.year(), series.described.id.as_str(), observed.value());
            }
        }
    }

    fn allocated(&self, put: &mut impl FnMut(i16, &str, Option<Decimal>)) {
        let versions = self.journal.allocations();
        let decided = versions
            .filter(|version| version.programme == self.programme.id && version.state == AllocationState::Decided);
        for version in decided {
            let amounts = self.journal.basis(&version.basis).map(|kept| kept.basis.amounts.iter());
            let own = amounts.into_iter().flatten();
            let own = own.filter(|amount| amount.organisation == self.organisation);
            let parts: Option<Vec<Ore>> = own.map(|amount| amount.amount).collect();
            if let Some(parts) = parts.filter(|parts| !parts.is_empty()) {
                put(version.year, "allocated", Ore::checked_sum(parts).map(ore));
            }
        }
    }

    fn reported(&self, put: &mut impl FnMut(i16, &str, Option<Decimal>)) {
        let reports = self.journal.reports();
        let own = reports.filter(|report| {
            report.state.stands()
                && report.reported.programme == self.programme.id
                && report.reported.municipality == self.organisation
        });
        for report in own {
            let (year, reported) = (report.reported.year, &report.reported);
            put(year, "spent", Some(ore(reported.spent)));
            put(year, "repaid", Some(ore(reported.repaid)));
            put(year, "carried_over", report.carried_over().map(ore));
            put(year, "hours_applications", Some(reported.hours.applications.into()));
            put(year, "hours_reports", Some(reported.hours.reports.into()));
            put(year, "people_reached", people(report));
            let is_stated = |id: &String| self.programme.goals.iter().any(|goal| goal.id == *id);
            for goal in reported.goals.iter().filter(|goal| is_stated(&goal.goal)) {
                put(year, &format!("goal_{}", goal.goal), Some(code(goal.achievement)));
            }
        }
        let mut zero_points = self.journal.zero_points();
        let found =
            zero_points.find(|found| found.programme == self.programme.id && found.municipality == self.organisation);
        if let Some(found) = found {
            let hours = found.finding.hours.total();
            put(found.finding.on.year(), "hours_before", Some(hours.into()));
        }
    }

    fn measures(&self, put: &mut impl FnMut(i16, &str, Option<Decimal>)) {
        let own = |year: i16| {
            self.journal.measures().filter(move |measure| {
                measure.programme == self.programme.id
                    && measure.municipality == self.organisation
                    && (measure.terms.from.year()..=measure.terms.until.year()).contains(&year)
            })
        };
        let Some(participation) = self.programme.participation(self.municipality) else {
            return;
        };
        for year in participation.from.year()..=participation.use_until.year() {
            put(year, "measures", Some(own(year).count().into()));
            for sector in Sector::iter() {
                let with = own(year).filter(|measure| measure.terms.sectors.contains(&sector));
                put(year, &of_sector(sector), Some(with.count().into()));
            }
        }
    }

    /// What was granted by scheme and year, as the systems say it; not known where one award's amount is not.
    fn granted(&self, put: &mut impl FnMut(i16, &str, Option<Decimal>)) {
        let mut sums: BTreeMap<(i16, String), Option<Ore>> = BTreeMap::new();
        for award in self.snapshot.view.awards_of(self.municipality) {
            let scheme = award.scheme().filter(|id| self.programme.scheme(id).is_some());
            let (Some(scheme), true) = (scheme, AwardNode::new(self.snapshot, award).is_some()) else {
                continue;
            };
            let sum = sums
                .entry((award.year(), format!("granted_{scheme}")))
                .or_insert(Some(Ore::ZERO));
            *sum = sum.and_then(|sum| sum.checked_add(award.granted().stated()?));
        }
        for ((year, variable), sum) in sums {
            put(year, &variable, sum.map(ore));
        }
    }
}

fn ore(amount: Ore) -> Decimal {
    amount.get().into()
}

/// All of them, where every measure has counted.
fn people(report: &YearlyReport) -> Option<Decimal> {
    let mut measures = report.reported.measures.iter().map(|part| part.people);
    let sum = measures.try_fold(0_u64, |sum, people| Some(sum + u64::from(people?)))?;
    (!report.reported.measures.is_empty()).then(|| sum.into())
}

fn code(achievement: GoalAchievement) -> Decimal {
    let code: u8 = match achievement {
        GoalAchievement::Reached => 1,
        GoalAchievement::PartlyReached => 2,
        GoalAchievement::NotReached => 3,
        GoalAchievement::TooEarly => 4,
    };
    code.into()
}
