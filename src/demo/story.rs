//! What the programme itself decides in the demonstration, told along with its past: allocations worked out from real indicators and example keys,
//! one of them commented on, one objected to and corrected, and a share that is not the one decided, which its municipality objects to; an
//! announcement, an application, an assessment and a choice; what Bamble does with its pot. All words are made up and say so.

use anyhow::Context;
use jiff::civil::{Date, date};
use programgrant_core::allocation::AllocationBasis;
use programgrant_core::journal::{
    BodyFunction, JournalCommand, JournalId, JournalKind, JournalRequest, ObjectionAbout, ObjectionOutcome,
    PoliticalDecision, Recommendation, RegionStanding, SelectionTerms,
};
use programgrant_core::ledger::Principal;
use programgrant_schema::SchemeId;

use super::decided::{BAMBLE, CORRECTED, DecidedAllocations, PROGRAMME};
use crate::app::Gateway;
use crate::guard::JournalError;

pub(super) const OFFICE: &str = "970018131";
/// The county governor of Vestfold and Telemark.
const GOVERNOR: &str = "974762501";
/// Stands in for the region's resource group.
pub const RESOURCE_GROUP: &str = "983544622";
/// Whose share of 2022 NAV has registered in part on another.
const HORTEN: &str = "964951284";
const NAV: &str = "889640782";
/// Takes no part, and applies.
const PORSGRUNN: &str = "939991034";

/// The story's steps, one for each moment at which the demonstration's systems are heard. A step that comes too early for the one before is refused
/// and left out: where little time has passed, less has happened.
pub struct Story<'a> {
    pub gateway: &'a Gateway,
    pub allocations: &'a DecidedAllocations,
    /// The last day for comments, and for applications.
    pub comments_until: Date,
    pub applications_until: Date,
}

impl Story<'_> {
    pub async fn step(&self, place: usize) -> anyhow::Result<()> {
        match place {
            0 => {
                self.begin().await?;
                self.use_begins().await
            }
            1 => {
                self.say().await?;
                self.use_is_reported().await
            }
            2 => {
                self.decide().await?;
                self.use_is_evaluated().await
            }
            3 => self.correct().await,
            _ => Ok(()),
        }
    }

    /// Two years are decided, the third is put up for comments; the county governor announces.
    async fn begin(&self) -> anyhow::Result<()> {
        for (year, basis) in self.allocations.first() {
            let what = draft(year, basis, "Oppdiktet: årets fordeling etter eksempelnøklene", None);
            self.tell(OFFICE, &format!("utkast {year}"), what).await?;
            let allocation = allocation(&format!("utkast {year}"));
            let propose = JournalRequest::Propose {
                allocation: allocation.clone(),
            };
            self.tell(OFFICE, &format!("forslag {year}"), propose).await?;
            if year == 2022 {
                let until = self.comments_until;
                let consult = JournalRequest::Consult { allocation, until };
                self.tell(OFFICE, "høring 2022", consult).await?;
            } else {
                let reference = format!("Oppdiktet {year}/1");
                let decide = JournalRequest::DecideAllocation { allocation, reference };
                self.tell(OFFICE, &format!("vedtak {year}"), decide).await?;
            }
        }
        let announce = JournalRequest::Announce {
            programme: PROGRAMME.to_owned(),
            region: number(GOVERNOR)?,
            year: None,
            terms: SelectionTerms::default(),
            text: "Oppdiktet: Kommunene i Vestfold og Telemark kan søke om å være med i programmet.".to_owned(),
            deadline: self.applications_until,
        };
        self.tell(GOVERNOR, "kunngjøring", announce).await
    }

    /// A municipality comments, one applies and is assessed, and one objects.
    async fn say(&self) -> anyhow::Result<()> {
        let comment = JournalRequest::Comment {
            allocation: allocation("utkast 2022"),
            text: "Oppdiktet: Vi ber om at tallet på unge utenfor arbeid og utdanning blir kontrollert.".to_owned(),
        };
        self.tell(BAMBLE, "merknad", comment).await?;
        let apply = JournalRequest::Apply {
            announcement: JournalId::of(JournalKind::Kunngjoring, &principal(GOVERNOR)?, "kunngjøring"),
            municipality: number(PORSGRUNN)?,
            region: Some(number(GOVERNOR)?),
            standing: None,
            challenges: "Oppdiktet: Mange unge faller ut av videregående opplæring.".to_owned(),
            progress: "Oppdiktet: Et tverrfaglig team er i gang.".to_owned(),
            motivation: "Oppdiktet: Kommunen vil samordne tjenestene og har satt av folk til det.".to_owned(),
            political_decision: Some(PoliticalDecision {
                reference: "Oppdiktet sak 1".to_owned(),
                on: date(2026, 1, 1),
            }),
        };
        self.tell(PORSGRUNN, "søknad", apply).await?;
        let assess = JournalRequest::Assess {
            application: JournalId::of(JournalKind::Soknad, &principal(PORSGRUNN)?, "søknad"),
            recommendation: Recommendation::Recommended,
            text: "Oppdiktet: Godt begrunnet, og arbeidet er kommet langt.".to_owned(),
        };
        self.tell_in(RESOURCE_GROUP, "vurdering", Some(BodyFunction::ResourceGroup), assess)
            .await?;
        let object = JournalRequest::Object {
            programme: PROGRAMME.to_owned(),
            municipality: number(BAMBLE)?,
            about: ObjectionAbout::Allocation(allocation("utkast 2021")),
            reason: "Oppdiktet: Tallet på barn og unge er for lavt; SSB har rettet det.".to_owned(),
            addressee: Some(number(OFFICE)?),
        };
        self.tell(BAMBLE, "innsigelse", object).await
    }

    /// The comment is answered, and the third year is decided.
    async fn decide(&self) -> anyhow::Result<()> {
        let answer = JournalRequest::AnswerComment {
            comment: JournalId::of(JournalKind::Merknad, &principal(BAMBLE)?, "merknad"),
            text: "Oppdiktet: Tallet er kontrollert og er SSBs.".to_owned(),
        };
        self.tell(OFFICE, "svar", answer).await?;
        let decide = JournalRequest::DecideAllocation {
            allocation: allocation("utkast 2022"),
            reference: "Oppdiktet 2022/1".to_owned(),
        };
        self.tell(OFFICE, "vedtak 2022", decide).await?;
        self.object_to_a_share().await
    }

    /// Horten has less of 621.63 than was decided: NAV has registered a part of it on Larvik.
    async fn object_to_a_share(&self) -> anyhow::Result<()> {
        let view = self.gateway.dependencies.views.current();
        let municipality = view.reference.by_organisation(number(HORTEN)?);
        let municipality = municipality.context("Horten is not known")?;
        let Some(share) = view.shares(municipality, &SchemeId::new("621.63"), 2022).next() else {
            return Ok(());
        };
        let object = JournalRequest::Object {
            programme: PROGRAMME.to_owned(),
            municipality: number(HORTEN)?,
            about: ObjectionAbout::Award(share.id().to_owned()),
            reason: "Oppdiktet: Andelen er 40 000 kr mindre enn den som er vedtatt.".to_owned(),
            addressee: Some(number(NAV)?),
        };
        self.tell(HORTEN, "innsigelse mot andel", object).await
    }

    /// The objection is upheld, the allocation corrected beside the old one; the region is full, and nobody is chosen.
    async fn correct(&self) -> anyhow::Result<()> {
        let answer = JournalRequest::AnswerObjection {
            objection: JournalId::of(JournalKind::Innsigelse, &principal(BAMBLE)?, "innsigelse"),
            outcome: ObjectionOutcome::Upheld,
            reason: "Oppdiktet: Tallet er rettet, og fordelingen med det.".to_owned(),
        };
        self.tell(OFFICE, "svar på innsigelse", answer).await?;
        let reason = "Oppdiktet: retter tallet på barn og unge i Bamble";
        let corrects = allocation(&format!("utkast {CORRECTED}"));
        let what = draft(CORRECTED, self.allocations.correction(), reason, Some(corrects));
        self.tell(OFFICE, "rettelse 2021", what).await?;
        let allocation = allocation("rettelse 2021");
        let propose = JournalRequest::Propose {
            allocation: allocation.clone(),
        };
        self.tell(OFFICE, "forslag til rettelse 2021", propose).await?;
        let reference = "Oppdiktet 2021/2".to_owned();
        let decide = JournalRequest::DecideAllocation { allocation, reference };
        self.tell(OFFICE, "vedtatt rettelse 2021", decide).await?;
        let select = JournalRequest::Select {
            announcement: JournalId::of(JournalKind::Kunngjoring, &principal(GOVERNOR)?, "kunngjøring"),
            chosen: Vec::new(),
            reason: "Oppdiktet: Regionen har fire kommuner med, så det er ikke plass til flere.".to_owned(),
            reference: "Oppdiktet 1".to_owned(),
            standing: RegionStanding {
                most: Some(4),
                taking_part: Vec::new(),
            },
        };
        self.tell(GOVERNOR, "valg", select).await
    }

    pub(super) async fn tell(&self, by: &str, key: &str, what: JournalRequest) -> anyhow::Result<()> {
        self.tell_in(by, key, None, what).await
    }

    pub(super) async fn tell_in(
        &self,
        by: &str,
        key: &str,
        function: Option<BodyFunction>,
        what: JournalRequest,
    ) -> anyhow::Result<()> {
        let command = JournalCommand {
            by: principal(by)?,
            function,
            key: key.to_owned(),
            what,
        };
        match self.gateway.guard.carry_out(command).await {
            Ok(_) | Err(JournalError::Refused(_)) => Ok(()),
            Err(error) => Err(error).with_context(|| key.to_owned()),
        }
    }
}

fn draft(year: i16, basis: &AllocationBasis, reason: &str, corrects: Option<JournalId>) -> JournalRequest {
    JournalRequest::Draft {
        programme: PROGRAMME.to_owned(),
        year,
        basis: Box::new(basis.clone()),
        reason: reason.to_owned(),
        corrects,
    }
}

pub(super) fn principal(body: &str) -> anyhow::Result<Principal> {
    Ok(Principal {
        organisation: number(body)?,
        subject: "demonstrasjon".to_owned(),
    })
}

pub(super) fn number(body: &str) -> anyhow::Result<programgrant_schema::OrganisationNumber> {
    Ok(body.parse()?)
}

/// The office's version that was put up under that key.
fn allocation(key: &str) -> JournalId {
    principal(OFFICE).map_or_else(
        |_| JournalId::new(String::new()),
        |office| JournalId::of(JournalKind::Fordeling, &office, key),
    )
}
