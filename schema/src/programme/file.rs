//! A programme file's own layout. What only people read there is accepted and left alone.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use serde::Deserialize;

use super::{Ban, Goal, Participation, ProgrammeScheme, Rule, RuleState, Scope, SignUp, YearlyDeadline};
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
    #[serde(default)]
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
    #[serde(default)]
    pub rules: RuleState,
    /// This, `until` and `pot` may be missing only where the rules are unknown.
    pub from: Option<Day>,
    pub until: Option<Day>,
    pub use_until: Option<Day>,
    pub use_until_source: Option<String>,
    pub pot: Option<Pot>,
    #[serde(default)]
    pub pot_total_kroner: BTreeMap<String, i64>,
    #[serde(default)]
    pub voted_kroner: BTreeMap<String, i64>,
    voted_source: Option<String>,
    #[serde(default)]
    pub bound_kroner: BTreeMap<String, i64>,
    bound_source: Option<String>,
    pub municipalities_per_region: Option<u16>,
    #[serde(default)]
    pub sign_up: SignUp,
    /// Whether those who apply rank each other's applications.
    #[serde(default)]
    pub ranked_by_applicants: bool,
    evaluator: Option<String>,
    pub notice_nb: Option<String>,
    pub report_deadline: Option<YearlyDeadline>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pot {
    pub chapter: u16,
    pub post: u16,
    pub payer: Option<OrganisationNumber>,
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
    /// This and `prevention` may be missing only where the rules are unknown.
    scope: Option<Scope>,
    determined: Determination,
    prevention: Option<Prevention>,
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
            ban: self
                .scope
                .zip(self.prevention)
                .map(|(scope, prevention)| Ban { scope, prevention }),
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
        if self.programme.id.is_empty() {
            return Err("programme.id is empty".to_owned());
        }
        self.check_days()?;
        match self.programme.rules {
            RuleState::Published => self.check_published()?,
            RuleState::Unknown if !self.rule.is_empty() => {
                return Err("programme.rules is \"unknown\", and a [[rule]] is stated".to_owned());
            }
            RuleState::Unknown => {}
        }
        if self.scheme.is_empty() {
            return Err(AT_LEAST.to_owned());
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

    /// The days that are known follow each other.
    fn check_days(&self) -> Result<(), String> {
        let head = &self.programme;
        let days = [
            ("from", head.from),
            ("until", head.until),
            ("use_until", head.use_until.or(head.until)),
        ];
        let known: Vec<(&str, Date)> = days
            .into_iter()
            .filter_map(|(name, day)| Some((name, day?.0)))
            .collect();
        if known.is_sorted_by_key(|(_, day)| *day) {
            return Ok(());
        }
        let said: Vec<String> = known.iter().map(|(name, day)| format!("{name} {day}")).collect();
        let (last, first) = said.split_last().expect("what is out of order is several");
        Err(format!("programme: {} and {last} are out of order", first.join(", ")))
    }

    /// Everything is stated that the rules go by.
    fn check_published(&self) -> Result<(), String> {
        let head = &self.programme;
        let payer = head.pot.as_ref().and_then(|pot| pot.payer);
        let missing = [
            ("from", head.from.is_none()),
            ("until", head.until.is_none()),
            ("pot", head.pot.is_none()),
            ("pot.payer", payer.is_none()),
        ];
        if let Some((name, _)) = missing.iter().find(|(_, is_missing)| *is_missing) {
            return Err(format!("programme.{name} {MAY_BE_UNKNOWN}"));
        }
        for scheme in &self.scheme {
            let missing = [
                ("scope", scheme.scope.is_none()),
                ("prevention", scheme.prevention.is_none()),
            ];
            if let Some((name, _)) = missing.iter().find(|(_, is_missing)| *is_missing) {
                return Err(format!("scheme {:?}: {name} {MAY_BE_UNKNOWN}", scheme.id.as_str()));
            }
        }
        if self.municipality.is_empty() {
            return Err(AT_LEAST.to_owned());
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
        let (number, head) = (participant.number, &self.programme);
        let stated = |day: Option<Day>, name: &str| {
            day.map(|day| day.0)
                .ok_or_else(|| format!("municipality {number}: {name} stands neither there nor in the programme"))
        };
        let from = stated(participant.from.or(head.from), "from")?;
        let use_until = stated(participant.use_until.or(head.use_until).or(head.until), "use_until")?;
        let began = head.from.map_or(from, |day| day.0);
        let Some(municipality) = super::participant(number, began, register) else {
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
}

/// Amounts by year, stated in whole kroner.
pub fn by_year(name: &str, stated: &BTreeMap<String, i64>) -> Result<BTreeMap<i16, Ore>, String> {
    let read = |(year, kroner): (&String, &i64)| Some((year.parse().ok()?, Ore::from_kroner(*kroner)?));
    let amounts = stated.iter().map(|entry| {
        let amount = read(entry).filter(|(_, amount)| *amount >= Ore::ZERO);
        amount.ok_or_else(|| format!("{name}: {} = {} is not a year and an amount", entry.0, entry.1))
    });
    amounts.collect()
}

const AT_LEAST: &str = "a programme has at least one scheme and one municipality";
const MAY_BE_UNKNOWN: &str = "is missing, which it may be only with rules = \"unknown\"";

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
