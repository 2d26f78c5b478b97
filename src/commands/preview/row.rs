//! A row as it would be known to the gateway: its recipient looked up, its scheme found, or why it stands aside.

use programgrant_core::reference::Reference;
use programgrant_schema::{AwardStatement, Content, GrantScheme, Municipality, ReportedRecipient, SchemeId, SetAside};

use crate::adapters::registry::table::{Outcome, RowReading};

/// What rows are held against.
pub struct Lookup<'r> {
    pub reference: &'r Reference,
    /// Those that the mapping states.
    pub schemes: &'r [GrantScheme],
}

/// A row and what comes of it.
pub struct Row<'r> {
    pub place: &'r str,
    pub hidden: bool,
    pub finding: Finding<'r>,
}

pub enum Finding<'r> {
    Award {
        key: &'r str,
        reference: &'r str,
        award: &'r AwardStatement,
        /// `None` where nobody here knows who is meant.
        recipient: Option<&'r Municipality>,
        /// `None` where the record belongs to none that is known.
        scheme: Option<&'r SchemeId>,
    },
    SetAside(&'r SetAside),
    Skipped,
    Repeated,
}

/// What is counted besides the reading's own totals.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub rows: u64,
    pub shown: u64,
    pub unresolved: u64,
    pub without_scheme: u64,
}

impl Lookup<'_> {
    pub fn row<'r>(&'r self, reading: &'r RowReading) -> Row<'r> {
        let finding = match &reading.outcome {
            Outcome::Record(record) => match &record.content {
                Content::Award(award) => Finding::Award {
                    key: &award.award,
                    reference: &record.reference,
                    award,
                    recipient: self.recipient(&award.recipient, award.year),
                    scheme: self.scheme(award),
                },
                // A table has nothing but awards.
                Content::Payment(_) | Content::Correction(_) | Content::Accounts(_) => Finding::Skipped,
            },
            Outcome::SetAside(aside) => Finding::SetAside(aside),
            Outcome::Skipped => Finding::Skipped,
            Outcome::Repeated => Finding::Repeated,
        };
        Row {
            place: &reading.place,
            hidden: reading.hidden,
            finding,
        }
    }

    fn recipient(&self, reported: &ReportedRecipient, year: i16) -> Option<&Municipality> {
        let id = self.reference.resolve(reported, year)?;
        self.reference.register.get(id)
    }

    /// As records are classified: by post, year and activity.
    fn scheme(&self, award: &AwardStatement) -> Option<&SchemeId> {
        let activity = award.activity.as_deref();
        let programmes = &self.reference.programmes;
        let known = programmes.classify(award.year, award.post, activity);
        let of_mapping = || {
            let fits = |scheme: &&GrantScheme| {
                let on_post = scheme.post_in(award.year) == Some(award.post);
                on_post && (activity.is_none() || scheme.activity.as_deref() == activity)
            };
            let mut fitting = self.schemes.iter().filter(fits);
            fitting.next().filter(|_| fitting.next().is_none())
        };
        known.or_else(of_mapping).map(|scheme| &scheme.id)
    }
}

impl Counts {
    pub fn add(&mut self, row: &Row<'_>) {
        self.rows += 1;
        if let Finding::Award { recipient, scheme, .. } = &row.finding {
            self.unresolved += u64::from(recipient.is_none());
            self.without_scheme += u64::from(scheme.is_none());
        }
    }
}
