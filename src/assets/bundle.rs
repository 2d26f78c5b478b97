//! The files of the build, and which of them an entry needs, as Vite's manifest says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rust_embed::RustEmbed;
use serde::Deserialize;

const MANIFEST: &str = "manifest.json";
/// The entries, by their place in `web/`.
const PAGES: &str = "src/pages/main.ts";
const GRAPHIQL: &str = "src/graphiql/main.tsx";

/// `web/dist`: the manifest, `assets/` with a hash of its content in each file's name, and the same files compressed in `br/` and
/// `gzip/`.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
pub struct Dist;

/// What the entries need.
#[derive(Debug, Default)]
pub struct Bundle {
    pub pages: EntryPoint,
    pub graphiql: EntryPoint,
}

/// What one entry needs, as addresses.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct EntryPoint {
    pub stylesheets: Vec<String>,
    pub scripts: Vec<String>,
}

/// A file that Vite has written.
#[derive(Debug, Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    /// Chunks that it cannot do without, by their keys.
    #[serde(default)]
    imports: Vec<String>,
}

type Manifest = BTreeMap<String, Chunk>;

/// What was built; empty where nothing was.
///
/// # Panics
///
/// Where the manifest is none, which no build that passed its tests has.
pub fn bundle() -> &'static Bundle {
    static BUNDLE: LazyLock<Bundle> = LazyLock::new(|| {
        let manifest = Dist::get(MANIFEST).map_or_else(Manifest::new, |file| {
            serde_json::from_slice(&file.data).expect("Vite's manifest")
        });
        Bundle {
            pages: entry(&manifest, PAGES),
            graphiql: entry(&manifest, GRAPHIQL),
        }
    });
    &BUNDLE
}

fn entry(manifest: &Manifest, key: &str) -> EntryPoint {
    let mut stylesheets = Vec::new();
    collect(manifest, key, &mut BTreeSet::new(), &mut stylesheets);
    let scripts = manifest.get(key).map(|chunk| address(&chunk.file));
    EntryPoint {
        stylesheets,
        scripts: scripts.into_iter().collect(),
    }
}

/// Style sheets of a chunk, those of what it imports first, as they would stand in one file.
fn collect<'a>(manifest: &'a Manifest, key: &'a str, seen: &mut BTreeSet<&'a str>, stylesheets: &mut Vec<String>) {
    let Some(chunk) = manifest.get(key).filter(|_| seen.insert(key)) else {
        return;
    };
    for import in &chunk.imports {
        collect(manifest, import, seen, stylesheets);
    }
    stylesheets.extend(chunk.css.iter().map(|file| address(file)));
}

fn address(file: &str) -> String {
    format!("/{file}")
}

#[cfg(test)]
mod tests {
    use super::{EntryPoint, Manifest, bundle, entry};

    #[test]
    fn an_entry_has_the_style_sheets_of_what_it_imports_once_and_before_its_own() {
        let manifest: Manifest = serde_json::from_str(
            r#"{
                "src/a.ts": { "file": "assets/a.js", "css": ["assets/a.css"], "imports": ["_b.js", "_c.js"], "isEntry": true },
                "_b.js": { "file": "assets/b.js", "css": ["assets/b.css"], "imports": ["_c.js"] },
                "_c.js": { "file": "assets/c.js", "css": ["assets/c.css"], "imports": ["_b.js"] }
            }"#,
        )
        .expect("a manifest");
        let expected = EntryPoint {
            stylesheets: ["/assets/c.css", "/assets/b.css", "/assets/a.css"]
                .map(str::to_owned)
                .to_vec(),
            scripts: vec!["/assets/a.js".to_owned()],
        };
        assert_eq!(entry(&manifest, "src/a.ts"), expected);
    }

    #[test]
    fn without_a_build_there_is_nothing() {
        assert_eq!(entry(&Manifest::new(), "src/a.ts"), EntryPoint::default());
    }

    #[test]
    fn with_a_build_both_entries_are_there_and_without_one_neither() {
        let bundle = bundle();
        assert_eq!(bundle.pages.scripts.len(), bundle.graphiql.scripts.len());
        assert_eq!(bundle.pages.stylesheets.is_empty(), bundle.pages.scripts.is_empty());
    }
}
