//! What one award, or one application, gives to be looked at.

use programgrant_schema::{AwardStatus, Ore, Programme};

use super::Settings;
use super::amounts::{Amounts, above, in_kroner};
use super::claim_matching::Cover;
use super::rule_check::{is_awarded, standing, whole};
use crate::evidence::is_pot;
use crate::ledger::rules::{Reason, ReasonCode};
use crate::ledger::{CaseKind, Claim, Finding};
use crate::programme::Inputs;
use crate::view::Award;

/// Everything that an award is compared with.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    pub facts: Inputs<'a>,
    pub cover: &'a Cover<'a>,
    pub settings: &'a Settings,
}

impl Comparison<'_> {
    pub fn findings(&self, award: Award<'_>) -> Vec<Finding> {
        let found = [
            self.unresolved(award),
            self.of_participant(award),
            self.without_claim(award),
        ];
        let found: Vec<Finding> = found.into_iter().flatten().collect();
        if found.is_empty() {
            self.beside_another(award).into_iter().collect()
        } else {
            found
        }
    }

    /// Nobody can tell whose it is, in a scheme of a programme or beside one: then it may be a participant's, and the whole of
    /// it stands until somebody can.
    fn unresolved(&self, award: Award<'_>) -> Option<Finding> {
        let is_open = award.status().is_granted() || award.status() == AwardStatus::Applied;
        let programme = self
            .programme_on_post(award)
            .filter(|_| is_open && award.recipient().is_none())?;
        let reported = &award.reported();
        let stated: Vec<String> = [
            ("org.nr.", &reported.organisation_number),
            ("kommunenr.", &reported.number),
            ("navn", &reported.name),
        ]
        .into_iter()
        .filter_map(|(what, text)| Some(format!("{what} {}", text.as_deref()?)))
        .collect();
        let stated = if stated.is_empty() {
            "ingen opplysninger".to_owned()
        } else {
            stated.join(", ")
        };
        let message =
            format!("Mottakeren ({stated}) er ikke én kjent kommune. En saksbehandler må avgjøre hvem det gjelder.");
        let reason = Reason {
            code: ReasonCode::UnresolvedRecipient,
            rule: None,
            message,
        };
        let mut finding = blank(CaseKind::UnresolvedRecipient, award, vec![reason]);
        finding.programme = Some(programme.id.clone());
        if award.status().is_granted() {
            let amounts = Amounts::of(award);
            (finding.to_hold_back, finding.to_pay_back) = (amounts.to_hold_back, amounts.to_pay_back);
            finding.reasons.extend(amounts.doubt());
        }
        Some(finding)
    }

    /// The programme that has the award's scheme, a scheme that ever lay on its post, or the post as its pot.
    fn programme_on_post(&self, award: Award<'_>) -> Option<&Programme> {
        let programmes = &self.facts.reference.programmes;
        let has_scheme = |programme: &&Programme| {
            award
                .scheme()
                .as_ref()
                .is_some_and(|scheme| programme.scheme(scheme).is_some())
        };
        let has_post = |programme: &&Programme| {
            let mut schemes = programme
                .schemes
                .iter()
                .filter_map(|part| programmes.scheme(&part.scheme));
            programme.pot == Some(award.post()) || schemes.any(|scheme| scheme.ever_on(award.post()))
        };
        programmes
            .iter()
            .find(has_scheme)
            .or_else(|| programmes.iter().find(has_post))
    }

    /// The rules stand against it, or leave it to a case officer, and nobody with leave to do so has let it pass.
    fn of_participant(&self, award: Award<'_>) -> Option<Finding> {
        let (awarded, reference) = (is_awarded(award, self.facts.reference), self.facts.reference);
        if !awarded && award.status() != AwardStatus::Applied || is_pot(award, reference) {
            return None;
        }
        let standing = standing(award, reference)?;
        let claim = self.cover.claim(award);
        if claim.is_some_and(|claim| was_let_pass(award, claim)) {
            return None;
        }
        let kind = match (awarded, standing.began_before) {
            (false, _) => CaseKind::ApplicationFromParticipant,
            (true, true) => CaseKind::OverlappingPeriod,
            (true, false) => CaseKind::AwardToParticipant,
        };
        let mut finding = blank(kind, award, standing.reasons);
        finding.programme = standing.programme;
        finding.claim = claim.map(|claim| claim.id.clone());
        if awarded {
            let amounts = Amounts::of(award);
            (finding.to_hold_back, finding.to_pay_back) = (amounts.to_hold_back, amounts.to_pay_back);
            finding.reasons.extend(amounts.doubt());
        }
        Some(finding)
    }

    /// Awarded without leave, or for more than there was leave for: what there was no leave for stands until there is.
    fn without_claim(&self, award: Award<'_>) -> Option<Finding> {
        let reason = self.required(award)?;
        let claim = self.cover.claim(award);
        let amounts = Amounts::of(award);
        let (to_hold_back, to_pay_back, message) = match (claim, award.granted().stated()) {
            (None, _) => (
                amounts.to_hold_back,
                amounts.to_pay_back,
                format!("Ingen bekreftet klarering dekker tildelingen. {reason}"),
            ),
            (Some(claim), Some(granted)) if granted > claim.amount() => {
                let more = above(granted, claim.amount());
                let which = if claim.state.is_awarded() {
                    format!("krav {}", claim.id)
                } else {
                    "kravet".to_owned()
                };
                let message = format!(
                    "Det er tildelt {}, {} mer enn {which} klarerte. {reason}",
                    in_kroner(granted),
                    in_kroner(more)
                );
                (
                    amounts.to_hold_back.min(more),
                    above(amounts.to_pay_back, claim.amount()),
                    message,
                )
            }
            (Some(_), _) => return None,
        };
        let mut finding = blank(
            CaseKind::AwardWithoutClaim,
            award,
            vec![Reason {
                code: ReasonCode::ClaimMissing,
                rule: None,
                message,
            }],
        );
        finding.programme = self.programme_of_participant(award);
        finding.claim = claim.map(|claim| claim.id.clone());
        (finding.to_hold_back, finding.to_pay_back) = (to_hold_back, to_pay_back);
        finding.reasons.extend(amounts.doubt());
        Some(finding)
    }

    /// It covers some of what was cleared and confirmed for another award: a confirmation that a restored ledger has forgotten, or
    /// one award made twice. This needs no requirement, since the claim is there.
    fn beside_another(&self, award: Award<'_>) -> Option<Finding> {
        if !is_awarded(award, self.facts.reference)
            || self.cover.claim(award).is_some()
            || self.facts.view.successor(award).is_some()
        {
            return None;
        }
        let (claim, other) = self.cover.beside(award)?;
        let message = format!(
            "Tildelingen dekker noe av det samme som krav {}, som er bekreftet for en annen tildeling ({other}).",
            claim.id
        );
        let reason = Reason {
            code: ReasonCode::AlreadyFunded,
            rule: None,
            message,
        };
        let mut finding = blank(CaseKind::OverlappingPeriod, award, vec![reason]);
        finding.programme = self.programme_of_participant(award);
        finding.claim = Some(claim.id.clone());
        let amounts = Amounts::of(award);
        (finding.to_hold_back, finding.to_pay_back) = (amounts.to_hold_back, amounts.to_pay_back);
        finding.reasons.extend(amounts.doubt());
        finding.awards.push(other.to_owned());
        Some(finding)
    }

    /// Why the award must have a claim. Where its day of decision is not stated, its year decides: rather a case too many.
    fn required(&self, award: Award<'_>) -> Option<String> {
        let from = self
            .settings
            .claims_required_from
            .get(&award.source())
            .filter(|_| is_awarded(award, self.facts.reference))?;
        match award.decided_on() {
            Some(day) => (day >= *from).then(|| format!("Den er vedtatt {day}, og klarering kreves fra {from}.")),
            None => (award.year() >= from.year()).then(|| {
                format!(
                    "Vedtaksdatoen er ikke oppgitt; tilskuddsåret er {}, og klarering kreves fra {from}.",
                    award.year()
                )
            }),
        }
    }

    fn programme_of_participant(&self, award: Award<'_>) -> Option<String> {
        let mut programmes = self.facts.reference.programmes.iter();
        let concerns = |programme: &&Programme| {
            let has_scheme = award
                .scheme()
                .as_ref()
                .is_some_and(|scheme| programme.scheme(scheme).is_some());
            has_scheme
                && award
                    .recipient()
                    .is_some_and(|recipient| programme.has_participant(recipient))
        };
        programmes.find(concerns).map(|programme| programme.id.clone())
    }
}

/// Whether a case officer, or two people together, have let the claim pass, and the award is what they let pass.
fn was_let_pass(award: Award<'_>, claim: &Claim) -> bool {
    let is_decided = claim.verdict.reasons.iter().any(|reason| {
        matches!(
            reason.code,
            ReasonCode::DecidedByCaseOfficer | ReasonCode::ExceptionApproved
        )
    });
    let is_no_more = award
        .granted()
        .stated()
        .is_some_and(|granted| granted <= claim.amount());
    let is_within = whole(award).is_some_and(|application| {
        let (asked, awarded) = (claim.application.months(), application.months());
        let is_same_group =
            application.target_group.is_none() || application.target_group == claim.application.target_group;
        asked.start() <= awarded.start() && awarded.end() <= asked.end() && is_same_group
    });
    is_decided && is_no_more && is_within
}

fn blank(kind: CaseKind, award: Award<'_>, reasons: Vec<Reason>) -> Finding {
    Finding {
        kind,
        subject: award.id().to_owned(),
        programme: None,
        municipality: award.recipient(),
        scheme: award.scheme().cloned(),
        year: award.year(),
        to_hold_back: Ore::ZERO,
        to_pay_back: Ore::ZERO,
        awards: vec![award.id().to_owned()],
        claim: None,
        reasons,
    }
}
