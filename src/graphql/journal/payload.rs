//! What a command to the journal answers: the record, or why it was refused.

use std::sync::Arc;

use async_graphql::SimpleObject;
use programgrant_core::journal::{Journal, JournalRecord};

use super::super::Snapshot;
use super::super::mutation::UserError;
use super::allocation::{AllocationCommentNode, AllocationNode};
use super::command::{Done, unknown};
use super::evaluation::{EvaluationNode, ZeroPointNode};
use super::measure::{AgreementNode, GatheringNode, MeasureNode, SupportRequestNode};
use super::objection::ObjectionNode;
use super::refusal;
use super::report::YearlyReportNode;
use super::selection::{
    AnnouncementNode, ApplicationNode, AssessmentNode, ParticipationNode, RankingNode, SelectionNode,
};
use crate::guard::JournalError;

/// A payload of one kind of record. Where `errors` is not empty, the record is null.
macro_rules! payload {
    ($(#[$meta:meta])* $name:ident, $field:ident: $node:ty, $variant:ident => $made:expr) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub struct $name {
            $field: Option<$node>,
            errors: Vec<UserError>,
        }

        impl $name {
            pub async fn of(snapshot: &Snapshot, done: Done) -> Self {
                let (record, journal) = match (done, snapshot.guard.journal().await) {
                    (Ok(JournalRecord::$variant(record)), Ok(journal)) => (record, journal),
                    (Err(error), _) => return Self::refused(&error),
                    (Ok(_), Err(error)) => return Self::refused(&JournalError::Guard(error.into())),
                    (Ok(_), Ok(_)) => return Self::refused(&unknown()),
                };
                let made: fn(Arc<Journal>, _) -> $node = $made;
                Self {
                    $field: Some(made(journal, *record)),
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
    AllocationPayload, allocation: AllocationNode, Allocation => |journal, record| AllocationNode::commanded(&journal, record)
}
payload! {
    /// Where `errors` is not empty, `comment` is null.
    AllocationCommentPayload, comment: AllocationCommentNode, Comment => |_, record| AllocationCommentNode(record)
}
payload! {
    /// Where `errors` is not empty, `announcement` is null.
    AnnouncementPayload, announcement: AnnouncementNode, Announcement => |journal, record| AnnouncementNode::new(&journal, record)
}
payload! {
    /// Where `errors` is not empty, `application` is null.
    ParticipationApplicationPayload, application: ApplicationNode, Application => |journal, record| ApplicationNode::commanded(&journal, record)
}
payload! {
    /// Where `errors` is not empty, `assessment` is null.
    AssessmentPayload, assessment: AssessmentNode, Assessment => |_, record| AssessmentNode(record)
}
payload! {
    /// Where `errors` is not empty, `ranking` is null.
    ApplicationRankingPayload, ranking: RankingNode, Ranking => |_, record| RankingNode(record)
}
payload! {
    /// Where `errors` is not empty, `selection` is null.
    SelectionPayload, selection: SelectionNode, Selection => |_, record| SelectionNode(record)
}
payload! {
    /// Where `errors` is not empty, `participation` is null.
    ParticipationPayload, participation: ParticipationNode, Participation => |_, record| ParticipationNode(record)
}
payload! {
    /// Where `errors` is not empty, `measure` is null.
    MeasurePayload, measure: MeasureNode, Measure => |_, record| MeasureNode(record)
}
payload! {
    /// Where `errors` is not empty, `agreement` is null.
    AgreementPayload, agreement: AgreementNode, Agreement => |_, record| AgreementNode(record)
}
payload! {
    /// Where `errors` is not empty, `request` is null.
    SupportRequestPayload, request: SupportRequestNode, SupportRequest => |_, record| SupportRequestNode(record)
}
payload! {
    /// Where `errors` is not empty, `gathering` is null.
    GatheringPayload, gathering: GatheringNode, Gathering => |_, record| GatheringNode(record)
}
payload! {
    /// Where `errors` is not empty, `report` is null.
    YearlyReportPayload, report: YearlyReportNode, Report => |_, record| YearlyReportNode(record)
}
payload! {
    /// Where `errors` is not empty, `zeroPoint` is null.
    ZeroPointPayload, zero_point: ZeroPointNode, ZeroPoint => |_, record| ZeroPointNode(record)
}
payload! {
    /// Where `errors` is not empty, `evaluation` is null.
    EvaluationPayload, evaluation: EvaluationNode, Evaluation => |_, record| EvaluationNode(record)
}
payload! {
    /// Where `errors` is not empty, `objection` is null.
    ObjectionPayload, objection: ObjectionNode, Objection => |_, record| ObjectionNode::commanded(record)
}
