//! The rows of one sheet, in their order, as a stream. What is out of order, stands twice or is where no row may be refuses the sheet,
//! since a reader that passes over it would show a smaller one.

use super::cells::{Kind, MAX_COLUMNS, MAX_ROWS, Meaning, Raw, column_name, reference};
use super::markup::{Element, Markup, Token, is_true};
use super::strings::{most_bytes, read_runs};
use super::{Cell, Row, SheetError};

/// How deep elements stand: a row within `sheetData`, a cell within its row.
const ROW_DEPTH: usize = 2;
const CELL_DEPTH: usize = 3;

pub struct Rows {
    markup: Markup,
    meaning: Meaning,
    sheet: String,
    part: String,
    at: Place,
    /// The last row's number.
    row: u32,
    /// Reused from cell to cell.
    raw: Raw,
    is_over: bool,
}

/// A row with its cells in the columns asked for.
pub struct Line {
    pub row: Row,
    /// Whether no cell, there or beside, has anything in it.
    pub is_blank: bool,
}

/// The rows and columns whose cells are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub first_row: u32,
    pub columns: usize,
}

/// What is being read, for whoever is told of a fault.
#[derive(Debug, Clone, Copy)]
enum Place {
    Part,
    Row,
    Cell(usize),
}

impl Rows {
    /// Begins with the first row.
    pub fn start(markup: Markup, meaning: Meaning, sheet: &str, part: &str) -> Result<Self, SheetError> {
        let mut rows = Self {
            markup,
            meaning,
            sheet: sheet.to_owned(),
            part: part.to_owned(),
            at: Place::Part,
            row: 0,
            raw: Raw::default(),
            is_over: false,
        };
        rows.find_first().map_err(|error| rows.placed(error))?;
        Ok(rows)
    }

    /// The next row, with as many cells as it has within the window. The end is told only when the sheet has been read whole.
    pub fn next(&mut self, window: Window) -> Result<Option<Line>, SheetError> {
        if self.is_over {
            return Ok(None);
        }
        self.at = Place::Part;
        self.read_next(window).map_err(|error| self.placed(error))
    }

    /// Where in the sheet: `Vedtak!D17`.
    pub fn place(&self, column: usize, row: u32) -> String {
        format!("{}!{}{row}", self.sheet, column_name(column))
    }

    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    fn placed(&self, error: SheetError) -> SheetError {
        let SheetError::Refused { place: None, reason } = error else {
            return error;
        };
        let place = match self.at {
            Place::Part => self.part.clone(),
            Place::Row => format!("{}!{}", self.sheet, self.row),
            Place::Cell(column) => self.place(column, self.row),
        };
        SheetError::at(place, reason)
    }

    fn find_first(&mut self) -> Result<(), SheetError> {
        loop {
            let depth = self.markup.depth();
            match self.markup.next()? {
                Token::Open(element) => match (depth, element.spreadsheet_name()) {
                    (0, "worksheet") => {}
                    (1, "sheetData") => return Ok(()),
                    (0, _) => return Err(SheetError::refused("it is no sheet with cells")),
                    (_, name) => {
                        refuse_stray(name)?;
                        pass_over(&mut self.markup)?;
                    }
                },
                Token::End => return Err(SheetError::refused("the sheet has no list of rows")),
                Token::Close | Token::Text(_) | Token::Remark => {}
            }
        }
    }

    fn read_next(&mut self, window: Window) -> Result<Option<Line>, SheetError> {
        loop {
            match self.markup.next()? {
                Token::Open(element) if element.spreadsheet_name() == "row" => {
                    let (number, hidden) = begin_row(&element, self.row)?;
                    self.row = number;
                    let is_wanted = number >= window.first_row;
                    return self.read_row(hidden, is_wanted.then_some(window.columns)).map(Some);
                }
                Token::Open(_) => return Err(SheetError::refused("something that is no row stands among the rows")),
                Token::Close => return self.finish().map(|()| None),
                Token::Text(text) => refuse_text(&text)?,
                Token::Remark => {}
                Token::End => return Err(SheetError::refused("it breaks off")),
            }
        }
    }

    /// What comes after the rows, to the end of the document and of its part.
    fn finish(&mut self) -> Result<(), SheetError> {
        loop {
            match self.markup.next()? {
                Token::Open(element) => refuse_stray(element.spreadsheet_name())?,
                Token::End => break,
                Token::Close | Token::Text(_) | Token::Remark => {}
            }
        }
        self.is_over = true;
        Ok(())
    }

    /// Reads a row's cells up to so many columns; without a number of columns none, and only their order is seen to.
    fn read_row(&mut self, hidden: bool, columns: Option<usize>) -> Result<Line, SheetError> {
        let mut cells = Vec::new();
        let mut is_blank = true;
        let mut next_column = 0;
        while self.markup.depth() > ROW_DEPTH {
            self.at = Place::Row;
            match self.markup.next()? {
                Token::Open(element) => match element.spreadsheet_name() {
                    "c" => {
                        let column = self.raw.begin(&element, next_column, self.row)?;
                        next_column = column + 1;
                        self.at = Place::Cell(column);
                        self.read_cell()?;
                        if let Some(columns) = columns {
                            let cell = self.meaning.cell(&self.raw)?;
                            is_blank &= cell_is_blank(&cell);
                            put(&mut cells, column, columns, cell);
                        }
                    }
                    "extLst" => self.markup.skip()?,
                    _ => return Err(SheetError::refused("something that is no cell stands in a row")),
                },
                Token::Text(text) => refuse_text(&text)?,
                Token::Close | Token::Remark => {}
                Token::End => return Err(SheetError::refused("it breaks off")),
            }
        }
        let number = self.row.into();
        let row = Row { number, hidden, cells };
        Ok(Line { row, is_blank })
    }

    fn read_cell(&mut self) -> Result<(), SheetError> {
        let most = most_bytes(&self.meaning.limits);
        while self.markup.depth() > CELL_DEPTH {
            match self.markup.next()? {
                Token::Open(element) => match element.spreadsheet_name() {
                    "f" => {
                        self.raw.has_formula = true;
                        self.markup.skip()?;
                    }
                    "v" if !self.raw.has_value => {
                        self.raw.has_value = true;
                        self.markup.read_text(&mut self.raw.value, most)?;
                    }
                    "is" if !self.raw.has_value && self.raw.kind == Kind::Inline => {
                        self.raw.has_value = true;
                        read_runs(&mut self.markup, &mut self.raw.value, &self.meaning.limits)?;
                    }
                    "extLst" => self.markup.skip()?,
                    _ => return Err(SheetError::refused("a cell has something else than one value")),
                },
                Token::Text(text) => refuse_text(&text)?,
                Token::Close | Token::Remark => {}
                Token::End => return Err(SheetError::refused("it breaks off")),
            }
        }
        Ok(())
    }
}

impl Raw {
    /// Empties it for the cell that begins, and tells its column. Without a reference of its own a cell stands beside the one before.
    fn begin(&mut self, element: &Element<'_>, next_column: usize, row: u32) -> Result<usize, SheetError> {
        let [place, style, kind] = element.attributes(["r", "s", "t"])?;
        let column = match place {
            None => next_column,
            Some(place) => match reference(&place) {
                Some((column, in_row)) if in_row == row && column >= next_column => column,
                Some(_) => {
                    return Err(SheetError::refused(format!(
                        "the cell {place} stands out of order, or twice"
                    )));
                }
                None => return Err(SheetError::refused(format!("{place:?} is no cell's place"))),
            },
        };
        if column >= MAX_COLUMNS {
            return Err(SheetError::refused("a row has more cells than a sheet has columns"));
        }
        let style = style.map_or(Some(0), |style| style.trim().parse().ok());
        self.style = style.ok_or_else(|| SheetError::refused("a cell's style is no number"))?;
        self.kind = Kind::parse(kind.as_deref())?;
        self.has_formula = false;
        self.has_value = false;
        self.value.clear();
        Ok(column)
    }
}

/// Whether a cell has nothing, or text of blanks.
pub fn cell_is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Blank => true,
        Cell::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Puts a cell into its column, where that is one of those asked for.
fn put(cells: &mut Vec<Cell>, column: usize, columns: usize, cell: Cell) {
    if column < columns {
        cells.resize(column, Cell::Blank);
        cells.push(cell);
    }
}

/// A row's number, and whether it is hidden. Without a number of its own it follows the one before.
fn begin_row(element: &Element<'_>, before: u32) -> Result<(u32, bool), SheetError> {
    let [number, hidden] = element.attributes(["r", "hidden"])?;
    let number = match number {
        None => before + 1,
        Some(text) => {
            let no_number = || SheetError::refused(format!("{text:?} is no row's number"));
            text.parse().map_err(|_| no_number())?
        }
    };
    if number <= before {
        let reason = format!("row {number} stands after row {before}: rows are out of order, or one stands twice");
        return Err(SheetError::refused(reason));
    }
    if number > MAX_ROWS {
        return Err(SheetError::refused(format!(
            "row {number} is beyond the last row of a sheet"
        )));
    }
    Ok((number, is_true(hidden.as_deref())))
}

/// Passes over an element beside the rows, within which no row may stand.
fn pass_over(markup: &mut Markup) -> Result<(), SheetError> {
    let outer = markup.depth() - 1;
    while markup.depth() > outer {
        if let Token::Open(element) = markup.next()? {
            refuse_stray(element.spreadsheet_name())?;
        }
    }
    Ok(())
}

fn refuse_stray(name: &str) -> Result<(), SheetError> {
    match name {
        "worksheet" | "sheetData" | "row" | "c" => {
            Err(SheetError::refused("rows or cells stand where the standard has none"))
        }
        _ => Ok(()),
    }
}

fn refuse_text(text: &str) -> Result<(), SheetError> {
    if text.trim().is_empty() {
        return Ok(());
    }
    Err(SheetError::refused("text stands outside of the cells"))
}
