//! How each kind of value is written. Nothing is null but what is absent: whatever fails ends the pass.

use async_graphql::ID;
use jiff::fmt::temporal::DateTimePrinter;

use super::{ObjectType, Pass, Selected, Stop, Written};
use crate::graphql::ApiError;
use crate::graphql::scalars::{Date, DateTime, Ore};

static PRINTER: DateTimePrinter = DateTimePrinter::new();

/// The value of a field.
pub trait Output {
    /// Of what type it is, where that has fields.
    fn object_type() -> Option<&'static ObjectType> {
        None
    }

    fn write(&self, selected: &Selected<'_>, pass: &mut Pass<'_>) -> Written;
}

impl<T: Output + ?Sized> Output for &T {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        T::write(self, selected, pass)
    }
}

impl<T: Output> Output for Option<T> {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        match self {
            Some(value) => value.write(selected, pass),
            None => pass.null(),
        }
    }
}

impl<T: Output> Output for Result<T, ApiError> {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        self.as_ref().map_err(|_| Stop::Failed)?.write(selected, pass)
    }
}

impl<T: Output> Output for [T] {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.list(self, selected)
    }
}

impl<T: Output> Output for Vec<T> {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.list(self, selected)
    }
}

impl Output for str {
    fn write(&self, _: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.string(self)
    }
}

impl Output for String {
    fn write(&self, _: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.string(self)
    }
}

impl Output for ID {
    fn write(&self, _: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.string(self)
    }
}

impl Output for bool {
    fn write(&self, _: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.plain(if *self { "true" } else { "false" })
    }
}

impl Output for i32 {
    fn write(&self, _: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.json(self)
    }
}

impl Output for Ore {
    fn write(&self, _: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.json(&self.0.get())
    }
}

impl Output for Date {
    fn write(&self, _: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.quoted(|text| PRINTER.print_date(&self.0, text))
    }
}

impl Output for DateTime {
    fn write(&self, _: &Selected<'_>, pass: &mut Pass<'_>) -> Written {
        pass.quoted(|text| PRINTER.print_timestamp(&self.0, text))
    }
}
