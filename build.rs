//! Has the program built anew when what npm builds of `web/` has changed, which is embedded in it.

use std::path::Path;

fn main() {
    // A folder that is not there would count as changed each time. Until it is, what it will be built from and within is watched.
    let watched = if Path::new("web/dist").is_dir() {
        "web/dist"
    } else {
        "web"
    };
    println!("cargo::rerun-if-changed={watched}");
}
