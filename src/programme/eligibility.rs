//! "May we apply?": what a municipality may apply for in a year, with the rule that says so.

use programgrant_schema::{GrantScheme, MunicipalityId, Programme, Rule, Scope};

use crate::reference::Reference;

/// Whether a municipality may apply for a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EligibilityAnswer {
    Yes,
    No,
    /// Not for everything that the scheme covers, or only after a case officer's judgement.
    Partly,
}

/// Why an answer is as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason<'a> {
    /// Stable, upper snake case; listed in `schema/errors.md`.
    pub code: &'static str,
    pub rule: Option<&'a Rule>,
    /// Bokmål.
    pub message: String,
}

/// Every code that a reason can carry.
pub const REASON_CODES: &[&str] = &["IN_PROGRAMME", "PERIOD_OVERLAPS", "OUTSIDE_SCOPE", "NOT_A_PARTICIPANT", "SCHEME_NOT_IN_FORCE"];

/// The answer for one scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligibility<'a> {
    pub scheme: &'a GrantScheme,
    pub answer: EligibilityAnswer,
    pub reasons: Vec<Reason<'a>>,
}

/// The answers for every scheme, in the schemes' order.
pub fn eligibility(reference: &Reference, municipality: MunicipalityId, year: i16) -> Vec<Eligibility<'_>> {
    reference.programmes.schemes().iter().map(|scheme| for_scheme(reference, scheme, municipality, year)).collect()
}

fn for_scheme<'a>(reference: &'a Reference, scheme: &'a GrantScheme, municipality: MunicipalityId, year: i16) -> Eligibility<'a> {
    if scheme.post_in(year).is_none() {
        let reason = Reason { code: "SCHEME_NOT_IN_FORCE", rule: None, message: format!("Ordningen fantes ikke i {year}.") };
        return Eligibility { scheme, answer: EligibilityAnswer::No, reasons: vec![reason] };
    }
    let takes_part = |programme: &&Programme| programme.has_participant(municipality) && is_running(programme, year);
    let programmes: Vec<&Programme> = reference.programmes.iter().filter(takes_part).collect();
    let verdicts: Vec<(EligibilityAnswer, Reason<'a>)> = programmes.iter().filter_map(|programme| in_programme(programme, scheme, year)).collect();
    let worst = [EligibilityAnswer::No, EligibilityAnswer::Partly].into_iter().find(|answer| verdicts.iter().any(|verdict| verdict.0 == *answer));
    match worst {
        Some(answer) => Eligibility { scheme, answer, reasons: verdicts.into_iter().map(|verdict| verdict.1).collect() },
        None => Eligibility { scheme, answer: EligibilityAnswer::Yes, reasons: vec![free(!programmes.is_empty())] },
    }
}

/// From the first budget year to the last day on which the pot may be used.
fn is_running(programme: &Programme, year: i16) -> bool {
    (programme.from.year()..=programme.use_until.year()).contains(&year)
}

fn in_programme<'a>(programme: &'a Programme, scheme: &GrantScheme, year: i16) -> Option<(EligibilityAnswer, Reason<'a>)> {
    let part = programme.scheme(&scheme.id)?;
    let name = &programme.name;
    if !programme.budget_years().contains(&year) {
        let message = format!("{name} har ingen bevilgning i {year}, men midlene kan brukes til {}. En saksbehandler avgjør.", programme.use_until);
        let reason = Reason { code: "PERIOD_OVERLAPS", rule: programme.rule("no-double-funding"), message };
        return Some((EligibilityAnswer::Partly, reason));
    }
    let (answer, rule, message) = match part.scope {
        // An activity's scheme is that activity and nothing else of its post.
        Scope::WholeScheme | Scope::Activity => {
            (EligibilityAnswer::No, "no-double-funding", format!("Kommunen deltar i {name}; ordningen inngår i programtilskuddet."))
        }
        Scope::TargetGroup => {
            let message = format!("Kommunen deltar i {name}; det kan bare søkes om tiltak for andre målgrupper enn programmets.");
            (EligibilityAnswer::Partly, "same-target-group", message)
        }
    };
    Some((answer, Reason { code: "IN_PROGRAMME", rule: programme.rule(rule).or_else(|| programme.rule("no-double-funding")), message }))
}

fn free(is_participant: bool) -> Reason<'static> {
    if is_participant {
        Reason { code: "OUTSIDE_SCOPE", rule: None, message: "Ordningen inngår ikke i programmet som kommunen deltar i.".to_owned() }
    } else {
        Reason { code: "NOT_A_PARTICIPANT", rule: None, message: "Kommunen deltok ikke i noe program det året.".to_owned() }
    }
}
