//! From the view to a question: what was awarded that may stand against an application, and what is not known. Pure.

use std::ops::RangeInclusive;

use programgrant_schema::{AwardStatus, Delivery, GrantScheme, MunicipalityId, SourceId};

use crate::calendar::norwegian_date;
use crate::ledger::rules::{
    Application, Doubt, DoubtKind, EvidenceRecord, Knowledge, Month, Question, Recipient, ReportedAward, Subject,
    Taken, months, reported_project,
};
use crate::programme::Inputs;
use crate::reference::{BRREG, KLASS, Reference};
use crate::view::{Award, SourceView};

/// What one picture of the sources says about an application, owned, so that it outlives the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub awards: Vec<ReportedAward>,
    pub knowledge: Knowledge,
}

impl Evidence {
    /// Gathers it. Whether the ledger is in order is the ledger's own knowledge.
    pub fn collect(inputs: Inputs<'_>, application: &Application, is_ledger_in_order: bool) -> Self {
        let schemes = application.subject.may_mean(inputs.reference);
        let recipient = match application.recipient {
            Recipient::Municipality(municipality) => Some(municipality),
            Recipient::Unresolved(_) => None,
        };
        let awards = recipient.map_or_else(Vec::new, |municipality| {
            awards(inputs, application, &schemes, municipality)
        });
        let doubts = doubts(inputs, application, &schemes, recipient);
        Self {
            awards,
            knowledge: Knowledge {
                is_ledger_in_order,
                doubts,
            },
        }
    }

    pub fn question<'a>(
        &'a self,
        application: &'a Application,
        reference: &'a Reference,
        taken: &'a [Taken],
    ) -> Question<'a> {
        Question {
            application,
            reference,
            taken,
            awards: &self.awards,
            knowledge: &self.knowledge,
        }
    }
}

fn awards(
    inputs: Inputs<'_>,
    application: &Application,
    schemes: &[&GrantScheme],
    municipality: MunicipalityId,
) -> Vec<ReportedAward> {
    let (view, reference) = (inputs.view, inputs.reference);
    let parts = reference
        .register
        .get(municipality)
        .into_iter()
        .flat_map(|municipality| &municipality.parts);
    let own = view.awards_of(municipality).map(|award| (award, true));
    let possible = view
        .awards_possibly_of(municipality)
        .chain(parts.flat_map(|part| view.awards_of(*part)))
        .map(|award| (award, false));
    let is_resolved = matches!(application.subject, Subject::Scheme(_));
    // Whatever any source reports stands, whichever of them states the figures.
    own.chain(possible)
        .flat_map(|(award, is_recipient)| award.statements().map(move |statement| (statement, is_recipient)))
        .filter(|(award, _)| award.status().is_granted() && !is_pot(*award, reference))
        .filter_map(|(award, is_recipient)| {
            let relation = schemes.iter().filter_map(|scheme| relation(award, scheme)).max()?;
            Some(reported(
                award,
                is_recipient && is_resolved && relation == Relation::Is,
                reference,
            ))
        })
        .collect()
}

/// What is paid from a pot is judged by the participation alone.
pub(crate) fn is_pot(award: Award<'_>, reference: &Reference) -> bool {
    award.status() == AwardStatus::InProgramme
        || award.scheme().is_none()
            && reference
                .programmes
                .iter()
                .any(|programme| programme.pot == Some(award.post()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    MayBe,
    Is,
}

/// Whether the award counts as the scheme's: it is, or cannot be told apart from it on a post that the scheme ever lay on; or it
/// is of a scheme from before this one had a post of its own, and a part of it may be.
fn relation(award: Award<'_>, scheme: &GrantScheme) -> Option<Relation> {
    match award.scheme() {
        Some(id) if *id == scheme.id => Some(Relation::Is),
        Some(_) => (scheme.ever_on(award.post()) && scheme.post_in(award.year()).is_none()).then_some(Relation::MayBe),
        None => scheme.ever_on(award.post()).then_some(Relation::Is),
    }
}

/// The award as the rules see it.
pub fn reported(award: Award<'_>, is_certain: bool, reference: &Reference) -> ReportedAward {
    let source = &award.provenance();
    ReportedAward {
        id: award.id().to_owned(),
        is_certain,
        months: months_of(award),
        target_group: award.target_group(),
        activity: award
            .scheme()
            .and_then(|scheme| reported_project(scheme, award.activity(), reference)),
        has_vanished: award.vanished_at().is_some(),
        evidence: EvidenceRecord {
            source: source.source,
            record: source.record.clone(),
            changed_at: source.changed_at,
            received_at: source.received_at,
        },
    }
}

/// The award's months; a period that runs backwards covers all that it names, and the grant year.
fn months_of(award: Award<'_>) -> RangeInclusive<Month> {
    let (from, until) = (award.use_from(), award.use_until());
    let stated = months(award.year(), from, until);
    if stated.start() <= stated.end() {
        return stated;
    }
    let (first, last) = months(award.year(), None, None).into_inner();
    first.min(*stated.end())..=last.max(*stated.start())
}

fn doubts(
    inputs: Inputs<'_>,
    application: &Application,
    schemes: &[&GrantScheme],
    recipient: Option<MunicipalityId>,
) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let found = schemes.iter().flat_map(|scheme| {
        let of_sources = scheme.sources.iter().flat_map(|id| of_source(inputs, application, *id));
        of_sources.chain(of_records(inputs, application, scheme, recipient))
    });
    for doubt in found.chain(of_registers(inputs, application)) {
        if !doubts.contains(&doubt) {
            doubts.push(doubt);
        }
    }
    doubts
}

/// What is not known because a reference register that is asked was heard too long ago, or never. Whom a number means, Statistics
/// Norway says of everybody; Enhetsregisteret only of whom nobody else knows.
fn of_registers<'a>(inputs: Inputs<'a>, application: &Application) -> impl Iterator<Item = Doubt> + use<'a> {
    let is_unknown = matches!(application.recipient, Recipient::Unresolved(_));
    let rests_on = [(KLASS, true), (BRREG, application.is_looked_up || is_unknown)];
    let asked = move |(id, rests): (SourceId, bool)| (rests && inputs.freshness.0.contains_key(&id)).then_some(id);
    rests_on.into_iter().filter_map(asked).filter_map(move |source| {
        let kind = not_heard(inputs, &inputs.view.source(source))?;
        Some(Doubt { source, kind })
    })
}

fn not_heard(inputs: Inputs<'_>, source: &SourceView) -> Option<DoubtKind> {
    match source.heard_at() {
        Some(heard_at) if source.status.walked => source
            .is_stale(inputs.now, inputs.freshness.limit(source.id))
            .then_some(DoubtKind::Stale { heard_at }),
        _ => Some(DoubtKind::Silent),
    }
}

/// What is not known because of the source itself.
fn of_source(inputs: Inputs<'_>, application: &Application, id: SourceId) -> Vec<Doubt> {
    let source = inputs.view.source(id);
    let age = not_heard(inputs, &source);
    let gap = source.has_gap().then_some(DoubtKind::Gap);
    // A year to come that the period of use alone touches is no doubt: what is granted for it later will find this claim.
    let is_to_come = |year: i16| year == application.year && is_to_come(&source, year);
    let not_asked = |year: &i16| !inputs.freshness.is_asked(id, *year) || is_to_come(*year);
    let not_asked = application
        .years()
        .filter(not_asked)
        .map(|year| DoubtKind::NotAsked { year });
    age.into_iter()
        .chain(gap)
        .chain(not_asked)
        .map(|kind| Doubt { source: id, kind })
        .collect()
}

/// Whether the year lay ahead when the source was last heard: one that answers by year was not asked for it.
fn is_to_come(source: &SourceView, year: i16) -> bool {
    let is_ahead = |heard_at| year > norwegian_date(heard_at).year();
    source.profile.delivery == Delivery::Answers && source.heard_at().is_some_and(is_ahead)
}

/// What is not known because a record cannot be read.
fn of_records(
    inputs: Inputs<'_>,
    application: &Application,
    scheme: &GrantScheme,
    recipient: Option<MunicipalityId>,
) -> Vec<Doubt> {
    let of_year = |year: i16| {
        let clouded = recipient.and_then(|_| inputs.view.hides_award(recipient, scheme, year));
        let in_doubt = inputs.view.hides_award(None, scheme, year);
        let doubts = [
            (clouded, DoubtKind::Clouded { year }),
            (in_doubt, DoubtKind::InDoubt { year }),
        ];
        doubts
            .into_iter()
            .filter_map(|(source, kind)| Some(Doubt { source: source?, kind }))
    };
    application.years().flat_map(of_year).collect()
}
