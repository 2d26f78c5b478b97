//! Amounts, dates and figures as a Norwegian reader writes them. Three things never look alike: an amount, what is not applicable, and
//! what is not known.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_core::calendar;
use serde::Deserialize;

use super::text::Texts;
pub use crate::output::money::{grouped, kroner};

/// `1. juni 2021`, or `1 June 2021`.
pub fn day(texts: Texts, date: Date) -> String {
    let month = texts.say(&format!("month-{}", date.month()));
    texts.fill(
        "day",
        &[
            ("day", date.day().to_string()),
            ("month", month),
            ("year", date.year().to_string()),
        ],
    )
}

/// The same of a day that may not be known: never nothing.
pub fn day_or_not(texts: Texts, date: Option<Date>) -> String {
    date.map_or_else(|| texts.say("not-known"), |date| day(texts, date))
}

/// The day and the minute, in Oslo.
pub fn instant(texts: Texts, at: Timestamp) -> String {
    let local = at.to_zoned(calendar::norway());
    let time = format!("{:02}.{:02}", local.hour(), local.minute());
    texts.fill("instant", &[("day", day(texts, local.date())), ("time", time)])
}

/// What a figure is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Knowledge {
    Stated,
    NotApplicable,
    NotDelivered,
}

/// A `Figure` of the interface, as it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct AnsweredFigure {
    pub state: Knowledge,
    /// In øre.
    pub amount: Option<i64>,
}

impl AnsweredFigure {
    /// The amount, where it is stated.
    pub fn stated(self) -> Option<i64> {
        self.amount.filter(|_| self.state == Knowledge::Stated)
    }

    /// One that is an amount, or not known.
    pub const fn known_or_not(amount: Option<i64>) -> Self {
        let state = if amount.is_some() {
            Knowledge::Stated
        } else {
            Knowledge::NotDelivered
        };
        Self { state, amount }
    }

    /// What has no place there.
    pub const NOT_APPLICABLE: Self = Self {
        state: Knowledge::NotApplicable,
        amount: None,
    };

    /// As text: never the same for two states.
    pub fn text(self, texts: Texts) -> String {
        match (self.state, self.amount) {
            (Knowledge::Stated, Some(amount)) => kroner(amount),
            (Knowledge::NotApplicable, _) => texts.say("not-applicable"),
            _ => texts.say("not-delivered"),
        }
    }

    /// The class of its cell: a shape besides the words.
    pub const fn class(self) -> &'static str {
        match self.state {
            Knowledge::Stated => "amount",
            Knowledge::NotApplicable => "amount not-applicable",
            Knowledge::NotDelivered => "amount not-delivered",
        }
    }
}

/// A sum of figures of one kind: what is known, and how many of them are not. With one unknown it is no total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// In øre; nothing where it is more than can be counted.
    pub known: Option<i64>,
    pub unknown: usize,
}

impl Sum {
    pub fn of(figures: impl IntoIterator<Item = AnsweredFigure>) -> Self {
        let start = Self {
            known: Some(0),
            unknown: 0,
        };
        figures.into_iter().fold(start, |sum, figure| match figure.state {
            Knowledge::NotDelivered => Self {
                unknown: sum.unknown + 1,
                ..sum
            },
            _ => Self {
                known: sum
                    .known
                    .and_then(|known| known.checked_add(figure.amount.unwrap_or(0))),
                ..sum
            },
        })
    }

    /// `1 234 kr`, or `minst 1 234 kr (2 mangler)`.
    pub fn text(self, texts: Texts) -> String {
        let known = self.known.map_or_else(|| texts.say("not-delivered"), kroner);
        if self.unknown == 0 {
            return known;
        }
        texts.fill(
            "sum-in-part",
            &[("known", known), ("missing", self.unknown.to_string())],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::Language;
    use super::*;

    #[test]
    fn amounts_are_written_as_the_browsers_write_them() {
        for (ore, text) in [
            (0, "0\u{a0}kr"),
            (100, "1\u{a0}kr"),
            (123_456_700, "1\u{a0}234\u{a0}567\u{a0}kr"),
            (99_999, "999,99\u{a0}kr"),
            (-5, "\u{2212}0,05\u{a0}kr"),
            (-10_000_000, "\u{2212}100\u{a0}000\u{a0}kr"),
            (
                i64::MIN,
                "\u{2212}92\u{a0}233\u{a0}720\u{a0}368\u{a0}547\u{a0}758,08\u{a0}kr",
            ),
        ] {
            assert_eq!(kroner(ore), text);
        }
    }

    #[test]
    fn zero_not_applicable_and_not_known_are_three_things() {
        let figure = |state, amount| AnsweredFigure { state, amount };
        let all = [
            figure(Knowledge::Stated, Some(0)),
            figure(Knowledge::NotApplicable, None),
            figure(Knowledge::NotDelivered, None),
        ];
        for language in [Language::Bokmaal, Language::Nynorsk, Language::English] {
            let texts: Vec<String> = all.iter().map(|figure| figure.text(Texts(language))).collect();
            assert!(
                texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2],
                "{texts:?}"
            );
        }
        assert!(all[0].class() != all[1].class() && all[1].class() != all[2].class());
    }

    #[test]
    fn a_sum_says_what_it_lacks() {
        let stated = |amount| AnsweredFigure {
            state: Knowledge::Stated,
            amount: Some(amount),
        };
        let unknown = AnsweredFigure {
            state: Knowledge::NotDelivered,
            amount: None,
        };
        let nothing = AnsweredFigure::NOT_APPLICABLE;
        assert_eq!(
            Sum::of([stated(1), nothing, stated(2)]),
            Sum {
                known: Some(3),
                unknown: 0
            }
        );
        assert_eq!(
            Sum::of([stated(1), unknown]),
            Sum {
                known: Some(1),
                unknown: 1
            }
        );
        assert_eq!(Sum::of([stated(i64::MAX), stated(1)]).known, None);
        assert!(
            Sum::of([stated(100), unknown])
                .text(Texts(Language::Bokmaal))
                .starts_with("minst 1")
        );
    }
}
