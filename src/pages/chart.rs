//! Charts, as SVG within the page. Each has its table beside it, and says the same; colours are classes, and never all that tells two
//! parts apart.

use svg::Document;
use svg::node::element::{Group, Rectangle, Text, Title};

/// The width that all bars share, in units of their own.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 44.0;
/// Below this a part is too narrow for a number within it.
const ROOM_FOR_A_NUMBER: f64 = 26.0;
/// How many colours there are; parts beyond begin anew, and are told apart by their numbers.
pub const COLOURS: usize = 8;

/// One part of a bar, by the number that its row in the table has.
pub struct Part {
    pub number: usize,
    /// Its size, in any unit that all parts share.
    pub size: i64,
}

/// A bar of parts beside each other. Nothing where there is nothing to show: parts are sizes, and less than nothing has none.
#[allow(clippy::cast_precision_loss, reason = "a picture: the amounts stand in the table")]
pub fn bar(title: &str, parts: &[Part]) -> Option<String> {
    let sizes = || parts.iter().filter(|part| part.size > 0);
    let total: f64 = sizes().map(|part| part.size as f64).sum();
    if total <= 0.0 {
        return None;
    }
    let mut at = 0.0;
    let mut picture = framed(title, WIDTH, HEIGHT);
    for part in sizes() {
        let width = part.size as f64 / total * WIDTH;
        picture = picture.add(slice(part.number, at, width));
        at += width;
    }
    Some(picture.to_string())
}

fn framed(title: &str, width: f64, height: f64) -> Document {
    Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("class", "chart")
        .set("role", "img")
        .set("aria-label", title)
        .set("focusable", "false")
        .add(Title::new(title))
}

fn slice(number: usize, at: f64, width: f64) -> Group {
    let colour = format!("part part-{}", (number - 1) % COLOURS + 1);
    let area = Rectangle::new()
        .set("x", rounded(at))
        .set("y", 0)
        .set("width", rounded(width))
        .set("height", HEIGHT);
    let group = Group::new().set("class", colour).add(area);
    if width < ROOM_FOR_A_NUMBER {
        return group;
    }
    let label = Text::new(number.to_string())
        .set("x", rounded(at + width / 2.0))
        .set("y", HEIGHT / 2.0)
        .set("text-anchor", "middle")
        .set("dominant-baseline", "central");
    group.add(label)
}

fn rounded(length: f64) -> String {
    format!("{length:.1}")
}

/// One tile of a schematic map.
pub struct Tile {
    pub label: String,
    /// How much of it is so, in per cent; nothing where that is not known.
    pub share: Option<u32>,
}

const TILE: f64 = 120.0;
const GAP: f64 = 8.0;
const ACROSS: usize = 4;

/// Tiles in rows: no geometry, and the share as a number in each, `?` where it is not known.
#[allow(clippy::cast_precision_loss, reason = "places on a picture")]
pub fn tiles(title: &str, tiles: &[Tile]) -> String {
    let rows = tiles.len().div_ceil(ACROSS);
    let (width, height) = (ACROSS as f64 * (TILE + GAP), rows as f64 * (TILE / 2.0 + GAP));
    let picture = framed(title, width, height);
    let placed = tiles.iter().enumerate().map(|(place, tile)| {
        let (row, column) = (place / ACROSS, place % ACROSS);
        shown(tile, column as f64 * (TILE + GAP), row as f64 * (TILE / 2.0 + GAP))
    });
    placed.fold(picture, Document::add).to_string()
}

fn shown(tile: &Tile, x: f64, y: f64) -> Group {
    let class = tile.share.map_or_else(
        || "tile tile-unknown".to_owned(),
        |share| format!("tile tile-{}", share.min(100) / 25),
    );
    let share = tile.share.map_or_else(|| "?".to_owned(), |share| format!("{share} %"));
    let area = Rectangle::new()
        .set("x", x)
        .set("y", y)
        .set("width", TILE)
        .set("height", TILE / 2.0)
        .set("rx", 6);
    let text = |words: &str, down: f64| {
        Text::new(words)
            .set("x", x + TILE / 2.0)
            .set("y", y + down)
            .set("text-anchor", "middle")
    };
    Group::new()
        .set("class", class)
        .add(area)
        .add(text(&tile.label, 26.0))
        .add(text(&share, 46.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_bar_and_what_is_nothing_takes_no_room() {
        let part = |number, size| Part { number, size };
        let picture = bar("Andeler", &[part(1, 300), part(2, 0), part(3, -5), part(4, 100)]).expect("a bar");
        assert!(
            picture.contains("width=\"750.0\"") && picture.contains("width=\"250.0\""),
            "{picture}"
        );
        assert_eq!(picture.matches("<rect").count(), 2);
        assert!(bar("Andeler", &[part(1, 0)]).is_none());
    }

    #[test]
    fn a_picture_escapes_what_it_is_told_and_has_no_style_of_its_own() {
        let tile = Tile {
            label: "<script>\"&".to_owned(),
            share: None,
        };
        let picture = tiles("<b>\"", &[tile]);
        assert!(!picture.contains("<script>") && !picture.contains("<b>"), "{picture}");
        assert!(!picture.contains("style="), "{picture}");
        assert!(picture.contains("tile-unknown") && picture.contains(">?<"), "{picture}");
    }
}
