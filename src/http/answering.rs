//! The answer to an operation that was let in, whoever asks: what is kept of it, or one that is made now, once for all who ask for it
//! meanwhile.

use std::sync::Arc;

use futures::future::BoxFuture;
use programgrant_core::access::Caller;

use super::admission::{Admitted, Reading};
use super::answers::{AnswerCache, AnswerKey};
use super::reference::RequestId;
use super::response::Answer;
use crate::graphql::{self, Schema, Snapshot};

/// What answers the operations of one request.
#[derive(Clone, Copy)]
pub struct AnswerMaker<'a> {
    pub schema: &'a Schema,
    pub answers: &'a AnswerCache,
    pub reference: &'a RequestId,
}

/// An answer that was given.
pub struct Given {
    pub answer: Answer,
    /// Whether it is kept, so that its tag names it.
    pub is_kept: bool,
}

impl AnswerMaker<'_> {
    /// What is kept under this key, or a fresh answer; without a key, which is not kept.
    pub async fn answer(self, key: Option<AnswerKey>, admitted: Admitted, snapshot: Snapshot) -> Given {
        let Some(key) = key else {
            return Given::unkept(self.fresh(admitted, snapshot).await);
        };
        if let Some(body) = self.answers.known(&key).await {
            enter_kept(&admitted.reading, &snapshot.caller);
            return Given::kept(Answer::whole(body));
        }
        // Apart, as what is fresh.
        Box::pin(self.keep(key, admitted, snapshot)).await
    }

    /// Makes the answer once for all who ask for it meanwhile, and keeps it.
    async fn keep(self, key: AnswerKey, admitted: Admitted, snapshot: Snapshot) -> Given {
        let (reading, caller) = (Arc::clone(&admitted.reading), snapshot.caller.clone());
        let (mut asked, mut made) = (Some((admitted, snapshot)), None);
        let fresh = async {
            let (admitted, snapshot) = asked.take()?;
            let answer = made.insert(self.fresh(admitted, snapshot).await);
            answer.is_whole.then(|| answer.body.clone())
        };
        let kept = self.answers.answer(key, fresh).await;
        match (made, kept, asked) {
            (Some(answer), kept, _) => Given {
                answer,
                is_kept: kept.is_some(),
            },
            (None, Some(body), _) => {
                enter_kept(&reading, &caller);
                Given::kept(Answer::whole(body))
            }
            // Somebody else made one that is not kept.
            (None, None, Some((admitted, snapshot))) => Given::unkept(self.fresh(admitted, snapshot).await),
            (None, None, None) => unreachable!("what was asked was made"),
        }
    }

    /// An answer that nobody has made before. Apart, because executing takes much more room than handing out what is kept.
    fn fresh<'b>(self, admitted: Admitted, snapshot: Snapshot) -> BoxFuture<'b, Answer>
    where
        Self: 'b,
    {
        Box::pin(async move {
            if admitted.reading.instant.is_none()
                && let Some(text) = graphql::write(&admitted.prepared(), admitted.most, &snapshot).await
            {
                return Answer::whole(text.into());
            }
            let outcome = graphql::execute(self.schema, admitted.into_request(), snapshot).await;
            Answer::of(&self.reference.stamp(outcome))
        })
    }
}

impl Given {
    const fn kept(answer: Answer) -> Self {
        Self { answer, is_kept: true }
    }

    const fn unkept(answer: Answer) -> Self {
        Self { answer, is_kept: false }
    }
}

/// Enters an answer that is kept, as one that was executed.
pub fn enter_kept(reading: &Reading, caller: &Caller) {
    graphql::enter_kept(reading.cost.kind, reading.cost.name.as_deref(), caller);
}
