//! An XML document as a bounded tree with its namespaces resolved: no document type, no entity but XML's own five, nothing
//! left open. What the elements mean is left to `soap` and `wire`. Quick-xml's own serde would do none of it: it passes over namespaces
//! and `xsi:nil`, and takes one of two elements of a name.

use quick_xml::XmlVersion;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

pub const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub const SECURITY: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
pub const TILSKUDD: &str = "urn:sim:hdir:tilskudd:v2";
pub const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The interface nests eight deep; strangers' elements may go further, but not far enough to cost anything.
const MAX_DEPTH: usize = 64;
/// 500 items with a thousand elements each.
const MAX_ELEMENTS: usize = 500_000;

/// The namespaces that matter here; elements of all others are strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    Envelope,
    Security,
    Tilskudd,
    Other,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Element {
    pub space: Space,
    pub name: String,
    /// `xsi:nil`
    pub nil: bool,
    /// All text directly inside, CDATA and references included.
    pub text: String,
    pub children: Vec<Element>,
}

/// Why a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("it is not UTF-8")]
    NotUtf8,
    #[error("it is not well-formed XML")]
    NotWellFormed,
    #[error("it breaks off")]
    BreaksOff,
    #[error("it declares a document type, which is refused")]
    DocumentType,
    #[error("it refers to an entity that XML does not define")]
    UnknownEntity,
    #[error("its elements are nested too deeply")]
    TooDeep,
    #[error("it has too many elements")]
    TooManyElements,
    /// Well-formed, and not an envelope with something in its body.
    #[error("it is not a SOAP 1.1 envelope with an answer in it")]
    NoEnvelope,
}

impl Element {
    pub fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name == name
    }

    /// The children of that name, in their order.
    pub fn all<'e>(&'e self, space: Space, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.is(space, name))
    }

    /// The text without surrounding blanks; nothing where it is nil or empty.
    pub fn value(&self) -> Option<&str> {
        let text = self.text.trim();
        (!self.nil && !text.is_empty()).then_some(text)
    }
}

/// Reads a whole document.
pub fn parse(document: &[u8]) -> Result<Element, Flaw> {
    let text = std::str::from_utf8(document).map_err(|_| Flaw::NotUtf8)?;
    if !text.chars().all(is_xml_character) {
        return Err(Flaw::NotWellFormed);
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut tree = Tree::default();
    loop {
        match reader.read_event().map_err(|error| flaw(&error))? {
            Event::Start(start) => tree.open(element(&reader, &start)?)?,
            Event::Empty(start) => {
                tree.open(element(&reader, &start)?)?;
                tree.close()?;
            }
            Event::End(_) => tree.close()?,
            Event::Text(text) => tree.write(&text.xml10_content())?,
            Event::CData(text) => tree.write(&text.xml10_content())?,
            Event::GeneralRef(reference) => tree.write(&resolve(&reference)?)?,
            Event::Decl(declaration) => check_declaration(&declaration, &tree)?,
            Event::DocType(_) => return Err(Flaw::DocumentType),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => return tree.finish(),
        }
    }
}

/// The elements that are still open, the outermost first.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl Tree {
    fn open(&mut self, element: Element) -> Result<(), Flaw> {
        self.elements += 1;
        if self.open.is_empty() && self.root.is_some() {
            return Err(Flaw::NotWellFormed);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Flaw::TooDeep);
        }
        if self.elements > MAX_ELEMENTS {
            return Err(Flaw::TooManyElements);
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Flaw> {
        let closed = self.open.pop().ok_or(Flaw::NotWellFormed)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => self.root = Some(closed),
        }
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<(), Flaw> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(Flaw::NotWellFormed),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, Flaw> {
        if self.open.is_empty() {
            self.root.ok_or(Flaw::NotWellFormed)
        } else {
            Err(Flaw::BreaksOff)
        }
    }
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, Flaw> {
    let resolver = reader.resolver();
    let (namespace, name) = resolver.resolve_element(start.name());
    let space = match bound(&namespace)? {
        Some(ENVELOPE) => Space::Envelope,
        Some(SECURITY) => Space::Security,
        Some(TILSKUDD) => Space::Tilskudd,
        _ => Space::Other,
    };
    let mut nil = false;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Flaw::NotWellFormed)?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| Flaw::UnknownEntity)?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, name) = resolver.resolve_attribute(attribute.key);
        if bound(&namespace)? == Some(SCHEMA_INSTANCE) && name.into_inner() == "nil" {
            nil = matches!(value.trim(), "true" | "1");
        }
    }
    Ok(Element {
        space,
        name: name.into_inner().to_owned(),
        nil,
        text: String::new(),
        children: Vec::new(),
    })
}

/// The namespace, where there is one. A prefix that nobody declared makes the document unreadable: what it marks might be ours.
fn bound<'n>(namespace: &ResolveResult<'n>) -> Result<Option<&'n str>, Flaw> {
    match namespace {
        ResolveResult::Bound(namespace) => Ok(Some(namespace.into_inner())),
        ResolveResult::Unbound => Ok(None),
        ResolveResult::Unknown(_) => Err(Flaw::NotWellFormed),
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, Flaw> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) if is_xml_character(character) => Ok(character.to_string()),
        Ok(None) => resolve_xml_entity(reference)
            .map(str::to_owned)
            .ok_or(Flaw::UnknownEntity),
        Ok(Some(_)) | Err(_) => Err(Flaw::NotWellFormed),
    }
}

fn check_declaration(declaration: &BytesDecl<'_>, tree: &Tree) -> Result<(), Flaw> {
    if tree.elements > 0 {
        return Err(Flaw::NotWellFormed);
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => Ok(()),
        Some(_) => Err(Flaw::NotUtf8),
    }
}

/// XML 1.0 § 2.2.
pub const fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..)
}

fn flaw(error: &Error) -> Flaw {
    match error {
        Error::Syntax(SyntaxError::InvalidBangMarkup) => Flaw::NotWellFormed,
        // Every other kind is something that was opened and not closed before the end.
        Error::Syntax(_) => Flaw::BreaksOff,
        _ => Flaw::NotWellFormed,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(document: &str) -> Result<String, Flaw> {
        parse(document.as_bytes()).map(|root| root.text)
    }

    #[test]
    fn text_is_read_through_references_cdata_comments_and_line_ends() {
        assert_eq!(
            text("<a>B&amp;B &lt;&#248;&#xE5;&gt; <![CDATA[<&amp;>]]><!-- no --> æøå</a>"),
            Ok("B&B <øå> <&amp;> æøå".to_owned())
        );
        assert_eq!(
            text("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<a>1\r\n2</a>\n"),
            Ok("1\n2".to_owned())
        );
    }

    #[test]
    fn namespaces_decide_whatever_the_prefixes_are() {
        let root = parse(
            br#"<x:a xmlns:x="urn:sim:hdir:tilskudd:v2" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><x:b i:nil=" 1 "/><b nil="true"/></x:a>"#,
        )
        .expect("well-formed");
        assert!(root.is(Space::Tilskudd, "a"));
        assert!(root.children[0].is(Space::Tilskudd, "b") && root.children[0].nil);
        assert!(root.children[1].is(Space::Other, "b") && !root.children[1].nil);
    }

    #[test]
    fn what_is_no_whole_plain_document_is_refused() {
        for (document, flaw) in [
            ("", Flaw::NotWellFormed),
            ("out of order", Flaw::NotWellFormed),
            ("<a><b></a></b>", Flaw::NotWellFormed),
            ("<a/><b/>", Flaw::NotWellFormed),
            ("<a/>more", Flaw::NotWellFormed),
            ("<a>\u{1}</a>", Flaw::NotWellFormed),
            ("<a>&#1;</a>", Flaw::NotWellFormed),
            ("<a>B & B</a>", Flaw::NotWellFormed),
            ("<a b='1' b='2'/>", Flaw::NotWellFormed),
            ("<x:a/>", Flaw::NotWellFormed),
            ("<a x:nil='true'/>", Flaw::NotWellFormed),
            ("<a>", Flaw::BreaksOff),
            ("<a><b>", Flaw::BreaksOff),
            ("<a><b", Flaw::BreaksOff),
            ("<a>text", Flaw::BreaksOff),
            ("<a><![CDATA[text", Flaw::BreaksOff),
            ("<!DOCTYPE a><a/>", Flaw::DocumentType),
            ("<!DOCTYPE a [<!ENTITY e 'e'>]><a>&e;</a>", Flaw::DocumentType),
            ("<a>&e;</a>", Flaw::UnknownEntity),
            ("<a>&nbsp;</a>", Flaw::UnknownEntity),
            ("<a b='&e;'/>", Flaw::UnknownEntity),
            ("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", Flaw::NotUtf8),
        ] {
            assert_eq!(text(document), Err(flaw), "{document}");
        }
        assert_eq!(parse(b"<a>\xe6</a>"), Err(Flaw::NotUtf8));
    }

    #[test]
    fn depth_and_number_of_elements_are_bounded() {
        assert_eq!(text(&"<a>".repeat(100_000)), Err(Flaw::TooDeep));
        assert_eq!(
            text(&format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS))),
            Err(Flaw::TooManyElements)
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(document in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&document);
        }

        #[test]
        fn no_markup_makes_the_parser_panic(document in "[<>/a!?&;#x'\"= \\[\\]-]{0,60}") {
            let _ = parse(document.as_bytes());
        }
    }
}
