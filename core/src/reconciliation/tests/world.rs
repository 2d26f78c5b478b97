//! A small world for each test: what the systems report, and what was claimed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::date;
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, MunicipalityRegister, Ore, Organisations,
    PILOT, Programme, Programmes, Record, RecordId, ReferenceTables, ReportedRecipient, SchemeId, SourceId,
};

use crate::journal::Journal;
use crate::ledger::rules::{Application, Outcome, ReasonCode, Recipient, SlotScope, Subject, Verdict};
use crate::ledger::{Binding, Case, CaseId, CaseKind, CaseState, Claim, ClaimId, ClaimState, Finding, Lane, Principal};
use crate::programme::{Asked, Freshness, Inputs};
use crate::reconciliation::{Against, Compared, Settings};
use crate::reference::{Reference, SubUnits};
use crate::systems;
use crate::view::{Material, SourceStatus, StoredRecord, View};

pub const BAMBLE: &str = "940244145";
pub const SILJAN: &str = "864953042";
pub const OSLO: &str = "958935420";

/// Read once: most worlds are alike.
static REFERENCE: LazyLock<Reference> = LazyLock::new(|| reference(PILOT.1));

fn reference(programme: &str) -> Reference {
    let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
    let programme = Programme::parse(PILOT.0, programme, &register).expect("sound");
    let organisations = Organisations::built_in().expect("sound");
    Reference {
        register,
        programmes: Programmes::new(vec![programme]).expect("sound"),
        organisations,
        sub_units: SubUnits::default(),
        sources: crate::systems::profiles(),
        registered: std::sync::Arc::default(),
    }
}

/// What the systems report, all of them heard to the end.
pub struct World {
    pub reference: Reference,
    records: Vec<StoredRecord>,
    freshness: Freshness,
    pub claims: Vec<Claim>,
    pub known: Vec<Case>,
    pub settings: Settings,
    pub journal: Journal,
}

impl World {
    pub fn new() -> Self {
        Self::under(REFERENCE.clone())
    }

    /// The same under another programme file.
    pub fn with_programme(text: &str) -> Self {
        Self::under(reference(text))
    }

    fn under(reference: Reference) -> Self {
        let asked = Asked {
            fresh_within: jiff::SignedDuration::from_hours(1),
            years_from: 2017,
        };
        Self {
            reference,
            records: Vec::new(),
            freshness: Freshness(systems::ALL.into_iter().map(|source| (source, asked)).collect()),
            claims: Vec::new(),
            known: Vec::new(),
            settings: Settings::default(),
            journal: Journal::default(),
        }
    }

    /// A world in which one award is reported.
    pub fn of(award: Told) -> Self {
        let mut world = Self::new();
        world.tell(award);
        world
    }

    pub fn tell(&mut self, Told { source, award }: Told) -> &mut StoredRecord {
        let id = RecordId::new(award.award.clone());
        self.records
            .retain(|stored| stored.source != source || stored.record.id != id);
        let record = Record {
            id,
            reference: format!("sak {}", award.award),
            revision: None,
            changed_at: None,
            item: None,
            content: Content::Award(award),
        };
        self.records.push(StoredRecord {
            source,
            record,
            received_at: Timestamp::UNIX_EPOCH,
            listed_in: 0,
            touched_in: 0,
            vanished_at: None,
            changed_before: None,
        });
        self.records.last_mut().expect("just pushed")
    }

    /// The source no longer lists it, since that generation.
    pub fn vanish(&mut self, key: &str, generation: u64) -> &StoredRecord {
        let gone = self
            .records
            .iter_mut()
            .find(|stored| stored.record.id.as_str() == key)
            .expect("told");
        (gone.vanished_at, gone.touched_in) = (Some(Timestamp::UNIX_EPOCH), generation);
        gone
    }

    /// The source has listed it since that generation alone.
    pub fn tell_in(&mut self, generation: u64, told: Told) {
        self.tell(told).listed_in = generation;
    }

    pub fn view(&self) -> View {
        let heard = SourceStatus {
            walked: true,
            heard_at: Some(Timestamp::UNIX_EPOCH),
            ..SourceStatus::default()
        };
        let statuses: BTreeMap<SourceId, SourceStatus> =
            systems::ALL.into_iter().map(|source| (source, heard.clone())).collect();
        let records: Vec<&StoredRecord> = self.records.iter().collect();
        View::build(
            &Material {
                generation: 1,
                records: &records,
                set_aside: &[],
                statuses: &statuses,
            },
            &std::sync::Arc::new(self.reference.clone()),
        )
    }

    pub fn facts<'a>(&'a self, view: &'a View) -> Inputs<'a> {
        Inputs {
            view,
            reference: &self.reference,
            freshness: &self.freshness,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    pub fn findings(&self) -> Vec<Finding> {
        let view = self.view();
        findings(
            self.facts(&view),
            &self.claims,
            &self.known,
            (&self.journal, &self.settings),
        )
    }

    /// What of it the ledger has not heard yet.
    pub fn news(&self) -> Vec<Finding> {
        news(self.findings(), &self.known)
    }

    /// The one finding of that kind.
    pub fn the(&self, kind: CaseKind) -> Finding {
        let mut found: Vec<Finding> = self
            .findings()
            .into_iter()
            .filter(|finding| finding.kind == kind)
            .collect();
        assert_eq!(found.len(), 1, "{kind:?}: {found:#?}");
        found.remove(0)
    }

    pub fn kinds(&self) -> Vec<CaseKind> {
        self.findings().into_iter().map(|finding| finding.kind).collect()
    }

    /// Awards of the source need a claim from the first day of 2021.
    pub fn requires_claims(mut self, source: SourceId) -> Self {
        self.settings.claims_required_from.insert(source, date(2021, 1, 1));
        self
    }

    /// Everything that is found now becomes a case in that state.
    pub fn open_cases(&mut self, state: CaseState) {
        self.known = self
            .findings()
            .into_iter()
            .map(|finding| case(finding, state))
            .collect();
    }
}

/// What a system says of an award.
#[derive(Debug, Clone)]
pub struct Told {
    pub source: SourceId,
    pub award: AwardStatement,
}

impl Told {
    /// 500 000 kr granted to Bamble under the scheme that year, of which 200 000,50 kr is paid.
    pub fn of(scheme: &str, year: i16) -> Self {
        let reference = &*REFERENCE;
        let scheme = reference.programmes.scheme(&SchemeId::new(scheme)).expect("known");
        let award = AwardStatement {
            award: format!("{}-{year}", scheme.id),
            post: scheme.post_in(year).expect("in force"),
            activity: scheme.activity.clone(),
            year,
            recipient: ReportedRecipient {
                organisation_number: Some(BAMBLE.to_owned()),
                ..ReportedRecipient::default()
            },
            status: AwardStatus::Granted,
            applied: Figure::NotApplicable,
            granted: Figure::Stated(kroner(500_000)),
            paid: Figure::Stated(ore(20_000_050)),
            decided_on: Some(date(year, 3, 1)),
            use_from: None,
            use_until: None,
            report_due: None,
            target_group: None,
            payer: None,
            disbursements: Vec::new(),
        };
        Self {
            source: scheme.sources[0],
            award,
        }
    }

    /// What is paid from the pot.
    pub fn pot(granted: Ore, paid: Figure) -> Self {
        let mut told = Self::of("231.63", 2021).key("pot");
        (told.award.post, told.award.granted, told.award.paid) =
            (BudgetPost::new(226, 64), Figure::Stated(granted), paid);
        told.status(AwardStatus::Paid)
    }

    pub fn but(mut self, change: impl FnOnce(&mut AwardStatement)) -> Self {
        change(&mut self.award);
        self
    }

    pub fn to(self, organisation: &str) -> Self {
        let recipient = ReportedRecipient {
            organisation_number: Some(organisation.to_owned()),
            ..ReportedRecipient::default()
        };
        self.but(|award| award.recipient = recipient)
    }

    pub fn key(self, key: &str) -> Self {
        self.but(|award| key.clone_into(&mut award.award))
    }

    pub fn status(self, status: AwardStatus) -> Self {
        self.but(|award| award.status = status)
    }

    /// The claim that Udir's neighbours would have made for it.
    pub fn claim(&self, state: ClaimState) -> Claim {
        let reference = &*REFERENCE;
        let award = &self.award;
        let scheme = reference
            .programmes
            .classify(award.year, award.post, award.activity.as_deref())
            .expect("one scheme");
        let by = Principal {
            organisation: scheme.directorate,
            subject: "system".to_owned(),
        };
        let application = Application {
            recipient: Recipient::Municipality(reference.resolve(&award.recipient, award.year).expect("known")),
            subject: Subject::Scheme(scheme.id.clone()),
            activity: None,
            target_group: award.target_group,
            year: award.year,
            amount: award.granted.stated().expect("stated"),
            use_from: award.use_from,
            use_until: award.use_until,
            case_reference: "21/4711".to_owned(),
            is_looked_up: false,
        };
        Claim {
            id: ClaimId::of(&by, &award.award),
            state,
            fence: 3,
            reservation: 1,
            lane: Lane::Ordinary,
            binding: Binding::ConfirmFirst,
            reach: SlotScope::exactly(&application),
            application,
            verdict: Verdict::of(Outcome::Clear, ReasonCode::NotAParticipant, "Kommunen deltar ikke."),
            requested_by: by,
            key: award.award.clone(),
            request_hash: String::new(),
            requested_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            award_reference: Some(award.award.clone()),
            exception: None,
        }
    }
}

pub fn ore(ore: i64) -> Ore {
    Ore::new(ore).expect("in range")
}

pub fn kroner(kroner: i64) -> Ore {
    Ore::from_kroner(kroner).expect("in range")
}

pub fn moved(month: i8, amount: Ore) -> Disbursement {
    Disbursement {
        on: date(2021, month, 1),
        amount,
        reference: None,
    }
}

pub fn codes(finding: &Finding) -> Vec<ReasonCode> {
    finding.reasons.iter().map(|reason| reason.code).collect()
}

/// The case that a finding becomes.
pub fn case(finding: Finding, state: CaseState) -> Case {
    Case {
        id: finding.case(),
        state,
        finding,
        opened_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
        decided_by: None,
        decision: None,
    }
}

/// What the programme decided, and what is asked of the systems.
pub type Decided<'a> = (&'a Journal, &'a Settings);

/// Everything compared at once, as nobody has before.
pub fn compared(facts: Inputs<'_>, claims: &[Claim], known: &[Case], told: Decided<'_>) -> Compared {
    let known: BTreeMap<CaseId, Case> = known.iter().map(|case| (case.id.clone(), case.clone())).collect();
    let mut compared = Compared::default();
    let all = compared.to_look_at(facts.view);
    let (journal, settings) = told;
    let against = Against {
        known: &known,
        journal,
        settings,
    };
    compared.look_at(facts, &all, claims, against);
    compared
}

pub fn findings(facts: Inputs<'_>, claims: &[Claim], known: &[Case], told: Decided<'_>) -> Vec<Finding> {
    let compared = compared(facts, claims, known, told);
    compared.findings().map(|(_, finding)| finding.clone()).collect()
}

pub fn payments(facts: Inputs<'_>, claims: &[Claim]) -> Vec<ClaimId> {
    let compared = compared(facts, claims, &[], (&Journal::default(), &Settings::default()));
    compared.paid().cloned().collect()
}

/// What of these findings the known cases do not say.
pub fn news(findings: Vec<Finding>, known: &[Case]) -> Vec<Finding> {
    let findings: BTreeMap<CaseId, Finding> = findings.into_iter().map(|finding| (finding.case(), finding)).collect();
    let known = known.iter().map(|case| (case.id.clone(), case.clone())).collect();
    crate::reconciliation::news(findings.iter(), &known)
}
