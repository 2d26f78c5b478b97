//! A file read by a mapping, row by row: what each row says, or why it stands aside, and what all come to. Nothing is believed before
//! the whole file has been seen.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, SeekFrom};

use programgrant_schema::{OrganisationNumber, Record, SetAside};
use sha2::{Digest, Sha256};

use crate::mapping::{Mapping, TrailerForm};
use crate::sheet::{PickedRow, Places, ReadLimits, SheetEnd, SheetError, read_rows};
use crate::tally::{Control, Totals};
use crate::translate::{Translator, word_at};

/// Whether an organisation number is one that the registers know.
pub type Knows<'a> = &'a dyn Fn(OrganisationNumber) -> bool;

/// Why a file is refused whole, for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", place.as_deref().map(|place| format!("{place}: ")).unwrap_or_default())]
pub struct Refusal {
    /// Within the file, where one place is at fault: `line 17`, `Vedtak!D17`, a pointer.
    pub place: Option<String>,
    pub reason: String,
    /// Whether the file could not be read at all, so that another try may help.
    pub is_unread: bool,
}

/// One row and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct RowReading {
    /// File and place within it, for people: `liste.csv, line 17`.
    pub place: String,
    /// Whether a workbook hides or filters it. It counts all the same.
    pub hidden: bool,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Record(Box<Record>),
    SetAside(Box<SetAside>),
    /// No record, as the mapping says.
    Skipped,
    /// Says again what an earlier row of the key has said.
    Repeated,
}

/// Reads one whole file, twice: the first time to see whether it is whole and whose keys contradict each other, the second time
/// to hand on each row. `name` is what the file is called in places. After an error, what was handed on counts nothing.
pub fn read(
    mapping: &Mapping,
    file: File,
    name: &str,
    knows: Knows<'_>,
    sink: &mut dyn FnMut(RowReading),
) -> Result<Totals, Refusal> {
    let mut list = List::new(mapping, knows, ReadLimits::DEFAULT);
    let mut file = Input {
        file,
        name: name.to_owned(),
        revision: None,
    };
    list.survey(&mut file)?;
    list.check_columns()?;
    list.hand_on(&mut file, sink)
}

/// A file of a list.
pub struct Input {
    pub file: File,
    pub name: String,
    /// What the revisions of its rows begin after; `None` where rows have none.
    pub revision: Option<i64>,
}

/// The first sixteen bytes of a SHA-256.
type Fingerprint = [u8; 16];

/// What is known of a key: the content that it stands for, and whether rows disagree about it.
struct Known {
    content: Fingerprint,
    is_contradicted: bool,
    is_handed_on: bool,
}

/// A list under way: every file is surveyed first, then its rows are handed on.
pub struct List<'a> {
    mapping: &'a Mapping,
    knows: Knows<'a>,
    limits: ReadLimits,
    keys: HashMap<Fingerprint, Known>,
    /// Of JSON: which columns any item had; empty while there was none.
    seen: Vec<bool>,
}

impl<'a> List<'a> {
    pub fn new(mapping: &'a Mapping, knows: Knows<'a>, limits: ReadLimits) -> Self {
        Self {
            mapping,
            knows,
            limits,
            keys: HashMap::new(),
            seen: Vec::new(),
        }
    }

    /// Takes keys for contradicted that were found so before.
    pub fn remember(&mut self, contradicted: impl IntoIterator<Item = String>) {
        let known = |text: String| {
            let key = u128::from_str_radix(&text, 16).ok()?.to_be_bytes();
            let known = Known {
                content: [0; 16],
                is_contradicted: true,
                is_handed_on: false,
            };
            Some((key, known))
        };
        self.keys.extend(contradicted.into_iter().filter_map(known));
    }

    /// The keys about which rows disagree.
    pub fn contradicted(&self) -> Vec<String> {
        let keys = self.keys.iter().filter(|(_, known)| known.is_contradicted);
        let mut keys: Vec<String> = keys
            .map(|(key, _)| format!("{:032x}", u128::from_be_bytes(*key)))
            .collect();
        keys.sort();
        keys
    }

    /// Reads a file to its end, and notes what its rows say of each key. Gives the next page's address, where there is one.
    pub fn survey(&mut self, input: &mut Input) -> Result<Option<String>, Refusal> {
        let mut keys = std::mem::take(&mut self.keys);
        let read = self.each_row(input, &mut |translator, places, row| {
            let Some(key) = translator.key(&row).filter(|_| !translator.is_skipped(&row)) else {
                return Ok(());
            };
            let read = translator.translate(places, &row, None);
            // A row that stands aside says something else than any other.
            let content = read.ok().map(|record| fingerprint_of(&record));
            match keys.entry(fingerprint(key.as_bytes())) {
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(Known {
                        content: content.unwrap_or_default(),
                        is_contradicted: false,
                        is_handed_on: false,
                    });
                }
                std::collections::hash_map::Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    known.is_contradicted |= content != Some(known.content);
                }
            }
            Ok(())
        });
        self.keys = keys;
        let end = read?;
        if let Some(seen) = end.seen {
            self.seen.resize(seen.len(), false);
            self.seen.iter_mut().zip(seen).for_each(|(known, seen)| *known |= seen);
        }
        Ok(end.next)
    }

    /// Refuses a list of JSON in which no item has a column: it was renamed or never there, and what it would say is missing from
    /// every one.
    pub fn check_columns(&self) -> Result<(), Refusal> {
        match self.seen.iter().position(|seen| !seen) {
            None => Ok(()),
            Some(column) => {
                let name = self.mapping.columns.name(column);
                Err(refusal(SheetError::refused(format!("has no column {name:?}"))))
            }
        }
    }

    /// Reads a surveyed file again and hands on each row.
    pub fn hand_on(&mut self, input: &mut Input, sink: &mut dyn FnMut(RowReading)) -> Result<Totals, Refusal> {
        let mut keys = std::mem::take(&mut self.keys);
        let (mut totals, revision) = (Totals::default(), input.revision);
        let read = self.each_row(input, &mut |translator, places, row| {
            let revision = revision.and_then(|base| base.checked_add(i64::try_from(row.number).ok()?));
            totals.rows += 1;
            totals.hidden += u64::from(row.hidden);
            let outcome = outcome(translator, places, &row, revision, &mut keys);
            match &outcome {
                Outcome::Record(record) => totals.add_record(record),
                Outcome::SetAside(_) => totals.set_aside += 1,
                Outcome::Skipped => totals.skipped += 1,
                Outcome::Repeated => totals.repeated += 1,
            }
            let place = match &outcome {
                Outcome::SetAside(aside) => aside.place.clone(),
                _ => translator.place(&places.row(row.number)),
            };
            sink(RowReading {
                place,
                hidden: row.hidden,
                outcome,
            });
            Ok(())
        });
        self.keys = keys;
        read.map(|_| totals)
    }

    /// Every row but the trailer, which is held against all.
    fn each_row(
        &self,
        input: &mut Input,
        take: &mut dyn FnMut(&Translator<'_>, &Places, PickedRow) -> Result<(), SheetError>,
    ) -> Result<SheetEnd, Refusal> {
        let translator = Translator {
            mapping: self.mapping,
            knows: self.knows,
            name: &input.name,
        };
        input
            .file
            .seek(SeekFrom::Start(0))
            .map_err(|_| refusal(SheetError::Io))?;
        let file = input.file.try_clone().map_err(|_| refusal(SheetError::Io))?;
        let (form, columns) = (&self.mapping.file, &self.mapping.columns);
        let Some(trailer) = &self.mapping.trailer else {
            let mut take = |places: &Places, row: PickedRow| take(&translator, places, row);
            return read_rows(file, form, columns, self.limits, &mut take).map_err(refusal);
        };
        let mut held = Held::default();
        let end = read_rows(file, form, columns, self.limits, &mut |places, row| {
            if let Some(row) = held.exchange(places, row) {
                held.check_row(trailer, &translator, places, &row)?;
                take(&translator, places, row)?;
            }
            Ok(())
        });
        let end = end.map_err(refusal)?;
        held.check_end(trailer, &translator).map_err(refusal)?;
        Ok(end)
    }
}

/// The last row so far, which may be the trailer, and what came before it.
#[derive(Default)]
struct Held {
    last: Option<PickedRow>,
    places: Option<Places>,
    control: Option<Control>,
}

impl Held {
    /// Holds a row and gives back the one before it.
    fn exchange(&mut self, places: &Places, row: PickedRow) -> Option<PickedRow> {
        self.places.get_or_insert_with(|| places.clone());
        self.last.replace(row)
    }

    /// A row that another one follows: it is no trailer and must not look like one.
    fn check_row(
        &mut self,
        form: &TrailerForm,
        translator: &Translator<'_>,
        places: &Places,
        row: &PickedRow,
    ) -> Result<(), SheetError> {
        if word_at(row, form.column).is_some_and(|word| word == form.marks) {
            return Err(SheetError::at(places.row(row.number), "rows follow the trailer"));
        }
        if !translator.is_skipped(row) {
            self.control.get_or_insert_with(Control::new).add(form, translator, row);
        }
        Ok(())
    }

    fn check_end(self, form: &TrailerForm, translator: &Translator<'_>) -> Result<(), SheetError> {
        let is_trailer = |row: &PickedRow| word_at(row, form.column).is_some_and(|word| word == form.marks);
        let Some((places, trailer)) = self.places.zip(self.last.filter(is_trailer)) else {
            let column = translator.mapping.columns.name(form.column);
            let reason = format!(
                "does not end with a row whose {column:?} is {:?}: it breaks off",
                form.marks
            );
            return Err(SheetError::refused(reason));
        };
        let control = self.control.unwrap_or_else(Control::new);
        let checked = control.check(form, translator, (&places, &trailer));
        checked.map_err(|(place, reason)| SheetError::at(place, reason))
    }
}

fn outcome(
    translator: &Translator<'_>,
    places: &Places,
    row: &PickedRow,
    revision: Option<i64>,
    keys: &mut HashMap<Fingerprint, Known>,
) -> Outcome {
    if translator.is_skipped(row) {
        return Outcome::Skipped;
    }
    let record = match translator.translate(places, row, revision) {
        Ok(record) => record,
        Err(aside) => return Outcome::SetAside(aside),
    };
    match keys.get_mut(&fingerprint(record.id.as_str().as_bytes())) {
        Some(known) if known.is_contradicted => {
            Outcome::SetAside(Box::new(translator.contradicted(places, row, revision)))
        }
        Some(known) if known.is_handed_on => Outcome::Repeated,
        Some(known) => {
            known.is_handed_on = true;
            Outcome::Record(Box::new(record))
        }
        None => Outcome::Record(Box::new(record)),
    }
}

fn fingerprint(bytes: &[u8]) -> Fingerprint {
    let mut fingerprint = [0; 16];
    fingerprint.copy_from_slice(&Sha256::digest(bytes)[..16]);
    fingerprint
}

/// What a record says, but for its place.
fn fingerprint_of(record: &Record) -> Fingerprint {
    fingerprint(&serde_json::to_vec(record).expect("plain data has a JSON form"))
}

fn refusal(error: SheetError) -> Refusal {
    match error {
        SheetError::Refused { place, reason } => Refusal {
            place,
            reason,
            is_unread: false,
        },
        SheetError::Io => Refusal {
            place: None,
            reason: "cannot be read".to_owned(),
            is_unread: true,
        },
    }
}
