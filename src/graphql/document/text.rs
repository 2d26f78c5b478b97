//! A document as it was read: the syntax tree, and where in the text its parts stand. What it asks for is left to others.

use apollo_compiler::collections::{HashMap, HashSet};
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::parser::{Parser, SourceSpan};
use apollo_compiler::{Name, Node, ast};
use async_graphql::Pos;

use super::{DocumentFlaw, tokens};

/// A document of which no more is known than that it is one.
#[derive(Debug)]
pub struct Document {
    pub ast: ast::Document,
    /// How long its text is.
    pub bytes: usize,
    places: Places,
}

impl Document {
    /// Reads a text whose brackets the look at the bytes has counted: the parser recurses.
    pub fn parse(text: &str) -> Result<Self, DocumentFlaw> {
        let places = Places::of(text);
        let readable = tokens::readable(text).map_err(|at| DocumentFlaw::Syntax {
            at: places.at(at),
            expected: "this name has no value",
        })?;
        let ast = Parser::new().parse_ast(readable, "document").map_err(|failed| {
            let first = failed.errors.iter().next().and_then(|error| error.error.location());
            let at = first.map_or(Pos { line: 1, column: 1 }, |span| places.at(span.offset()));
            DocumentFlaw::Syntax {
                at,
                expected: "something else is expected here",
            }
        })?;
        let bytes = text.len();
        let document = Self { ast, bytes, places };
        document.check_definitions()?;
        Ok(document)
    }

    pub fn operations(&self) -> impl Iterator<Item = &Node<ast::OperationDefinition>> {
        self.ast
            .definitions
            .iter()
            .filter_map(ast::Definition::as_operation_definition)
    }

    pub fn fragments(&self) -> impl Iterator<Item = &Node<ast::FragmentDefinition>> {
        self.ast
            .definitions
            .iter()
            .filter_map(ast::Definition::as_fragment_definition)
    }

    pub fn fragments_by_name(&self) -> HashMap<&Name, &ast::FragmentDefinition> {
        self.fragments().map(|fragment| (&fragment.name, &**fragment)).collect()
    }

    pub fn place(&self, span: Option<SourceSpan>) -> Option<Pos> {
        span.map(|span| self.places.at(span.offset()))
    }

    /// What must be settled before an operation can be named.
    fn check_definitions(&self) -> Result<(), DocumentFlaw> {
        let invalid = |message: String, span| {
            Err(DocumentFlaw::Invalid {
                message,
                at: self.place(span),
            })
        };
        if let Some(other) = self
            .ast
            .definitions
            .iter()
            .find(|definition| !definition.is_executable_definition())
        {
            return invalid(
                "The document defines types; operations and fragments alone are read".to_owned(),
                other.location(),
            );
        }
        let (mut operations, mut fragments) = (HashSet::default(), HashSet::default());
        if let Some(twice) = self
            .operations()
            .find(|operation| operation.name.as_ref().is_some_and(|name| !operations.insert(name)))
        {
            return invalid(
                format!(
                    "Operation {} is defined twice",
                    twice.name.as_deref().unwrap_or_default()
                ),
                twice.location(),
            );
        }
        if let Some(twice) = self.fragments().find(|fragment| !fragments.insert(&fragment.name)) {
            return invalid(format!("Fragment {} is defined twice", twice.name), twice.location());
        }
        match (
            self.operations().count(),
            self.operations().find(|operation| operation.name.is_none()),
        ) {
            (0, _) => invalid("The document has no operation".to_owned(), None),
            (2.., Some(nameless)) => invalid(
                "Beside an operation without a name there can be no other".to_owned(),
                nameless.location(),
            ),
            _ => Ok(()),
        }
    }
}

/// How far apart characters are counted beforehand.
const STRIDE: usize = 256;

/// Lines and columns of a text. A document may be one long line, and every field asks for its place.
#[derive(Debug)]
struct Places {
    text: Box<str>,
    /// Where lines begin.
    lines: Vec<usize>,
    /// How many characters begin before every so many bytes; none where each byte is one.
    characters: Vec<usize>,
}

impl Places {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| bytes[*at] == b'\n' || (bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        let lines = std::iter::once(0)
            .chain((0..bytes.len()).filter(ends).map(|at| at + 1))
            .collect();
        let counted = if text.is_ascii() { &[] } else { bytes };
        let characters = counted
            .chunks(STRIDE)
            .scan(0, |before, chunk| {
                Some(std::mem::replace(before, *before + begun(chunk)))
            })
            .collect();
        Self {
            text: text.into(),
            lines,
            characters,
        }
    }

    fn at(&self, offset: usize) -> Pos {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset);
        Pos {
            line,
            column: self.characters_before(offset) - self.characters_before(self.lines[line - 1]) + 1,
        }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let whole = (offset / STRIDE).min(self.characters.len().saturating_sub(1));
        self.characters.get(whole).map_or(offset, |before| {
            before + begun(&self.text.as_bytes()[whole * STRIDE..offset])
        })
    }
}

/// How many characters begin in these bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_lines_and_characters_however_long_the_line() {
        let text = format!("å\r\nbc\rø{}x", "æ".repeat(700));
        let places = Places::of(&text);
        let at = |offset| (places.at(offset).line, places.at(offset).column);
        assert_eq!(
            (at(0), at(2), at(4), at(5), at(7)),
            ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1))
        );
        assert_eq!(
            (at(text.len() - 1), at(text.len()), at(text.len() + 9)),
            ((3, 702), (3, 703), (3, 703))
        );
        let plain = Places::of("{\n  a }");
        assert_eq!((plain.at(4).line, plain.at(4).column), (2, 3));
        assert_eq!((Places::of("").at(0).line, Places::of("").at(0).column), (1, 1));
    }
}
