//! What of it is exported: everything where nothing is said. The pages' filters are said by it, so that a file has the rows of its page.

use std::cmp::Reverse;

use jiff::Timestamp;
use programgrant_schema::Ore;

use super::ExportError;
use super::form::What;

/// What of it; everything where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subset {
    /// The grant year; of payments the year in which they were made, of deadlines the year that they fall into.
    pub year: Option<i16>,
    /// A municipality number or an organisation number.
    pub municipality: Option<String>,
    pub scheme: Option<String>,
    /// Of pots and allocations.
    pub programme: Option<String>,
    /// Of allocations: one version.
    pub allocation: Option<String>,
    /// Of awards and cases, as the schema names them; of deadlines what is due.
    pub status: Vec<String>,
    /// Of awards and pots: what stands somewhere in what names them.
    pub text: Option<String>,
    /// Of one municipality's awards and payments, and of pots: in which order, where it is not the schema's.
    pub order: Option<RowOrder>,
    /// Of awards: also those that their source no longer lists. They have no amounts, since they are in no sum.
    pub with_vanished: bool,
    /// Of coverage, for one municipality: only what no source here reports.
    pub only_unheard: bool,
    /// What was known at that instant, where the schema tells it: of one municipality, of pots, of coverage.
    pub as_of: Option<Timestamp>,
}

/// How rows follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// The last year first, in it by the scheme's name; of payments the newest first.
    Newest,
    Scheme,
    /// The largest first; of pots by their sum.
    Granted,
    Paid,
    Name,
    Governor,
}

impl Subset {
    /// For people; `None` where nothing is left out.
    pub fn said(&self) -> Option<String> {
        let parts = [
            self.year.map(|year| format!("år {year}")),
            self.municipality.as_ref().map(|number| format!("kommune {number}")),
            self.scheme.as_ref().map(|scheme| format!("ordning {scheme}")),
            self.programme.as_ref().map(|programme| format!("program {programme}")),
            self.allocation.as_ref().map(|id| format!("fordeling {id}")),
            (!self.status.is_empty()).then(|| format!("status {}", self.status.join(", "))),
            self.text.as_ref().map(|text| format!("tekst «{text}»")),
            self.only_unheard
                .then(|| "poster som ingen kilde her rapporterer".to_owned()),
            self.as_of.map(|at| format!("slik det var kjent {at}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// Whether the schema tells it as of an instant, where one is asked for.
    pub fn check(&self, what: What) -> Result<(), ExportError> {
        let has_past = match what {
            What::Awards | What::Payments => self.municipality.is_some(),
            What::Pots | What::Coverage => true,
            What::Cases | What::Deadlines | What::Allocations | What::Evaluation | What::CodeBook | What::Catalogue => {
                false
            }
        };
        if self.as_of.is_none() || has_past {
            Ok(())
        } else {
            Err(ExportError::NoPast { what })
        }
    }

    /// Whether it is among what is asked for by text.
    pub fn finds(&self, parts: &[Option<&str>]) -> bool {
        self.text.as_deref().is_none_or(|wanted| is_found(wanted, parts))
    }
}

/// Whether a text stands in what names something, whatever its letters' case; an empty one does in everything.
pub fn is_found(wanted: &str, parts: &[Option<&str>]) -> bool {
    let wanted = wanted.trim().to_lowercase();
    let words: Vec<&str> = parts.iter().copied().flatten().collect();
    wanted.is_empty() || words.join(" ").to_lowercase().contains(&wanted)
}

/// What awards are put in order by.
pub struct AwardKey<'a> {
    pub year: i32,
    pub scheme: Option<&'a str>,
    pub granted: Option<Ore>,
    pub paid: Option<Ore>,
}

/// Puts awards in that order; those that are alike in it stay as they were.
pub fn sort_awards<T>(awards: &mut [T], order: RowOrder, key: impl Fn(&T) -> AwardKey<'_>) {
    awards.sort_by(|one, other| {
        let (one, other) = (key(one), key(other));
        match order {
            RowOrder::Scheme => (one.scheme, Reverse(one.year)).cmp(&(other.scheme, Reverse(other.year))),
            RowOrder::Granted => other.granted.cmp(&one.granted),
            RowOrder::Paid => other.paid.cmp(&one.paid),
            _ => (Reverse(one.year), one.scheme).cmp(&(Reverse(other.year), other.scheme)),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_whatever_its_case_and_nothing_is_in_everything() {
        let parts = [Some("Bamble kommune"), None, Some("Sak 21/7")];
        assert!(is_found(" bamble KOMMUNE ", &parts) && is_found("sak 21", &parts));
        assert!(is_found("", &parts) && is_found("  ", &[]));
        assert!(!is_found("oslo", &parts));
    }

    #[test]
    fn what_has_no_past_cannot_be_asked_for_as_of_a_day() {
        let as_of = Subset {
            as_of: Some(Timestamp::UNIX_EPOCH),
            ..Subset::default()
        };
        for what in [
            What::Awards,
            What::Payments,
            What::Cases,
            What::Deadlines,
            What::Allocations,
            What::Evaluation,
            What::CodeBook,
            What::Catalogue,
        ] {
            assert!(as_of.check(what).is_err(), "{what}");
        }
        let of_one = Subset {
            municipality: Some("3813".to_owned()),
            ..as_of.clone()
        };
        assert!(of_one.check(What::Awards).is_ok() && as_of.check(What::Pots).is_ok());
    }
}
