//! Rows to sums: one per post and body, exact in thousandths of a krone, rounded once at the end. Pure.
//!
//! A row of a wanted post that cannot be read makes that post's year unknown: it is set aside and the post left out, so that
//! a part is never shown as the whole.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Read;

use programgrant_schema::{
    Accounts, AccountsLine, Appropriation, BudgetPost, Content, Ore, Record, RecordId, SetAside,
};

use crate::municipal::{Account, MunicipalSums};
use crate::wire::{
    AccountsFile, AccountsRow, AppropriationRow, AppropriationsFile, FileName, Published, Unreadable, digits, text,
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
pub fn file(published: Published, opened: impl Read, posts: &HashSet<BudgetPost>) -> Result<Reading, Unreadable> {
    let doubts = Doubts::new(published);
    match published.file {
        FileName::Accounts { year } => accounts(year, AccountsFile::open(opened)?, posts, doubts),
        FileName::Appropriations => appropriations(AppropriationsFile::open(opened)?, posts, doubts),
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
    mut rows: AccountsFile<impl Read>,
    posts: &HashSet<BudgetPost>,
    mut doubts: Doubts,
) -> Result<Reading, Unreadable> {
    let mut sums: BTreeMap<(BudgetPost, String), i128> = BTreeMap::new();
    let mut municipal = rows.tells_accounts_apart().then(MunicipalSums::default);
    while let Some(row) = rows.next()? {
        let named = NamedPost::read(row.line, row.chapter, row.post)?;
        let account = Account::of(row.account);
        let wanted = named.among(posts);
        if wanted.is_empty() && account == Account::Other {
            continue;
        }
        let grants = municipal.as_mut().filter(|_| account != Account::Other);
        match booking(year, &row, &named, account) {
            Ok(amount) => {
                if !wanted.is_empty() {
                    *sums.entry((named.post, body(&row))).or_default() += i128::from(amount);
                }
                if let Some(grants) = grants {
                    grants.add(named.post, amount, &row);
                }
            }
            Err(reason) => {
                // A row of nobody's post is told by the post that it names.
                let about = if wanted.is_empty() { vec![named.post] } else { wanted };
                doubts.raise(row.line, reason, &about, Some(year));
                if let Some(grants) = grants {
                    named.possible().for_each(|post| grants.doubt(post));
                }
            }
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
    let municipal = municipal.map(|grants| grants.settle(year, &mut doubts));
    Ok(Reading {
        content: Accounts::Year { year, lines, municipal },
        set_aside: doubts.set_aside,
    })
}

fn appropriations(
    mut rows: AppropriationsFile<impl Read>,
    posts: &HashSet<BudgetPost>,
    mut doubts: Doubts,
) -> Result<Reading, Unreadable> {
    let mut sums: BTreeMap<(i16, BudgetPost), (i128, i128)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let year = digits::<i16>(row.year, 4);
        let named = NamedPost::read(row.line, row.chapter, row.post)?;
        let wanted = named.among(posts);
        match wanted[..] {
            [] => {}
            [post] if named.is_clear => match decision(&row) {
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
            _ => doubts.raise(row.line, chapter_disagrees(row.chapter, row.post), &wanted, year),
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

/// The post that a row is about, by `Post_id`.
struct NamedPost {
    post: BudgetPost,
    /// Whether `Kapittel_id` says the same.
    is_clear: bool,
    /// The post of the other chapter, where it says another.
    otherwise: Option<BudgetPost>,
}

impl NamedPost {
    /// A row without a readable post may belong to any: then nothing in the file is whole.
    fn read(line: u64, chapter: &[u8], post: &[u8]) -> Result<Self, Unreadable> {
        let read: Option<u32> = digits(post, 6);
        let halves =
            read.and_then(|number| Some((u16::try_from(number / 100).ok()?, u16::try_from(number % 100).ok()?)));
        let Some((of_post, number)) = halves else {
            return Err(Unreadable::refused(
                Some(line),
                format!("Post_id {} is not six digits", shown(post)),
            ));
        };
        let of_chapter: Option<u16> = digits(chapter, 4);
        let is_clear = of_chapter == Some(of_post);
        let otherwise = of_chapter.filter(|_| !is_clear);
        Ok(Self {
            post: BudgetPost::new(of_post, number),
            is_clear,
            otherwise: otherwise.map(|chapter| BudgetPost::new(chapter, number)),
        })
    }

    fn possible(&self) -> impl Iterator<Item = BudgetPost> + use<> {
        [Some(self.post), self.otherwise].into_iter().flatten()
    }

    /// Those of `posts` that may be meant.
    fn among(&self, posts: &HashSet<BudgetPost>) -> Vec<BudgetPost> {
        self.possible().filter(|post| posts.contains(post)).collect()
    }
}

fn chapter_disagrees(chapter: &[u8], post: &[u8]) -> String {
    format!("Kapittel_id {} disagrees with Post_id {}", shown(chapter), shown(post))
}

/// What the row books, in thousandths.
fn booking(year: i16, row: &AccountsRow<'_>, named: &NamedPost, account: Account) -> Result<i64, String> {
    if !named.is_clear {
        return Err(chapter_disagrees(row.chapter, row.post));
    }
    if account == Account::Unreadable {
        let stated = row.account.unwrap_or_default();
        return Err(format!("Artskonto_id {} is not three digits", shown(stated)));
    }
    if digits(row.year, 4) != Some(year) {
        return Err(format!("År {} is not the file's year", shown(row.year)));
    }
    let period: Option<i32> = digits(row.period, 6);
    if !period.is_some_and(|period| period / 100 == i32::from(year) && (1..=12).contains(&(period % 100))) {
        return Err(format!("Periode {} is no month of the file's year", shown(row.period)));
    }
    thousandths(row.amount).ok_or_else(|| format!("Beløp {} is not an amount", shown(row.amount)))
}

/// Who booked it. Bodies that have no number are told apart by their names.
fn body(row: &AccountsRow<'_>) -> String {
    Some(text(row.body))
        .filter(|number| !number.is_empty())
        .unwrap_or_else(|| text(row.body_name))
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
pub fn ore(thousandths: i128) -> Option<Ore> {
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
pub struct Doubts {
    published: Published,
    /// `None` = every year.
    about: BTreeSet<(BudgetPost, Option<i16>)>,
    set_aside: Vec<SetAside>,
}

impl Doubts {
    fn new(published: Published) -> Self {
        Self {
            published,
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
                ..SetAside::at(format!("{}:{line}", self.published.place()), reason)
            });
        }
    }

    /// All rows can be read and still make no figure.
    pub fn raise_at_large(&mut self, reason: String, post: BudgetPost, year: i16) {
        if self.about.insert((post, Some(year))) {
            let place = format!("{}, {post} in {year}", self.published.place());
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
