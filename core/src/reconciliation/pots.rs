//! Pots that do not add up: what the payer reports on the pot's post is not what the schemes say that it holds.

use std::cmp::Ordering;

use programgrant_schema::{BudgetPost, MunicipalityId, Ore, Programme};

use super::amounts::{above, in_kroner};
use crate::ledger::rules::{Reason, ReasonCode};
use crate::ledger::{CaseKind, Finding};
use crate::programme::{Grant, Inputs};

/// One for each participant and year whose pot is known and does not add up, to the øre.
pub fn findings(facts: Inputs<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for programme in facts.reference.programmes.iter() {
        for participation in &programme.participations {
            let years = programme.budget_years_of(participation);
            let of_year = |year| {
                Some(Sums::of(facts, programme, participation.municipality, year)?).filter(|sums| !sums.add_up())
            };
            found.extend(years.filter_map(of_year).map(Sums::finding));
        }
    }
    found
}

/// Both sides of a pot, where both are known.
pub struct Sums<'a> {
    programme: &'a Programme,
    /// The pot's.
    post: BudgetPost,
    municipality: MunicipalityId,
    year: i16,
    shares: Ore,
    awarded: Ore,
    /// `None` where it is not known.
    paid: Option<Ore>,
    awards: Vec<String>,
}

impl<'a> Sums<'a> {
    /// `None` while a share, or what was awarded, is not known: unknown is no difference. A pot of which a whole source says
    /// nothing holds nothing.
    pub fn of(facts: Inputs<'a>, programme: &'a Programme, municipality: MunicipalityId, year: i16) -> Option<Self> {
        let grant = Grant::find(facts, programme, municipality, year)?;
        let pot = grant.pot();
        let mut awards: Vec<String> = grant.awards().map(|award| award.id().to_owned()).collect();
        awards.sort();
        Some(Self {
            programme,
            post: programme.pot?,
            municipality,
            year,
            shares: pot.total?,
            awarded: pot.awarded.known()?,
            paid: pot.paid.known(),
            awards,
        })
    }

    pub fn add_up(&self) -> bool {
        self.awarded == self.shares && self.paid.is_none_or(|paid| paid <= self.shares)
    }

    fn finding(self) -> Finding {
        let Self {
            programme,
            municipality,
            year,
            shares,
            ..
        } = self;
        let to_pay_back = above(self.paid.unwrap_or(Ore::ZERO), shares);
        let reasons = self.reasons();
        Finding {
            kind: CaseKind::PotDifference,
            subject: format!("{}/{municipality}/{year}", programme.id),
            programme: Some(programme.id.clone()),
            municipality: Some(municipality),
            scheme: None,
            year,
            to_hold_back: above(above(self.awarded, shares), to_pay_back),
            to_pay_back,
            awards: self.awards,
            claim: None,
            reasons,
        }
    }

    fn reasons(&self) -> Vec<Reason> {
        let Self {
            programme,
            shares,
            awarded,
            ..
        } = self;
        let held = format!(
            "Andelene i potten er til sammen {}, og {} er tildelt på {}",
            in_kroner(*shares),
            in_kroner(*awarded),
            self.post
        );
        let (rule, message) = match awarded.cmp(shares) {
            Ordering::Greater => (
                "no-double-funding",
                format!("{held}: {} for mye.", in_kroner(above(*awarded, *shares))),
            ),
            Ordering::Less => (
                "no-municipality-worse-off",
                format!("{held}: {} for lite.", in_kroner(above(*shares, *awarded))),
            ),
            Ordering::Equal => (
                "no-double-funding",
                format!("{held}, men {} er utbetalt.", in_kroner(self.paid.unwrap_or(Ore::ZERO))),
            ),
        };
        let differs = Reason {
            code: ReasonCode::PotDiffers,
            rule: programme.rule(rule).cloned(),
            message,
        };
        let unknown = || Reason {
            code: ReasonCode::AmountUnknown,
            rule: None,
            message: "Utbetalt beløp er ikke oppgitt; hva som skal betales tilbake, er ikke kjent.".to_owned(),
        };
        std::iter::once(differs)
            .chain((self.paid.is_none() && awarded > shares).then(unknown))
            .collect()
    }
}
