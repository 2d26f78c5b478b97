//! A programme as its file states it: participants, schemes, scope and dates are data, never code.

mod ban;
mod deadline;
mod file;
mod goal;
mod sign_up;

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::Ore;
use crate::municipality::{MunicipalityId, MunicipalityNumber, MunicipalityRegister, Reading};
use crate::organisation::{Organisation, OrganisationNumber};
use crate::reference::ReferenceError;
use crate::scheme::{BudgetPost, GrantScheme, SchemeId};
use crate::source::SourceId;

pub use ban::{Ban, Rule, RuleState, Scope};
pub use deadline::YearlyDeadline;
pub use goal::{Goal, GoalKind};
pub use sign_up::{SignUp, days_of_year};

/// The pilot of 2020–2022, as [`Programme::parse`] reads it.
pub const PILOT: (&str, &str) = ("pilot.toml", include_str!("../../data/pilot.toml"));

/// Post 846.63 of the budget for 2026, whose rules are not published.
pub const SUCCESSOR: (&str, &str) = ("846-63.toml", include_str!("../../data/846-63.toml"));

/// One scheme's part in a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeScheme {
    pub scheme: SchemeId,
    /// `None` only where the programme's rules are not published.
    pub ban: Option<Ban>,
    /// When applications are due; `None` where the file does not say.
    pub application_deadline: Option<YearlyDeadline>,
}

/// Deltakelse: one municipality's part in a programme. One that was annulled is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Participation {
    pub municipality: MunicipalityId,
    /// The municipality's number as the programme's file states it.
    pub number: MunicipalityNumber,
    /// The programme's first day, or a later one where the municipality joined later.
    pub from: Date,
    /// The last day on which this municipality may use the pot.
    pub use_until: Date,
}

/// A participation as it was decided, in the place of the file's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecidedPart {
    pub municipality: MunicipalityId,
    /// First and last day; `None` where the participation was annulled.
    pub period: Option<(Date, Date)>,
}

/// A cross-sector programme: several schemes joined into one pot for each participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub id: String,
    /// Bokmål.
    pub name: String,
    /// What is `None` below is not published, which a programme with known rules never leaves out.
    pub rule_state: RuleState,
    pub from: Option<Date>,
    /// The last day of the last budget year with a vote.
    pub until: Option<Date>,
    /// The last day on which the pot may be used.
    pub use_until: Option<Date>,
    /// Who says so.
    pub use_until_source: Option<String>,
    pub pot: Option<BudgetPost>,
    pub payer: Option<OrganisationNumber>,
    /// What the state paid on the pot's post, by year, rounded to 100 000 kr.
    pub pot_totals: BTreeMap<i16, Ore>,
    /// What Parliament voted on the pot's post, by year, where the file says it.
    pub votes: BTreeMap<i16, Ore>,
    /// How much of a year's vote earlier awards have bound, where the file says it.
    pub bound: BTreeMap<i16, Ore>,
    pub schemes: Vec<ProgrammeScheme>,
    pub rules: Vec<Rule>,
    /// What it is to come to; empty where the file does not say.
    pub goals: Vec<Goal>,
    /// The day by which a year's report is due, in the year after; `None` where the file does not say.
    pub report_deadline: Option<YearlyDeadline>,
    pub participations: Vec<Participation>,
    /// What a reader must know about the figures.
    pub notice: Option<String>,
    /// At most so many municipalities of one county governor's region; `None` where the file does not say.
    pub most_per_region: Option<u16>,
    pub sign_up: SignUp,
    /// Whether those who apply rank each other's applications.
    pub ranked_by_applicants: bool,
}

/// A programme with the schemes that its file describes, its own and others seen in the same systems.
#[derive(Debug, Clone)]
pub struct ProgrammeFile {
    pub programme: Programme,
    pub schemes: Vec<GrantScheme>,
    pub organisations: Vec<Organisation>,
}

/// The municipality that a programme file's number means. Its numbers are those of the day the programme began; a number from
/// another day must be unambiguous.
fn participant(number: MunicipalityNumber, began: Date, register: &MunicipalityRegister) -> Option<MunicipalityId> {
    let reading = match register.read_on(number, began) {
        Reading::Unknown => register.read(number),
        known => known,
    };
    match reading {
        Reading::Municipality(municipality) => Some(municipality),
        Reading::Ambiguous(_) | Reading::Unknown => None,
    }
}

impl Programme {
    /// Reads a programme file; the error names the file and the reason.
    pub fn parse(place: &str, text: &str, register: &MunicipalityRegister) -> Result<ProgrammeFile, ReferenceError> {
        let raw: file::Root = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            ReferenceError::new(format!("{place}, line {line}"), error.message().replace('\n', " "))
        })?;
        raw.check().map_err(|reason| ReferenceError::new(place, reason))?;
        let participations = raw
            .participations(register)
            .map_err(|reason| ReferenceError::new(place, reason))?;
        let schemes = raw
            .grant_schemes()
            .map_err(|reason| ReferenceError::new(place, reason))?;
        let head = &raw.programme;
        let [pot_totals, votes, bound] = [
            ("pot_total_kroner", &head.pot_total_kroner),
            ("voted_kroner", &head.voted_kroner),
            ("bound_kroner", &head.bound_kroner),
        ]
        .map(|(name, stated)| file::by_year(name, stated).map_err(|reason| ReferenceError::new(place, reason)));
        let organisations = raw
            .county_governor
            .into_iter()
            .map(|body| Organisation {
                number: body.organisation_number,
                name: body.name_nb,
            })
            .collect();
        let head = raw.programme;
        let programme = Self {
            id: head.id,
            name: head.name_nb,
            rule_state: head.rules,
            from: head.from.map(|day| day.0),
            until: head.until.map(|day| day.0),
            use_until: head.use_until.or(head.until).map(|day| day.0),
            use_until_source: head.use_until_source,
            pot: head.pot.as_ref().map(|pot| BudgetPost::new(pot.chapter, pot.post)),
            payer: head.pot.and_then(|pot| pot.payer),
            pot_totals: pot_totals?,
            votes: votes?,
            bound: bound?,
            schemes: raw.scheme.into_iter().map(file::Scheme::into_part).collect(),
            rules: raw.rule,
            goals: raw.goal,
            report_deadline: head.report_deadline,
            participations,
            notice: head.notice_nb,
            most_per_region: head.municipalities_per_region,
            sign_up: head.sign_up,
            ranked_by_applicants: head.ranked_by_applicants,
        };
        Ok(ProgrammeFile {
            programme,
            schemes,
            organisations,
        })
    }

    /// The years with a vote; `None` while they are not published.
    pub fn budget_years(&self) -> Option<RangeInclusive<i16>> {
        Some(self.from?.year()..=self.until?.year())
    }

    /// Whether that is known to be a year with a vote.
    pub fn has_budget_year(&self, year: i16) -> bool {
        self.budget_years().is_some_and(|years| years.contains(&year))
    }

    /// Whether its rules are not published, so that nobody but a person can judge by them.
    pub fn has_unknown_rules(&self) -> bool {
        self.rule_state == RuleState::Unknown
    }

    /// Whether it is known who takes part.
    pub fn knows_participants(&self) -> bool {
        !self.has_unknown_rules() || !self.participations.is_empty()
    }

    /// The municipalities that take part, in the file's order.
    fn follow(&mut self, register: &MunicipalityRegister) -> Result<(), ReferenceError> {
        let mut followed: Vec<Participation> = Vec::with_capacity(self.participations.len());
        for participation in &self.participations {
            let number = participation.number;
            let Some(municipality) = participant(number, self.from.unwrap_or(participation.from), register) else {
                let reason = format!("municipality {number} is unknown or was split");
                return Err(ReferenceError::new(format!("programme {:?}", self.id), reason));
            };
            match followed.iter_mut().find(|other| other.municipality == municipality) {
                Some(other) => {
                    other.from = other.from.min(participation.from);
                    other.use_until = other.use_until.max(participation.use_until);
                }
                None => followed.push(Participation {
                    municipality,
                    ..*participation
                }),
            }
        }
        self.participations = followed;
        Ok(())
    }

    pub fn participants(&self) -> impl Iterator<Item = MunicipalityId> {
        self.participations
            .iter()
            .map(|participation| participation.municipality)
    }

    pub fn has_participant(&self, municipality: MunicipalityId) -> bool {
        self.participation(municipality).is_some()
    }

    pub fn participation(&self, municipality: MunicipalityId) -> Option<&Participation> {
        self.participations
            .iter()
            .find(|participation| participation.municipality == municipality)
    }

    /// The years with a vote in which the participation stood; empty where it saw none, or none is known.
    pub fn budget_years_of(&self, participation: &Participation) -> RangeInclusive<i16> {
        let Some((first, last)) = self.budget_years().map(RangeInclusive::into_inner) else {
            return RangeInclusive::new(1, 0);
        };
        first.max(participation.from.year())..=last.min(participation.use_until.year())
    }

    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    pub fn scheme(&self, id: &SchemeId) -> Option<&ProgrammeScheme> {
        self.schemes.iter().find(|part| part.scheme == *id)
    }

    /// A record that is "in the programme" names no programme. Where two share schemes, participants and years, a share counts
    /// in both, and the readers of both are told.
    fn note_overlap(&mut self, other: &mut Self) {
        let (Some(a), Some(b)) = (self.budget_years(), other.budget_years()) else {
            return;
        };
        let years_meet = a.start() <= b.end() && b.start() <= a.end();
        let participants_meet = self
            .participants()
            .any(|participant| other.has_participant(participant));
        let shared: Vec<&str> = self
            .schemes
            .iter()
            .filter(|part| other.scheme(&part.scheme).is_some())
            .map(|part| part.scheme.as_str())
            .collect();
        if !years_meet || !participants_meet || shared.is_empty() {
            return;
        }
        let shared = shared.join(", ");
        self.add_notice(&overlap_notice(&shared, &other.name));
        other.add_notice(&overlap_notice(&shared, &self.name));
    }

    fn add_notice(&mut self, text: &str) {
        self.notice = Some(
            self.notice
                .take()
                .map_or_else(|| text.to_owned(), |notice| format!("{notice} {text}")),
        );
    }
}

fn overlap_notice(schemes: &str, other: &str) -> String {
    format!(
        "Ordningene {schemes} inngår også i «{other}» for noen av de samme kommunene og årene. Systemene sier ikke hvilket \
         program en andel hører til; den regnes med i begge."
    )
}

/// The programmes that are loaded, and every scheme that any of them speaks of.
#[derive(Debug, Clone, Default)]
pub struct Programmes {
    programmes: Vec<Programme>,
    schemes: Vec<GrantScheme>,
}

impl Programmes {
    /// Puts programmes beside each other; a scheme that two files describe must lie on the same posts in both.
    pub fn new(files: Vec<ProgrammeFile>) -> Result<Self, ReferenceError> {
        let mut all = Self::default();
        for ProgrammeFile {
            mut programme, schemes, ..
        } in files
        {
            let place = format!("programme {:?}", programme.id);
            if all.get(&programme.id).is_some() {
                return Err(ReferenceError::new(place, "is loaded twice"));
            }
            for scheme in schemes {
                all.add_scheme(scheme)
                    .map_err(|reason| ReferenceError::new(&place, reason))?;
            }
            for other in &mut all.programmes {
                programme.note_overlap(other);
            }
            all.programmes.push(programme);
        }
        Ok(all)
    }

    fn add_scheme(&mut self, scheme: GrantScheme) -> Result<(), String> {
        match self.scheme(&scheme.id) {
            Some(known) if known.is_same_scheme(&scheme) => return Ok(()),
            Some(_) => {
                return Err(format!(
                    "describes scheme {:?} otherwise than another programme does",
                    scheme.id.as_str()
                ));
            }
            None => {}
        }
        let collides = |known: &&GrantScheme| {
            known.activity == scheme.activity
                && known
                    .budget
                    .iter()
                    .any(|a| scheme.budget.iter().any(|b| a.post == b.post && a.overlaps(b)))
        };
        if let Some(known) = self.schemes.iter().find(collides) {
            return Err(format!(
                "schemes {:?} and {:?} cannot be told apart: same post, activity and years",
                known.id.as_str(),
                scheme.id.as_str()
            ));
        }
        self.schemes.push(scheme);
        Ok(())
    }

    /// Adds the schemes that sources state themselves: reported by the sources that state them. One that a programme file states,
    /// too, must agree with it, and its `system` must name whoever states it.
    pub fn add_stated(&mut self, stated: Vec<(SourceId, GrantScheme)>) -> Result<(), ReferenceError> {
        let mut merged: Vec<(SourceId, GrantScheme)> = Vec::new();
        for (source, scheme) in stated {
            let id = scheme.id.clone();
            let refuse = |reason: &str| {
                let reason = format!("describes scheme {:?} otherwise than {reason}", id.as_str());
                Err(ReferenceError::new(format!("the mapping of source {source}"), reason))
            };
            let scheme = GrantScheme {
                sources: vec![source],
                ..scheme
            };
            if let Some(known) = self.scheme(&scheme.id) {
                if !known.agrees_with(&scheme) {
                    return refuse("a programme does");
                }
                if !known.sources.contains(&source) {
                    return refuse("a programme does, whose `system` does not name the source");
                }
                continue;
            }
            match merged.iter_mut().find(|(_, other)| other.id == scheme.id) {
                Some((_, other)) if !other.agrees_with(&scheme) => return refuse("another source does"),
                Some((_, other)) => other.sources.push(source),
                None => merged.push((source, scheme)),
            }
        }
        for (source, scheme) in merged {
            let added = self.add_scheme(scheme);
            added.map_err(|reason| ReferenceError::new(format!("the mapping of source {source}"), reason))?;
        }
        Ok(())
    }

    /// The same with each participant as another register tells it; where two of them went up in one, what either had is that one's.
    pub fn follow(&mut self, register: &MunicipalityRegister) -> Result<(), ReferenceError> {
        for programme in &mut self.programmes {
            programme.follow(register)?;
        }
        Ok(())
    }

    /// Puts a participation as it was decided in the place of the file's.
    pub fn decide(&mut self, programme: &str, decided: DecidedPart, register: &MunicipalityRegister) {
        let found = self.programmes.iter_mut().find(|known| known.id == programme);
        let Some(programme) = found else { return };
        let municipality = decided.municipality;
        let filed = programme
            .participations
            .iter()
            .position(|participation| participation.municipality == municipality);
        match (decided.period, filed) {
            (None, Some(place)) => drop(programme.participations.remove(place)),
            (None, None) => {}
            (Some((from, use_until)), Some(place)) => {
                let participation = &mut programme.participations[place];
                (participation.from, participation.use_until) = (from, use_until);
            }
            (Some((from, use_until)), None) => {
                let Some(known) = register.get(municipality) else {
                    return;
                };
                programme.participations.push(Participation {
                    municipality,
                    number: known.last_number(),
                    from,
                    use_until,
                });
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Programme> {
        self.programmes.iter()
    }

    pub fn get(&self, id: &str) -> Option<&Programme> {
        self.programmes.iter().find(|programme| programme.id == id)
    }

    /// All schemes, in the files' order: each file's programme schemes, then the others.
    pub fn schemes(&self) -> &[GrantScheme] {
        &self.schemes
    }

    pub fn scheme(&self, id: &SchemeId) -> Option<&GrantScheme> {
        self.schemes.iter().find(|scheme| scheme.id == *id)
    }

    /// The scheme that a record of that year, post and activity belongs to, whoever sends it; `None` where that cannot be told.
    ///
    /// A stated activity decides on any post that the scheme has ever lain on, so that a late or early booking still finds
    /// it. Without one, the post must have been a single scheme's that year.
    pub fn classify(&self, year: i16, post: BudgetPost, activity: Option<&str>) -> Option<&GrantScheme> {
        let candidates = self.schemes.iter();
        let mut matching: Vec<&GrantScheme> = match activity {
            Some(activity) => candidates
                .filter(|scheme| scheme.activity.as_deref() == Some(activity) && scheme.ever_on(post))
                .collect(),
            None => candidates.filter(|scheme| scheme.post_in(year) == Some(post)).collect(),
        };
        if matching.len() > 1 {
            matching.retain(|scheme| scheme.post_in(year) == Some(post));
        }
        match matching.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Every source that a scheme names, each once, in the files' order.
    pub fn sources(&self) -> Vec<SourceId> {
        let mut sources = Vec::new();
        for id in self.schemes.iter().flat_map(|scheme| &scheme.sources) {
            if !sources.contains(id) {
                sources.push(*id);
            }
        }
        sources
    }

    /// Every post of the budget that a scheme lies on or a pot is paid from.
    pub fn posts(&self) -> HashSet<BudgetPost> {
        let of_schemes = self
            .schemes
            .iter()
            .flat_map(|scheme| &scheme.budget)
            .map(|years| years.post);
        of_schemes
            .chain(self.programmes.iter().filter_map(|programme| programme.pot))
            .collect()
    }
}

#[cfg(test)]
mod tests;
