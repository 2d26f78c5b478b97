//! The items of a JSON list as they come, and the address of the next page: what lies at two pointers, all else passed over unread.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::SheetError;

/// Takes one item.
pub type TakeItem<'a> = &'a mut dyn FnMut(&RawValue) -> Result<(), SheetError>;

/// Reads a whole document and hands on each item of the list that lies at `records`; gives what stands at `next`.
pub fn read_items(
    reader: impl Read,
    records: &[String],
    next: Option<&[String]>,
    take: TakeItem<'_>,
) -> Result<Option<String>, SheetError> {
    let mut found = Found {
        take,
        list: false,
        next: None,
        error: None,
    };
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let seed = At {
        records: Some(records),
        next,
        found: &mut found,
    };
    let read = seed.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Some(error) = found.error {
        return Err(error);
    }
    read.map_err(|error| refusal(&error))?;
    if !found.list {
        let place = if records.is_empty() {
            "/".to_owned()
        } else {
            pointer(records)
        };
        return Err(SheetError::refused(format!("has no list at {place}")));
    }
    Ok(found.next)
}

/// Says where a document stops being JSON.
pub fn refusal(error: &serde_json::Error) -> SheetError {
    if error.is_io() {
        // Bytes that are no text come as such an error, too.
        return match error.io_error_kind() {
            Some(std::io::ErrorKind::FileTooLarge) => SheetError::refused("is larger than the limit"),
            _ => SheetError::Io,
        };
    }
    let place = format!("line {}, column {}", error.line(), error.column());
    let reason = match error.classify() {
        serde_json::error::Category::Eof => "breaks off",
        serde_json::error::Category::Data => "has another value where the list or the next page should be",
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => "is no JSON",
    };
    SheetError::at(place, reason)
}

/// The names on a pointer's way, as it is written.
pub fn pointer(names: &[String]) -> String {
    let names = names.iter().map(|name| name.replace('~', "~0").replace('/', "~1"));
    names.fold(String::new(), |way, name| way + "/" + &name)
}

struct Found<'a> {
    take: TakeItem<'a>,
    list: bool,
    next: Option<String>,
    /// What the taker said, or what is wrong with the document though it is JSON.
    error: Option<SheetError>,
}

/// A value on the way to the list, to the next page's address, or to both.
struct At<'p, 'f, 'a> {
    /// What is left of the way; `None` where this is not on it.
    records: Option<&'p [String]>,
    next: Option<&'p [String]>,
    found: &'f mut Found<'a>,
}

impl<'p> At<'p, '_, '_> {
    /// The rest of the ways that go on by that name.
    fn onward(&self, name: &str) -> (Option<&'p [String]>, Option<&'p [String]>) {
        let onward = |way: Option<&'p [String]>| {
            way?.split_first()
                .filter(|(first, _)| *first == name)
                .map(|(_, rest)| rest)
        };
        (onward(self.records), onward(self.next))
    }

    fn refuse<E: Error>(&mut self, error: SheetError) -> E {
        self.found.error = Some(error);
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for At<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        if self.records.is_none() && self.next.is_none() {
            return serde::Deserialize::deserialize(deserializer).map(|IgnoredAny| ());
        }
        if self.next.is_some_and(<[String]>::is_empty) {
            let next: Option<String> = serde::Deserialize::deserialize(deserializer)?;
            if self.found.next.is_some() {
                return Err(self.refuse(SheetError::refused("names the next page twice")));
            }
            self.found.next = next.filter(|next| !next.trim().is_empty());
            return Ok(());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match self.onward(&name) {
                (None, None) => drop(map.next_value::<IgnoredAny>()?),
                (records, next) => map.next_value_seed(At {
                    records,
                    next,
                    found: &mut *self.found,
                })?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        if self.records.is_some_and(<[String]>::is_empty) {
            if self.found.list {
                return Err(self.refuse(SheetError::refused("has the list twice")));
            }
            self.found.list = true;
            while let Some(item) = list.next_element::<Box<RawValue>>()? {
                if let Err(error) = (self.found.take)(&item) {
                    return Err(self.refuse(error));
                }
            }
            return Ok(());
        }
        for index in 0_u64.. {
            let (records, next) = self.onward(&index.to_string());
            let seed = At {
                records,
                next,
                found: &mut *self.found,
            };
            if list.next_element_seed(seed)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}
