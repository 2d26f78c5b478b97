//! Rows to sums: one per post and body, exact in thousandths of a krone, rounded once at the end. Pure.
//!
//! A row of a wanted post that cannot be read makes that post's year unknown: it is set aside and the post left out, so that
//! a part is never shown as the whole.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{Read, Seek};

use programgrant_schema::{
    Accounts, AccountsLine, Appropriation, BudgetPost, Content, Ore, Record, RecordId, SetAside,
};

use crate::wire::{
    AccountsFile, AccountsRow, AppropriationRow, AppropriationsFile, FileName, Unreadable, digits, text,
};

/// How many rows of one file are set aside one by one; beyond that, one for each post and year that is in doubt.
const MOST_SET_ASIDE: usize = 100;
/// How much of a value a reason shows.
const MOST_SHOWN: usize = 40;

/// What a readable file says.
#[derive(Debug, PartialEq)]
pub struct Reading {
    pub content: Accounts,
    pub set_aside: Vec<SetAside>,
}

/// Reads the whole file.
pub fn file(name: FileName, opened: impl Read + Seek, posts: &HashSet<BudgetPost>) -> Result<Reading, Unreadable> {
    match name {
        FileName::Accounts { year } => accounts(year, AccountsFile::open(opened)?, posts),
        FileName::Appropriations => appropriations(AppropriationsFile::open(opened)?, posts),
    }
}

/// The file's record: DFØ gives no revisions, the version that came last counts.
pub fn record(name: FileName, content: Accounts) -> Record {
    Record {
        id: RecordId::new(name.id()),
        reference: name.to_string(),
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Accounts(content),
    }
}

fn accounts(
    year: i16,
    mut rows: AccountsFile<impl Read + Seek>,
    posts: &HashSet<BudgetPost>,
) -> Result<Reading, Unreadable> {
    let mut sums: BTreeMap<(BudgetPost, String), i128> = BTreeMap::new();
    let mut doubts = Doubts::new(FileName::Accounts { year });
    while let Some(row) = rows.next()? {
        match wanted_post(row.line, row.chapter, row.post, posts)? {
            Whose::Nobodys => {}
            Whose::Unclear(possible) => doubts.raise(
                row.line,
                chapter_disagrees(row.chapter, row.post),
                &possible,
                Some(year),
            ),
            Whose::Of(post) => match booking(year, &row) {
                Ok((body, amount)) => *sums.entry((post, body)).or_default() += i128::from(amount),
                Err(reason) => doubts.raise(row.line, reason, &[post], Some(year)),
            },
        }
    }
    let mut lines = Vec::new();
    for ((post, body), sum) in sums {
        match ore(sum) {
            Some(amount) => lines.push(AccountsLine { post, body, amount }),
            None => doubts.raise_at_large(
                "the sum of one body is beyond what an amount can be".to_owned(),
                post,
                year,
            ),
        }
    }
    lines.retain(|line| !doubts.cover(line.post, year));
    Ok(Reading {
        content: Accounts::Year { year, lines },
        set_aside: doubts.set_aside,
    })
}

fn appropriations(
    mut rows: AppropriationsFile<impl Read + Seek>,
    posts: &HashSet<BudgetPost>,
) -> Result<Reading, Unreadable> {
    let mut sums: BTreeMap<(i16, BudgetPost), (i128, i128)> = BTreeMap::new();
    let mut doubts = Doubts::new(FileName::Appropriations);
    while let Some(row) = rows.next()? {
        let year = digits::<i16>(row.year, 4);
        match wanted_post(row.line, row.chapter, row.post, posts)? {
            Whose::Nobodys => {}
            Whose::Unclear(possible) => {
                doubts.raise(row.line, chapter_disagrees(row.chapter, row.post), &possible, year);
            }
            Whose::Of(post) => match decision(&row) {
                Ok((year, kind, amount)) => {
                    let (voted, revisions) = sums.entry((year, post)).or_default();
                    match kind {
                        Decision::Vote => *voted += i128::from(amount),
                        Decision::Revision => *revisions += i128::from(amount),
                        Decision::CarriedOver => {}
                    }
                }
                Err(reason) => doubts.raise(row.line, reason, &[post], year),
            },
        }
    }
    let mut lines = Vec::new();
    for ((year, post), (voted, revisions)) in sums {
        match (ore(voted), ore(revisions)) {
            (Some(voted), Some(revisions)) => lines.push(Appropriation {
                year,
                post,
                voted,
                revisions,
            }),
            _ => doubts.raise_at_large("the sum is beyond what an amount can be".to_owned(), post, year),
        }
    }
    lines.retain(|line| !doubts.cover(line.post, line.year));
    Ok(Reading {
        content: Accounts::Appropriations { lines },
        set_aside: doubts.set_aside,
    })
}

/// Whose row it is.
enum Whose {
    Of(BudgetPost),
    /// A post that nobody asked for.
    Nobodys,
    /// `Kapittel_id` and `Post_id` disagree, and at least these wanted posts may be meant.
    Unclear(Vec<BudgetPost>),
}

/// The row's post, by `Post_id`. A row without a readable one may belong to any post: then nothing in the file is whole.
fn wanted_post(line: u64, chapter: &[u8], post: &[u8], posts: &HashSet<BudgetPost>) -> Result<Whose, Unreadable> {
    let read: Option<u32> = digits(post, 6);
    let halves = read.and_then(|number| Some((u16::try_from(number / 100).ok()?, u16::try_from(number % 100).ok()?)));
    let Some((of_post, post_number)) = halves else {
        return Err(Unreadable::refused(
            Some(line),
            format!("Post_id {} is not six digits", shown(post)),
        ));
    };
    let stated = BudgetPost::new(of_post, post_number);
    let of_chapter: Option<u16> = digits(chapter, 4);
    if of_chapter == Some(of_post) {
        return Ok(if posts.contains(&stated) {
            Whose::Of(stated)
        } else {
            Whose::Nobodys
        });
    }
    let otherwise = of_chapter.map(|chapter| BudgetPost::new(chapter, post_number));
    let possible: Vec<BudgetPost> = [Some(stated), otherwise]
        .into_iter()
        .flatten()
        .filter(|post| posts.contains(post))
        .collect();
    Ok(if possible.is_empty() {
        Whose::Nobodys
    } else {
        Whose::Unclear(possible)
    })
}

fn chapter_disagrees(chapter: &[u8], post: &[u8]) -> String {
    format!("Kapittel_id {} disagrees with Post_id {}", shown(chapter), shown(post))
}

/// The body and what it booked, in thousandths.
fn booking(year: i16, row: &AccountsRow<'_>) -> Result<(String, i64), String> {
    if digits(row.year, 4) != Some(year) {
        return Err(format!("År {} is not the file's year", shown(row.year)));
    }
    let period: Option<i32> = digits(row.period, 6);
    if !period.is_some_and(|period| period / 100 == i32::from(year) && (1..=12).contains(&(period % 100))) {
        return Err(format!("Periode {} is no month of the file's year", shown(row.period)));
    }
    let amount = thousandths(row.amount).ok_or_else(|| format!("Beløp {} is not an amount", shown(row.amount)))?;
    // Bodies that have no number are told apart by their names.
    let body = Some(text(row.body))
        .filter(|number| !number.is_empty())
        .unwrap_or_else(|| text(row.body_name));
    Ok((body, amount))
}

enum Decision {
    Vote,
    Revision,
    /// From an earlier year: neither vote nor revision.
    CarriedOver,
}

fn decision(row: &AppropriationRow<'_>) -> Result<(i16, Decision, i64), String> {
    let year = digits(row.year, 4).ok_or_else(|| format!("År {} is not a year", shown(row.year)))?;
    let amount =
        thousandths(row.amount).ok_or_else(|| format!("Bevilgning_beløp {} is not an amount", shown(row.amount)))?;
    let wording = text(row.decision);
    let kind = if wording.starts_with("Saldert budsjett") {
        Decision::Vote
    } else if wording.starts_with("Overført fra") {
        Decision::CarriedOver
    } else {
        Decision::Revision
    };
    Ok((year, kind, amount))
}

/// Reads `[-]digits[,d[d[d]]]` in thousandths of a krone, exactly. No thousands mark, no plus sign, no blank.
fn thousandths(amount: &[u8]) -> Option<i64> {
    let amount = std::str::from_utf8(amount).ok()?;
    let (negative, unsigned) = amount.strip_prefix('-').map_or((false, amount), |rest| (true, rest));
    let (kroner, decimals) = match unsigned.split_once(',') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if kroner.is_empty() || decimals.len() > 3 || !is_digits(kroner) || !is_digits(decimals) {
        return None;
    }
    let value: i64 = format!("{kroner}{decimals:0<3}").parse().ok()?;
    Some(if negative { -value } else { value })
}

/// A sum of thousandths as øre; half an øre goes away from zero. `None` beyond what an amount can be.
fn ore(thousandths: i128) -> Option<Ore> {
    let rounded = (thousandths.abs() + 5) / 10 * thousandths.signum();
    i64::try_from(rounded).ok().and_then(Ore::new)
}

/// A value as a reason shows it, bounded.
fn shown(value: &[u8]) -> String {
    let value = text(value);
    if value.chars().count() <= MOST_SHOWN {
        format!("{value:?}")
    } else {
        format!("{:?}…", value.chars().take(MOST_SHOWN).collect::<String>())
    }
}

/// The posts and years about which the file is not to be believed, and the rows that say why.
struct Doubts {
    file: FileName,
    /// `None` = every year.
    about: BTreeSet<(BudgetPost, Option<i16>)>,
    set_aside: Vec<SetAside>,
}

impl Doubts {
    fn new(file: FileName) -> Self {
        Self {
            file,
            about: BTreeSet::new(),
            set_aside: Vec::new(),
        }
    }

    /// The row of that line cannot be read; it belongs to one of the `possible` posts.
    fn raise(&mut self, line: u64, reason: String, possible: &[BudgetPost], year: Option<i16>) {
        let known = possible.iter().all(|post| self.about.contains(&(*post, year)));
        self.about.extend(possible.iter().map(|post| (*post, year)));
        if self.set_aside.len() < MOST_SET_ASIDE || !known {
            let post = if let [only] = possible { Some(*only) } else { None };
            self.set_aside.push(SetAside {
                post,
                year,
                ..SetAside::at(format!("{}:{line}", self.file), reason)
            });
        }
    }

    /// All rows can be read and still make no figure.
    fn raise_at_large(&mut self, reason: String, post: BudgetPost, year: i16) {
        if self.about.insert((post, Some(year))) {
            let place = format!("{}, {post} in {year}", self.file);
            self.set_aside.push(SetAside {
                post: Some(post),
                year: Some(year),
                ..SetAside::at(place, reason)
            });
        }
    }

    fn cover(&self, post: BudgetPost, year: i16) -> bool {
        self.about.contains(&(post, Some(year))) || self.about.contains(&(post, None))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_have_a_decimal_comma_and_up_to_three_decimals() {
        let read = [
            ("0", 0),
            ("0,1", 100),
            ("1234567,89", 1_234_567_890),
            ("-12,345", -12_345),
            ("007,000", 7_000),
            ("-0,005", -5),
        ];
        for (amount, expected) in read {
            assert_eq!(thousandths(amount.as_bytes()), Some(expected), "{amount}");
        }
        let none = [
            "",
            "-",
            ",5",
            "5,",
            "1.5",
            "1 000",
            "1.000,00",
            "+1",
            "1,2345",
            "1,-5",
            " 1",
            "--1",
            "1e3",
            "1,5,5",
            "−1",
            "9223372036854775,808",
        ];
        for amount in none {
            assert_eq!(thousandths(amount.as_bytes()), None, "{amount}");
        }
        assert_eq!(thousandths(b"9223372036854775,807"), Some(i64::MAX));
    }

    #[test]
    fn half_an_ore_goes_away_from_zero() {
        let rounded = [0, 4, 5, 14, 15, -4, -5, -14, -15].map(|sum| ore(sum).map(Ore::get));
        assert_eq!(rounded, [0, 0, 1, 1, 2, 0, -1, -1, -2].map(Some));
        assert_eq!(ore(i128::from(Ore::MAX) * 10).map(Ore::get), Some(Ore::MAX));
        assert_eq!(ore(i128::from(Ore::MAX) * 10 + 5), None);
    }

    proptest! {
        #[test]
        fn thousandths_come_back_as_they_were_written(sign in "-?", kroner in 0..1_000_000_000_i64, decimals in 0..1000_i64) {
            let value = kroner * 1000 + decimals;
            let expected = if sign == "-" { -value } else { value };
            prop_assert_eq!(thousandths(format!("{sign}{kroner},{decimals:03}").as_bytes()), Some(expected));
        }

        #[test]
        fn no_text_makes_the_reading_panic(amount in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = (thousandths(&amount), shown(&amount));
        }
    }
}
