//! A TOML table read key by key, so that every complaint names file, line, key and what was expected.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::MappingError;

/// A mapping file's text and what it is called.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    pub place: &'a str,
    pub text: &'a str,
}

impl Document<'_> {
    pub fn error(&self, offset: Option<usize>, key: &str, reason: impl Into<String>) -> MappingError {
        let before = offset.and_then(|offset| self.text.get(..offset));
        MappingError {
            place: self.place.to_owned(),
            line: before.map(|before| before.matches('\n').count() + 1),
            key: key.to_owned(),
            reason: reason.into(),
        }
    }
}

/// A table whose keys are taken one after another; what is left at the end is unknown.
pub struct Section<'a> {
    document: Document<'a>,
    /// Its own key; empty for the whole file.
    key: String,
    offset: usize,
    table: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

/// A value and its key.
pub struct Node<'a> {
    document: Document<'a>,
    pub key: String,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Section<'a> {
    pub fn whole(document: Document<'a>, table: &'a Spanned<DeTable<'a>>) -> Self {
        Self {
            document,
            key: String::new(),
            offset: table.span().start,
            table: table.get_ref(),
            asked: Vec::new(),
        }
    }

    fn path(&self, key: &str) -> String {
        if self.key.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.key)
        }
    }

    /// The value of a key, where it is there.
    pub fn take(&mut self, key: &'static str) -> Option<Node<'a>> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        Some(Node {
            document: self.document,
            key: self.path(key),
            value,
        })
    }

    /// The value of a key that must be there; `expected` says what it holds.
    pub fn required(&mut self, key: &'static str, expected: &str) -> Result<Node<'a>, MappingError> {
        let reason = format!("missing; expected {expected}");
        self.take(key).ok_or_else(|| self.error(key, reason))
    }

    /// What is wrong with a key that is not there, or with two together.
    pub fn error(&self, key: &str, reason: impl Into<String>) -> MappingError {
        self.document.error(Some(self.offset), &self.path(key), reason)
    }

    /// Refuses every key that nobody asked for.
    pub fn finish(self) -> Result<(), MappingError> {
        let is_unknown = |key: &&Spanned<_>| {
            !self
                .asked
                .iter()
                .any(|asked| *asked == AsRef::<str>::as_ref(key.get_ref()))
        };
        match self.table.keys().find(is_unknown) {
            None => Ok(()),
            Some(key) => {
                let known = self.asked.join(", ");
                let (name, offset): (&str, _) = (key.get_ref(), key.span().start);
                Err(self.document.error(
                    Some(offset),
                    &self.path(name),
                    format!("unknown key; expected one of {known}"),
                ))
            }
        }
    }
}

impl<'a> Node<'a> {
    /// Says that something else was expected here.
    pub fn expected(&self, what: &str) -> MappingError {
        let found = match self.value.get_ref() {
            DeValue::String(text) => format!("{:?}", shortened(text)),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(instant) => instant.to_string(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        };
        self.error(format!("{found}; expected {what}"))
    }

    pub fn error(&self, reason: impl Into<String>) -> MappingError {
        self.document.error(Some(self.value.span().start), &self.key, reason)
    }

    /// The text; `what` says what it must hold.
    pub fn text(&self, what: &str) -> Result<&'a str, MappingError> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => Err(self.expected(what)),
        }
    }

    /// A text that is more than blanks.
    pub fn label(&self, what: &str) -> Result<&'a str, MappingError> {
        let text = self.text(what)?.trim();
        if text.is_empty() {
            Err(self.expected(what))
        } else {
            Ok(text)
        }
    }

    /// The text, where this is one.
    pub fn as_text(&self) -> Option<&'a str> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_list(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Array(_))
    }

    /// One of some words, and what it stands for.
    pub fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, MappingError> {
        let found = self
            .as_text()
            .and_then(|text| choices.iter().find(|(word, _)| *word == text));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<String> = choices.iter().map(|(word, _)| format!("{word:?}")).collect();
            self.expected(&one_of(&words))
        })
    }

    /// A whole number within bounds.
    pub fn integer(&self, from: u64, to: u64, what: &str) -> Result<u64, MappingError> {
        let value = match self.value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        value
            .filter(|value| (from..=to).contains(value))
            .ok_or_else(|| self.expected(what))
    }

    pub fn list(&self, what: &str) -> Result<Vec<Node<'a>>, MappingError> {
        let DeValue::Array(values) = self.value.get_ref() else {
            return Err(self.expected(what));
        };
        let element = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| Node {
            document: self.document,
            key: format!("{}[{index}]", self.key),
            value,
        };
        Ok(values.iter().enumerate().map(element).collect())
    }

    pub fn section(&self, what: &str) -> Result<Section<'a>, MappingError> {
        let DeValue::Table(table) = self.value.get_ref() else {
            return Err(self.expected(what));
        };
        Ok(Section {
            document: self.document,
            key: self.key.clone(),
            offset: self.value.span().start,
            table,
            asked: Vec::new(),
        })
    }

    /// A table of whatever keys, each with its value.
    pub fn entries(&self, what: &str) -> Result<Vec<(&'a str, Node<'a>)>, MappingError> {
        let DeValue::Table(table) = self.value.get_ref() else {
            return Err(self.expected(what));
        };
        let entry = |(key, value): (&'a Spanned<_>, &'a Spanned<DeValue<'a>>)| {
            let name: &'a str = AsRef::<str>::as_ref(Spanned::<std::borrow::Cow<'a, str>>::get_ref(key));
            let node = Node {
                document: self.document,
                key: format!("{}.{name:?}", self.key),
                value,
            };
            (name, node)
        };
        Ok(table.iter().map(entry).collect())
    }
}

fn one_of(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}
