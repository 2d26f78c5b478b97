//! How each kind of value is written. Nothing is null but what is absent: whatever fails ends the pass.

use async_graphql::ID;
use jiff::fmt::temporal::DateTimePrinter;

use super::{ObjectType, Pass, Selected, Stop, Written};
use crate::graphql::ApiError;
use crate::graphql::scalars::{Date, DateTime, Ore};

static PRINTER: DateTimePrinter = DateTimePrinter::new();

/// The value of a field.
pub trait WriteJson {
    /// Of what type it is, where that has fields.
    fn object_type() -> Option<&'static ObjectType> {
        None
    }

    fn write(&self, selected: &Selected, pass: &mut Pass<'_>) -> Written;
}

impl<T: WriteJson + ?Sized> WriteJson for &T {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected, pass: &mut Pass<'_>) -> Written {
        T::write(self, selected, pass)
    }
}

impl<T: WriteJson> WriteJson for Option<T> {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected, pass: &mut Pass<'_>) -> Written {
        match self {
            Some(value) => value.write(selected, pass),
            None => pass.null(),
        }
    }
}

impl<T: WriteJson> WriteJson for Result<T, ApiError> {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected, pass: &mut Pass<'_>) -> Written {
        self.as_ref().map_err(|_| Stop::Failed)?.write(selected, pass)
    }
}

impl<T: WriteJson> WriteJson for [T] {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.list(self, selected)
    }
}

impl<T: WriteJson> WriteJson for Vec<T> {
    fn object_type() -> Option<&'static ObjectType> {
        T::object_type()
    }

    fn write(&self, selected: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.list(self, selected)
    }
}

impl WriteJson for str {
    fn write(&self, _: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.string(self)
    }
}

impl WriteJson for String {
    fn write(&self, _: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.string(self)
    }
}

impl WriteJson for ID {
    fn write(&self, _: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.string(self)
    }
}

impl WriteJson for bool {
    fn write(&self, _: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.plain(if *self { "true" } else { "false" })
    }
}

impl WriteJson for i32 {
    fn write(&self, _: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.json(self)
    }
}

impl WriteJson for Ore {
    fn write(&self, _: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.json(&self.0.get())
    }
}

impl WriteJson for Date {
    fn write(&self, _: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.quoted(|text| PRINTER.print_date(&self.0, text))
    }
}

impl WriteJson for DateTime {
    fn write(&self, _: &Selected, pass: &mut Pass<'_>) -> Written {
        pass.quoted(|text| PRINTER.print_timestamp(&self.0, text))
    }
}
