//! A programme file's own layout. What only people read there is accepted and left alone.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use serde::Deserialize;

use super::{Goal, Participation, ProgrammeScheme, Rule, Scope, YearlyDeadline};
use crate::Ore;
use crate::municipality::{MunicipalityNumber, MunicipalityRegister};
use crate::organisation::OrganisationNumber;
use crate::scheme::{BudgetPost, BudgetYears, Determination, GrantScheme, Prevention, SchemeId};
use crate::source::SourceId;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    pub programme: Head,
    #[serde(default)]
    pub rule: Vec<Rule>,
    #[serde(default)]
    pub goal: Vec<Goal>,
    pub scheme: Vec<Scheme>,
    #[serde(default)]
    pub other_scheme: Vec<OtherScheme>,
    #[serde(default)]
    pub county_governor: Vec<CountyGovernor>,
    pub municipality: Vec<ParticipantEntry>,
}

/// A TOML local date, which is a type of its own and no string.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "toml::value::Datetime")]
pub struct Day(pub Date);

impl TryFrom<toml::value::Datetime> for Day {
    type Error = String;

    fn try_from(value: toml::value::Datetime) -> Result<Self, Self::Error> {
        value
            .to_string()
            .parse()
            .map(Self)
            .map_err(|error: jiff::Error| error.to_string())
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
    pub use_until_source: Option<String>,
    pub pot: Pot,
    #[serde(default)]
    pub pot_total_kroner: BTreeMap<String, i64>,
    pub municipalities_per_region: Option<u16>,
    evaluator: Option<String>,
    pub notice_nb: Option<String>,
    pub report_deadline: Option<YearlyDeadline>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pot {
    pub chapter: u16,
    pub post: u16,
    pub payer: OrganisationNumber,
}

/// `system = "udir"`, or `["nav", "vestfold"]`.
#[derive(Deserialize)]
#[serde(try_from = "SystemForm")]
struct Systems(Vec<SourceId>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a source's id, or a list of them")]
enum SystemForm {
    One(String),
    Several(Vec<String>),
}

impl TryFrom<SystemForm> for Systems {
    type Error = String;

    fn try_from(form: SystemForm) -> Result<Self, Self::Error> {
        let texts = match form {
            SystemForm::One(text) => vec![text],
            SystemForm::Several(texts) => texts,
        };
        let mut ids: Vec<SourceId> = Vec::new();
        for text in texts {
            let id: SourceId = text.parse().map_err(|error| format!("system: {error}"))?;
            if id.is_reserved() {
                return Err(format!("system: {id} is the id of a reference register"));
            }
            if ids.contains(&id) {
                return Err(format!("system: {id} stands there twice"));
            }
            ids.push(id);
        }
        if ids.is_empty() {
            return Err("system: names no source".to_owned());
        }
        Ok(Self(ids))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    pub id: SchemeId,
    name_nb: String,
    ministry: String,
    directorate: OrganisationNumber,
    system: Systems,
    activity: Option<String>,
    budget: Vec<BudgetYears>,
    scope: Scope,
    determined: Determination,
    prevention: Prevention,
    application_deadline: Option<YearlyDeadline>,
}

impl Scheme {
    fn grant_scheme(&self) -> GrantScheme {
        GrantScheme {
            id: self.id.clone(),
            name: self.name_nb.clone(),
            ministry: self.ministry.clone(),
            directorate: self.directorate,
            sources: self.system.0.clone(),
            activity: self.activity.clone(),
            budget: self.budget.clone(),
            determination: self.determined,
        }
    }

    pub fn into_part(self) -> ProgrammeScheme {
        ProgrammeScheme {
            scheme: self.id,
            scope: self.scope,
            prevention: self.prevention,
            application_deadline: self.application_deadline,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherScheme {
    id: SchemeId,
    name_nb: String,
    ministry: Option<String>,
    directorate: OrganisationNumber,
    system: Systems,
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
pub struct ParticipantEntry {
    number: MunicipalityNumber,
    name: String,
    organisation_number: Option<OrganisationNumber>,
    county_governor: Option<OrganisationNumber>,
    population_2020: Option<u32>,
    /// A participation of its own length; the programme's where left out.
    from: Option<Day>,
    use_until: Option<Day>,
    /// Struck out: the municipality takes no part, and never did.
    #[serde(default)]
    annulled: bool,
}

impl Root {
    pub fn check(&self) -> Result<(), String> {
        let head = &self.programme;
        let (from, until, use_until) = (head.from.0, head.until.0, head.use_until.unwrap_or(head.until).0);
        if head.id.is_empty() {
            return Err("programme.id is empty".to_owned());
        }
        if !(from <= until && until <= use_until) {
            return Err(format!(
                "programme: from {from}, until {until} and use_until {use_until} are out of order"
            ));
        }
        if self.scheme.is_empty() || self.municipality.is_empty() {
            return Err("a programme has at least one scheme and one municipality".to_owned());
        }
        let mut goals = HashSet::new();
        if let Some(goal) = self.goal.iter().find(|goal| !goals.insert(&goal.id)) {
            return Err(format!("goal {:?} stands here twice", goal.id));
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

    pub fn participations(&self, register: &MunicipalityRegister) -> Result<Vec<Participation>, String> {
        let (mut seen, mut participations) = (HashSet::new(), Vec::new());
        for participant in &self.municipality {
            let participation = self.participation(participant, register)?;
            if !seen.insert(participation.municipality) {
                return Err(format!("municipality {} takes part twice", participant.number));
            }
            if !participant.annulled {
                participations.push(participation);
            }
        }
        Ok(participations)
    }

    fn participation(
        &self,
        participant: &ParticipantEntry,
        register: &MunicipalityRegister,
    ) -> Result<Participation, String> {
        let number = participant.number;
        let Some(municipality) = super::participant(number, self.programme.from.0, register) else {
            return Err(format!("municipality {number} is unknown or was split"));
        };
        let registered = register.get(municipality).and_then(|known| known.organisation_number);
        if let (Some(stated), Some(registered)) = (participant.organisation_number, registered)
            && stated != registered
        {
            return Err(format!(
                "municipality {number}: organisation number {stated} is not the register's {registered}"
            ));
        }
        let head = &self.programme;
        let from = participant.from.unwrap_or(head.from).0;
        let use_until = participant.use_until.or(head.use_until).unwrap_or(head.until).0;
        if use_until < from {
            return Err(format!(
                "municipality {number}: use_until {use_until} is before from {from}"
            ));
        }
        Ok(Participation {
            municipality,
            number,
            from,
            use_until,
        })
    }

    pub fn grant_schemes(&self) -> Result<Vec<GrantScheme>, String> {
        let mut schemes: Vec<GrantScheme> = self.scheme.iter().map(Scheme::grant_scheme).collect();
        for other in &self.other_scheme {
            let inherited = || {
                schemes
                    .iter()
                    .find(|scheme| scheme.directorate == other.directorate)
                    .map(|scheme| scheme.ministry.clone())
            };
            let ministry = other.ministry.clone().or_else(inherited).ok_or_else(|| {
                format!(
                    "other_scheme {:?}: no ministry, and no scheme of the same directorate to take it from",
                    other.id.as_str()
                )
            })?;
            schemes.push(GrantScheme {
                id: other.id.clone(),
                name: other.name_nb.clone(),
                ministry,
                directorate: other.directorate,
                sources: other.system.0.clone(),
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
            .map(|entry| {
                total(entry).ok_or_else(|| {
                    format!(
                        "pot_total_kroner: {} = {} is not a year and an amount",
                        entry.0, entry.1
                    )
                })
            })
            .collect()
    }
}

fn check_budget(budget: &[BudgetYears]) -> Result<(), String> {
    if budget.is_empty() {
        return Err("budget is empty".to_owned());
    }
    for (index, years) in budget.iter().enumerate() {
        if years.to.is_some_and(|to| to < years.from) {
            return Err(format!(
                "budget years {}–{} run backwards",
                years.from,
                years.to.unwrap_or_default()
            ));
        }
        if budget[..index].iter().any(|earlier| earlier.overlaps(years)) {
            return Err(format!("two posts in {}", years.from));
        }
        BudgetPost::parse(&years.post.chapter.to_string(), &years.post.post.to_string())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}
