//! From a spreadsheet's export to requests: encoding, separator, header, lines. A bad header is an error for the whole, a bad
//! line is one for itself.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use programgrant_core::ledger::rules::FundingRequest;
use programgrant_schema::Ore;

use super::cell;
use super::flaw::RowFlaw;

/// Why a list cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("the file is empty")]
    Empty,
    #[error("line {line}: the quotes cannot be read")]
    Csv { line: u64 },
    #[error("line {line}: a quote is opened and never closed, so that all that follows would be one cell")]
    Unclosed { line: u64 },
    #[error("the encoding is none of UTF-8, UTF-16 with its mark and Windows-1252, or is broken")]
    Encoding,
    #[error("the header has two columns for the same: {0:?} and {1:?}")]
    Twice(String, String),
    #[error("the header has no column for {0}")]
    Missing(MissingColumn),
}

/// What a header says nothing of, and nobody said it for all lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
pub enum MissingColumn {
    #[strum(to_string = "the recipient (orgnr or kommunenummer)")]
    Recipient,
    #[strum(to_string = "the amount (beløp)")]
    Amount,
    #[strum(to_string = "the grant year (år), and no --year")]
    Year,
    #[strum(to_string = "both halves of the budget post (kapittel and post)")]
    Post,
    #[strum(to_string = "the scheme (ordning, or kapittel and post), and no --scheme")]
    Scheme,
}

/// What holds for lines that state nothing themselves.
pub struct Defaults {
    pub year: Option<i32>,
    pub scheme: Option<String>,
}

/// The list.
pub struct InputTable {
    pub lines: Vec<Line>,
}

/// One applicant.
pub struct Line {
    /// As an editor counts.
    pub number: u64,
    /// The recipient as stated.
    pub recipient: String,
    /// The scheme as stated.
    pub scheme: String,
    pub request: Result<FundingRequest, RowFlaw>,
    /// What is wrong with the municipality number, unless the organisation number is a known one and so decides.
    pub lost_zero: Option<RowFlaw>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    OrganisationNumber,
    MunicipalityNumber,
    Scheme,
    Chapter,
    Post,
    Activity,
    Year,
    Amount,
    TargetGroup,
    From,
    Until,
    CaseReference,
}

impl Column {
    /// The column that a heading names, letters without their marks and digits; `None` for one that nobody here needs.
    fn of(heading: &str) -> Option<Self> {
        Some(match cell::word(heading).as_str() {
            "orgnr" | "orgnummer" | "organisasjonsnr" | "organisasjonsnummer" | "organisationnumber" => {
                Self::OrganisationNumber
            }
            "kommnr" | "komnr" | "knr" | "kommunenr" | "kommunenummer" | "municipalitynumber" => {
                Self::MunicipalityNumber
            }
            "ordning" | "tilskuddsordning" | "scheme" | "kappost" | "kapittelpost" | "budsjettpost" | "budgetpost" => {
                Self::Scheme
            }
            "kapittel" | "kap" | "chapter" => Self::Chapter,
            "post" => Self::Post,
            "aktivitet" | "activity" => Self::Activity,
            "ar" | "aar" | "tilskuddsar" | "tilskuddsaar" | "budsjettar" | "budsjettaar" | "year" => Self::Year,
            "belop" | "beloep" | "belopkr" | "belopikr" | "belopikroner" | "soknadsbelop" | "amount" => Self::Amount,
            "malgruppe" | "maalgruppe" | "targetgroup" => Self::TargetGroup,
            "fra" | "fradato" | "fraogmed" | "usefrom" | "from" => Self::From,
            "til" | "tildato" | "tilogmed" | "useuntil" | "until" => Self::Until,
            "saksnummer" | "saksnr" | "casereference" => Self::CaseReference,
            _ => return None,
        })
    }
}

impl InputTable {
    pub fn read(bytes: &[u8], defaults: &Defaults) -> Result<Self, TableError> {
        let text = decode(bytes)
            .ok_or(TableError::Encoding)?
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let (text, skipped, stated) = separator_line(&text);
        let first = text
            .lines()
            .find(|line| !line.trim().is_empty())
            .ok_or(TableError::Empty)?;
        let separator = stated.unwrap_or_else(|| separator(first));
        if let Some(line) = unclosed(text, separator) {
            return Err(TableError::Unclosed { line: skipped + line });
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let mut place = Place {
            text,
            at: 0,
            line: skipped + 1,
        };
        let header = records
            .next()
            .ok_or(TableError::Empty)?
            .map_err(|_| TableError::Csv { line: place.line })?;
        let header = Header::read(&header, defaults)?;
        let mut lines = Vec::new();
        for record in records {
            let record = record.map_err(|_| TableError::Csv { line: place.line + 1 })?;
            let number = place.move_to(&record);
            // A spreadsheet exports the empty rows at its end, too.
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                lines.push(header.line(number, &record, defaults));
            }
        }
        Ok(Self { lines })
    }
}

/// UTF-8 or UTF-16 by their marks, UTF-8 where it is sound, otherwise Windows-1252; `None` where letters would be lost.
fn decode(bytes: &[u8]) -> Option<String> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let (text, _, is_broken) = encoding.decode(bytes);
    // UTF-16 without its mark is full of zeros.
    (!is_broken && !text.contains('\0')).then(|| text.into_owned())
}

/// The line on which a quote is opened that nothing closes.
fn unclosed(text: &str, separator: u8) -> Option<u64> {
    let (mut line, mut opened, mut begins) = (1, None, true);
    for sign in text.bytes() {
        match (sign, opened) {
            (b'"', None) if begins => opened = Some(line),
            // Of a doubled one, the second opens again what the first has closed.
            (b'"', Some(_)) => opened = None,
            _ => {}
        }
        begins = opened.is_none() && (sign == separator || sign == b'\n' || sign == b'"');
        line += u64::from(sign == b'\n');
    }
    opened
}

/// Spreadsheets may say their separator on a line of its own: the rest, how many lines that took, and which it is.
fn separator_line(text: &str) -> (&str, u64, Option<u8>) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first
        .trim_matches('"')
        .to_ascii_lowercase()
        .strip_prefix("sep=")
        .map(str::as_bytes)
    {
        Some([separator]) => (rest, 1, Some(*separator)),
        _ => (text, 0, None),
    }
}

/// What separates the headings: a semicolon wherever there is one, since headings hold commas.
fn separator(header: &str) -> u8 {
    [b';', b'\t', b',']
        .into_iter()
        .find(|separator| header.as_bytes().contains(separator))
        .unwrap_or(b';')
}

/// How far the text was read, and the line that an editor counts there.
struct Place<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Place<'_> {
    /// The line that the record begins on. The reader passes blank lines over together with the record after them.
    fn move_to(&mut self, record: &csv::StringRecord) -> u64 {
        let start = record
            .position()
            .and_then(|position| usize::try_from(position.byte()).ok())
            .unwrap_or(self.at);
        let (before, from) = self.text.split_at(start);
        let start = start + from.len() - from.trim_start_matches('\n').len();
        let passed = self.text[self.at.min(before.len())..start].matches('\n').count();
        self.line += u64::try_from(passed).unwrap_or(u64::MAX);
        self.at = start;
        self.line
    }
}

struct Header {
    /// Each heading, with the column that it names.
    headings: Vec<(String, Option<Column>)>,
}

impl Header {
    fn read(record: &csv::StringRecord, defaults: &Defaults) -> Result<Self, TableError> {
        let mut headings: Vec<(String, Option<Column>)> = Vec::new();
        for heading in record {
            let column = Column::of(heading);
            if let Some((other, _)) = headings.iter().find(|(_, known)| column.is_some() && *known == column) {
                return Err(TableError::Twice(other.clone(), heading.trim().to_owned()));
            }
            headings.push((heading.trim().to_owned(), column));
        }
        let header = Self { headings };
        header.check(defaults)?;
        Ok(header)
    }

    fn check(&self, defaults: &Defaults) -> Result<(), TableError> {
        let has = |column| self.headings.iter().any(|(_, known)| *known == Some(column));
        let missing = [
            (
                has(Column::OrganisationNumber) || has(Column::MunicipalityNumber),
                MissingColumn::Recipient,
            ),
            (has(Column::Amount), MissingColumn::Amount),
            (has(Column::Year) || defaults.year.is_some(), MissingColumn::Year),
            (has(Column::Chapter) == has(Column::Post), MissingColumn::Post),
            (
                has(Column::Scheme) || has(Column::Post) || defaults.scheme.is_some(),
                MissingColumn::Scheme,
            ),
        ];
        missing
            .into_iter()
            .find(|(is_there, _)| !is_there)
            .map_or(Ok(()), |(_, what)| Err(TableError::Missing(what)))
    }

    fn line(&self, number: u64, record: &csv::StringRecord, defaults: &Defaults) -> Line {
        let cells = Cells { header: self, record };
        let stated = |columns: &[Column], joint: &str| {
            columns
                .iter()
                .filter_map(|column| cells.said(*column))
                .collect::<Vec<_>>()
                .join(joint)
        };
        let (scheme, post) = (
            stated(&[Column::Scheme], ""),
            stated(&[Column::Chapter, Column::Post], "."),
        );
        let named = [scheme, post, defaults.scheme.clone().unwrap_or_default()]
            .into_iter()
            .find(|text| !text.is_empty());
        Line {
            number,
            recipient: stated(&[Column::OrganisationNumber, Column::MunicipalityNumber], "/"),
            scheme: named.unwrap_or_default(),
            request: cells.request(number, defaults),
            lost_zero: cells.lost_zero(),
        }
    }
}

/// One line under the header.
struct Cells<'a> {
    header: &'a Header,
    record: &'a csv::StringRecord,
}

impl Cells<'_> {
    fn place(&self, column: Column) -> Option<usize> {
        self.header
            .headings
            .iter()
            .position(|(_, known)| *known == Some(column))
    }

    fn said(&self, column: Column) -> Option<Cow<'_, str>> {
        self.record
            .get(self.place(column)?)
            .map(cell::said)
            .filter(|text| !text.is_empty())
    }

    fn flaw(&self, column: Column, code: &'static str, reason: impl Into<String>) -> RowFlaw {
        let heading = self.place(column).map(|place| self.header.headings[place].0.clone());
        RowFlaw {
            column: heading,
            code,
            reason: reason.into(),
        }
    }

    fn parse<T>(
        &self,
        column: Column,
        code: &'static str,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, RowFlaw> {
        let Some(text) = self.said(column) else { return Ok(None) };
        let value = read(&text).ok_or_else(|| self.flaw(column, code, format!("«{}» er ikke {what}", shown(&text))))?;
        Ok(Some(value))
    }

    fn request(&self, number: u64, defaults: &Defaults) -> Result<FundingRequest, RowFlaw> {
        if self
            .record
            .iter()
            .skip(self.header.headings.len())
            .any(|cell| !cell.trim().is_empty())
        {
            let reason = "linjen har flere felt enn overskriften".to_owned();
            return Err(RowFlaw {
                column: None,
                code: "INVALID_ARGUMENT",
                reason,
            });
        }
        let owned = |column| self.said(column).map(Cow::into_owned);
        let scheme = self.parse(
            Column::Scheme,
            "INVALID_ARGUMENT",
            "en entydig post (kapittel.post, som 621.63)",
            cell::scheme,
        )?;
        let chapter = self.parse(Column::Chapter, "INVALID_ARGUMENT", "et kapittel", cell::part_of_post)?;
        let post = self.parse(Column::Post, "INVALID_ARGUMENT", "en post", cell::part_of_post)?;
        let is_unnamed = scheme.is_none() && chapter.is_none() && post.is_none();
        let year = self
            .parse(Column::Year, "INVALID_YEAR", "et år med fire sifre", cell::year)?
            .or(defaults.year);
        let date = |column| self.parse(column, "INVALID_PERIOD", "en dato (dd.mm.åååå)", cell::date);
        Ok(FundingRequest {
            scheme: if is_unnamed { defaults.scheme.clone() } else { scheme },
            chapter,
            post,
            activity: owned(Column::Activity),
            organisation_number: self
                .said(Column::OrganisationNumber)
                .map(|text| cell::organisation_number(&text)),
            municipality_number: self
                .said(Column::MunicipalityNumber)
                .map(|text| cell::municipality_number(&text).0),
            year: year.ok_or_else(|| self.flaw(Column::Year, "MISSING_ARGUMENT", "året mangler"))?,
            amount: self.amount()?,
            target_group: self.parse(
                Column::TargetGroup,
                "INVALID_ARGUMENT",
                "en kjent målgruppe",
                cell::target_group,
            )?,
            use_from: date(Column::From)?,
            use_until: date(Column::Until)?,
            // Nothing is claimed, so a line that has no case yet may stand for one.
            case_reference: owned(Column::CaseReference).unwrap_or_else(|| format!("linje {number}")),
        })
    }

    /// A number of three digits is one whose leading zero was eaten, or a mistake.
    fn lost_zero(&self) -> Option<RowFlaw> {
        let text = self.said(Column::MunicipalityNumber)?;
        let (meant, true) = cell::municipality_number(&text) else {
            return None;
        };
        let reason = format!(
            "«{}» har mistet nullen foran, eller er feil; {meant} skrives som tekst",
            shown(&text)
        );
        Some(self.flaw(Column::MunicipalityNumber, "INVALID_MUNICIPALITY_NUMBER", reason))
    }

    fn amount(&self) -> Result<Ore, RowFlaw> {
        let amount = self.parse(
            Column::Amount,
            "INVALID_AMOUNT",
            "et entydig beløp i kroner",
            cell::amount,
        )?;
        amount.ok_or_else(|| self.flaw(Column::Amount, "MISSING_ARGUMENT", "beløpet mangler"))
    }
}

/// A cell as a reason quotes it, bounded.
fn shown(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
