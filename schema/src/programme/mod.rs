//! A programme as its file states it: participants, schemes, scope and dates are data, never code.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Ore;
use crate::municipality::{MunicipalityId, MunicipalityNumber, MunicipalityRegister, Reading};
use crate::organisation::{Organisation, OrganisationNumber};
use crate::reference::ReferenceError;
use crate::scheme::{BudgetPost, BudgetYears, Determination, GrantScheme, Prevention, SchemeId, System};

/// The pilot of 2020–2022, as [`Programme::parse`] reads it.
pub const PILOT: (&str, &str) = ("pilot.toml", include_str!("../../data/pilot.toml"));

/// What a programme's ban on double funding covers within a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everything under the scheme.
    WholeScheme,
    /// Measures for the programme's target group only.
    TargetGroup,
    /// One activity inside a wider post.
    Activity,
}

/// A rule of the programme, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    #[serde(rename = "text_nb")]
    pub text: String,
    pub source: String,
}

/// One scheme's part in a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeScheme {
    pub scheme: SchemeId,
    pub scope: Scope,
    /// How the system is told to keep participants out.
    pub prevention: Prevention,
}

/// A cross-sector programme: several schemes joined into one pot for each participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub id: String,
    /// Bokmål.
    pub name: String,
    pub from: Date,
    /// The last day of the last budget year with a vote.
    pub until: Date,
    /// The last day on which the pot may be used.
    pub use_until: Date,
    pub pot: BudgetPost,
    pub payer: OrganisationNumber,
    /// What the state paid on the pot's post, by year, rounded to 100 000 kr.
    pub pot_totals: BTreeMap<i16, Ore>,
    pub schemes: Vec<ProgrammeScheme>,
    pub rules: Vec<Rule>,
    pub participants: Vec<MunicipalityId>,
    /// What a reader must know about the figures.
    pub notice: Option<String>,
}

/// A programme with the schemes that its file describes, its own and others seen in the same systems.
#[derive(Debug, Clone)]
pub struct ProgrammeFile {
    pub programme: Programme,
    pub schemes: Vec<GrantScheme>,
    pub organisations: Vec<Organisation>,
}

impl Programme {
    /// Reads a programme file; the error names the file and the reason.
    pub fn parse(place: &str, text: &str, register: &MunicipalityRegister) -> Result<ProgrammeFile, ReferenceError> {
        let raw: file::Root = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            ReferenceError::new(format!("{place}, line {line}"), error.message().replace('\n', " "))
        })?;
        raw.check().map_err(|reason| ReferenceError::new(place, reason))?;
        let participants = raw.participants(register).map_err(|reason| ReferenceError::new(place, reason))?;
        let schemes = raw.grant_schemes().map_err(|reason| ReferenceError::new(place, reason))?;
        let pot_totals = raw.pot_totals().map_err(|reason| ReferenceError::new(place, reason))?;
        let organisations =
            raw.county_governor.into_iter().map(|body| Organisation { number: body.organisation_number, name: body.name_nb }).collect();
        let head = raw.programme;
        let programme = Self {
            id: head.id,
            name: head.name_nb,
            from: head.from.0,
            until: head.until.0,
            use_until: head.use_until.unwrap_or(head.until).0,
            pot: BudgetPost::new(head.pot.chapter, head.pot.post),
            payer: head.pot.payer,
            pot_totals,
            schemes: raw.scheme.into_iter().map(file::Scheme::into_part).collect(),
            rules: raw.rule,
            participants,
            notice: head.notice_nb,
        };
        Ok(ProgrammeFile { programme, schemes, organisations })
    }

    /// The years with a vote.
    pub fn budget_years(&self) -> RangeInclusive<i16> {
        self.from.year()..=self.until.year()
    }

    pub fn has_participant(&self, municipality: MunicipalityId) -> bool {
        self.participants.contains(&municipality)
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
        let (a, b) = (self.budget_years(), other.budget_years());
        let years_meet = a.start() <= b.end() && b.start() <= a.end();
        let participants_meet = self.participants.iter().any(|participant| other.has_participant(*participant));
        let shared: Vec<&str> = self.schemes.iter().filter(|part| other.scheme(&part.scheme).is_some()).map(|part| part.scheme.as_str()).collect();
        if !years_meet || !participants_meet || shared.is_empty() {
            return;
        }
        let shared = shared.join(", ");
        self.add_notice(&overlap_notice(&shared, &other.name));
        other.add_notice(&overlap_notice(&shared, &self.name));
    }

    fn add_notice(&mut self, text: &str) {
        self.notice = Some(self.notice.take().map_or_else(|| text.to_owned(), |notice| format!("{notice} {text}")));
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
        for ProgrammeFile { mut programme, schemes, .. } in files {
            let place = format!("programme {:?}", programme.id);
            if all.get(&programme.id).is_some() {
                return Err(ReferenceError::new(place, "is loaded twice"));
            }
            for scheme in schemes {
                all.add_scheme(scheme).map_err(|reason| ReferenceError::new(&place, reason))?;
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
            Some(_) => return Err(format!("describes scheme {:?} otherwise than another programme does", scheme.id.as_str())),
            None => {}
        }
        let collides = |known: &&GrantScheme| {
            known.system == scheme.system
                && known.activity == scheme.activity
                && known.budget.iter().any(|a| scheme.budget.iter().any(|b| a.post == b.post && a.overlaps(b)))
        };
        if let Some(known) = self.schemes.iter().find(collides) {
            return Err(format!(
                "schemes {:?} and {:?} cannot be told apart: same system, post, activity and years",
                known.id.as_str(),
                scheme.id.as_str()
            ));
        }
        self.schemes.push(scheme);
        Ok(())
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

    /// The scheme that a record of that system, year, post and activity belongs to; `None` where that cannot be told.
    ///
    /// A stated activity decides on any post that the scheme has ever lain on, so that a late or early booking still finds
    /// it. Without one, the post must have been a single scheme's that year.
    pub fn classify(&self, system: System, year: i16, post: BudgetPost, activity: Option<&str>) -> Option<&GrantScheme> {
        let candidates = self.schemes.iter().filter(|scheme| scheme.system == system);
        let mut matching: Vec<&GrantScheme> = match activity {
            Some(activity) => candidates.filter(|scheme| scheme.activity.as_deref() == Some(activity) && scheme.ever_on(post)).collect(),
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

    /// Every post of the budget that a scheme lies on or a pot is paid from.
    pub fn posts(&self) -> HashSet<BudgetPost> {
        let of_schemes = self.schemes.iter().flat_map(|scheme| &scheme.budget).map(|years| years.post);
        of_schemes.chain(self.programmes.iter().map(|programme| programme.pot)).collect()
    }
}

/// The file's own layout. What only people read there is accepted and left alone.
mod file {
    use super::{
        BTreeMap, BudgetPost, BudgetYears, Date, Deserialize, Determination, GrantScheme, HashSet, MunicipalityId, MunicipalityNumber,
        MunicipalityRegister, Ore, OrganisationNumber, Prevention, ProgrammeScheme, Reading, Rule, SchemeId, Scope, System,
    };

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Root {
        pub programme: Head,
        #[serde(default)]
        pub rule: Vec<Rule>,
        pub scheme: Vec<Scheme>,
        #[serde(default)]
        pub other_scheme: Vec<OtherScheme>,
        #[serde(default)]
        pub county_governor: Vec<CountyGovernor>,
        pub municipality: Vec<Participant>,
    }

    /// A TOML local date, which is a type of its own and no string.
    #[derive(Clone, Copy, Deserialize)]
    #[serde(try_from = "toml::value::Datetime")]
    pub struct Day(pub Date);

    impl TryFrom<toml::value::Datetime> for Day {
        type Error = String;

        fn try_from(value: toml::value::Datetime) -> Result<Self, Self::Error> {
            value.to_string().parse().map(Self).map_err(|error: jiff::Error| error.to_string())
        }
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "facts for people, checked for type only")]
    pub struct Head {
        pub id: String,
        pub name_nb: String,
        name_nn: Option<String>,
        target_group_nb: Option<String>,
        target_age: Option<(u8, u8)>,
        preparation_from: Option<Day>,
        pub from: Day,
        pub until: Day,
        pub use_until: Option<Day>,
        pub pot: Pot,
        #[serde(default)]
        pub pot_total_kroner: BTreeMap<String, i64>,
        municipalities_per_region: Option<u16>,
        evaluator: Option<String>,
        pub notice_nb: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Pot {
        pub chapter: u16,
        pub post: u16,
        pub payer: OrganisationNumber,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Scheme {
        pub id: SchemeId,
        name_nb: String,
        ministry: String,
        directorate: OrganisationNumber,
        system: System,
        activity: Option<String>,
        budget: Vec<BudgetYears>,
        scope: Scope,
        determined: Determination,
        prevention: Prevention,
    }

    impl Scheme {
        fn grant_scheme(&self) -> GrantScheme {
            GrantScheme {
                id: self.id.clone(),
                name: self.name_nb.clone(),
                ministry: self.ministry.clone(),
                directorate: self.directorate,
                system: self.system,
                activity: self.activity.clone(),
                budget: self.budget.clone(),
                determination: self.determined,
            }
        }

        pub fn into_part(self) -> ProgrammeScheme {
            ProgrammeScheme { scheme: self.id, scope: self.scope, prevention: self.prevention }
        }
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct OtherScheme {
        id: SchemeId,
        name_nb: String,
        ministry: Option<String>,
        directorate: OrganisationNumber,
        system: System,
        activity: Option<String>,
        budget: Vec<BudgetYears>,
        determined: Determination,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct CountyGovernor {
        pub organisation_number: OrganisationNumber,
        pub name_nb: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "facts for people, checked for type only")]
    pub struct Participant {
        number: MunicipalityNumber,
        name: String,
        organisation_number: Option<OrganisationNumber>,
        county_governor: Option<OrganisationNumber>,
        population_2020: Option<u32>,
    }

    impl Root {
        pub fn check(&self) -> Result<(), String> {
            let head = &self.programme;
            let (from, until, use_until) = (head.from.0, head.until.0, head.use_until.unwrap_or(head.until).0);
            if head.id.is_empty() {
                return Err("programme.id is empty".to_owned());
            }
            if !(from <= until && until <= use_until) {
                return Err(format!("programme: from {from}, until {until} and use_until {use_until} are out of order"));
            }
            if self.scheme.is_empty() || self.municipality.is_empty() {
                return Err("a programme has at least one scheme and one municipality".to_owned());
            }
            let mut seen = HashSet::new();
            let all = self.scheme.iter().map(|scheme| (&scheme.id, &scheme.budget));
            for (id, budget) in all.chain(self.other_scheme.iter().map(|scheme| (&scheme.id, &scheme.budget))) {
                if !seen.insert(id) {
                    return Err(format!("scheme {:?} stands here twice", id.as_str()));
                }
                check_budget(budget).map_err(|reason| format!("scheme {:?}: {reason}", id.as_str()))?;
            }
            Ok(())
        }

        pub fn participants(&self, register: &MunicipalityRegister) -> Result<Vec<MunicipalityId>, String> {
            let mut participants = Vec::new();
            for participant in &self.municipality {
                let number = participant.number;
                // The file's numbers are those of the day the programme began; a number from another day must be unambiguous.
                let reading = match register.read_on(number, self.programme.from.0) {
                    Reading::Unknown => register.read(number),
                    known => known,
                };
                let Reading::Municipality(id) = reading else { return Err(format!("municipality {number} is unknown or was split")) };
                let registered = register.get(id).and_then(|municipality| municipality.organisation_number);
                match (participant.organisation_number, registered) {
                    (Some(stated), Some(registered)) if stated != registered => {
                        return Err(format!("municipality {number}: organisation number {stated} is not the register's {registered}"));
                    }
                    _ if participants.contains(&id) => return Err(format!("municipality {number} takes part twice")),
                    _ => participants.push(id),
                }
            }
            Ok(participants)
        }

        pub fn grant_schemes(&self) -> Result<Vec<GrantScheme>, String> {
            let mut schemes: Vec<GrantScheme> = self.scheme.iter().map(Scheme::grant_scheme).collect();
            for other in &self.other_scheme {
                let inherited = || schemes.iter().find(|scheme| scheme.directorate == other.directorate).map(|scheme| scheme.ministry.clone());
                let ministry = other.ministry.clone().or_else(inherited).ok_or_else(|| {
                    format!("other_scheme {:?}: no ministry, and no scheme of the same directorate to take it from", other.id.as_str())
                })?;
                schemes.push(GrantScheme {
                    id: other.id.clone(),
                    name: other.name_nb.clone(),
                    ministry,
                    directorate: other.directorate,
                    system: other.system,
                    activity: other.activity.clone(),
                    budget: other.budget.clone(),
                    determination: other.determined,
                });
            }
            Ok(schemes)
        }

        pub fn pot_totals(&self) -> Result<BTreeMap<i16, Ore>, String> {
            let total = |(year, kroner): (&String, &i64)| Some((year.parse().ok()?, Ore::from_kroner(*kroner)?));
            let totals = self.programme.pot_total_kroner.iter();
            totals
                .map(|entry| total(entry).ok_or_else(|| format!("pot_total_kroner: {} = {} is not a year and an amount", entry.0, entry.1)))
                .collect()
        }
    }

    fn check_budget(budget: &[BudgetYears]) -> Result<(), String> {
        if budget.is_empty() {
            return Err("budget is empty".to_owned());
        }
        for (index, years) in budget.iter().enumerate() {
            if years.to.is_some_and(|to| to < years.from) {
                return Err(format!("budget years {}–{} run backwards", years.from, years.to.unwrap_or_default()));
            }
            if budget[..index].iter().any(|earlier| earlier.overlaps(years)) {
                return Err(format!("two posts in {}", years.from));
            }
            BudgetPost::parse(&years.post.chapter.to_string(), &years.post.post.to_string()).map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
