//! Frister: days by which something must be done, as the programme files state them.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use programgrant_schema::{GrantScheme, MunicipalityId, Programme, ProgrammeScheme};

use crate::reference::Reference;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadlineKind {
    /// Applications to a scheme.
    Application,
    /// The pot must have been used.
    UseUntil,
    /// The municipalities' reports on the year before.
    YearlyReport,
}

/// A day by which something must be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline<'a> {
    pub kind: DeadlineKind,
    pub programme: &'a Programme,
    /// Where it is a scheme's.
    pub scheme: Option<&'a GrantScheme>,
    /// Where it is this participant's alone.
    pub municipality: Option<MunicipalityId>,
    /// The last day.
    pub on: Date,
    /// Who says so.
    pub source: &'a str,
}

/// Who says so where the file names nobody.
const THE_FILE: &str = "programfilen";

impl Deadline<'_> {
    /// The same whenever it is told, as long as the programme's file has it.
    pub fn id(&self) -> String {
        let of = match (self.kind, self.scheme, self.municipality) {
            (DeadlineKind::YearlyReport, ..) => "rapport".to_owned(),
            (_, Some(scheme), _) => format!("soknad-{}", scheme.id),
            (_, None, Some(municipality)) => format!("bruk-{municipality}"),
            (_, None, None) => "bruk".to_owned(),
        };
        format!("{}-{of}-{}", self.programme.id, self.on.year())
    }
}

/// All that fall into these years, by day. A scheme's stands once, whichever programmes it is part of.
pub fn deadlines<'a>(
    reference: &'a Reference,
    programmes: impl Iterator<Item = &'a Programme>,
    years: &RangeInclusive<i16>,
) -> Vec<Deadline<'a>> {
    let mut all: Vec<Deadline<'a>> = Vec::new();
    for programme in programmes {
        let of_schemes = programme.schemes.iter().flat_map(|part| {
            years
                .clone()
                .filter_map(move |year| application(reference, programme, part, year))
        });
        for deadline in of_schemes.chain(uses(programme)).chain(reports(programme)) {
            let is_told = |other: &Deadline<'_>| {
                deadline.scheme.is_some()
                    && (other.on, other.scheme.map(|scheme| &scheme.id))
                        == (deadline.on, deadline.scheme.map(|scheme| &scheme.id))
            };
            if years.contains(&deadline.on.year()) && !all.iter().any(is_told) {
                all.push(deadline);
            }
        }
    }
    all.sort_by_key(|deadline| (deadline.on, deadline.id()));
    all
}

fn application<'a>(
    reference: &'a Reference,
    programme: &'a Programme,
    part: &'a ProgrammeScheme,
    year: i16,
) -> Option<Deadline<'a>> {
    let stated = part.application_deadline.as_ref()?;
    let scheme = reference.programmes.scheme(&part.scheme)?;
    scheme.post_in(year)?;
    Some(Deadline {
        kind: DeadlineKind::Application,
        programme,
        scheme: Some(scheme),
        municipality: None,
        on: stated.in_year(year)?,
        source: &stated.source,
    })
}

/// The programme's own last day, and those of participants who have another.
fn uses(programme: &Programme) -> impl Iterator<Item = Deadline<'_>> {
    let deadline = |municipality, on| Deadline {
        kind: DeadlineKind::UseUntil,
        programme,
        scheme: None,
        municipality,
        on,
        source: programme.use_until_source.as_deref().unwrap_or(THE_FILE),
    };
    let of_their_own = programme
        .participations
        .iter()
        .filter(|participation| Some(participation.use_until) != programme.use_until);
    programme.use_until.map(|last| deadline(None, last)).into_iter().chain(
        of_their_own.map(move |participation| deadline(Some(participation.municipality), participation.use_until)),
    )
}

/// On each year in which the pot may be used, the year after.
fn reports(programme: &Programme) -> impl Iterator<Item = Deadline<'_>> {
    let days = programme.from.zip(programme.use_until);
    let due = programme
        .report_deadline
        .iter()
        .zip(days)
        .flat_map(|(stated, (first, last))| {
            let due = (first.year()..=last.year()).filter_map(move |year| stated.in_year(year + 1));
            due.map(move |on| (on, stated.source.as_str()))
        });
    due.map(|(on, source)| Deadline {
        kind: DeadlineKind::YearlyReport,
        programme,
        scheme: None,
        municipality: None,
        on,
        source,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use programgrant_schema::{MunicipalityRegister, Organisations, PILOT, Programmes, ReferenceTables};

    use super::*;
    use crate::reference::SubUnits;

    fn reference(files: &[String]) -> Reference {
        let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
        let files = files
            .iter()
            .map(|text| Programme::parse("p.toml", text, &register).expect("sound"));
        let programmes = Programmes::new(files.collect()).expect("sound");
        Reference {
            programmes,
            register,
            organisations: Organisations::built_in().expect("sound"),
            sub_units: SubUnits::default(),
            sources: crate::systems::profiles(),
            registered: std::sync::Arc::default(),
        }
    }

    fn told(reference: &Reference, years: RangeInclusive<i16>) -> Vec<(String, Date)> {
        deadlines(reference, reference.programmes.iter(), &years)
            .iter()
            .map(|deadline| (deadline.id(), deadline.on))
            .collect()
    }

    #[test]
    fn each_year_has_its_applications_and_the_pot_its_last_day() {
        let reference = reference(&[PILOT.1.to_owned()]);
        let applications = |year: i16| {
            let id = |scheme: &str| format!("0-24-pilot-soknad-{scheme}-{year}");
            [
                (id("621.63"), date(year, 2, 1)),
                (id("765.60-children"), date(year, 3, 1)),
            ]
        };
        assert_eq!(told(&reference, 2020..=2020), applications(2020));
        // 765.60 was one grant for children and adults then, which is not in the programme.
        assert_eq!(told(&reference, 2019..=2019), applications(2019)[..1]);
        let report = ("0-24-pilot-rapport-2023".to_owned(), date(2023, 4, 1));
        let last = ("0-24-pilot-bruk-2023".to_owned(), date(2023, 6, 30));
        assert_eq!(
            told(&reference, 2023..=2023),
            [applications(2023).to_vec(), vec![report, last]].concat()
        );
        // The pot is used until the middle of 2023.
        let report = |year: i16| (format!("0-24-pilot-rapport-{year}"), date(year, 4, 1));
        assert_eq!(told(&reference, 2024..=2025)[2], report(2024));
        assert!(!told(&reference, 2025..=2025).contains(&report(2025)));
    }

    #[test]
    fn a_participant_with_another_last_day_has_a_deadline_of_its_own() {
        let text = PILOT
            .1
            .replacen("number = \"3813\"", "number = \"3813\"\nuse_until = 2021-05-31", 1);
        let reference = reference(&[text]);
        let own = ("0-24-pilot-bruk-kommune-0814-2021".to_owned(), date(2021, 5, 31));
        assert!(told(&reference, 2021..=2021).contains(&own));
    }

    #[test]
    fn a_scheme_in_two_programmes_has_one_deadline() {
        let second = PILOT.1.replacen("id = \"0-24-pilot\"", "id = \"second\"", 1);
        let reference = reference(&[PILOT.1.to_owned(), second]);
        let told = told(&reference, 2022..=2023);
        assert_eq!(told.len(), 10, "{told:?}");
        assert!(told.iter().any(|(id, _)| id == "second-bruk-2023"), "{told:?}");
    }
}
