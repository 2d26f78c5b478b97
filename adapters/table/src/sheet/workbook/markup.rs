//! The XML of a part as a stream: namespaces resolved, whole to its end, and bounded, since a workbook comes from anybody. No document
//! type, no entity but XML's own five. What the elements mean is left to the others.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::errors::Error;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};
use quick_xml::reader::NsReader;

use super::SheetError;
use super::archive::{Part, read_fault};

/// A worksheet nests about six deep; strangers' extensions may go further, but not far enough to cost anything.
const MAX_DEPTH: usize = 128;
/// The most bytes of one tag, comment or run of text, so that none fills the memory. A cell's text may have 10 000 characters.
const MAX_TOKEN: usize = 1024 * 1024;

/// The two editions of the standard, transitional and strict, by what they call the same things.
const SPREADSHEET: [&str; 2] = [
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
];
pub const RELATIONSHIPS: [&str; 2] = [
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
];
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// The vocabularies that matter here; elements of all others are strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    Spreadsheet,
    /// The relationships between parts.
    Package,
    Other,
}

/// A step through the document.
pub enum Token<'t> {
    Open(Element<'t>),
    /// The element that was opened last and is still open ends.
    Close,
    Text(Cow<'t, str>),
    /// A comment, a processing instruction, the declaration.
    Remark,
    /// The end of the document, and of its part with the sum checked.
    End,
}

pub struct Element<'t> {
    start: BytesStart<'t>,
    names: &'t NamespaceResolver,
    vocabulary: Vocabulary,
}

pub struct Markup {
    reader: NsReader<Bounded<Box<dyn BufRead + Send>>>,
    buffer: Vec<u8>,
    depth: usize,
    has_root: bool,
}

impl Markup {
    pub fn new(part: Part) -> Self {
        let mut reader = NsReader::from_reader(Bounded::new(Box::new(part.buffered()) as Box<dyn BufRead + Send>));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
            has_root: false,
        }
    }

    /// How many elements are open.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    pub fn next(&mut self) -> Result<Token<'_>, SheetError> {
        self.buffer.clear();
        self.reader.get_mut().begin_token();
        let event = self
            .reader
            .read_event_into(&mut self.buffer)
            .map_err(|error| flaw(&error))?;
        let outside = self.depth == 0;
        match event {
            Event::Start(start) => {
                if outside && self.has_root || self.depth >= MAX_DEPTH {
                    return Err(not_well_formed());
                }
                self.has_root = true;
                self.depth += 1;
                Element::new(start, self.reader.resolver()).map(Token::Open)
            }
            Event::End(_) => {
                self.depth = self.depth.checked_sub(1).ok_or_else(not_well_formed)?;
                Ok(Token::Close)
            }
            Event::Text(text) if outside && text.xml10_content().trim().is_empty() => Ok(Token::Remark),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if outside => Err(not_well_formed()),
            Event::Text(text) => Ok(Token::Text(line_ends(text.into_inner()))),
            Event::CData(text) => Ok(Token::Text(line_ends(text.into_inner()))),
            Event::GeneralRef(reference) => Ok(Token::Text(Cow::Owned(resolve(&reference)?))),
            Event::Decl(declaration) => check_declaration(&declaration, self.has_root),
            Event::DocType(_) => Err(SheetError::refused("it declares a document type, which is refused")),
            Event::Comment(_) | Event::PI(_) => Ok(Token::Remark),
            Event::Empty(_) => Err(not_well_formed()),
            Event::Eof if outside && self.has_root => Ok(Token::End),
            Event::Eof => Err(SheetError::refused("it breaks off")),
        }
    }

    /// Passes over all that is within the element that was opened last.
    pub fn skip(&mut self) -> Result<(), SheetError> {
        let outer = self.depth.saturating_sub(1);
        while self.depth > outer {
            self.next()?;
        }
        Ok(())
    }

    /// Appends the text within the element that was opened last, which has no elements. What comes after `most` bytes is passed over.
    pub fn read_text(&mut self, text: &mut String, most: usize) -> Result<(), SheetError> {
        loop {
            match self.next()? {
                Token::Text(more) if text.len() <= most => text.push_str(&more),
                Token::Text(_) | Token::Remark => {}
                Token::Close => return Ok(()),
                Token::Open(_) | Token::End => return Err(SheetError::refused("an element stands within a text")),
            }
        }
    }
}

impl<'t> Element<'t> {
    fn new(start: BytesStart<'t>, names: &'t NamespaceResolver) -> Result<Self, SheetError> {
        let vocabulary = match names.resolve_element(start.name()).0 {
            ResolveResult::Bound(namespace) => vocabulary(namespace.into_inner()),
            ResolveResult::Unbound => Vocabulary::Other,
            // What an undeclared prefix marks might be ours.
            ResolveResult::Unknown(_) => return Err(not_well_formed()),
        };
        Ok(Self {
            start,
            names,
            vocabulary,
        })
    }

    /// The name within its vocabulary, whatever the prefix.
    pub fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    pub fn is(&self, vocabulary: Vocabulary, name: &str) -> bool {
        self.vocabulary == vocabulary && self.name() == name
    }

    /// The name of an element of spreadsheets; empty for a stranger.
    pub fn spreadsheet_name(&self) -> &str {
        if self.vocabulary == Vocabulary::Spreadsheet {
            self.name()
        } else {
            ""
        }
    }

    /// The values of the attributes of these names, without a prefix.
    pub fn attributes<const N: usize>(&self, wanted: [&str; N]) -> Result<[Option<Cow<'_, str>>; N], SheetError> {
        let mut found = [const { None }; N];
        // The library's own search for doubles compares each with each, which a hostile tag makes dear.
        for attribute in self.start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| not_well_formed())?;
            let Some(index) = wanted.iter().position(|name| *name == attribute.key.0) else {
                continue;
            };
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            if found[index].replace(value.map_err(|_| unknown_entity())?).is_some() {
                return Err(not_well_formed());
            }
        }
        Ok(found)
    }

    /// `r:id`: the relationship that leads to the part meant.
    pub fn relationship(&self) -> Result<Option<String>, SheetError> {
        for attribute in self.start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| not_well_formed())?;
            let (ResolveResult::Bound(namespace), name) = self.names.resolve_attribute(attribute.key) else {
                continue;
            };
            if name.into_inner() == "id" && RELATIONSHIPS.contains(&namespace.into_inner()) {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                return Ok(Some(value.map_err(|_| unknown_entity())?.into_owned()));
            }
        }
        Ok(None)
    }
}

/// `xsd:boolean`; anything else is false, as a missing one is.
pub fn is_true(value: Option<&str>) -> bool {
    matches!(value.map(str::trim), Some("1" | "true"))
}

fn vocabulary(namespace: &str) -> Vocabulary {
    if SPREADSHEET.contains(&namespace) {
        Vocabulary::Spreadsheet
    } else if namespace == PACKAGE {
        Vocabulary::Package
    } else {
        Vocabulary::Other
    }
}

/// XML 1.0 § 2.11: every line end is one line feed.
fn line_ends(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        text
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, SheetError> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.to_string()),
        Ok(None) => resolve_xml_entity(reference)
            .map(str::to_owned)
            .ok_or_else(unknown_entity),
        Err(_) => Err(not_well_formed()),
    }
}

fn check_declaration(declaration: &BytesDecl<'_>, has_root: bool) -> Result<Token<'static>, SheetError> {
    if has_root {
        return Err(not_well_formed());
    }
    match declaration.encoding() {
        None => Ok(Token::Remark),
        Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => Ok(Token::Remark),
        Some(_) => Err(not_utf8()),
    }
}

fn not_well_formed() -> SheetError {
    SheetError::refused("it is not well-formed XML")
}

fn not_utf8() -> SheetError {
    SheetError::refused("it is not UTF-8")
}

fn unknown_entity() -> SheetError {
    SheetError::refused("it refers to an entity that XML does not define")
}

fn flaw(error: &Error) -> SheetError {
    match error {
        Error::Io(error) => read_fault(error),
        Error::Encoding(_) => not_utf8(),
        _ => not_well_formed(),
    }
}

/// Ends a token that grows without end.
struct Bounded<R> {
    inner: R,
    token: usize,
}

impl<R> Bounded<R> {
    const fn new(inner: R) -> Self {
        Self { inner, token: 0 }
    }

    const fn begin_token(&mut self) {
        self.token = 0;
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.token > MAX_TOKEN {
            let reason = "a tag or a text in it is larger than any of a workbook";
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.token = self.token.saturating_add(count);
        self.inner.consume(count);
    }
}
