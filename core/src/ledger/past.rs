//! What is known of how claims and cases came to stand as they do: their last entries, as far as a command may be a repeat of
//! one of them or has missed one. A command whose answer was lost comes again; that it was carried out is read from the chain.

use std::collections::HashMap;

use super::unit_of_work::Kept;
use crate::ledger::case::{Case, CaseDecision};
use crate::ledger::chain::{Entry, EventKind, Link, Receipt};
use crate::ledger::claim::{Claim, ClaimId, Principal};
use crate::ledger::command::Command;
use crate::ledger::transition;

/// The last entries of each subject, oldest first: those that were there before, and behind them those that this batch has added.
#[derive(Debug, Default)]
pub struct Past {
    before: HashMap<String, Vec<Entry>>,
    /// By their places among the batch's links, which are handed in: a copy of each would be most of what an entry takes.
    added: HashMap<String, Vec<usize>>,
}

impl Past {
    /// The subject as it was loaded, where its entries were not: whose entry that was is not known.
    pub fn begin(&mut self, what: EventKind, receipt: &Receipt) {
        if self.before.contains_key(what.subject()) || self.added.contains_key(what.subject()) {
            return;
        }
        let begun = Entry {
            sequence: receipt.sequence,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: None,
            reason: None,
            stated: Vec::new(),
            what,
        };
        self.before.insert(begun.what.subject().to_owned(), vec![begun]);
    }

    /// The last entries of a subject, as they are stored.
    pub fn insert(&mut self, subject: String, entries: Vec<Entry>) {
        self.before.insert(subject, entries);
    }

    /// The link that is about to be the next among the batch's.
    pub fn add(&mut self, link: &Link, place: usize) {
        let subject = link.entry.what.subject().to_owned();
        self.added.entry(subject).or_default().push(place);
    }

    fn entries<'a>(&'a self, subject: &str, links: &'a [Link]) -> Vec<&'a Entry> {
        let before = self.before.get(subject).into_iter().flatten();
        let added = self.added.get(subject).into_iter().flatten();
        before.chain(added.map(|place| &links[*place].entry)).collect()
    }

    /// The last two entries, where the last is the one that the subject stands by.
    fn last_two<'a>(
        &'a self,
        subject: &str,
        receipt: &Receipt,
        links: &'a [Link],
    ) -> Option<(&'a EventKind, &'a Entry)> {
        let entries = self.entries(subject, links);
        let [.., before, last] = entries.as_slice() else {
            return None;
        };
        (last.sequence == receipt.sequence).then_some((&before.what, last))
    }

    /// Whether the claim stands as this very command has left it: its last entry is the same principal's and says the same, and the
    /// command leads from the claim as it was before to the claim as it is.
    pub fn is_repeat_of_claim(&self, command: &Command, kept: &Kept<Claim>, links: &[Link]) -> bool {
        let (Some(about), Some((before, last))) = (
            command.about(),
            self.last_two(kept.value.id.as_str(), &kept.receipt, links),
        ) else {
            return false;
        };
        let EventKind::Claim(before) = before else { return false };
        let is_theirs = last.by.as_ref() == Some(about.by)
            && last.reason.as_deref() == about.reason
            && last.stated == command.stated();
        is_theirs && transition::is_what_made(command, before, &kept.value, last.at)
    }

    /// The same of a decision on a case, which names no fence.
    pub fn is_repeat_of_case(
        &self,
        by: &Principal,
        decision: CaseDecision,
        reason: &str,
        kept: &Kept<Case>,
        links: &[Link],
    ) -> bool {
        let Some((EventKind::Case(before), last)) = self.last_two(kept.value.id.as_str(), &kept.receipt, links) else {
            return false;
        };
        let is_theirs = last.by.as_ref() == Some(by) && last.reason.as_deref() == Some(reason);
        is_theirs && before.decide(by, decision, last.at).as_ref() == Some(&kept.value)
    }

    /// Whether since that fence the claim was bound because the ledger had been restored, and no system commanded it.
    pub fn was_raised(&self, claim: &ClaimId, since: i64, links: &[Link]) -> bool {
        let entries = self.entries(claim.as_str(), links);
        entries.windows(2).any(|two| match (&two[0].what, &two[1].what) {
            (EventKind::Claim(before), EventKind::Claim(after)) => {
                before.fence >= since && before.binding != after.binding
            }
            _ => false,
        })
    }
}

/// The claim or case that stands otherwise than before the command: its last entries tell whether the command is a repeat.
pub fn missed(command: &Command, work: &super::unit_of_work::UnitOfWork) -> Option<String> {
    if let Command::DecideCase { case, decision, .. } = command {
        let kept = work.cases.get(case)?;
        return (kept.value.state == decision.state()).then(|| case.as_str().to_owned());
    }
    let about = command.about()?;
    let kept = work.claims.get(about.claim)?;
    (kept.value.fence != about.fence).then(|| about.claim.to_string())
}
