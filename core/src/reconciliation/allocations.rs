//! Decided allocations held against what the schemes' systems report: a municipality's part of a scheme beside the share that its system states, to
//! the øre. What the floor of a sum gives or takes is no scheme's, and is held against nothing.

use std::cmp::Ordering;

use programgrant_schema::{Figure, MunicipalityId, Ore, Programme};

use super::amounts::{above, in_kroner};
use super::resolved::ended;
use crate::journal::{AllocationState, AllocationVersion, Journal};
use crate::ledger::rules::{Reason, ReasonCode};
use crate::ledger::{CaseKind, Finding};
use crate::programme::{Grant, Inputs, Share};

/// What those who are worse off by a difference were promised.
const RULE: &str = "what-it-could-have-got";

/// One for each part that is known on both sides and differs.
pub fn findings(facts: Inputs<'_>, journal: &Journal) -> Vec<Finding> {
    let held = held(facts, journal).into_iter();
    held.filter(|held| held.agrees() == Some(false))
        .map(|held| held.finding(facts))
        .collect()
}

/// The known case where both sides now agree; `None` where they do not, or where one of them is not known.
pub fn resolved(facts: Inputs<'_>, journal: &Journal, known: &Finding) -> Option<Finding> {
    let mut held = held(facts, journal).into_iter();
    let agrees = held.find(|held| held.subject() == known.subject)?.agrees();
    (agrees == Some(true)).then(|| ended(known, "Vedtatt fordeling og det systemet melder, er nå like."))
}

/// A municipality's part by the version in force, and its share.
struct Held<'a> {
    version: &'a AllocationVersion,
    programme: &'a Programme,
    municipality: MunicipalityId,
    decided: Ore,
    share: Share<'a>,
}

/// Every part of the versions in force whose municipality and scheme are the programme's that year. A version that was corrected counts no longer.
fn held<'a>(facts: Inputs<'a>, journal: &'a Journal) -> Vec<Held<'a>> {
    let mut held = Vec::new();
    let in_force = journal
        .allocations()
        .filter(|version| version.state == AllocationState::Decided);
    for version in in_force {
        let (Some(programme), Some(kept)) = (
            facts.reference.programmes.get(&version.programme),
            journal.basis(&version.basis),
        ) else {
            continue;
        };
        held.extend(kept.basis.amounts.iter().filter_map(|part| {
            let municipality = facts.reference.by_organisation(part.organisation)?;
            let grant = Grant::find(facts, programme, municipality, version.year)?;
            Some(Held {
                version,
                programme,
                municipality,
                decided: part.amount?,
                share: grant.share_of(part.scheme.as_ref()?)?,
            })
        }));
    }
    held
}

impl Held<'_> {
    fn subject(&self) -> String {
        let Self {
            version,
            programme,
            municipality,
            share,
            ..
        } = self;
        format!("{}/{municipality}/{}/{}", programme.id, version.year, share.scheme.id)
    }

    /// `None` while the system has not delivered: unknown is no difference. Of which a whole system says nothing, it reports nothing.
    fn agrees(&self) -> Option<bool> {
        self.share.amount.known().map(|reported| reported == self.decided)
    }

    fn finding(&self, facts: Inputs<'_>) -> Finding {
        let mut awards: Vec<String> = self.share.stated_by().map(|award| award.id().to_owned()).collect();
        awards.sort();
        Finding {
            kind: CaseKind::AllocationDifference,
            subject: self.subject(),
            programme: Some(self.programme.id.clone()),
            municipality: Some(self.municipality),
            scheme: Some(self.share.scheme.id.clone()),
            year: self.version.year,
            // Which of them is right, a person finds out; what was paid is the pot's.
            to_hold_back: Ore::ZERO,
            to_pay_back: Ore::ZERO,
            awards,
            claim: None,
            reasons: vec![Reason {
                code: ReasonCode::AllocationDiffers,
                rule: self.programme.rule(RULE).cloned(),
                message: self.message(facts),
            }],
        }
    }

    /// Both amounts, and who says them.
    fn message(&self, facts: Inputs<'_>) -> String {
        let Self {
            version,
            decided,
            share,
            ..
        } = self;
        let sources = share.scheme.sources.iter();
        let sources: Vec<String> = sources
            .map(|id| facts.reference.sources.get(*id).name.clone())
            .collect();
        let reported = match share.amount {
            Figure::Stated(amount) => in_kroner(amount),
            Figure::NotApplicable | Figure::NotDelivered => "ingen andel".to_owned(),
        };
        let reported_ore = share.amount.known().unwrap_or(Ore::ZERO);
        let difference = match reported_ore.cmp(decided) {
            Ordering::Greater => format!("{} for mye", in_kroner(above(reported_ore, *decided))),
            Ordering::Less | Ordering::Equal => format!("{} for lite", in_kroner(above(*decided, reported_ore))),
        };
        let reference = version.decision.as_ref().map(|decision| decision.reference.as_str());
        format!(
            "Vedtatt fordeling for {}, versjon {} ({}), gir {} av {}, og {} melder {reported}: {difference}.",
            version.year,
            version.number,
            reference.unwrap_or("uten referanse"),
            in_kroner(*decided),
            share.scheme.id,
            sources.join(" og "),
        )
    }
}
