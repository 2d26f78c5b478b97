//! Promise: a room knows the rooms below it that are listed here, and no other. What is not listed is refused, however it is written:
//! in braces, by a glob, through `super::`, in a macro, or through a name that another room or the crate's root hands on.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::rust_files;
use crate::world::repository;

/// Rooms side by side, each with what it may know.
struct Floor {
    /// The folder that they stand in.
    folder: &'static str,
    /// Their place within their crate.
    place: &'static [&'static str],
    rooms: &'static [(&'static str, &'static [&'static str])],
}

const FLOORS: [Floor; 3] = [
    Floor {
        folder: "core/src",
        place: &[],
        rooms: &[
            ("calendar", &[]),
            ("principal", &[]),
            ("text", &[]),
            ("reference", &[]),
            ("exclusions", &["reference"]),
            ("indicators", &[]),
            ("evaluation", &[]),
            ("allocation", &["indicators"]),
            ("journal", &["allocation", "calendar", "principal"]),
            ("ledger", &["journal", "principal", "reference", "text"]),
            ("view", &["calendar", "reference"]),
            ("programme", &["ledger", "reference", "view"]),
            ("access", &["journal", "ledger", "reference", "view"]),
            ("coverage", &["programme"]),
            ("evidence", &["calendar", "ledger", "programme", "reference", "view"]),
            (
                "reconciliation",
                &[
                    "evidence",
                    "journal",
                    "ledger",
                    "programme",
                    "reference",
                    "text",
                    "view",
                ],
            ),
            ("webhook", &["access", "journal", "ledger", "reference", "view"]),
        ],
    },
    Floor {
        folder: "src",
        place: &[],
        rooms: &[
            ("output", &[]),
            ("clock", &[]),
            ("adapters", &[]),
            ("config", &["adapters"]),
            ("telemetry", &["config", "output"]),
            ("identity", &["config"]),
            ("allocations", &["output"]),
            ("store", &["clock", "telemetry"]),
            ("guard", &["clock", "config", "store"]),
            ("workers", &["clock", "config", "guard", "store", "telemetry"]),
            (
                "app",
                &[
                    "allocations",
                    "clock",
                    "config",
                    "guard",
                    "store",
                    "telemetry",
                    "workers",
                ],
            ),
            ("calendars", &["store"]),
            ("login", &["app", "config", "identity", "store"]),
            (
                "graphql",
                &["allocations", "app", "config", "guard", "store", "telemetry", "workers"],
            ),
            (
                "http",
                &["app", "clock", "config", "graphql", "identity", "login", "telemetry"],
            ),
            ("assets", &["http"]),
            ("export", &["config", "http"]),
            ("applicants", &[]),
            (
                "pages",
                &["applicants", "assets", "calendars", "export", "http", "output"],
            ),
            (
                "demo",
                &["adapters", "allocations", "app", "clock", "config", "guard", "output"],
            ),
            (
                "commands",
                &[
                    "adapters",
                    "allocations",
                    "app",
                    "applicants",
                    "clock",
                    "config",
                    "demo",
                    "export",
                    "graphql",
                    "http",
                    "output",
                    "pages",
                    "store",
                    "telemetry",
                    "workers",
                ],
            ),
        ],
    },
    Floor {
        folder: "src/store",
        place: &["store"],
        rooms: &[
            ("database", &[]),
            ("register", &["database"]),
            ("ledger", &["database", "register"]),
            ("exclusions", &["database"]),
            ("outbox", &["database"]),
            ("roles", &[]),
            ("sessions", &["database"]),
            ("calendars", &["database"]),
            ("history", &["register"]),
            ("snapshot", &["database", "history", "ledger", "register"]),
            ("dependencies", &["snapshot"]),
            ("backup", &["database", "ledger"]),
        ],
    },
];

/// `a` names `b` at the named file.
type Edge = (String, String, String);

/// What the files of a floor name of each other.
struct Naming<'a> {
    floor: &'a Floor,
    /// The module that is being read, within its crate.
    module: Vec<String>,
    found: BTreeSet<String>,
}

impl Naming<'_> {
    /// One path as it is written, its aliases and globs left out.
    fn name(&mut self, written: &[String]) {
        let mut at = match written.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.module.clone(),
            _ => return,
        };
        for part in written {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()),
                other => at.push(other.to_owned()),
            }
        }
        let place = self.floor.place;
        if at.len() > place.len() && at.iter().zip(place).all(|(part, of)| part == of) {
            self.found.insert(at[place.len()].clone());
        } else if at.len() <= place.len() && at.iter().zip(place).all(|(part, of)| part == of) {
            // The floor as a whole, as by a glob: whatever it hands on.
            self.found.insert("*".to_owned());
        }
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.name(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.name(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.name(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }

    /// Paths in what a macro is given.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => path.push(ident.to_string()),
                TokenTree::Punct(colon) if colon.as_char() == ':' => continue,
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
            if let [.., before, _] = path.as_slice()
                && !matches!(before.as_str(), "crate" | "super" | "self")
            {
                path.drain(..path.len() - 1);
            }
            self.name(&path);
        }
    }
}

impl<'ast> Visit<'ast> for Naming<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.name(&parts);
        visit::visit_path(self, path);
    }

    /// Who may see an item names nobody.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, used: &'ast syn::Macro) {
        self.tokens(used.tokens.clone());
        visit::visit_macro(self, used);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_for_tests(&item.attrs) {
            return;
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }
}

pub fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    let is_test = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|what| what == "test")
    };
    attributes.iter().any(is_test)
}

/// The module of a file, within its crate; `None` for files that hold tests alone.
fn module_of(path: &Path, floor: &Floor) -> Option<Vec<String>> {
    let within = path
        .strip_prefix(repository().join(floor.folder))
        .expect("a file of the floor");
    let mut parts: Vec<String> = floor.place.iter().map(|part| (*part).to_owned()).collect();
    parts.extend(
        within
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned()),
    );
    if parts
        .iter()
        .any(|part| part == "tests" || part.ends_with("_tests") || part == "testing")
    {
        return None;
    }
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    Some(parts)
}

fn names_in(text: &str, module: Vec<String>, floor: &Floor) -> BTreeSet<String> {
    let file = syn::parse_file(text).expect("Rust");
    let mut naming = Naming {
        floor,
        module,
        found: BTreeSet::new(),
    };
    naming.visit_file(&file);
    naming.found
}

fn edges(floor: &Floor) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (path, text) in rust_files(floor.folder) {
        let Some(module) = module_of(&path, floor) else {
            continue;
        };
        let Some(room) = module.get(floor.place.len()).cloned() else {
            continue;
        };
        if floor.place.is_empty() && matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let named = names_in(&text, module, floor)
            .into_iter()
            .filter(|named| *named != room);
        edges.extend(named.map(|named| (room.clone(), named, path.display().to_string())));
    }
    edges
}

fn is_allowed(floor: &Floor, (room, named, _): &Edge) -> bool {
    let listed = floor.rooms.iter().find(|(name, _)| name == room);
    listed.is_some_and(|(_, known)| known.contains(&named.as_str()))
}

#[test]
fn a_room_knows_what_is_listed_and_nothing_else() {
    for floor in &FLOORS {
        let refused: Vec<Edge> = edges(floor)
            .into_iter()
            .filter(|edge| !is_allowed(floor, edge))
            .collect();
        assert_eq!(refused, Vec::<Edge>::new(), "{}", floor.folder);
    }
}

#[test]
fn every_room_is_listed_below_those_that_know_it_and_no_more_than_it_knows() {
    for floor in &FLOORS {
        let is_room =
            |entry: &std::fs::DirEntry| entry.path().is_dir() || entry.path().extension().is_some_and(|e| e == "rs");
        let folder = std::fs::read_dir(repository().join(floor.folder)).expect("a folder");
        let rooms: BTreeSet<String> = folder
            .map(|entry| entry.expect("an entry"))
            .filter(is_room)
            .map(|entry| {
                entry
                    .path()
                    .with_extension("")
                    .file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned()
            })
            .filter(|name| !matches!(name.as_str(), "lib" | "main" | "mod"))
            .collect();
        let listed: BTreeSet<String> = floor.rooms.iter().map(|(room, _)| (*room).to_owned()).collect();
        assert_eq!(rooms, listed, "{}", floor.folder);
        for (place, (room, known)) in floor.rooms.iter().enumerate() {
            let below: Vec<&str> = floor.rooms[..place].iter().map(|(room, _)| *room).collect();
            assert!(
                known.iter().all(|other| below.contains(other)),
                "{room} knows a room that stands above it"
            );
        }
        let edges = edges(floor);
        let idle = floor
            .rooms
            .iter()
            .flat_map(|(room, known)| known.iter().map(move |other| (*room, *other)));
        let idle: Vec<_> = idle
            .filter(|(room, other)| !edges.iter().any(|(a, b, _)| a == room && b == other))
            .collect();
        assert_eq!(idle, Vec::<(&str, &str)>::new(), "{}", floor.folder);
    }
}

#[test]
fn no_way_of_writing_it_gets_past() {
    let floor = &FLOORS[1];
    let module = vec!["store".to_owned(), "register".to_owned()];
    for planted in [
        "use crate::http::router;",
        "use crate::{clock::Clock, http::{self, router}};",
        "use crate::http::*;",
        "use crate::http as door;",
        "pub use super::super::http::router;",
        "use super::super::{http, clock};",
        "fn f() { crate::http::router(); }",
        "fn f(router: &super::super::http::Router) {}",
        "fn f() { println!(\"{}\", crate::http::LIMIT); }",
        "mod inner { use super::super::super::http::router; }",
        "impl crate::http::Door for X {}",
        "macro_rules! m { () => { $crate::http::router() } }",
    ] {
        assert!(names_in(planted, module.clone(), floor).contains("http"), "{planted}");
    }
    // Whatever the root hands on is a room of no list.
    assert!(names_in("use crate::router;", module.clone(), floor).contains("router"));
    assert!(names_in("use crate::*;", module.clone(), floor).contains("*"));
    assert_eq!(
        names_in("use super::Register; use self::rows::row; use std::fmt;", module, floor).len(),
        1
    );
}
