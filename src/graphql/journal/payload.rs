//! What a command to the journal answers: the record, or why it was refused.

use async_graphql::SimpleObject;
use programgrant_core::journal::JournalRecord;

use super::super::Snapshot;
use super::super::mutation::UserError;
use super::allocation::{AllocationCommentNode, AllocationNode};
use super::command::{Done, unknown};
use super::objection::ObjectionNode;
use super::refusal;
use super::selection::{AnnouncementNode, ApplicationNode, AssessmentNode, ParticipationNode, SelectionNode};
use crate::guard::JournalError;

/// A payload of one kind of record. Where `errors` is not empty, the record is null.
macro_rules! payload {
    ($(#[$meta:meta])* $name:ident, $field:ident: $node:ty, $variant:ident($record:ident, $journal:ident) => $made:expr) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub struct $name {
            $field: Option<$node>,
            errors: Vec<UserError>,
        }

        impl $name {
            pub async fn of(snapshot: &Snapshot, done: Done) -> Self {
                let ($record, $journal) = match (done, snapshot.guard.journal().await) {
                    (Ok(JournalRecord::$variant(record)), Ok(journal)) => (*record, journal),
                    (Err(error), _) => return Self::refused(&error),
                    (Ok(_), Err(error)) => return Self::refused(&JournalError::Guard(error.into())),
                    (Ok(_), Ok(_)) => return Self::refused(&unknown()),
                };
                let _ = &$journal;
                Self {
                    $field: Some($made),
                    errors: Vec::new(),
                }
            }

            pub fn refused(error: &JournalError) -> Self {
                Self {
                    $field: None,
                    errors: vec![refusal::told(error)],
                }
            }
        }
    };
}

payload! {
    /// Where `errors` is not empty, `allocation` is null.
    AllocationPayload, allocation: AllocationNode, Allocation(record, journal) => AllocationNode::commanded(&journal, record)
}
payload! {
    /// Where `errors` is not empty, `comment` is null.
    AllocationCommentPayload, comment: AllocationCommentNode, Comment(record, journal) => AllocationCommentNode(record)
}
payload! {
    /// Where `errors` is not empty, `announcement` is null.
    AnnouncementPayload, announcement: AnnouncementNode, Announcement(record, journal) => AnnouncementNode::new(&journal, record)
}
payload! {
    /// Where `errors` is not empty, `application` is null.
    ParticipationApplicationPayload, application: ApplicationNode, Application(record, journal) => ApplicationNode::commanded(&journal, record)
}
payload! {
    /// Where `errors` is not empty, `assessment` is null.
    AssessmentPayload, assessment: AssessmentNode, Assessment(record, journal) => AssessmentNode(record)
}
payload! {
    /// Where `errors` is not empty, `selection` is null.
    SelectionPayload, selection: SelectionNode, Selection(record, journal) => SelectionNode(record)
}
payload! {
    /// Where `errors` is not empty, `participation` is null.
    ParticipationPayload, participation: ParticipationNode, Participation(record, journal) => ParticipationNode(record)
}
payload! {
    /// Where `errors` is not empty, `objection` is null.
    ObjectionPayload, objection: ObjectionNode, Objection(record, journal) => ObjectionNode::commanded(record)
}
