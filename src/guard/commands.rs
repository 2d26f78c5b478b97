//! What may be done about a claim or a case once it is there.

use programgrant_core::ledger::rules::{Application, Verdict, judge_allowed, judge_exception};
use programgrant_core::ledger::{
    Case, CaseDecision, CaseId, Claim, ClaimId, ClaimResult, Command, CommandOutcome, Confirmation, Principal, Refusal,
    StatedAward,
};
use programgrant_core::programme::Inputs;
use programgrant_schema::Ore;

use super::{Guard, GuardError, check_text};
use crate::store::ledger::LedgerStore;

/// A case officer's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficerDecision {
    Allow,
    Refuse,
}

/// A claim under the fence that its caller knows.
#[derive(Debug, Clone)]
pub struct Fenced {
    pub claim: ClaimId,
    pub fence: i64,
    pub by: Principal,
    /// Whether the claim belongs to a programme whose office the caller is, so that it may be another body's.
    pub as_office: bool,
}

impl Guard {
    /// Before the award becomes binding.
    pub async fn confirm(
        &self,
        at: Fenced,
        award_reference: &str,
        awarded: Ore,
        stated: StatedAward,
    ) -> Result<ClaimResult, GuardError> {
        check_text("awardReference", award_reference)?;
        let claim = self.own_claim(&at).await?;
        let reported = self
            .dependencies
            .read(|inputs| reported(inputs, &claim.application, award_reference));
        let (stated, award_reference) = (vec![stated], award_reference.trim().to_owned());
        let confirmation = Confirmation {
            claim: at.claim,
            fence: at.fence,
            by: at.by,
            award_reference,
            awarded,
            stated,
            reported,
        };
        self.settle(Command::Confirm(Box::new(confirmation))).await
    }

    /// The award will not be made, or has been reversed.
    pub async fn release(&self, at: Fenced, reason: &str) -> Result<ClaimResult, GuardError> {
        check_text("reason", reason)?;
        self.own_claim(&at).await?;
        self.settle(Command::Release {
            claim: at.claim,
            fence: at.fence,
            by: at.by,
            reason: reason.to_owned(),
        })
        .await
    }

    /// A case officer's decision on a claim that is held. What no case officer may decide is judged anew.
    /// `claim` is it, where the caller has read it already.
    pub async fn decide(
        &self,
        at: Fenced,
        claim: Option<Claim>,
        decision: OfficerDecision,
        reason: &str,
    ) -> Result<ClaimResult, GuardError> {
        check_text("reason", reason)?;
        let claim = self.known_or_read(claim, &at).await?;
        let allow = match decision {
            OfficerDecision::Allow => Some(
                self.dependencies
                    .read(|inputs| Self::judge(inputs, &claim.application, &[], false, judge_allowed)),
            ),
            OfficerDecision::Refuse => None,
        };
        self.settle(Command::Rule {
            claim: at.claim,
            fence: at.fence,
            by: at.by,
            allow,
            reason: reason.to_owned(),
        })
        .await
    }

    /// The first of two people from two bodies.
    pub async fn propose(&self, at: Fenced, reason: &str, legal_basis: &str) -> Result<ClaimResult, GuardError> {
        check_text("reason", reason)?;
        check_text("legalBasis", legal_basis)?;
        let (reason, legal_basis) = (reason.to_owned(), legal_basis.to_owned());
        self.settle(Command::Propose {
            claim: at.claim,
            fence: at.fence,
            by: at.by,
            reason,
            legal_basis,
        })
        .await
    }

    /// The second. `claim` is as for [`Self::decide`].
    pub async fn approve(&self, at: Fenced, claim: Option<Claim>, reason: &str) -> Result<ClaimResult, GuardError> {
        check_text("reason", reason)?;
        let claim = self.known_or_read(claim, &at).await?;
        let (mut overruled, _) = self.store.occupants(&claim.application, &claim.reach).await?;
        overruled.retain(|other| other.id != claim.id);
        let verdict: Verdict = self
            .dependencies
            .read(|inputs| Self::judge(inputs, &claim.application, &overruled, false, judge_exception));
        self.settle(Command::Approve {
            claim: at.claim,
            fence: at.fence,
            by: at.by,
            reason: reason.to_owned(),
            verdict,
        })
        .await
    }

    /// A decision on a case.
    pub async fn decide_case(
        &self,
        case: CaseId,
        by: Principal,
        decision: CaseDecision,
        reason: &str,
    ) -> Result<Case, GuardError> {
        check_text("reason", reason)?;
        let command = Command::DecideCase {
            case,
            by,
            decision,
            reason: reason.to_owned(),
        };
        match self.writer.carry_out(command).await?.map_err(GuardError::Refused)? {
            CommandOutcome::Case(case) => Ok(*case),
            _ => Err(GuardError::Refused(Refusal::UnknownCase)),
        }
    }

    async fn known_or_read(&self, known: Option<Claim>, at: &Fenced) -> Result<Claim, GuardError> {
        match known {
            Some(claim) => Ok(claim),
            None => self.any_claim(&at.claim).await,
        }
    }

    async fn any_claim(&self, id: &ClaimId) -> Result<Claim, GuardError> {
        let kept = self
            .claim(id)
            .await?
            .ok_or(GuardError::Refused(Refusal::UnknownClaim))?;
        Ok(kept.claim)
    }

    /// A claim of the caller's own body, or one that its office settles; another's is not found.
    async fn own_claim(&self, at: &Fenced) -> Result<Claim, GuardError> {
        let claim = self.any_claim(&at.claim).await?;
        if claim.requested_by.organisation == at.by.organisation || at.as_office {
            Ok(claim)
        } else {
            Err(GuardError::Refused(Refusal::UnknownClaim))
        }
    }
}

/// What a source says of the award that is confirmed, where it has reported it already.
fn reported(inputs: Inputs<'_>, application: &Application, award_reference: &str) -> Option<StatedAward> {
    let application = application.followed(inputs.reference);
    let programgrant_core::ledger::rules::Recipient::Municipality(recipient) = application.recipient else {
        return None;
    };
    let programgrant_core::ledger::rules::Subject::Scheme(scheme) = &application.subject else {
        return None;
    };
    let reference = award_reference.trim();
    let is_it = |award: &programgrant_core::view::Award<'_>| {
        let key = award.id().split_once(':').map(|(_, key)| key);
        award.scheme() == Some(scheme)
            && (award.reference() == reference || key == Some(reference) || award.id() == reference)
    };
    let mut statements = inputs
        .view
        .awards_of(recipient)
        .flat_map(programgrant_core::view::Award::statements);
    let award = statements.find(is_it)?;
    Some(StatedAward {
        year: Some(award.year()),
        use_from: award.use_from(),
        use_until: award.use_until(),
    })
}
