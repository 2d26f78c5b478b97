//! What a workbook consists of: its sheets by name and the parts that go with them, found by relationships as the standard has it. Links
//! that lead out of the archive are never followed.

use unicode_normalization::UnicodeNormalization;

use super::SheetError;
use super::archive::Archive;
use super::markup::{Element, Markup, RELATIONSHIPS, Token, Vocabulary, is_true};
use super::number::Epoch;

/// No workbook has so many sheets; a hostile one has no more to fill the memory with.
const MAX_SHEETS: usize = 10_000;
/// The most sheets that a refusal names.
const SHOWN: usize = 20;

pub struct Book {
    pub epoch: Epoch,
    sheets: Vec<SheetEntry>,
    relations: Vec<Relation>,
}

struct SheetEntry {
    name: String,
    relation: Option<String>,
}

/// A relationship of one part to another.
struct Relation {
    id: String,
    /// The address that names the kind.
    kind: String,
    /// The part's name; `None` for what lies outside the archive.
    part: Option<String>,
}

impl Book {
    pub fn read(archive: &Archive) -> Result<Self, SheetError> {
        if !archive.has("_rels/.rels") {
            return Err(SheetError::refused(
                "it is no workbook (.xlsx): the archive has no _rels/.rels",
            ));
        }
        let package = relations(archive, "")?;
        let name = part_of_kind(&package, "officeDocument").ok_or_else(|| {
            SheetError::refused("it is no workbook (.xlsx): no part of the archive is said to be one")
        })?;
        if name.to_ascii_lowercase().ends_with(".bin") {
            let reason = "it is a binary workbook (.xlsb): save it as .xlsx";
            return Err(SheetError::refused(reason));
        }
        let mut book = read_list(archive, name).map_err(|error| within(name, error))?;
        book.relations = relations(archive, name)?;
        Ok(book)
    }

    /// The sheet of that name, or the first, with the part that it stands in.
    pub fn find(&self, wanted: Option<&str>) -> Result<(&str, &str), SheetError> {
        let is_wanted = |entry: &&SheetEntry| wanted.is_none_or(|name| folded(&entry.name) == folded(name));
        let mut found = self.sheets.iter().filter(is_wanted);
        let entry = found.next().ok_or_else(|| self.not_found(wanted))?;
        if wanted.is_some() && found.next().is_some() {
            return Err(SheetError::refused(format!("two sheets are named {:?}", entry.name)));
        }
        let relation = entry.relation.as_deref();
        let relation = self.relations.iter().find(|one| Some(one.id.as_str()) == relation);
        let no_part = || SheetError::refused(format!("the sheet {:?} has no part in the archive", entry.name));
        let relation = relation.ok_or_else(no_part)?;
        if !relation.is("worksheet") {
            let name = &entry.name;
            return Err(SheetError::refused(format!(
                "the sheet {name:?} has no cells: it is a chart or a macro"
            )));
        }
        Ok((&entry.name, relation.part.as_deref().ok_or_else(no_part)?))
    }

    /// The part with the strings or the styles, where the workbook has any.
    pub fn part_of_kind(&self, kind: &str) -> Option<&str> {
        part_of_kind(&self.relations, kind)
    }

    fn not_found(&self, wanted: Option<&str>) -> SheetError {
        let mut names: Vec<String> = self
            .sheets
            .iter()
            .take(SHOWN)
            .map(|entry| format!("{:?}", entry.name))
            .collect();
        if self.sheets.len() > SHOWN {
            names.push(format!("{} more", self.sheets.len() - SHOWN));
        }
        let there = names.join(", ");
        SheetError::refused(match wanted {
            Some(wanted) if !names.is_empty() => format!("it has no sheet {wanted:?}; it has {there}"),
            _ => "it has no sheet".to_owned(),
        })
    }
}

impl Relation {
    fn is(&self, kind: &str) -> bool {
        let of = |base: &str| self.kind.strip_prefix(base).and_then(|rest| rest.strip_prefix('/'));
        RELATIONSHIPS.iter().any(|base| of(base) == Some(kind))
    }
}

/// Names the part that an error is in, where it names no better place.
pub fn within(part: &str, error: SheetError) -> SheetError {
    match error {
        SheetError::Refused { place: None, reason } => SheetError::at(part, reason),
        other => other,
    }
}

/// Sheets are known by their names as columns are: trimmed, in one form, in any case.
fn folded(name: &str) -> String {
    name.trim().nfc().collect::<String>().to_lowercase()
}

fn part_of_kind<'r>(relations: &'r [Relation], kind: &str) -> Option<&'r str> {
    let relation = relations.iter().find(|relation| relation.is(kind))?;
    relation.part.as_deref()
}

fn read_list(archive: &Archive, name: &str) -> Result<Book, SheetError> {
    let mut markup = Markup::new(archive.kept(name)?);
    let mut book = Book {
        epoch: Epoch::Y1900,
        sheets: Vec::new(),
        relations: Vec::new(),
    };
    loop {
        let depth = markup.depth();
        match markup.next()? {
            Token::Open(element) => match (depth, element.spreadsheet_name()) {
                (0, "workbook") | (1, "sheets") => {}
                (0, _) => return Err(SheetError::refused("it is no workbook's list of sheets")),
                (1, "workbookPr") => book.epoch = epoch(&element)?,
                (2, "sheet") => book.sheets.push(sheet(&element)?),
                _ => markup.skip()?,
            },
            Token::Close | Token::Text(_) | Token::Remark => {}
            Token::End => return Ok(book),
        }
        if book.sheets.len() > MAX_SHEETS {
            return Err(SheetError::refused("it has too many sheets"));
        }
    }
}

fn epoch(element: &Element<'_>) -> Result<Epoch, SheetError> {
    let [date1904] = element.attributes(["date1904"])?;
    Ok(if is_true(date1904.as_deref()) {
        Epoch::Y1904
    } else {
        Epoch::Y1900
    })
}

fn sheet(element: &Element<'_>) -> Result<SheetEntry, SheetError> {
    let [name] = element.attributes(["name"])?;
    let name = name.ok_or_else(|| SheetError::refused("a sheet has no name"))?;
    Ok(SheetEntry {
        name: name.into_owned(),
        relation: element.relationship()?,
    })
}

/// The relationships of a part, or of the archive itself where the name is empty. A part without any has no such list.
fn relations(archive: &Archive, of: &str) -> Result<Vec<Relation>, SheetError> {
    let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
    let list = format!("{folder}/_rels/{file}.rels");
    let list = list.trim_start_matches('/');
    if !archive.has(list) {
        return Ok(Vec::new());
    }
    read_relations(archive, list, folder).map_err(|error| within(list, error))
}

fn read_relations(archive: &Archive, list: &str, folder: &str) -> Result<Vec<Relation>, SheetError> {
    let mut markup = Markup::new(archive.kept(list)?);
    let mut relations = Vec::new();
    loop {
        let depth = markup.depth();
        match markup.next()? {
            Token::Open(element) if depth == 0 && element.is(Vocabulary::Package, "Relationships") => {}
            Token::Open(element) if depth == 1 && element.is(Vocabulary::Package, "Relationship") => {
                relations.push(relation(&element, folder)?);
            }
            Token::Open(_) => return Err(SheetError::refused("it is no list of relationships")),
            Token::Close | Token::Text(_) | Token::Remark => {}
            Token::End => return Ok(relations),
        }
    }
}

fn relation(element: &Element<'_>, folder: &str) -> Result<Relation, SheetError> {
    let [id, kind, target, mode] = element.attributes(["Id", "Type", "Target", "TargetMode"])?;
    let (Some(id), Some(kind), Some(target)) = (id, kind, target) else {
        return Err(SheetError::refused(
            "a relationship lacks its id, its type or its target",
        ));
    };
    let is_inside = mode.is_none_or(|mode| mode == "Internal");
    Ok(Relation {
        id: id.into_owned(),
        kind: kind.into_owned(),
        part: is_inside.then(|| part_name(folder, &target)),
    })
}

/// The name of the part that a target means: absolute, or seen from the folder of the part that refers to it.
fn part_name(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut steps = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    steps.join("/")
}
