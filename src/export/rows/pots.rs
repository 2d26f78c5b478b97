//! Pots as rows: one for each programme, year and municipality, with the share of each scheme in columns of its own.

use std::collections::VecDeque;

use jiff::Timestamp;
use programgrant_schema::Ore;
use serde::Deserialize;
use serde_json::json;

use super::{Learnt, place_headings};
use crate::export::question::{Asker, Facts, FigureAnswer, IdAnswer, PlaceAnswer, ProgrammeFacts};
use crate::export::table::{CellKind, CellValue, ExportRow, Heading, figure, heading};
use crate::export::{ExportError, RowOrder, Subset};

const COMPLETENESS: &[&str] = &["COMPLETE", "STALE", "INCOMPLETE"];

const POTS: &str = "query ExportPots($programme: ID!, $year: Int!, $asOf: DateTime) { \
    programme(id: $programme, asOf: $asOf) { year(year: $year) { grants { \
    municipality { id organisationNumber number name countyGovernor { name } } \
    pot { total known completeness missing { id } awarded { state amount } paid { state amount } difference asOf } \
    shares { scheme { id } amount { state amount } } \
    comparison { before { state amount } worseOff } } } } }";

#[derive(Deserialize)]
struct Answer {
    programme: Option<Programme>,
}

#[derive(Deserialize)]
struct Programme {
    year: Option<Year>,
}

#[derive(Deserialize)]
struct Year {
    grants: Vec<GrantAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct GrantAnswer {
    pub municipality: ParticipantAnswer,
    pub pot: PotAnswer,
    pub shares: Vec<ShareAnswer>,
    pub comparison: ComparisonAnswer,
}

/// A participant, and in whose county it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantAnswer {
    #[serde(flatten)]
    pub place: PlaceAnswer,
    pub county_governor: Option<GovernorAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GovernorAnswer {
    pub name: String,
}

impl std::ops::Deref for ParticipantAnswer {
    type Target = PlaceAnswer;

    fn deref(&self) -> &PlaceAnswer {
        &self.place
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PotAnswer {
    pub total: Option<Ore>,
    pub known: Ore,
    pub completeness: String,
    pub missing: Vec<IdAnswer>,
    pub awarded: FigureAnswer,
    pub paid: FigureAnswer,
    pub difference: Option<Ore>,
    pub as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ShareAnswer {
    pub scheme: IdAnswer,
    pub amount: FigureAnswer,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonAnswer {
    pub before: FigureAnswer,
    pub worse_off: Option<bool>,
}

/// The grants of one programme and year.
pub struct PotPage {
    pub programme: ProgrammeFacts,
    pub year: i16,
    pub grants: Vec<GrantAnswer>,
}

impl PotPage {
    /// The share of a scheme: none of a scheme that is not the programme's, and hidden where the caller is not shown it.
    pub fn share(&self, grant: &GrantAnswer, scheme: &str) -> FigureAnswer {
        if !self.programme.schemes.iter().any(|known| known.id == scheme) {
            return FigureAnswer::not_applicable();
        }
        let share = grant.shares.iter().find(|share| share.scheme.id == scheme);
        share.map_or_else(FigureAnswer::hidden, |share| share.amount.clone())
    }
}

/// A programme and year at a time.
pub struct PotPages {
    ahead: VecDeque<(ProgrammeFacts, i16)>,
    subset: Subset,
    incomplete: Vec<String>,
}

impl PotPages {
    pub fn new(subset: &Subset, facts: &Facts) -> Self {
        // What has no years that are known has no pots that could be asked for.
        let years = |programme: &ProgrammeFacts| {
            let days = programme.from.zip(programme.until).into_iter();
            days.flat_map(|(from, until)| from.year()..=until.year())
        };
        let is_asked = |year: &i16| subset.year.is_none_or(|asked| asked == *year);
        let of_programme = |programme: &ProgrammeFacts| {
            let asked: Vec<_> = years(programme)
                .filter(is_asked)
                .map(|year| (programme.clone(), year))
                .collect();
            asked
        };
        Self {
            ahead: facts
                .programmes
                .iter()
                .filter(|programme| subset.programme.as_ref().is_none_or(|asked| *asked == programme.id))
                .flat_map(of_programme)
                .collect(),
            subset: subset.clone(),
            incomplete: Vec::new(),
        }
    }

    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<PotPage>, ExportError> {
        let Some((programme, year)) = self.ahead.pop_front() else {
            return Ok(None);
        };
        let answer: Answer = asker
            .ask(
                POTS,
                &json!({ "programme": programme.id, "year": year, "asOf": self.subset.as_of }),
            )
            .await?;
        let grants = answer.programme.and_then(|found| found.year).map(|year| year.grants);
        let mut grants = grants.unwrap_or_default();
        grants.retain(|grant| is_asked(&self.subset, &grant.municipality));
        if let Some(order) = self.subset.order {
            sort(&mut grants, order);
        }
        let incomplete = grants.iter().filter(|grant| !grant.pot.missing.is_empty());
        self.incomplete.extend(incomplete.map(|grant| {
            let missing: Vec<&str> = grant.pot.missing.iter().map(|scheme| scheme.id.as_str()).collect();
            format!("{} {year}: andelen fra {}", grant.municipality.name, missing.join(", "))
        }));
        Ok(Some(PotPage {
            programme,
            year,
            grants,
        }))
    }

    pub fn learnt(&self) -> Learnt {
        Learnt {
            missing: self.incomplete.clone(),
            remarks: Vec::new(),
        }
    }
}

fn is_asked(subset: &Subset, participant: &ParticipantAnswer) -> bool {
    let is_named = |number: &str| {
        [&participant.number, &participant.organisation_number]
            .into_iter()
            .any(|known| known.as_deref() == Some(number))
    };
    subset.municipality.as_deref().is_none_or(is_named)
        && subset.finds(&[
            Some(&participant.name),
            participant.number.as_deref(),
            participant.governor(),
        ])
}

impl ParticipantAnswer {
    fn governor(&self) -> Option<&str> {
        self.county_governor.as_ref().map(|governor| governor.name.as_str())
    }
}

fn sort(grants: &mut [GrantAnswer], order: RowOrder) {
    let by_name = |one: &GrantAnswer, other: &GrantAnswer| one.municipality.name.cmp(&other.municipality.name);
    grants.sort_by(|one, other| match order {
        RowOrder::Granted => other.pot.total.cmp(&one.pot.total),
        RowOrder::Paid => other.pot.paid.amount.cmp(&one.pot.paid.amount),
        RowOrder::Governor => {
            let governors = one.municipality.governor().cmp(&other.municipality.governor());
            governors.then_with(|| by_name(one, other))
        }
        _ => by_name(one, other),
    });
}

/// Every scheme that a programme joins, each once.
pub fn schemes(facts: &Facts) -> Vec<&crate::export::question::Named> {
    let mut schemes: Vec<&crate::export::question::Named> = Vec::new();
    for scheme in facts.programmes.iter().flat_map(|programme| &programme.schemes) {
        if !schemes.iter().any(|known| known.id == scheme.id) {
            schemes.push(scheme);
        }
    }
    schemes
}

pub fn pot_headings(facts: &Facts) -> Vec<Heading> {
    let text = |name: &str, title: &str| heading(name, title, CellKind::Text);
    let mut all = vec![
        text("programme", "Program"),
        text("programme_name", "Programmets navn"),
        heading("year", "År", CellKind::Whole),
    ];
    all.extend(place_headings());
    for scheme in schemes(facts) {
        all.extend(figure(
            &format!("share_{}", scheme.id),
            &format!("Andel fra {}", scheme.id),
        ));
    }
    all.extend(figure("total", "Potten: summen av andelene"));
    all.push(heading("known_kr", "Kjente andeler (kr)", CellKind::Amount));
    all.push(heading("completeness", "Helhet", CellKind::Word(COMPLETENESS)));
    all.push(text("missing", "Mangler andelen fra"));
    all.extend(figure("awarded", "Tildelt på pottens post"));
    all.extend(figure("paid", "Utbetalt på pottens post"));
    all.push(heading("difference_kr", "Potten minus tildelt (kr)", CellKind::Amount));
    all.extend(figure("before", "Før programmet"));
    all.push(heading("worse_off", "Kommer dårligere ut", CellKind::Flag));
    all.push(heading("as_of", "Eldste kilde sist hørt", CellKind::Instant));
    all
}

pub fn pot_rows(page: &PotPage, facts: &Facts) -> Vec<ExportRow> {
    page.grants.iter().map(|grant| pot_row(page, grant, facts)).collect()
}

fn pot_row(page: &PotPage, grant: &GrantAnswer, facts: &Facts) -> ExportRow {
    let (programme, pot) = (&page.programme, &grant.pot);
    let missing: Vec<&str> = pot.missing.iter().map(|scheme| scheme.id.as_str()).collect();
    let mut row: ExportRow = vec![
        (&programme.id).into(),
        (&programme.name).into(),
        i64::from(page.year).into(),
    ];
    row.extend(PlaceAnswer::cells(Some(&grant.municipality.place)));
    for scheme in schemes(facts) {
        row.extend(page.share(grant, &scheme.id).cells());
    }
    row.extend(FigureAnswer::of(pot.total).cells());
    row.extend::<[CellValue; 3]>([
        pot.known.into(),
        (&pot.completeness).into(),
        (!missing.is_empty()).then(|| missing.join(" ")).into(),
    ]);
    row.extend(pot.awarded.cells());
    row.extend(pot.paid.cells());
    row.push(pot.difference.into());
    row.extend(grant.comparison.before.cells());
    row.extend::<[CellValue; 2]>([grant.comparison.worse_off.into(), pot.as_of.into()]);
    row
}
