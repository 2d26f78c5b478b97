//! One award as it is kept: what recurs is shared, what is rare lies apart, and what is left takes a fixed place. From an award of one
//! record the record can be told again, so that the register need not be kept beside the picture.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, MunicipalityId, Ore, OrganisationNumber,
    Payer, Record, RecordId, ReportedRecipient, SchemeId, SourceId, TargetGroup,
};

use super::StoredRecord;
use super::links::Links;

/// What many awards have in common.
#[derive(Debug, PartialEq, Eq)]
pub struct Heading {
    pub source: SourceId,
    pub scheme: Option<SchemeId>,
    /// The scheme's place among those of the reference data.
    pub scheme_at: Option<u16>,
    pub post: BudgetPost,
    pub activity: Option<String>,
    /// The source's place among those of the scheme.
    pub named_at: Option<u16>,
    /// The source's place among all.
    pub shown_at: Option<u16>,
}

impl Heading {
    /// Whether the source says something of a scheme that it does not report.
    pub fn is_stranger(&self) -> bool {
        self.scheme.is_some() && self.named_at.is_none()
    }
}

/// What a row is made of.
#[derive(Debug)]
pub struct Draft<'a> {
    pub key: &'a str,
    pub heading: Arc<Heading>,
    pub reported: Arc<ReportedRecipient>,
    pub recipient: Option<MunicipalityId>,
    pub year: i16,
    pub status: AwardStatus,
    pub applied: Figure,
    pub granted: Figure,
    pub paid: Figure,
    pub decided_on: Option<Date>,
    pub use_from: Option<Date>,
    pub use_until: Option<Date>,
    pub report_due: Option<Date>,
    pub target_group: Option<TargetGroup>,
    pub payer: Option<OrganisationNumber>,
    pub disbursements: Vec<Disbursement>,
    /// The record that decides.
    pub deciding: &'a StoredRecord,
    /// How it stood before corrections; `None` where there is nothing but a correction.
    pub drafted: Option<AwardStatus>,
}

impl<'a> Draft<'a> {
    /// An award of which nothing but its whereabouts is said yet.
    pub fn blank(
        key: &'a str,
        heading: Arc<Heading>,
        reported: Arc<ReportedRecipient>,
        recipient: Option<MunicipalityId>,
        year: i16,
        deciding: &'a StoredRecord,
    ) -> Self {
        Self {
            key,
            heading,
            reported,
            recipient,
            year,
            status: AwardStatus::Paid,
            applied: Figure::NotDelivered,
            granted: Figure::NotDelivered,
            paid: Figure::NotDelivered,
            decided_on: None,
            use_from: None,
            use_until: None,
            report_due: None,
            target_group: None,
            payer: None,
            disbursements: Vec::new(),
            deciding,
            drafted: None,
        }
    }
}

/// One award as its source states it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id, what people call it, and the id of the record that decides, one after another.
    texts: Box<str>,
    id_ends: u32,
    reference_ends: u32,
    pub heading: Arc<Heading>,
    pub reported: Arc<ReportedRecipient>,
    rare: Option<Box<Rare>>,
    /// What it has to do with other awards.
    pub links: Option<Box<Links>>,
    received_at: i64,
    changed_at: i64,
    vanished_at: i64,
    pub listed_in: u64,
    pub left_in: u64,
    revision: i64,
    applied: i64,
    granted: i64,
    paid: i64,
    decided_on: i32,
    use_from: i32,
    use_until: i32,
    report_due: i32,
    /// Of what people call it, so that the same is found together.
    pub reference_hash: u32,
    pub payer: Option<OrganisationNumber>,
    pub recipient: Option<MunicipalityId>,
    pub year: i16,
    pub status: AwardStatus,
    pub drafted: Option<AwardStatus>,
    pub target_group: Option<TargetGroup>,
    has_revision: bool,
}

/// What few awards have.
#[derive(Debug, Clone, Default, PartialEq)]
struct Rare {
    disbursements: Vec<Disbursement>,
    /// The records, where it is more than one, or no statement of an award.
    parts: Vec<Arc<StoredRecord>>,
    changed_before: Option<Timestamp>,
}

/// What is kept of a record, whatever becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct RecordState<'a> {
    pub id: &'a str,
    pub reference: &'a str,
    pub received_at: Timestamp,
    pub changed_at: Option<Timestamp>,
    pub changed_before: Option<Timestamp>,
    pub is_listed: bool,
}

impl<'a> From<&'a StoredRecord> for RecordState<'a> {
    fn from(stored: &'a StoredRecord) -> Self {
        Self {
            id: stored.record.id.as_str(),
            reference: &stored.record.reference,
            received_at: stored.received_at,
            changed_at: stored.record.changed_at,
            changed_before: stored.changed_before,
            is_listed: stored.vanished_at.is_none(),
        }
    }
}

impl Row {
    /// `parts` are the records, where the award cannot be told again from the row alone.
    pub fn new(draft: Draft<'_>, parts: Vec<Arc<StoredRecord>>) -> Self {
        let Draft { deciding, heading, .. } = draft;
        let (reference, record) = (deciding.record.reference.as_str(), deciding.record.id.as_str());
        let source = heading.source;
        let source = source.as_str();
        let mut texts = String::with_capacity(source.len() + 1 + draft.key.len() + reference.len() + record.len());
        for text in [source, ":", draft.key] {
            texts.push_str(text);
        }
        let id_ends = length(&texts);
        texts.push_str(reference);
        let reference_ends = length(&texts);
        texts.push_str(record);
        let rare = Rare {
            changed_before: deciding.changed_before.filter(|_| parts.is_empty()),
            disbursements: draft.disbursements,
            parts,
        };
        Self {
            texts: texts.into_boxed_str(),
            id_ends,
            reference_ends,
            reference_hash: hash(reference.trim()),
            heading,
            reported: draft.reported,
            rare: (rare != Rare::default()).then(|| Box::new(rare)),
            links: None,
            received_at: deciding.received_at.as_microsecond(),
            changed_at: instant(deciding.record.changed_at),
            vanished_at: instant(deciding.vanished_at),
            listed_in: deciding.listed_in,
            left_in: deciding.touched_in,
            revision: deciding.record.revision.unwrap_or_default(),
            has_revision: deciding.record.revision.is_some(),
            applied: figure(draft.applied),
            granted: figure(draft.granted),
            paid: figure(draft.paid),
            decided_on: date(draft.decided_on),
            use_from: date(draft.use_from),
            use_until: date(draft.use_until),
            report_due: date(draft.report_due),
            payer: draft.payer,
            recipient: draft.recipient,
            year: draft.year,
            status: draft.status,
            drafted: draft.drafted,
            target_group: draft.target_group,
        }
    }

    pub fn id(&self) -> &str {
        &self.texts[..self.id_ends as usize]
    }

    /// The award's key within its system.
    pub fn key(&self) -> &str {
        &self.id()[self.heading.source.as_str().len() + 1..]
    }

    pub fn reference(&self) -> &str {
        &self.texts[self.id_ends as usize..self.reference_ends as usize]
    }

    /// The id of the record that decides.
    pub fn record(&self) -> &str {
        &self.texts[self.reference_ends as usize..]
    }

    pub fn applied(&self) -> Figure {
        read_figure(self.applied)
    }

    pub fn granted(&self) -> Figure {
        read_figure(self.granted)
    }

    pub fn paid(&self) -> Figure {
        read_figure(self.paid)
    }

    pub fn decided_on(&self) -> Option<Date> {
        read_date(self.decided_on)
    }

    pub fn use_from(&self) -> Option<Date> {
        read_date(self.use_from)
    }

    pub fn use_until(&self) -> Option<Date> {
        read_date(self.use_until)
    }

    /// When its recipient's report is due.
    pub fn report_due(&self) -> Option<Date> {
        read_date(self.report_due)
    }

    pub fn received_at(&self) -> Timestamp {
        read_instant(self.received_at).unwrap_or_default()
    }

    pub fn changed_at(&self) -> Option<Timestamp> {
        read_instant(self.changed_at)
    }

    pub fn vanished_at(&self) -> Option<Timestamp> {
        read_instant(self.vanished_at)
    }

    pub fn is_living(&self) -> bool {
        self.vanished_at == NO_INSTANT
    }

    /// Whether it took the place of another, or another took its own.
    pub fn is_restated(&self) -> bool {
        let is_restated = |links: &Links| links.heir.is_some() || !links.before.is_empty();
        self.links.as_ref().is_some_and(|links| is_restated(links))
    }

    pub fn is_in_programme(&self) -> bool {
        self.status == AwardStatus::InProgramme
    }

    /// Whether the award is a share of a pot. Of a scheme that its source does not report it is none.
    pub fn is_share(&self) -> bool {
        self.is_in_programme() && !self.heading.is_stranger()
    }

    pub fn disbursements(&self) -> &[Disbursement] {
        self.rare.as_ref().map_or(&[], |rare| &rare.disbursements)
    }

    pub fn parts(&self) -> &[Arc<StoredRecord>] {
        self.rare.as_ref().map_or(&[], |rare| &rare.parts)
    }

    /// What is known of each record that it is put together from.
    pub fn states(&self) -> impl Iterator<Item = RecordState<'_>> {
        let alone = || RecordState {
            id: self.record(),
            reference: self.reference(),
            received_at: self.received_at(),
            changed_at: self.changed_at(),
            changed_before: self.rare.as_ref().and_then(|rare| rare.changed_before),
            is_listed: self.is_living(),
        };
        let alone = self.parts().is_empty().then(alone);
        alone
            .into_iter()
            .chain(self.parts().iter().map(|part| (&**part).into()))
    }

    /// The id of the n-th record.
    pub fn nth_record(&self, nth: u32) -> &str {
        let part = self.parts().get(nth as usize);
        part.map_or_else(|| self.record(), |part| part.record.id.as_str())
    }

    /// The records again.
    pub fn records(&self) -> Vec<Arc<StoredRecord>> {
        if self.parts().is_empty() {
            vec![Arc::new(self.statement())]
        } else {
            self.parts().to_vec()
        }
    }

    /// The one record again, as far as anything follows from it.
    fn statement(&self) -> StoredRecord {
        let payer = self.payer.map(|payer| Payer {
            organisation_number: payer.to_string(),
        });
        let content = Content::Award(AwardStatement {
            award: self.key().to_owned(),
            post: self.heading.post,
            activity: self.heading.activity.clone(),
            year: self.year,
            recipient: (*self.reported).clone(),
            status: self.status,
            applied: self.applied(),
            granted: self.granted(),
            paid: self.paid(),
            decided_on: self.decided_on(),
            use_from: self.use_from(),
            use_until: self.use_until(),
            report_due: self.report_due(),
            target_group: self.target_group,
            payer,
            disbursements: self.disbursements().to_vec(),
        });
        StoredRecord {
            source: self.heading.source,
            record: Record {
                id: RecordId::new(self.record()),
                reference: self.reference().to_owned(),
                revision: self.has_revision.then_some(self.revision),
                changed_at: self.changed_at(),
                item: None,
                content,
            },
            received_at: self.received_at(),
            listed_in: self.listed_in,
            touched_in: self.left_in,
            vanished_at: self.vanished_at(),
            changed_before: self.rare.as_ref().and_then(|rare| rare.changed_before),
        }
    }

    /// What it takes in memory beside its own place, in bytes.
    pub fn weight(&self) -> usize {
        let rare = self.rare.as_ref().map_or(0, |rare| {
            size_of::<Rare>() + 48 * rare.disbursements.len() + 900 * rare.parts.len()
        });
        self.texts.len() + rare + self.links.as_ref().map_or(0, |_| size_of::<Links>() + 32)
    }
}

const NO_INSTANT: i64 = i64::MIN;
const NO_DATE: i32 = i32::MIN;
const NOT_DELIVERED: i64 = i64::MIN;
const NOT_APPLICABLE: i64 = i64::MIN + 1;

fn length(text: &str) -> u32 {
    // Longer texts than that do not come through any source's size limit.
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// FNV-1a: the same in every process, and good enough to keep different case numbers apart.
fn hash(text: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    text.bytes().fold(0x811c_9dc5, step)
}

/// As the register keeps instants: to the microsecond.
fn instant(at: Option<Timestamp>) -> i64 {
    at.map_or(NO_INSTANT, Timestamp::as_microsecond)
}

fn read_instant(at: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(at).ok()
}

/// An amount is far within what the two words need that are no amounts.
fn figure(figure: Figure) -> i64 {
    match figure {
        Figure::Stated(amount) => amount.get(),
        Figure::NotApplicable => NOT_APPLICABLE,
        Figure::NotDelivered => NOT_DELIVERED,
    }
}

fn read_figure(figure: i64) -> Figure {
    match figure {
        NOT_APPLICABLE => Figure::NotApplicable,
        amount => Ore::new(amount).into(),
    }
}

fn date(date: Option<Date>) -> i32 {
    date.map_or(NO_DATE, |date| {
        i32::from(date.year()) << 9 | i32::from(date.month()) << 5 | i32::from(date.day())
    })
}

fn read_date(packed: i32) -> Option<Date> {
    if packed == NO_DATE {
        return None;
    }
    let year = i16::try_from(packed >> 9).ok()?;
    Date::new(
        year,
        i8::try_from(packed >> 5 & 15).ok()?,
        i8::try_from(packed & 31).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_read_again() {
        for amount in [-Ore::MAX, -1, 0, 1, Ore::MAX] {
            let stated = Figure::Stated(Ore::new(amount).expect("in range"));
            assert_eq!(read_figure(figure(stated)), stated);
        }
        for missing in [Figure::NotApplicable, Figure::NotDelivered] {
            assert_eq!(read_figure(figure(missing)), missing);
        }
        for day in [
            None,
            Some(Date::MIN),
            Some(Date::MAX),
            Some(Date::ZERO),
            Date::new(2024, 2, 29).ok(),
        ] {
            assert_eq!(read_date(date(day)), day);
        }
        assert_eq!(read_instant(instant(None)), None);
        assert_eq!(
            read_instant(instant(Some(Timestamp::UNIX_EPOCH))),
            Some(Timestamp::UNIX_EPOCH)
        );
    }

    #[test]
    fn a_row_is_small() {
        assert!(size_of::<Row>() <= 176, "{}", size_of::<Row>());
    }
}
