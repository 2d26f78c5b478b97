//! One pass: the text so far, what has been counted, and where to go on after others were let on.

use std::cell::Cell;

use async_graphql::resolver_utils::EnumType;
use async_graphql::{InputType, Value};

use super::selection::TYPE_NAME;
use super::{Object, Selected, WriteJson};
use crate::graphql::Snapshot;
use crate::graphql::access::MostFields;
use crate::graphql::document::Filling;

/// Why a pass does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It is others' turn; the pass goes on where it stands.
    Turn,
    /// A field failed, or the answer has grown beyond what one request may have: the execution library tells why, and where.
    Failed,
}

/// What has been written is in the text.
pub type Written = Result<(), Stop>;

/// The answer as far as it is written.
///
/// A resolver cannot be left half way, so whoever goes on asks once more for the objects that lead to the place where it stood: the
/// picture is the same, and no more than one way from the root is asked for again in a stretch.
pub struct Pass<'p> {
    pub snapshot: &'p Snapshot,
    /// What the slots of the selection hold instead of what stands there.
    filled: Option<&'p [Filling]>,
    text: Vec<u8>,
    most: u64,
    /// Fields and items of lists, counted as the execution library's extension counts them.
    counted: u64,
    stretch: u64,
    stretch_ends: u64,
    /// Where it stands, from the innermost place to the outermost: places in selections, and in lists. Empty where nothing is to be
    /// passed over.
    stands_at: Vec<usize>,
}

impl<'p> Pass<'p> {
    pub fn new(
        snapshot: &'p Snapshot,
        filled: Option<&'p [Filling]>,
        MostFields(most): MostFields,
        stretch: u64,
    ) -> Self {
        Self {
            snapshot,
            filled,
            text: cleared(SHEET.take()),
            most,
            counted: 0,
            stretch,
            stretch_ends: stretch,
            stands_at: Vec::new(),
        }
    }

    /// What stands before the data of a whole answer.
    pub fn open_answer(&mut self) {
        self.text.extend_from_slice(b"{\"data\":");
    }

    /// What stands behind it.
    pub fn close_answer(&mut self) {
        self.text.push(b'}');
    }

    /// What was written, in no more room than it takes: it may be kept for long.
    pub fn into_text(self) -> Vec<u8> {
        let text = self.text.as_slice().to_vec();
        if self.text.capacity() <= LARGEST_SHEET {
            SHEET.set(self.text);
        }
        text
    }

    pub fn begin_stretch(&mut self) {
        self.stretch_ends = self.counted + self.stretch;
    }

    /// An argument's value, as the execution library would read it.
    pub fn argument<T: InputType>(&self, selected: &Selected, name: &str) -> Result<T, Stop> {
        T::parse(self.stated(selected, name).cloned()).map_err(|_| Stop::Failed)
    }

    /// The same, with what stands for it where it is not stated.
    pub fn argument_or<T: InputType>(
        &self,
        selected: &Selected,
        name: &str,
        default: impl FnOnce() -> T,
    ) -> Result<T, Stop> {
        match self.stated(selected, name) {
            Some(_) => self.argument(selected, name),
            None => Ok(default()),
        }
    }

    fn stated<'a>(&self, selected: &'a Selected, name: &str) -> Option<&'a Value>
    where
        'p: 'a,
    {
        if let (Some(slot), Some(filled)) = (selected.slot, self.filled) {
            return filled.get(slot)?.argument(name);
        }
        let found = selected.arguments.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    /// Writes an object with the fields that are selected of it.
    pub fn object<T: Object>(&mut self, object: &T, selected: &Selected) -> Written {
        let first = self.enter(b'{');
        for (place, field) in selected.below.iter().enumerate().skip(first) {
            let written = self.member(object, field, place);
            self.keep(written, place)?;
        }
        self.text.push(b'}');
        Ok(())
    }

    fn member<T: Object>(&mut self, object: &T, field: &Selected, place: usize) -> Written {
        if field.place == TYPE_NAME {
            self.key(field.key(), place);
            return self.string(T::table().name);
        }
        if !self.has_begun() {
            self.count()?;
            self.key(field.key(), place);
        }
        object.write_field(field, self)
    }

    /// Writes a list with what is selected of each of its items.
    pub fn list<T: WriteJson>(&mut self, items: &[T], selected: &Selected) -> Written {
        let first = self.enter(b'[');
        for (place, item) in items.iter().enumerate().skip(first) {
            let written = self.item(item, selected, place);
            self.keep(written, place)?;
        }
        self.text.push(b']');
        Ok(())
    }

    fn item<T: WriteJson>(&mut self, item: &T, selected: &Selected, place: usize) -> Written {
        if !self.has_begun() {
            self.count()?;
            self.separate(place);
        }
        item.write(selected, self)
    }

    /// Where to begin: at the first place, or where the pass stands.
    fn enter(&mut self, opening: u8) -> usize {
        self.stands_at.pop().unwrap_or_else(|| {
            self.text.push(opening);
            0
        })
    }

    /// Whether the place that was just entered was begun before the stretch: there is somewhere within it to go on.
    fn has_begun(&self) -> bool {
        !self.stands_at.is_empty()
    }

    fn keep(&mut self, written: Written, place: usize) -> Written {
        if written == Err(Stop::Turn) {
            self.stands_at.push(place);
        }
        written
    }

    fn count(&mut self) -> Written {
        if self.counted == self.stretch_ends {
            return Err(Stop::Turn);
        }
        self.counted += 1;
        if self.counted > self.most {
            Err(Stop::Failed)
        } else {
            Ok(())
        }
    }

    fn separate(&mut self, place: usize) {
        if place > 0 {
            self.text.push(b',');
        }
    }

    /// A key is a name of the language, in which nothing needs escaping.
    fn key(&mut self, key: &str, place: usize) {
        self.separate(place);
        self.text.push(b'"');
        self.text.extend_from_slice(key.as_bytes());
        self.text.extend_from_slice(b"\":");
    }

    pub fn null(&mut self) -> Written {
        self.plain("null")
    }

    /// Text that is JSON already.
    pub fn plain(&mut self, text: &str) -> Written {
        self.text.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// A text, escaped.
    pub fn string(&mut self, text: &str) -> Written {
        self.json(text)
    }

    /// Whatever JSON's own writer writes.
    pub fn json<T: serde::Serialize + ?Sized>(&mut self, value: &T) -> Written {
        serde_json::to_writer(&mut self.text, value).map_err(|_| Stop::Failed)
    }

    /// Text between quotation marks in which nothing needs escaping, from whoever writes it.
    pub fn quoted(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), jiff::Error>) -> Written {
        self.text.push(b'"');
        write(&mut self.text).map_err(|_| Stop::Failed)?;
        self.text.push(b'"');
        Ok(())
    }

    /// An enum's value by its public name.
    pub fn name_of<T: EnumType>(&mut self, value: &T) -> Written {
        let item = T::items()
            .iter()
            .find(|item| item.value == *value)
            .ok_or(Stop::Failed)?;
        self.string(item.name)
    }
}

/// A sheet that grew beyond so many bytes is given back.
const LARGEST_SHEET: usize = 1 << 20;

thread_local! {
    /// What the thread's answers are written on, one after the other: it need not grow again, and lies at hand.
    static SHEET: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

fn cleared(mut sheet: Vec<u8>) -> Vec<u8> {
    sheet.clear();
    sheet
}
