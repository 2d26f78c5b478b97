//! An award as its readers see it: a handle to its row, as small as a few words, that lives as long as the picture.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{
    AwardStatus, BudgetPost, Disbursement, Figure, MunicipalityId, OrganisationNumber, RecordId, ReportedRecipient,
    SchemeId, SourceId, TargetGroup,
};

use super::index::Index;
use super::links::{Joined, Same};
use super::row::Row;
use super::rows::{Place, Rows};
use super::same_award::Disputed;

/// Tildeling: what a source says of one application or award, with its recipient resolved.
#[derive(Debug, Clone, Copy)]
pub struct Award<'v> {
    row: &'v Row,
    rows: &'v Rows,
    place: Place,
}

/// An award held together with its picture, for whoever outlives a borrow.
#[derive(Debug, Clone)]
pub struct HeldAward {
    index: Arc<Index>,
    place: Place,
}

impl HeldAward {
    pub(super) const fn new(index: Arc<Index>, place: Place) -> Self {
        Self { index, place }
    }

    /// # Panics
    ///
    /// Never: it is made only of an award that the picture has.
    pub fn get(&self) -> Award<'_> {
        self.index.award(self.place).expect("the picture has it")
    }
}

/// An award held apart from any picture, as its source alone states it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnedAward(Row);

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub source: SourceId,
    pub record: String,
    pub changed_at: Option<Timestamp>,
    pub received_at: Timestamp,
}

impl OwnedAward {
    pub(super) const fn new(row: Row) -> Self {
        Self(row)
    }

    pub const fn as_award(&self) -> Award<'_> {
        Award {
            row: &self.0,
            rows: Rows::EMPTY,
            place: Place::MAX,
        }
    }
}

#[cfg(test)]
impl OwnedAward {
    /// An award on NAV's post, of which that much is stated.
    pub fn of(
        recipient: Option<MunicipalityId>,
        number: Option<&str>,
        year: i16,
        scheme: Option<SchemeId>,
        status: AwardStatus,
    ) -> Self {
        use super::row::{Draft, Heading};

        let deciding = super::assemble::tests::payment("1", "1", 1);
        let heading = Heading {
            source: SourceId::from_static("nav"),
            scheme,
            scheme_at: None,
            post: BudgetPost::new(621, 63),
            activity: None,
            named_at: Some(0),
            shown_at: Some(0),
        };
        let reported = ReportedRecipient {
            number: number.map(str::to_owned),
            ..ReportedRecipient::default()
        };
        let draft = Draft {
            status,
            drafted: Some(status),
            ..Draft::blank("1", Arc::new(heading), Arc::new(reported), recipient, year, &deciding)
        };
        Self(Row::new(draft, Vec::new()))
    }
}

impl<'v> Award<'v> {
    pub(super) fn at(rows: &'v Rows, place: Place) -> Option<Self> {
        rows.get(place).map(|row| Self { row, rows, place })
    }

    pub(super) const fn place(self) -> Place {
        self.place
    }

    pub(super) const fn row(self) -> &'v Row {
        self.row
    }

    /// `udir:` and the award's key within its system.
    pub fn id(self) -> &'v str {
        self.row.id()
    }

    pub fn source(self) -> SourceId {
        self.row.heading.source
    }

    /// `None` where post, year and activity do not tell the scheme.
    pub fn scheme(self) -> Option<&'v SchemeId> {
        self.row.heading.scheme.as_ref()
    }

    pub fn post(self) -> BudgetPost {
        self.row.heading.post
    }

    pub fn activity(self) -> Option<&'v str> {
        self.row.heading.activity.as_deref()
    }

    /// `None` where the recipient cannot be told.
    pub fn recipient(self) -> Option<MunicipalityId> {
        self.row.recipient
    }

    pub fn reported(self) -> &'v ReportedRecipient {
        &self.row.reported
    }

    pub fn year(self) -> i16 {
        self.row.year
    }

    pub fn status(self) -> AwardStatus {
        self.row.status
    }

    pub fn applied(self) -> Figure {
        self.joined()
            .map_or_else(|| self.row.applied(), |joined| joined.applied)
    }

    pub fn granted(self) -> Figure {
        self.joined()
            .map_or_else(|| self.row.granted(), |joined| joined.granted)
    }

    pub fn paid(self) -> Figure {
        self.joined().map_or_else(|| self.row.paid(), |joined| joined.paid)
    }

    pub fn decided_on(self) -> Option<Date> {
        self.row.decided_on()
    }

    pub fn use_from(self) -> Option<Date> {
        self.row.use_from()
    }

    pub fn use_until(self) -> Option<Date> {
        self.row.use_until()
    }

    /// Rapportfrist: the last day for the recipient's report.
    pub fn report_due(self) -> Option<Date> {
        self.row.report_due()
    }

    pub fn target_group(self) -> Option<TargetGroup> {
        self.row.target_group
    }

    pub fn payer(self) -> Option<OrganisationNumber> {
        self.row.payer
    }

    /// What moved, by day; of another source where its own has none at all.
    pub fn disbursements(self) -> &'v [Disbursement] {
        let teller = self.joined().and_then(|joined| self.rows.get(joined.disbursements_of?));
        teller.unwrap_or(self.row).disbursements()
    }

    /// The generation since which its source has listed it without a break.
    pub fn listed_in(self) -> u64 {
        self.row.listed_in
    }

    /// Since when its source no longer lists it. It stays visible and counts in no sum.
    pub fn vanished_at(self) -> Option<Timestamp> {
        self.row.vanished_at()
    }

    /// The generation in which it vanished, where it has.
    pub fn left_in(self) -> u64 {
        self.row.left_in
    }

    /// What it is put together from.
    pub fn records(self) -> impl Iterator<Item = RecordId> + use<'v> {
        self.row.states().map(|state| RecordId::new(state.id))
    }

    pub fn provenance(self) -> Provenance {
        Provenance {
            source: self.source(),
            record: self.reference().to_owned(),
            changed_at: self.row.changed_at(),
            received_at: self.received_at(),
        }
    }

    /// What its source calls it, for people.
    pub fn reference(self) -> &'v str {
        self.row.reference()
    }

    /// When the version in force was first heard.
    pub fn received_at(self) -> Timestamp {
        self.row.received_at()
    }

    /// The same award as other sources report it, in the order in which they are believed.
    pub fn others(self) -> impl Iterator<Item = Self> + use<'v> {
        let others = self.joined().map_or(&[][..], |joined| &joined.others);
        others.iter().filter_map(move |place| Self::at(self.rows, *place))
    }

    /// What they state otherwise.
    pub fn disputed(self) -> Disputed {
        self.joined().map_or_else(Disputed::default, |joined| joined.disputed)
    }

    /// What each source says of it, the one that states its figures first.
    pub fn statements(self) -> impl Iterator<Item = Self> + use<'v> {
        std::iter::once(self).chain(self.others())
    }

    /// What was asked for, as it counts in a sum.
    pub fn applied_in_sums(self) -> Figure {
        counted(self.applied(), self.disputed().applied)
    }

    /// What was granted, as it counts in a sum.
    pub fn granted_in_sums(self) -> Figure {
        counted(self.granted(), self.disputed().granted)
    }

    /// What was paid, as it counts in a sum.
    pub fn paid_in_sums(self) -> Figure {
        counted(self.paid(), self.disputed().paid)
    }

    /// The place of the award that it is shown beside.
    pub(super) fn beside(self) -> Option<Place> {
        match self.row.links.as_ref()?.same {
            Some(Same::Beside(place)) => Some(place),
            _ => None,
        }
    }

    fn joined(self) -> Option<&'v Joined> {
        match &self.row.links.as_ref()?.same {
            Some(Same::States(joined)) => Some(joined),
            _ => None,
        }
    }
}

fn counted(figure: Figure, is_disputed: bool) -> Figure {
    if is_disputed { Figure::NotDelivered } else { figure }
}
