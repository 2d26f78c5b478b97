//! Promise: on the doors stands one word for one thing: no public type of a crate has a name that another public type of it has.

use std::collections::BTreeMap;

use syn::Visibility;
use syn::visit::{self, Visit};

use super::rooms::is_for_tests;
use super::rust_files;

/// The public types of a crate by their names, each with the files that define it.
#[derive(Default)]
struct Types {
    file: String,
    found: BTreeMap<String, Vec<String>>,
}

impl Types {
    fn add(&mut self, visibility: &Visibility, name: &syn::Ident) {
        if !matches!(visibility, Visibility::Inherited) {
            self.found.entry(name.to_string()).or_default().push(self.file.clone());
        }
    }
}

impl<'ast> Visit<'ast> for Types {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.add(&item.vis, &item.ident);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.add(&item.vis, &item.ident);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.add(&item.vis, &item.ident);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.add(&item.vis, &item.ident);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}

fn with_two_meanings(files: impl Iterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut types = Types::default();
    for (file, text) in files {
        types.file = file;
        types.visit_file(&syn::parse_file(&text).expect("Rust"));
    }
    types.found.retain(|_, files| files.len() > 1);
    types.found
}

#[test]
fn no_public_type_has_two_meanings() {
    for crate_of in [
        "schema/src",
        "core/src",
        "src",
        "adapters/contract/src",
        "adapters/bufdir/src",
        "adapters/helsedir/src",
        "adapters/nav/src",
        "adapters/udir/src",
        "adapters/state-accounts/src",
        "adapters/table/src",
    ] {
        let is_of_tests = |path: &str| {
            ["/tests", "_tests", "/testing", "/simulator"]
                .iter()
                .any(|part| path.contains(part))
        };
        let files = rust_files(crate_of)
            .into_iter()
            .map(|(path, text)| (path.display().to_string(), text));
        let twice = with_two_meanings(files.filter(|(path, _)| !is_of_tests(path)));
        assert_eq!(twice, BTreeMap::new(), "{crate_of}");
    }
}

#[test]
fn a_second_meaning_is_seen() {
    let files = [
        ("a.rs", "pub struct Place;"),
        ("b.rs", "mod c { pub(crate) enum Place {} } struct Own;"),
        ("d.rs", "struct Own;"),
    ];
    let twice = with_two_meanings(files.into_iter().map(|(file, text)| (file.to_owned(), text.to_owned())));
    assert_eq!(twice.into_keys().collect::<Vec<_>>(), ["Place"]);
}
