//! The schematic map of many municipalities: a small tile for each, its number and its share in it. No geometry; the table beside it has
//! the names.

use svg::node::element::{Group, Rectangle, Text};

use super::chart::{self, Tile};

/// Up to so many, a tile has room for a name.
const ROOM_FOR_NAMES: usize = 24;
const ACROSS: i64 = 7;
const WIDTH: i64 = 72;
const HEIGHT: i64 = 26;
const GAP: i64 = 3;

/// The tiles in rows; those of few municipalities are named, those of many numbered. Each label is a name and a number.
pub fn map(title: &str, tiles: Vec<(Tile, Option<String>)>) -> String {
    if tiles.len() <= ROOM_FOR_NAMES {
        let named: Vec<Tile> = tiles.into_iter().map(|(tile, _)| tile).collect();
        return chart::tiles(title, &named);
    }
    let rows = (i64::try_from(tiles.len()).unwrap_or(0) + ACROSS - 1) / ACROSS;
    let picture = chart::framed(title, ACROSS * (WIDTH + GAP), rows * (HEIGHT + GAP)).set("class", "chart mosaic");
    let placed = tiles.iter().zip(0..).map(|((tile, number), place)| {
        let (x, y) = (place % ACROSS * (WIDTH + GAP), place / ACROSS * (HEIGHT + GAP));
        shown(tile, number.as_deref().unwrap_or("–"), x, y)
    });
    placed.fold(picture, svg::Document::add).to_string()
}

fn shown(tile: &Tile, number: &str, x: i64, y: i64) -> Group {
    let class = tile
        .share
        .map_or_else(|| "t tu".to_owned(), |share| format!("t t{}", share.min(100) / 25));
    let area = Rectangle::new()
        .set("x", x)
        .set("y", y)
        .set("width", WIDTH)
        .set("height", HEIGHT);
    let share = tile.share.map_or_else(|| "?".to_owned(), |share| format!("{share} %"));
    let text = Text::new(format!("{number}: {share}"))
        .set("x", x + WIDTH / 2)
        .set("y", y + 17);
    Group::new().set("class", class).add(area).add(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiles(count: usize) -> Vec<(Tile, Option<String>)> {
        let tile = |place: usize| Tile {
            label: format!("<kommune {place}>"),
            share: (place > 0).then_some(40),
        };
        (0..count)
            .map(|place| (tile(place), Some(format!("{place:04}"))))
            .collect()
    }

    #[test]
    fn few_are_named_and_many_are_numbered_and_what_is_not_known_is_no_nought() {
        let few = map("Kart", tiles(3));
        assert!(few.contains("&lt;kommune 1&gt;") && !few.contains("<kommune"), "{few}");
        let many = map("Kart", tiles(357));
        assert_eq!(many.matches("<rect").count(), 357);
        assert!(many.contains("0356: 40 %") && many.contains("0000: ?") && !many.contains("style="));
        assert!(many.len() < 357 * 140, "{}", many.len());
    }
}
