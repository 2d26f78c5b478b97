//! What a format of tables does with rows: they come one after the other, and go out page by page.

use super::ExportError;
use super::about::About;
use super::table::CellValue;

/// A table while it is written.
pub trait TableWriter: Send {
    fn row(&mut self, row: &[CellValue]) -> Result<(), ExportError>;

    /// What was written since it was last asked for.
    fn take(&mut self) -> Result<Vec<u8>, ExportError>;

    /// The rest: after the last row everything is known that is to be said.
    fn end(&mut self, about: &About) -> Result<Vec<u8>, ExportError>;
}

/// Where only what is said of the rows is wanted, and not they.
pub struct NoRows;

impl TableWriter for NoRows {
    fn row(&mut self, _: &[CellValue]) -> Result<(), ExportError> {
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, ExportError> {
        Ok(Vec::new())
    }

    fn end(&mut self, _: &About) -> Result<Vec<u8>, ExportError> {
        Ok(Vec::new())
    }
}
