//! `[trailer]`: the last row, which says how many there are and what they come to.

use super::columns::{Columns, fold};
use super::keys::Section;
use super::{MappingError, RecordForm};

/// The amount that a trailer sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumOf {
    Applied,
    Granted,
    Paid,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailerForm {
    pub column: usize,
    /// Folded.
    pub marks: String,
    /// The column with the count of all other rows.
    pub rows: Option<usize>,
    /// The column with the sum, and of which amount.
    pub sum: Option<(usize, SumOf)>,
}

impl TrailerForm {
    pub(super) fn read(
        mut section: Section<'_>,
        record: &RecordForm,
        columns: &mut Columns,
    ) -> Result<Self, MappingError> {
        const HEADING: &str = "a column's heading";
        let column = columns.add(section.required("column", HEADING)?.label(HEADING)?);
        let marks = fold(
            section
                .required("marks", "the text that marks the last row")?
                .label("a text")?,
        );
        let rows = section.take("rows").map(|node| node.label(HEADING)).transpose()?;
        let rows = rows.map(|heading| columns.add(heading));
        let (sum, of) = (section.take("sum"), section.take("of"));
        let sum = match (sum, of) {
            (None, None) => None,
            (Some(sum), Some(of)) => {
                let name = of.choice(&[("granted", "granted"), ("paid", "paid"), ("applied", "applied")])?;
                if record.amount(name).is_none() {
                    return Err(of.error(format!("the record maps no {name}")));
                }
                let of = match name {
                    "granted" => SumOf::Granted,
                    "paid" => SumOf::Paid,
                    _ => SumOf::Applied,
                };
                Some((columns.add(sum.label(HEADING)?), of))
            }
            (Some(_), None) => {
                return Err(section.error("of", "missing; expected \"granted\", \"paid\" or \"applied\""));
            }
            (None, Some(_)) => return Err(section.error("sum", "missing; expected the column with the sum")),
        };
        section.finish()?;
        Ok(Self {
            column,
            marks,
            rows,
            sum,
        })
    }
}

impl SumOf {
    /// The field of the record that is summed up.
    pub fn field(self, record: &RecordForm) -> Option<&super::AmountField> {
        match self {
            Self::Applied => record.applied.as_ref(),
            Self::Granted => record.granted.as_ref(),
            Self::Paid => record.paid.as_ref(),
        }
    }
}
