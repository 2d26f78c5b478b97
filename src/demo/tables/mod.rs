//! Two sources of the demonstration that have no code of their own: lists of grant managers without a system that anybody could ask,
//! read by a mapping file each.
//!
//! **Every amount per municipality is made up.** What `IMDi`'s list says was paid adds up to what the state accounts have on the post, as
//! if all of it were `IMDi`'s; Bufdir pays a small part of it. The county governor's list says again what NAV's files say of its county,
//! but for one award that it states differently and one that NAV has not.

mod governor;
mod imdi;

use std::path::Path;
use std::{fmt, fs, io};

use programgrant_schema::{MunicipalityRegister, Record, SourceId};

pub const IMDI: SourceId = SourceId::from_static("imdi");
/// Statsforvalteren i Vestfold og Telemark.
pub const GOVERNOR: SourceId = SourceId::from_static("sfvt");

/// A list that is laid, and how it is found.
pub struct Laid {
    pub source: SourceId,
    /// Its folder.
    pub place: String,
    /// The part of a configuration that reads it.
    pub settings: String,
}

/// A list: its files by name, and the mapping that reads them.
struct List {
    source: SourceId,
    name: &'static str,
    mapping: &'static str,
    files: Vec<(String, Vec<u8>)>,
}

/// Lays both lists into folders of their own under `folder`. `of_nav` is what NAV's system has.
pub fn lay(folder: &Path, register: &MunicipalityRegister, of_nav: &[Record]) -> io::Result<Vec<Laid>> {
    let lists = [imdi::list(register)?, governor::list(of_nav)?];
    lists.into_iter().map(|list| list.lay(folder)).collect()
}

/// The part of a configuration that reads the lists.
pub fn settings(laid: &[Laid], every: impl fmt::Display) -> String {
    let section = |laid: &Laid| format!("{}every = \"{every}\"\n", laid.settings);
    laid.iter().map(section).collect::<Vec<_>>().join("\n")
}

impl List {
    fn lay(self, folder: &Path) -> io::Result<Laid> {
        let own = folder.join(self.source.as_str());
        fs::create_dir_all(&own)?;
        let mapping = folder.join(format!("{}.toml", self.source));
        fs::write(&mapping, self.mapping)?;
        for (name, bytes) in self.files {
            fs::write(own.join(name), bytes)?;
        }
        let place = own.display().to_string();
        let settings = format!(
            "[sources.{}]\nkind = \"table\"\nname = {:?}\nmapping = {:?}\nfolder = {place:?}\n",
            self.source,
            self.name,
            mapping.display().to_string()
        );
        Ok(Laid {
            source: self.source,
            place,
            settings,
        })
    }
}
