//! "May we apply?": what a municipality may apply for in a year, with the rule that says so. The guard's own rules answer, asked
//! about everything that could be applied for, so that the two never contradict each other.

use jiff::civil::date;
use programgrant_schema::{GrantScheme, MunicipalityId, Ore, TargetGroup};

use crate::ledger::rules::{
    Application, Knowledge, Outcome, Question, Reason, ReasonCode, Recipient, Subject, Verdict, judge,
};
use crate::reference::Reference;

/// Whether a municipality may apply for a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EligibilityAnswer {
    Yes,
    No,
    /// Not for everything that the scheme covers, or only after a case officer's judgement.
    Partly,
}

/// The answer for one scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligibility<'a> {
    pub scheme: &'a GrantScheme,
    pub answer: EligibilityAnswer,
    /// The deciding one first.
    pub reasons: Vec<Reason>,
}

/// The answers for every scheme, in the schemes' order.
pub fn eligibility(reference: &Reference, municipality: MunicipalityId, year: i16) -> Vec<Eligibility<'_>> {
    reference
        .programmes
        .schemes()
        .iter()
        .map(|scheme| for_scheme(reference, scheme, municipality, year))
        .collect()
}

fn for_scheme<'a>(
    reference: &'a Reference,
    scheme: &'a GrantScheme,
    municipality: MunicipalityId,
    year: i16,
) -> Eligibility<'a> {
    if scheme.post_in(year).is_none() {
        let reason = Reason {
            code: ReasonCode::SchemeNotInForce,
            rule: None,
            message: format!("Ordningen fantes ikke i {year}."),
        };
        return Eligibility {
            scheme,
            answer: EligibilityAnswer::No,
            reasons: vec![reason],
        };
    }
    let whole = |target_group| Application {
        recipient: Recipient::Municipality(municipality),
        subject: Subject::Scheme(scheme.id.clone()),
        activity: None,
        target_group: Some(target_group),
        year,
        amount: Ore::ZERO,
        use_from: None,
        use_until: None,
        case_reference: String::new(),
        is_looked_up: false,
    };
    let takes_part = reference
        .programmes
        .iter()
        .any(|programme| programme.has_participant(municipality));
    // Who never took part is told the same whatever the month.
    let months = (1..=12).filter(|_| takes_part).map(|month| date(year, month, 1));
    let periods: Vec<_> = std::iter::once((None, None))
        .chain(months.map(|first| (Some(first), Some(first.last_of_month()))))
        .collect();
    let applications = TARGET_GROUPS
        .into_iter()
        .flat_map(|target_group| periods.iter().map(move |period| (target_group, *period)));
    let applications = applications.map(|(target_group, (use_from, use_until))| Application {
        use_from,
        use_until,
        ..whole(target_group)
    });
    let verdicts: Vec<Verdict> = applications
        .map(|application| answer(reference, &application))
        .collect();
    Eligibility {
        scheme,
        answer: summary(&verdicts),
        reasons: reasons(verdicts),
    }
}

const TARGET_GROUPS: [TargetGroup; 3] = [TargetGroup::ChildrenAndYoung, TargetGroup::Adults, TargetGroup::Other];

/// What the guard would say if nobody else had asked or got anything, and everything were known.
fn answer(reference: &Reference, application: &Application) -> Verdict {
    judge(&Question {
        application,
        reference,
        taken: &[],
        awards: &[],
        knowledge: &Knowledge::whole(),
    })
}

fn summary(verdicts: &[Verdict]) -> EligibilityAnswer {
    let all = |outcome| verdicts.iter().all(|verdict| verdict.outcome == outcome);
    if all(Outcome::Clear) {
        EligibilityAnswer::Yes
    } else if all(Outcome::Blocked) {
        EligibilityAnswer::No
    } else {
        EligibilityAnswer::Partly
    }
}

/// What stands against it, the firmest first, then what does not; each once.
fn reasons(mut verdicts: Vec<Verdict>) -> Vec<Reason> {
    verdicts.sort_by_key(|verdict| match verdict.outcome {
        Outcome::Blocked => 0,
        Outcome::NeedsCaseOfficer => 1,
        Outcome::Undetermined => 2,
        Outcome::Clear => 3,
    });
    let mut reasons: Vec<Reason> = Vec::new();
    for reason in verdicts.into_iter().flat_map(|verdict| verdict.reasons) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

#[cfg(test)]
mod tests;
