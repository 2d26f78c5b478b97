//! Promise: rows are read by their columns' names, and what is no row refuses the file with its line.

use std::io::Cursor;

use super::table::LONGEST_ROW;
use super::*;

const HEADER: &str = "\"År\";\"Kapittel_id\";\"Post_id\";\"Bevilgning_beløp\";\"Bevilgning\"";

fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|letter| u8::try_from(letter).expect("in ISO-8859-1"))
        .collect()
}

/// How many rows the file has, or why it cannot be read.
fn rows(file: &str) -> Result<usize, Unreadable> {
    let mut file = AppropriationsFile::open(Cursor::new(latin1(file)))?;
    let mut count = 0;
    while file.next()?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[test]
fn file_names_are_read_to_the_letter() {
    for name in [
        "statsregnskapet_aar_2021.csv",
        "statsregnskapet_aar_0000.csv",
        "bevilgninger_full_historikk.csv",
    ] {
        assert_eq!(
            FileName::parse(name).map(|file| file.to_string()).as_deref(),
            Some(name)
        );
    }
    for name in ["statsregnskapet_aar_2021.zip", "bevilgninger_full_historikk.zip"] {
        assert_eq!(
            Published::parse(name).map(|published| published.to_string()).as_deref(),
            Some(name)
        );
        assert_eq!(FileName::parse(name), None);
        assert_eq!(Published::parse(&format!("{name}.csv")), None);
    }
    for name in [
        "statsregnskapet_aar_21.csv",
        "statsregnskapet_aar_+021.csv",
        "statsregnskapet_aar_2021.CSV",
        "statsregnskapet_aar_2021.csv.part",
    ] {
        assert_eq!(FileName::parse(name), None, "{name}");
    }
}

#[test]
fn a_cut_at_any_byte_of_the_last_row_is_seen() {
    let first = "\r\n\"2021\";\"0226\";\"022664\";\"1,5\";\"Saldert budsjett\"";
    let last = "\r\n\"2021\";\"0226\";\"022664\";\"-2,5\";\"Prop. \"\"35\"\" S\"";
    let whole = format!("{HEADER}{first}{last}");
    assert_eq!(rows(&whole), Ok(2));
    assert_eq!(rows(&format!("{whole}\r\n")), Ok(2));
    let (kept, letters) = (format!("{HEADER}{first}"), last.chars().count());
    for length in 0..letters {
        let cut: String = last.chars().take(length).collect();
        // Up to the line end nothing of the row is there. Between two quotes that stand for one, the rest of a last
        // column looks closed; where that column is a text, the figures are whole.
        let unseen = length <= 2 || cut.ends_with("\"Prop. \"") || cut.ends_with("35\"");
        assert_eq!(rows(&format!("{kept}{cut}")).is_ok(), unseen, "{cut:?}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let cells = |decision: &str| format!("\"2021\";\"0226\";\"022664\";\"1,5\";\"{decision}\"");
    let texts = [
        (vec![HEADER.to_owned(), cells("a"), cells("b")], vec![2, 3]),
        (
            vec![
                String::new(),
                HEADER.to_owned(),
                String::new(),
                String::new(),
                cells("a"),
                cells("b"),
            ],
            vec![5, 6],
        ),
        (
            vec![
                HEADER.to_owned(),
                cells("a\nb"),
                cells("c\n\"\"\n"),
                String::new(),
                cells("d"),
            ],
            vec![2, 4, 8],
        ),
    ];
    for (lines, expected) in texts {
        for end in ["\n", "\r\n"] {
            let text = lines.join("\n").replace('\n', end);
            for last in ["", end] {
                let mut file =
                    AppropriationsFile::open(Cursor::new(latin1(&format!("{text}{last}")))).expect("a table");
                let mut told = Vec::new();
                while let Some(row) = file.next().expect("a row") {
                    told.push(row.line);
                }
                assert_eq!(told, expected, "{text:?}");
            }
        }
    }
    let short = format!("{HEADER}\r\n\r\n{}\r\n\"2021\"\r\n", cells("a"));
    assert_eq!(
        rows(&short),
        Err(Unreadable::refused(
            Some(4),
            "a row of 1 columns where the header has 5"
        ))
    );
}

#[test]
fn a_header_that_breaks_off_is_refused() {
    assert_eq!(rows(HEADER), Ok(0));
    let cut: String = HEADER.chars().take(HEADER.chars().count() - 1).collect();
    assert_eq!(
        rows(&cut),
        Err(Unreadable::refused(Some(1), "the file breaks off in this row"))
    );
    assert_eq!(rows(""), Err(Unreadable::refused(Some(1), "column År is missing")));
    assert_eq!(
        rows(&format!("{HEADER};\"År\"")),
        Err(Unreadable::refused(Some(1), "column År stands there twice"))
    );
}

/// A file without end, which counts what is asked of it.
struct Endless {
    head: Cursor<Vec<u8>>,
    handed_out: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.head.read(buffer)? {
            0 => io::repeat(b'x').read(buffer)?,
            head => head,
        };
        self.handed_out += u64::try_from(read).expect("small");
        assert!(
            self.handed_out < 4 * LONGEST_ROW,
            "a row without end was read on and on"
        );
        Ok(read)
    }
}

#[test]
fn a_row_without_end_is_refused_and_not_gathered() {
    for head in [format!("{HEADER}\n\""), format!("{HEADER}\n"), "\"".to_owned()] {
        let opened = AppropriationsFile::open(Endless {
            head: Cursor::new(latin1(&head)),
            handed_out: 0,
        });
        let outcome = opened.and_then(|mut file| file.next().map(|_| ()));
        assert_eq!(outcome, Err(Unreadable::refused(None, "a row does not end")));
    }
}
