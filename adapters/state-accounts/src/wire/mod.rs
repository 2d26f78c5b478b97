//! DFØ's files as they are published: names, columns, rows. ISO-8859-1, `;`, every field quoted with `"`.

mod table;

use std::fmt;
use std::io::{self, Read};

use encoding_rs::mem::decode_latin1;
use table::Table;

/// One of the files that DFØ publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileName {
    /// `statsregnskapet_aar_{YYYY}.csv`.
    Accounts { year: i16 },
    /// `bevilgninger_full_historikk.csv`.
    Appropriations,
}

const APPROPRIATIONS: &str = "bevilgninger_full_historikk";

impl FileName {
    /// The file of that name; `None` where it is none of DFØ's.
    pub fn parse(name: &str) -> Option<Self> {
        match name.strip_suffix(".csv")? {
            APPROPRIATIONS => Some(Self::Appropriations),
            stem => {
                digits(stem.strip_prefix("statsregnskapet_aar_")?.as_bytes(), 4).map(|year| Self::Accounts { year })
            }
        }
    }

    /// The name without its ending: the record's id.
    pub fn id(self) -> String {
        match self {
            Self::Accounts { year } => format!("statsregnskapet_aar_{year:04}"),
            Self::Appropriations => APPROPRIATIONS.to_owned(),
        }
    }

    pub fn year(self) -> Option<i16> {
        match self {
            Self::Accounts { year } => Some(year),
            Self::Appropriations => None,
        }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.csv", self.id())
    }
}

/// How a file is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Csv,
    /// The `.csv` of the same name in an archive of its own.
    Zip,
}

/// A file as it lies in the folder or under the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Published {
    pub file: FileName,
    pub form: Form,
}

impl Published {
    /// The published file of that name; `None` where it is none of DFØ's.
    pub fn parse(name: &str) -> Option<Self> {
        let (form, csv) = match name.strip_suffix(".zip") {
            Some(stem) => (Form::Zip, format!("{stem}.csv")),
            None => (Form::Csv, name.to_owned()),
        };
        FileName::parse(&csv).map(|file| Self { file, form })
    }

    /// Where its lines are counted: in the archive, the file within.
    pub fn place(self) -> String {
        match self.form {
            Form::Csv => self.to_string(),
            Form::Zip => format!("{self}/{}", self.file),
        }
    }
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            Form::Csv => self.file.fmt(f),
            Form::Zip => write!(f, "{}.zip", self.file.id()),
        }
    }
}

/// Why a file cannot be read as a whole.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The file itself is not what it should be; asking again helps only once it has changed.
    Refused { line: Option<u64>, reason: String },
    /// The disk fails; asking again may help.
    Io,
}

/// A reason to refuse a file, on its way through readers that know no other error than the disk's.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(String);

impl Refusal {
    pub fn error(reason: impl Into<String>) -> io::Error {
        io::Error::other(Self(reason.into()))
    }
}

impl Unreadable {
    pub fn refused(line: Option<u64>, reason: impl Into<String>) -> Self {
        Self::Refused {
            line,
            reason: reason.into(),
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Refusal>() {
            Ok(Refusal(reason)) => Self::refused(None, reason),
            Err(_) => Self::Io,
        }
    }
}

/// A row of `statsregnskapet_aar_{YYYY}.csv`: what one body booked on one account in one month.
#[derive(Debug)]
pub struct AccountsRow<'a> {
    pub line: u64,
    /// `År`.
    pub year: &'a [u8],
    /// `Periode`, YYYYMM.
    pub period: &'a [u8],
    /// `Kapittel_id`, four digits.
    pub chapter: &'a [u8],
    /// `Post_id`, six digits: chapter and post.
    pub post: &'a [u8],
    /// `Virksomhet_id`, the organisation number.
    pub body: &'a [u8],
    /// `Virksomhet`, the name; empty where the file has no such column.
    pub body_name: &'a [u8],
    /// `Artskonto_id`, three digits: what was booked; `None` where the file has no such column.
    pub account: Option<&'a [u8]>,
    /// `Post`, the post's name; empty where the file has no such column.
    pub post_name: &'a [u8],
    /// `Fagdepartement`, the ministry's name; empty where the file has no such column.
    pub ministry: &'a [u8],
    /// `Beløp`.
    pub amount: &'a [u8],
}

/// A row of `bevilgninger_full_historikk.csv`: one decision about one post.
#[derive(Debug)]
pub struct AppropriationRow<'a> {
    pub line: u64,
    /// `År`.
    pub year: &'a [u8],
    /// `Kapittel_id`, four digits.
    pub chapter: &'a [u8],
    /// `Post_id`, six digits: chapter and post.
    pub post: &'a [u8],
    /// `Bevilgning_beløp`.
    pub amount: &'a [u8],
    /// `Bevilgning`, the decision's text.
    pub decision: &'a [u8],
}

pub struct AccountsFile<R> {
    table: Table<R, 10>,
    tells_accounts_apart: bool,
}

impl<R: Read> AccountsFile<R> {
    pub fn open(file: R) -> Result<Self, Unreadable> {
        // Of the texts beside the numbers none is needed.
        let columns = [
            ("År", true),
            ("Periode", true),
            ("Kapittel_id", true),
            ("Post_id", true),
            ("Virksomhet_id", true),
            ("Virksomhet", false),
            ("Artskonto_id", false),
            ("Post", false),
            ("Fagdepartement", false),
            ("Beløp", true),
        ];
        let table = Table::open(file, columns)?;
        Ok(Self {
            tells_accounts_apart: table.has_column(6),
            table,
        })
    }

    /// Whether the file has the column `Artskonto_id`.
    pub fn tells_accounts_apart(&self) -> bool {
        self.tells_accounts_apart
    }

    pub fn next(&mut self) -> Result<Option<AccountsRow<'_>>, Unreadable> {
        let Some((line, cells)) = self.table.next()? else {
            return Ok(None);
        };
        let [
            year,
            period,
            chapter,
            post,
            body,
            body_name,
            account,
            post_name,
            ministry,
            amount,
        ] = cells;
        Ok(Some(AccountsRow {
            line,
            year,
            period,
            chapter,
            post,
            body,
            body_name,
            account: self.tells_accounts_apart.then_some(account),
            post_name,
            ministry,
            amount,
        }))
    }
}

pub struct AppropriationsFile<R>(Table<R, 5>);

impl<R: Read> AppropriationsFile<R> {
    pub fn open(file: R) -> Result<Self, Unreadable> {
        let needed = ["År", "Kapittel_id", "Post_id", "Bevilgning_beløp", "Bevilgning"];
        Table::open(file, needed.map(|name| (name, true))).map(Self)
    }

    pub fn next(&mut self) -> Result<Option<AppropriationRow<'_>>, Unreadable> {
        let Some((line, [year, chapter, post, amount, decision])) = self.0.next()? else {
            return Ok(None);
        };
        Ok(Some(AppropriationRow {
            line,
            year,
            chapter,
            post,
            amount,
            decision,
        }))
    }
}

/// The number of exactly that many digits; `None` where the text is anything else.
pub fn digits<T: std::str::FromStr>(text: &[u8], count: usize) -> Option<T> {
    let plausible = text.len() == count && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text).ok().filter(|_| plausible)?.parse().ok()
}

/// Text of the file, blanks around it removed.
pub fn text(cell: &[u8]) -> String {
    decode_latin1(cell).trim().to_owned()
}

#[cfg(test)]
mod tests;
