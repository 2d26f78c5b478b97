//! `[file]`: which format, how files come, and when one is whole.

use std::time::Duration;

use super::MappingError;
use super::keys::{Node, Section};

/// The longest `quiet` that is meant.
const LONGEST_QUIET: u64 = 7 * 24 * 60 * 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Json,
    Ndjson,
}

impl Format {
    /// Whether columns are members or pointers of items.
    pub const fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson)
    }
}

/// What the files of a folder are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryForm {
    /// The last by name is the list.
    Snapshot,
    /// All together are the list.
    Parts,
    /// Every file once, in order.
    Changes,
}

/// When a file is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complete {
    OkFile,
    Trailer,
    Quiet,
    /// By HTTP: the transfer says so.
    Length,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// ISO-8859-1 is read so, too: what calls itself so is this in practice, and the difference is in control characters alone.
    Windows1252,
}

/// The way on which files come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Folder,
    Url,
}

/// `*` stands for any characters, `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn matches(&self, name: &str) -> bool {
        let (pattern, name): (Vec<char>, Vec<char>) = (self.0.chars().collect(), name.chars().collect());
        let (mut at, mut of) = (0, 0);
        // Where the last `*` stood, and what it has taken so far.
        let mut star: Option<(usize, usize)> = None;
        while of < name.len() {
            match pattern.get(at) {
                Some('*') => {
                    star = Some((at, of));
                    at += 1;
                }
                Some(sign) if *sign == '?' || *sign == name[of] => (at, of) = (at + 1, of + 1),
                _ => {
                    let Some((back, taken)) = star else { return false };
                    star = Some((back, taken + 1));
                    (at, of) = (back + 1, taken + 1);
                }
            }
        }
        pattern[at..].iter().all(|sign| *sign == '*')
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileForm {
    pub format: Format,
    pub pattern: Option<Pattern>,
    pub delivery: DeliveryForm,
    /// `None` where the mapping leaves it to the way.
    pub complete: Option<Complete>,
    pub quiet: Duration,
    pub encoding: Encoding,
    pub separator: u8,
    pub sheet: Option<String>,
    pub header_row: u32,
    /// The names on the way to the list.
    pub records: Vec<String>,
    pub next: Option<Vec<String>>,
    /// Keys that are there and belong to a folder alone.
    folder_keys: Vec<&'static str>,
}

impl FileForm {
    pub(super) fn read(mut section: Section<'_>) -> Result<Self, MappingError> {
        let formats = [
            ("csv", Format::Csv),
            ("xlsx", Format::Xlsx),
            ("json", Format::Json),
            ("ndjson", Format::Ndjson),
        ];
        let format = section
            .required("format", "\"csv\", \"xlsx\", \"json\" or \"ndjson\"")?
            .choice(&formats)?;
        let (mut form, is) = (Self::of(format), |formats: &[Format]| formats.contains(&format));
        form.read_delivery(&mut section)?;
        if let Some(node) = of_format(&mut section, "encoding", is(&[Format::Csv]), "csv")? {
            form.encoding = node.choice(&[
                ("utf-8", Encoding::Utf8),
                ("windows-1252", Encoding::Windows1252),
                ("iso-8859-1", Encoding::Windows1252),
            ])?;
        }
        if let Some(node) = of_format(&mut section, "separator", is(&[Format::Csv]), "csv")? {
            form.separator = separator(&node)?;
        }
        if let Some(node) = of_format(&mut section, "sheet", is(&[Format::Xlsx]), "xlsx")? {
            form.sheet = Some(node.label("a sheet's name")?.to_owned());
        }
        if let Some(node) = of_format(
            &mut section,
            "header_row",
            is(&[Format::Csv, Format::Xlsx]),
            "csv and xlsx",
        )? {
            let row = node.integer(1, 1_000_000, "a row, from 1")?;
            form.header_row = u32::try_from(row).unwrap_or(u32::MAX);
        }
        if let Some(node) = of_format(&mut section, "records", is(&[Format::Json]), "json")? {
            form.records = pointer(&node)?;
        }
        if let Some(node) = of_format(&mut section, "next", is(&[Format::Json]), "json")? {
            let next = pointer(&node)?;
            if next.starts_with(&form.records) {
                return Err(node.error("lies within the list of records; expected a pointer beside it"));
            }
            form.next = Some(next);
        }
        section.finish()?;
        Ok(form)
    }

    /// What holds where the mapping says nothing.
    pub const fn of(format: Format) -> Self {
        Self {
            format,
            pattern: None,
            delivery: DeliveryForm::Snapshot,
            complete: None,
            quiet: Duration::from_secs(30),
            encoding: Encoding::Utf8,
            separator: b';',
            sheet: None,
            header_row: 1,
            records: Vec::new(),
            next: None,
            folder_keys: Vec::new(),
        }
    }

    fn read_delivery(&mut self, section: &mut Section<'_>) -> Result<(), MappingError> {
        if let Some(node) = section.take("pattern") {
            let pattern = node.label("a file name with `*` and `?`")?;
            if pattern.contains('/') || pattern.contains(std::path::MAIN_SEPARATOR) {
                return Err(node.expected("a file name with `*` and `?`, without folders"));
            }
            self.pattern = Some(Pattern::new(pattern));
            self.folder_keys.push("pattern");
        }
        if let Some(node) = section.take("delivery") {
            self.delivery = node.choice(&[
                ("snapshot", DeliveryForm::Snapshot),
                ("parts", DeliveryForm::Parts),
                ("changes", DeliveryForm::Changes),
            ])?;
            self.folder_keys.push("delivery");
        }
        if let Some(node) = section.take("complete") {
            self.complete = Some(node.choice(&[
                ("ok-file", Complete::OkFile),
                ("trailer", Complete::Trailer),
                ("quiet", Complete::Quiet),
                ("length", Complete::Length),
            ])?);
        }
        if let Some(node) = section.take("quiet") {
            self.quiet = span(&node)?;
            self.folder_keys.push("quiet");
        }
        Ok(())
    }

    /// The error is a key and what is wrong with it.
    pub(super) fn check_way(&self, way: Way) -> Result<(), (&'static str, String)> {
        match (way, self.complete) {
            (Way::Folder, _) if self.pattern.is_none() => {
                Err(("pattern", "missing; expected a file name with `*` and `?`".to_owned()))
            }
            (Way::Folder, None) => Err((
                "complete",
                "missing; expected \"ok-file\", \"trailer\" or \"quiet\"".to_owned(),
            )),
            (Way::Folder, Some(Complete::Length)) => Err((
                "complete",
                "\"length\" goes with url; expected \"ok-file\", \"trailer\" or \"quiet\"".to_owned(),
            )),
            (Way::Folder, _) if self.next.is_some() => {
                Err(("next", "goes with url; a file in a folder has no next page".to_owned()))
            }
            (Way::Url, Some(Complete::OkFile | Complete::Quiet)) => Err((
                "complete",
                "goes with folder; expected \"length\" or \"trailer\"".to_owned(),
            )),
            (Way::Url, _) => match self.folder_keys.first() {
                Some(key) => Err((key, "goes with folder, and the source has url".to_owned())),
                None => Ok(()),
            },
            (Way::Folder, _) => Ok(()),
        }
    }
}

/// The value of a key that only some formats have.
fn of_format<'a>(
    section: &mut Section<'a>,
    key: &'static str,
    is_of_it: bool,
    formats: &str,
) -> Result<Option<Node<'a>>, MappingError> {
    match section.take(key) {
        Some(node) if !is_of_it => Err(node.error(format!("is a key of the format {formats}, and not of this one"))),
        found => Ok(found),
    }
}

fn separator(node: &Node<'_>) -> Result<u8, MappingError> {
    const SEPARATOR: &str = "one character such as \";\", \",\" or \"\\t\"";
    match node.text(SEPARATOR)?.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n ".contains(byte) => Ok(*byte),
        _ => Err(node.expected(SEPARATOR)),
    }
}

/// A JSON pointer (RFC 6901), as the names on its way.
pub(super) fn pointer(node: &Node<'_>) -> Result<Vec<String>, MappingError> {
    const POINTER: &str = "a pointer such as \"/data/items\"";
    let text = node.text(POINTER)?;
    split_pointer(text).ok_or_else(|| node.expected(POINTER))
}

/// The names on a pointer's way; `None` where the text is no pointer.
pub fn split_pointer(text: &str) -> Option<Vec<String>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let names = text.strip_prefix('/')?.split('/');
    Some(names.map(|name| name.replace("~1", "/").replace("~0", "~")).collect())
}

fn span(node: &Node<'_>) -> Result<Duration, MappingError> {
    const SPAN: &str = "a span such as \"30s\", \"5m\" or \"1h\", of at most seven days";
    let text = node.text(SPAN)?;
    let (number, unit) = text.split_at(text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(node.expected(SPAN)),
    };
    let span = number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(seconds));
    let span = span
        .filter(|span| *span <= LONGEST_QUIET)
        .ok_or_else(|| node.expected(SPAN))?;
    Ok(Duration::from_secs(span))
}
