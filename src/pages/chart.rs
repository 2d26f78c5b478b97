//! Charts, as SVG within the page. Each has its table beside it, and says the same; colours are classes, and never all that tells two
//! parts apart.

use svg::Document;
use svg::node::element::{Group, Rectangle, Text, Title};

/// The width that all bars share, in units of their own.
const WIDTH: i64 = 1000;
const HEIGHT: i64 = 44;
/// Below this a part is too narrow for a number within it.
const ROOM_FOR_A_NUMBER: i64 = 26;
/// How many colours there are; parts beyond begin anew, and are told apart by their numbers.
const COLOURS: usize = 8;

/// One part of a bar, by the number that its row in the table has.
pub struct Part {
    pub number: usize,
    /// Its size, in any unit that all parts share.
    pub size: i64,
}

/// A bar of parts beside each other. Nothing where there is nothing to show: parts are sizes, and less than nothing has none.
pub fn bar(title: &str, parts: &[Part]) -> Option<String> {
    let sizes = || parts.iter().filter(|part| part.size > 0);
    let total: i128 = sizes().map(|part| i128::from(part.size)).sum();
    if total == 0 {
        return None;
    }
    // Each part ends where all up to it do, so that they fill the bar.
    let place = |sum: i128| i64::try_from(sum * i128::from(WIDTH) / total).unwrap_or(WIDTH);
    let mut sum = 0;
    let mut picture = framed(title, WIDTH, HEIGHT);
    for part in sizes() {
        let from = place(sum);
        sum += i128::from(part.size);
        picture = picture.add(slice(part.number, from, place(sum) - from));
    }
    Some(picture.to_string())
}

/// The frame that every picture has.
pub fn framed(title: &str, width: i64, height: i64) -> Document {
    Document::new()
        .set("viewBox", format!("0 0 {width} {height}"))
        .set("class", "chart")
        .set("role", "img")
        .set("aria-label", title)
        .set("focusable", "false")
        .add(Title::new(title))
}

fn slice(number: usize, at: i64, width: i64) -> Group {
    let colour = format!("part part-{}", (number - 1) % COLOURS + 1);
    let area = Rectangle::new()
        .set("x", at)
        .set("y", 0)
        .set("width", width)
        .set("height", HEIGHT);
    let group = Group::new().set("class", colour).add(area);
    if width < ROOM_FOR_A_NUMBER {
        return group;
    }
    let label = Text::new(number.to_string())
        .set("x", at + width / 2)
        .set("y", HEIGHT / 2)
        .set("text-anchor", "middle")
        .set("dominant-baseline", "central");
    group.add(label)
}

/// One tile of a schematic map.
pub struct Tile {
    pub label: String,
    /// How much of it is so, in per cent; nothing where that is not known.
    pub share: Option<u32>,
}

const TILE_WIDTH: i64 = 120;
const TILE_HEIGHT: i64 = 60;
const GAP: i64 = 8;
const ACROSS: i64 = 4;

/// Tiles in rows: no geometry, and the share as a number in each, `?` where it is not known.
pub fn tiles(title: &str, tiles: &[Tile]) -> String {
    let place = |number: i64| {
        (
            number % ACROSS * (TILE_WIDTH + GAP),
            number / ACROSS * (TILE_HEIGHT + GAP),
        )
    };
    let last = i64::try_from(tiles.len()).unwrap_or(0) - 1;
    let height = place(last.max(0)).1 + TILE_HEIGHT + GAP;
    let picture = framed(title, ACROSS * (TILE_WIDTH + GAP), height);
    let placed = tiles.iter().zip(0..).map(|(tile, number)| shown(tile, place(number)));
    placed.fold(picture, Document::add).to_string()
}

fn shown(tile: &Tile, (x, y): (i64, i64)) -> Group {
    let class = tile.share.map_or_else(
        || "tile tile-unknown".to_owned(),
        |share| format!("tile tile-{}", share.min(100) / 25),
    );
    let share = tile.share.map_or_else(|| "?".to_owned(), |share| format!("{share} %"));
    let area = Rectangle::new()
        .set("x", x)
        .set("y", y)
        .set("width", TILE_WIDTH)
        .set("height", TILE_HEIGHT)
        .set("rx", 6);
    let text = |words: &str, down: i64| {
        Text::new(words)
            .set("x", x + TILE_WIDTH / 2)
            .set("y", y + down)
            .set("text-anchor", "middle")
    };
    Group::new()
        .set("class", class)
        .add(area)
        .add(text(&tile.label, 26))
        .add(text(&share, 46))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_bar_and_what_is_nothing_takes_no_room() {
        let part = |number, size| Part { number, size };
        let picture = bar("Andeler", &[part(1, 300), part(2, 0), part(3, -5), part(4, 100)]).expect("a bar");
        assert!(
            picture.contains("width=\"750\"") && picture.contains("width=\"250\""),
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
        assert!(
            picture.contains("tile-unknown") && picture.contains("\n?\n"),
            "{picture}"
        );
    }
}
