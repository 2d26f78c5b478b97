//! A file as NAV writes it: encoding, header, rows, trailer. What the cells mean is left to [`crate::translate`].

use std::borrow::Cow;

use csv::StringRecord;
use encoding_rs::WINDOWS_1252;
use programgrant_schema::Ore;

use crate::cell;

/// The columns that are needed; others (`client`, `period`, what NAV may add) are passed over.
pub const COLUMNS: [&str; 13] = [
    "voucher_no",
    "voucher_type",
    "trans_date",
    "kap",
    "post",
    "aar",
    "orgnr",
    "kommnr",
    "tekst",
    "malgruppe",
    "fra",
    "til",
    "belop",
];

/// One row, to the letter.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub voucher_no: &'a str,
    pub voucher_type: &'a str,
    pub trans_date: &'a str,
    pub kap: &'a str,
    pub post: &'a str,
    pub aar: &'a str,
    pub orgnr: &'a str,
    pub kommnr: &'a str,
    pub tekst: &'a str,
    pub malgruppe: &'a str,
    pub fra: &'a str,
    pub til: &'a str,
    pub belop: &'a str,
}

/// The cells in the order of [`COLUMNS`].
impl<'a> From<[&'a str; 13]> for Row<'a> {
    fn from(cells: [&'a str; 13]) -> Self {
        let [
            voucher_no,
            voucher_type,
            trans_date,
            kap,
            post,
            aar,
            orgnr,
            kommnr,
            tekst,
            malgruppe,
            fra,
            til,
            belop,
        ] = cells;
        Self {
            voucher_no,
            voucher_type,
            trans_date,
            kap,
            post,
            aar,
            orgnr,
            kommnr,
            tekst,
            malgruppe,
            fra,
            til,
            belop,
        }
    }
}

/// Why a file is refused whole, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// Windows-1252, whatever NAV declares; UTF-8 where a byte-order mark says so.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(marked) => {
            let text = std::str::from_utf8(marked)
                .map_err(|_| Refusal::new("begins with a UTF-8 byte-order mark and is not UTF-8"))?;
            Ok(Cow::Borrowed(text))
        }
        None => Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0),
    }
}

/// The last line, `#SLUTT;{rows};{sum}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trailer {
    pub rows: u64,
    pub sum: Ore,
}

impl Trailer {
    /// Splits the text into what comes before the trailer, and the trailer.
    fn split_off(text: &str) -> Result<(&str, Self), Refusal> {
        let text = text.trim_end();
        let (body, last) = text.split_at(text.rfind('\n').map_or(0, |end| end + 1));
        let cells = last
            .strip_prefix("#SLUTT;")
            .ok_or_else(|| Refusal::new("does not end with #SLUTT: it breaks off, or something follows"))?;
        let trailer = cells.split_once(';').and_then(|(rows, sum)| {
            let rows = cell::is_digits(rows).then(|| rows.parse().ok()).flatten()?;
            Some(Self {
                rows,
                sum: cell::amount(sum).ok()?,
            })
        });
        let trailer = trailer.ok_or_else(|| Refusal::new("#SLUTT gives no number of rows and control sum"))?;
        Ok((body, trailer))
    }
}

/// A file whose header and trailer are read and whose rows are still to come. `N` columns are wanted.
pub struct Sheet<'t, const N: usize> {
    pub trailer: Trailer,
    body: &'t str,
    reader: csv::Reader<&'t [u8]>,
    record: StringRecord,
    columns: [usize; N],
    width: usize,
    /// Up to where lines are counted, and how many came before.
    counted: (usize, i64),
}

/// A row in its place.
pub struct Line<'s, 't, const N: usize> {
    /// In the file, from 1.
    pub number: i64,
    /// As it stands in the file, without its line end.
    pub raw: &'t str,
    /// Whether there are as many cells as the header has.
    pub is_whole: bool,
    /// The wanted cells; empty where the row is too short.
    pub cells: [&'s str; N],
}

impl<'t, const N: usize> Sheet<'t, N> {
    pub fn open(text: &'t str, wanted: &[&str; N]) -> Result<Self, Refusal> {
        let (body, trailer) = Trailer::split_off(text)?;
        let reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .flexible(true)
            .from_reader(body.as_bytes());
        let mut sheet = Self {
            trailer,
            body,
            reader,
            record: StringRecord::new(),
            columns: [0; N],
            width: 0,
            counted: (0, 0),
        };
        if sheet.advance()?.is_none() {
            return Err(Refusal::new("has no header"));
        }
        sheet.width = sheet.record.len();
        for (column, name) in sheet.columns.iter_mut().zip(wanted) {
            let mut places = sheet
                .record
                .iter()
                .enumerate()
                .filter(|(_, cell)| cell == name)
                .map(|(place, _)| place);
            *column = places.next().ok_or_else(|| Refusal(format!("has no column {name}")))?;
            if places.next().is_some() {
                return Err(Refusal(format!("has the column {name} twice")));
            }
        }
        Ok(sheet)
    }

    /// The next row; `None` after the last.
    pub fn next_line(&mut self) -> Result<Option<Line<'_, 't, N>>, Refusal> {
        let Some((number, raw)) = self.advance()? else {
            return Ok(None);
        };
        if self.record.get(0) == Some("#SLUTT") {
            return Err(Refusal(format!("goes on after #SLUTT in line {number}")));
        }
        let cells = self.columns.map(|column| self.record.get(column).unwrap_or_default());
        Ok(Some(Line {
            number,
            raw,
            is_whole: self.record.len() == self.width,
            cells,
        }))
    }

    /// Reads one record into `self.record` and says where it stands. The reader itself counts a line end after the record
    /// that it ends, and blank lines with the record that they precede.
    fn advance(&mut self) -> Result<Option<(i64, &'t str)>, Refusal> {
        let before = self.offset();
        if !self
            .reader
            .read_record(&mut self.record)
            .map_err(|_| Refusal::new("is no table"))?
        {
            return Ok(None);
        }
        let raw = &self.body[before..self.offset()];
        let start = before + raw.len() - raw.trim_start_matches(['\r', '\n']).len();
        let (counted, lines) = self.counted;
        let newlines = self.body[counted..start].matches('\n').count();
        let lines = lines.saturating_add(i64::try_from(newlines).unwrap_or(i64::MAX));
        self.counted = (start, lines);
        Ok(Some((lines.saturating_add(1), raw.trim_matches(['\r', '\n']))))
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.position().byte())
            .unwrap_or(usize::MAX)
            .min(self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number, raw text, whether whole, and the cells `a` and `b`.
    type Told = (i64, String, bool, [String; 2]);

    fn lines(text: &str) -> Result<Vec<Told>, Refusal> {
        let mut sheet = Sheet::open(text, &["a", "b"])?;
        let mut lines = Vec::new();
        while let Some(line) = sheet.next_line()? {
            lines.push((
                line.number,
                line.raw.to_owned(),
                line.is_whole,
                line.cells.map(str::to_owned),
            ));
        }
        Ok(lines)
    }

    fn refusal(text: &str) -> String {
        lines(text).expect_err("refused").0
    }

    #[test]
    fn rows_come_with_their_line_whatever_the_line_ends() {
        let text = "b;x;a\r\n1;2;3\r\n\r\n\"4;\"\"\r\n4\";5;6\r\n7;8\r\n9;9;9;9\r\n#SLUTT;4;0,00\r\n\r\n";
        let cells = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        let expected = vec![
            (2, "1;2;3".to_owned(), true, cells("3", "1")),
            (4, "\"4;\"\"\r\n4\";5;6".to_owned(), true, cells("6", "4;\"\r\n4")),
            (6, "7;8".to_owned(), false, cells("", "7")),
            (7, "9;9;9;9".to_owned(), false, cells("9", "9")),
        ];
        assert_eq!(lines(text), Ok(expected));
        let unix = lines(&text.replace('\r', "")).expect("a table");
        assert_eq!(unix.iter().map(|line| line.0).collect::<Vec<_>>(), [2, 4, 6, 7]);
    }

    #[test]
    fn the_trailer_is_the_last_line_and_nothing_follows() {
        assert_eq!(lines("a;b\n#SLUTT;0;0,00"), Ok(Vec::new()));
        let cut = "does not end with #SLUTT: it breaks off, or something follows";
        for text in ["", "a;b\n1;2\n", "a;b\n#SLUTT;0;0,00\n1;2", "a;b\n#SLUT", "a;b\n#SLUTT"] {
            assert_eq!(refusal(text), cut, "{text:?}");
        }
        for text in [
            "a;b\n#SLUTT;",
            "a;b\n#SLUTT;0",
            "a;b\n#SLUTT;;0,00",
            "a;b\n#SLUTT;+1;0,00",
            "a;b\n#SLUTT;0;",
            "a;b\n#SLUTT;0;0,00;",
        ] {
            assert_eq!(
                refusal(text),
                "#SLUTT gives no number of rows and control sum",
                "{text:?}"
            );
        }
        assert_eq!(
            refusal("a;b\n#SLUTT;0;0,00\na;b\n#SLUTT;0;0,00"),
            "goes on after #SLUTT in line 2"
        );
    }

    #[test]
    fn the_header_names_each_wanted_column_once() {
        assert_eq!(refusal("#SLUTT;0;0,00"), "has no header");
        assert_eq!(refusal("a;c\n#SLUTT;0;0,00"), "has no column b");
        assert_eq!(refusal("a;B\n#SLUTT;0;0,00"), "has no column b");
        assert_eq!(refusal("a;b;a\n#SLUTT;0;0,00"), "has the column a twice");
    }

    #[test]
    fn windows_1252_unless_a_mark_says_utf_8() {
        assert_eq!(decode(b"Fr\xf8ya \x96 \x80\xa0").as_deref(), Ok("Frøya – €\u{a0}"));
        assert_eq!(decode("\u{feff}Frøya –".as_bytes()).as_deref(), Ok("Frøya –"));
        assert_eq!(decode("Frøya".as_bytes()).as_deref(), Ok("FrÃ¸ya"));
        assert!(decode(b"\xef\xbb\xbfFr\xf8ya").is_err());
    }
}
