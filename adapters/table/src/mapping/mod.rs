//! The mapping file: what a list's columns are called and what its words mean. It is read once, at start, and refused with file, line,
//! key and what was expected.

mod columns;
mod error;
mod field;
mod file_form;
mod keys;
mod record_form;
mod scheme_form;
mod trailer_form;

use programgrant_schema::GrantScheme;
use sha2::{Digest, Sha256};
use toml::de::DeTable;

pub use columns::{Columns, fold};
pub use error::MappingError;
pub use field::{AmountField, AmountStyle, DateField, DateForm, Field, Origin, Unit, Words};
pub use file_form::{Complete, DeliveryForm, Encoding, FileForm, Format, Pattern, Way, split_pointer};
pub use record_form::{PostField, RecordForm, Skip};
pub use trailer_form::{SumOf, TrailerForm};

use keys::{Document, Section};

/// A mapping file, read.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub file: FileForm,
    pub trailer: Option<TrailerForm>,
    pub record: RecordForm,
    /// Every column that the mapping names, each once.
    pub columns: Columns,
    /// The schemes that it states. Who reports them is not said there.
    pub schemes: Vec<GrantScheme>,
    /// Of the text, so that a mapping that is changed is known again.
    pub digest: String,
}

impl Mapping {
    /// Reads a mapping; `place` is what the file is called in errors.
    pub fn parse(place: &str, text: &str) -> Result<Self, MappingError> {
        let document = Document { place, text };
        let table = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map(|span| span.start);
            document.error(offset, "", error.message().replace('\n', " "))
        })?;
        let mut whole = Section::whole(document, &table);
        let mut columns = Columns::default();
        let file = FileForm::read(whole.required("file", "a table [file]")?.section("a table [file]")?)?;
        columns.are_pointers = file.format.is_json();
        let record = whole.required("record", "a table [record]")?;
        let record = RecordForm::read(record.section("a table [record]")?, &mut columns)?;
        let trailer = whole.take("trailer");
        if trailer.is_none() && file.complete == Some(Complete::Trailer) {
            return Err(whole.error(
                "trailer",
                "missing; expected a table [trailer], for complete is \"trailer\"",
            ));
        }
        let trailer = trailer.map(|node| {
            if file.complete != Some(Complete::Trailer) {
                return Err(node.error("stands there only with file.complete = \"trailer\""));
            }
            TrailerForm::read(node.section("a table [trailer]")?, &record, &mut columns)
        });
        let trailer = trailer.transpose()?;
        let schemes = scheme_form::read_all(whole.take("scheme"))?;
        whole.finish()?;
        Ok(Self {
            file,
            trailer,
            record,
            columns,
            schemes,
            digest: format!("{:x}", Sha256::digest(text.as_bytes())),
        })
    }

    /// Holds the mapping against the way on which files come; `place` as in [`Mapping::parse`].
    pub fn check_way(&self, place: &str, way: Way) -> Result<(), MappingError> {
        self.file.check_way(way).map_err(|(key, reason)| MappingError {
            place: place.to_owned(),
            line: None,
            key: format!("file.{key}"),
            reason,
        })
    }
}
