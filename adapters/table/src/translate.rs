//! One row to one award, or aside with place and reason. Pure: cells in, what they say out.

use std::borrow::Cow;

use jiff::civil::Date;
use programgrant_schema::{
    AwardStatement, BudgetPost, Content, Figure, Payer, Record, RecordId, ReportedRecipient, SetAside,
};

use crate::cell::{self, MunicipalityCell, shown};
use crate::mapping::{AmountField, DateField, Field, Mapping, Origin, PostField, fold};
use crate::reading::Knows;
use crate::sheet::{Cell, PickedRow, Places};

/// The most characters of a reason.
const REASON: usize = 200;

/// What rows are held against.
#[derive(Clone, Copy)]
pub struct Translator<'a> {
    pub mapping: &'a Mapping,
    pub knows: Knows<'a>,
    /// What the file is called in places; empty where it has no name.
    pub name: &'a str,
}

/// What is wrong with a row, and the column where it stands.
struct Flaw {
    column: Option<usize>,
    reason: String,
}

/// What a field says, or what is wrong with it.
type Read<T> = Result<T, Flaw>;

impl Translator<'_> {
    /// Whether the mapping says that the row is no record.
    pub fn is_skipped(&self, row: &PickedRow) -> bool {
        let is_of = |column: usize, words: &std::collections::HashSet<String>| {
            word_at(row, column).is_some_and(|word| words.contains(&word))
        };
        self.mapping.record.skip.iter().any(|skip| is_of(skip.column, &skip.is))
    }

    /// The row as a record, or aside.
    pub fn translate(&self, places: &Places, row: &PickedRow, revision: Option<i64>) -> Result<Record, Box<SetAside>> {
        let read = match &row.flaw {
            Some(flaw) => Err(Flaw {
                column: None,
                reason: flaw.clone(),
            }),
            None => self.record(row, revision),
        };
        read.map_err(|flaw| Box::new(self.set_aside(places, row, revision, &flaw)))
    }

    /// The same row aside, for what other rows say.
    pub fn contradicted(&self, places: &Places, row: &PickedRow, revision: Option<i64>) -> SetAside {
        let key = self.key(row).unwrap_or_default();
        let reason = format!("other rows of the key {} say something else", shown(&key));
        self.set_aside(places, row, revision, &Flaw { column: None, reason })
    }

    /// The row's key; `None` where it cannot be read.
    pub fn key(&self, row: &PickedRow) -> Option<String> {
        self.key_of(row).ok().filter(|_| row.flaw.is_none())
    }

    /// What an amount's cell says, for sums: `Err` where it cannot be read.
    pub fn amount(&self, row: &PickedRow, field: Option<&AmountField>) -> Result<Figure, String> {
        let Some(field) = field else {
            return Ok(Figure::NotApplicable);
        };
        let amount = cell::amount(&cell_of(row, &field.origin), &self.mapping.record.amounts, field.unit)?;
        Ok(amount.map_or(field.blank, Figure::Stated))
    }

    /// Where the row stands, for people.
    pub fn place(&self, within: &str) -> String {
        match self.name {
            "" => within.to_owned(),
            name => format!("{name}, {within}"),
        }
    }

    fn record(&self, row: &PickedRow, revision: Option<i64>) -> Read<Record> {
        let form = &self.mapping.record;
        let key = self.key_of(row)?;
        let reference = form
            .reference
            .as_ref()
            .map_or(Ok(None), |field| self.label(row, field))?;
        let changed_at = optional(form.changed_at.as_ref(), |field: &DateField| {
            let read = cell::instant(&cell_of(row, &field.origin));
            self.at(&field.origin, read)
        })?;
        let (use_from, use_until) = self.period(row)?;
        let status = self.required(row, &form.status, |cell| {
            let word = cell::text(cell)?;
            (!word.is_empty()).then(|| cell::status(&word)).transpose()
        })?;
        let target_group = optional(form.target_group.as_ref(), |field| {
            self.field(row, field, |cell| {
                let word = cell::text(cell)?;
                (!word.is_empty()).then(|| cell::target_group(&word)).transpose()
            })
        })?;
        let payer = optional(form.payer.as_ref(), |field| {
            self.field(row, field, cell::organisation_number)
        })?;
        let figure = |field: &Option<AmountField>| {
            let read = self.amount(row, field.as_ref());
            self.at(field.as_ref().map_or(&NOWHERE, |field| &field.origin), read)
        };
        Ok(Record {
            reference: reference.unwrap_or_else(|| key.clone()),
            revision,
            changed_at,
            item: None,
            content: Content::Award(AwardStatement {
                post: self.post(row)?,
                activity: self.activity(row)?,
                year: self.required(row, &form.year, cell::year)?,
                recipient: self.recipient(row)?,
                status,
                applied: figure(&form.applied)?,
                granted: figure(&form.granted)?,
                paid: figure(&form.paid)?,
                decided_on: self.date(row, form.decided_on.as_ref())?,
                use_from,
                use_until,
                report_due: None,
                target_group,
                payer: payer.map(|organisation_number| Payer { organisation_number }),
                disbursements: Vec::new(),
                award: key.clone(),
            }),
            id: RecordId::new(key),
        })
    }

    /// Says at which column something is wrong.
    fn at<T>(&self, origin: &Origin, read: Result<T, String>) -> Read<T> {
        read.map_err(|reason| match origin {
            Origin::Column(column) => Flaw {
                column: Some(*column),
                reason: format!("{}: {reason}", self.mapping.columns.name(*column)),
            },
            Origin::Value(_) => Flaw { column: None, reason },
        })
    }

    /// A field as `read` reads it, after its words.
    fn field<T>(&self, row: &PickedRow, field: &Field, read: impl Fn(&Cell) -> Result<T, String>) -> Read<T> {
        let cell = cell_of(row, &field.origin);
        let Some(words) = &field.words else {
            return self.at(&field.origin, read(&cell));
        };
        let meaning = cell::text(&cell).and_then(|word| match words.get(&word) {
            Some(meaning) => read(&Cell::Text(meaning.to_owned())),
            None if word.is_empty() => Err("is blank".to_owned()),
            None => Err(format!("{} is none of the words that the mapping lists", shown(&word))),
        });
        self.at(&field.origin, meaning)
    }

    fn required<T>(
        &self,
        row: &PickedRow,
        field: &Field,
        read: impl Fn(&Cell) -> Result<Option<T>, String>,
    ) -> Read<T> {
        self.field(row, field, |cell| read(cell)?.ok_or_else(|| "is blank".to_owned()))
    }

    /// A text; `None` where it is blank.
    fn label(&self, row: &PickedRow, field: &Field) -> Read<Option<String>> {
        self.field(row, field, |cell| {
            let text = cell::text(cell)?;
            Ok((!text.is_empty()).then(|| text.into_owned()))
        })
    }

    fn activity(&self, row: &PickedRow) -> Read<Option<String>> {
        self.mapping
            .record
            .activity
            .as_ref()
            .map_or(Ok(None), |field| self.label(row, field))
    }

    fn key_of(&self, row: &PickedRow) -> Read<String> {
        let parts = self.mapping.record.key.iter().map(|field| {
            self.required(row, field, |cell| {
                let text = cell::text(cell)?;
                Ok((!text.is_empty()).then(|| text.into_owned()))
            })
        });
        Ok(parts.collect::<Read<Vec<String>>>()?.join("/"))
    }

    fn post(&self, row: &PickedRow) -> Read<BudgetPost> {
        match &self.mapping.record.post {
            PostField::Whole(field) => self.required(row, field, cell::post),
            PostField::Parts { chapter, post } => {
                let text = |field| self.label(row, field).map(|text| text.map_or(Cell::Blank, Cell::Text));
                let (chapter_cell, post_cell) = (text(chapter)?, text(post)?);
                let read = cell::post_of_parts(&chapter_cell, &post_cell);
                let blank = if chapter_cell == Cell::Blank { chapter } else { post };
                match self.at(&chapter.origin, read)? {
                    Some(post) => Ok(post),
                    None => self.at(&blank.origin, Err("is blank".to_owned())),
                }
            }
        }
    }

    fn date(&self, row: &PickedRow, field: Option<&DateField>) -> Read<Option<Date>> {
        optional(field, |field| {
            let read = cell::date(&cell_of(row, &field.origin), field.form);
            self.at(&field.origin, read)
        })
    }

    /// A period that ends before it begins covers no month, so that nothing would ever collide with it: bad, not odd.
    fn period(&self, row: &PickedRow) -> Read<(Option<Date>, Option<Date>)> {
        let form = &self.mapping.record;
        let (from, until) = (
            self.date(row, form.use_from.as_ref())?,
            self.date(row, form.use_until.as_ref())?,
        );
        if let (Some(from), Some(until), Some(field)) = (from, until, &form.use_until)
            && until < from
        {
            return self.at(
                &field.origin,
                Err(format!("{until} lies before the first day of use, {from}")),
            );
        }
        Ok((from, until))
    }

    /// Who it is for, to the letter. A number whose leading zero was eaten is left out where an organisation number that is known
    /// decides anyway; otherwise nobody knows what it was.
    fn recipient(&self, row: &PickedRow) -> Read<ReportedRecipient> {
        let form = &self.mapping.record;
        let organisation_number = optional(form.organisation_number.as_ref(), |field| {
            self.field(row, field, cell::organisation_number)
        })?;
        let municipality = optional(form.municipality_number.as_ref(), |field| {
            self.field(row, field, cell::municipality_number)
        })?;
        let is_known = || {
            let number = organisation_number.as_deref().and_then(|number| number.parse().ok());
            number.is_some_and(|number| (self.knows)(number))
        };
        let number = match municipality {
            Some(MunicipalityCell::Number(number)) => Some(number),
            None => None,
            Some(MunicipalityCell::ZeroEaten(_)) if is_known() => None,
            Some(MunicipalityCell::ZeroEaten(number)) => {
                let reason = format!("{} has three digits: its leading zero was eaten", shown(&number));
                let origin = form
                    .municipality_number
                    .as_ref()
                    .map_or(&NOWHERE, |field| &field.origin);
                return self.at(origin, Err(reason));
            }
        };
        if organisation_number.is_none() && number.is_none() {
            let field = form.organisation_number.as_ref().or(form.municipality_number.as_ref());
            let origin = field.map_or(&NOWHERE, |field| &field.origin);
            return self.at(
                origin,
                Err("neither organisation number nor municipality number stands there".to_owned()),
            );
        }
        let name = form.name.as_ref().map_or(Ok(None), |field| self.label(row, field))?;
        Ok(ReportedRecipient {
            organisation_number,
            number,
            name,
        })
    }

    /// As much of the recipient as can be read.
    fn recipient_as_far_as_read(&self, row: &PickedRow) -> ReportedRecipient {
        let form = &self.mapping.record;
        let organisation_number = form.organisation_number.as_ref();
        let number = form.municipality_number.as_ref();
        let read_number = number.and_then(|field| self.field(row, field, cell::municipality_number).ok()?);
        ReportedRecipient {
            organisation_number: organisation_number
                .and_then(|field| self.field(row, field, cell::organisation_number).ok()?),
            number: read_number.and_then(|number| match number {
                MunicipalityCell::Number(number) => Some(number),
                MunicipalityCell::ZeroEaten(_) => None,
            }),
            name: form.name.as_ref().and_then(|field| self.label(row, field).ok()?),
        }
    }

    fn set_aside(&self, places: &Places, row: &PickedRow, revision: Option<i64>, flaw: &Flaw) -> SetAside {
        let within = match flaw.column {
            Some(column) => places.cell(row.number, column),
            None => places.row(row.number),
        };
        let aside = SetAside::at(
            self.place(&within),
            flaw.reason.chars().take(REASON).collect::<String>(),
        );
        // Cells of a row of another length may stand under another heading: nothing can be told from them.
        if row.flaw.is_some() {
            return SetAside { revision, ..aside };
        }
        SetAside {
            record: self.key(row).map(RecordId::new),
            revision,
            recipient: self.recipient_as_far_as_read(row),
            post: self.post(row).ok(),
            activity: self.activity(row).ok().flatten(),
            year: self.required(row, &self.mapping.record.year, cell::year).ok(),
            ..aside
        }
    }
}

/// The origin of a field that is not mapped.
static NOWHERE: Origin = Origin::Value(String::new());

/// A cell as a word, in the form of comparison; `None` where it holds none.
pub fn word_at(row: &PickedRow, column: usize) -> Option<String> {
    let text = row.cells.get(column).map_or(Ok(Cow::Borrowed("")), cell::text);
    text.ok().map(|text| fold(&text))
}

/// What stands where a field's text comes from.
fn cell_of<'r>(row: &'r PickedRow, origin: &Origin) -> Cow<'r, Cell> {
    match origin {
        Origin::Column(column) => row.cells.get(*column).map_or(Cow::Owned(Cell::Blank), Cow::Borrowed),
        Origin::Value(value) => Cow::Owned(Cell::Text(value.clone())),
    }
}

fn optional<F, T>(field: Option<&F>, read: impl FnOnce(&F) -> Read<Option<T>>) -> Read<Option<T>> {
    field.map_or(Ok(None), read)
}
