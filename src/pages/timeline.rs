//! The ages of the sources on one line from now backwards, as SVG. The farther back, the closer the marks of time: what is a minute old and
//! what is a year old are both seen. The table beside it says the same.

use jiff::Timestamp;
use svg::node::element::{Circle, Group, Line, Rectangle, Text};

use super::chart;

/// Marks of time, in seconds before now, and the keys of their words.
pub const MARKS: [(i64, &str); 7] = [
    (0, "age-mark-now"),
    (60, "age-mark-minute"),
    (3_600, "age-mark-hour"),
    (86_400, "age-mark-day"),
    (604_800, "age-mark-week"),
    (2_592_000, "age-mark-month"),
    (31_536_000, "age-mark-year"),
];
/// Between two marks, and on either side of them all.
const STEP: i64 = 62;
const LEFT: i64 = 46;
const RIGHT: i64 = 28;
const TOP: i64 = 28;
const ROW: i64 = 30;

/// One source, by the number that its row in the table has.
pub struct Age {
    pub number: usize,
    /// Its state, as a class.
    pub class: String,
    pub heard: Option<Timestamp>,
    pub changed: Option<Timestamp>,
}

/// A line for each source: from when it was last heard until now, with a mark where it last said something new.
pub fn timeline(title: &str, words: &[String], ages: &[Age], now: Timestamp) -> String {
    let height = TOP + ROW * i64::try_from(ages.len()).unwrap_or(0) + 4;
    let picture = chart::framed(title, place_of(0) + RIGHT, height).set("class", "chart timeline");
    let marks = MARKS.iter().zip(words).map(|((seconds, _), word)| {
        let x = place_of(*seconds);
        let line = Line::new()
            .set("x1", x)
            .set("x2", x)
            .set("y1", TOP - 6)
            .set("y2", height);
        let text = Text::new(word.as_str())
            .set("x", x)
            .set("y", 14)
            .set("text-anchor", "middle");
        Group::new().set("class", "mark").add(line).add(text)
    });
    let lines = ages.iter().zip(0..).map(|(age, row)| {
        let y = TOP + ROW * row + ROW / 2;
        shown(age, y, now)
    });
    marks.chain(lines).fold(picture, svg::Document::add).to_string()
}

fn shown(age: &Age, y: i64, now: Timestamp) -> Group {
    let group = Group::new().set("class", format!("age {}", age.class)).add(
        Text::new(age.number.to_string())
            .set("x", 4)
            .set("y", y)
            .set("dominant-baseline", "central"),
    );
    let place = |at: Timestamp| place_of(seconds_before(now, at));
    let Some(heard) = age.heard else {
        let nothing = Text::new("?")
            .set("x", LEFT - 16)
            .set("y", y)
            .set("dominant-baseline", "central");
        return group.add(nothing);
    };
    let line = Line::new()
        .set("x1", place(heard))
        .set("x2", place_of(0))
        .set("y1", y)
        .set("y2", y);
    let group = group
        .add(line)
        .add(Circle::new().set("cx", place(heard)).set("cy", y).set("r", 7));
    let Some(changed) = age.changed else { return group };
    let mark = Rectangle::new()
        .set("x", place(changed) - 4)
        .set("y", y - 4)
        .set("width", 8)
        .set("height", 8);
    group.add(mark)
}

/// How long before; a clock elsewhere may be ahead.
pub fn seconds_before(now: Timestamp, at: Timestamp) -> i64 {
    now.as_second().saturating_sub(at.as_second()).max(0)
}

/// Where an age stands: now at the right, and even steps from one mark to the next.
fn place_of(seconds: i64) -> i64 {
    let last = MARKS.len() - 1;
    let right = LEFT + STEP * i64::try_from(last).unwrap_or(0);
    let mut back = 0;
    for pair in MARKS.windows(2) {
        let (from, until) = (pair[0].0, pair[1].0);
        if seconds < until {
            return right - back - STEP * (seconds - from) / (until - from);
        }
        back += STEP;
    }
    // Older than the last mark: a little to its left.
    LEFT - STEP / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_the_farther_to_the_left() {
        let ages = [0, 1, 59, 60, 3_599, 3_600, 100_000, 31_535_999, 40_000_000];
        let places: Vec<i64> = ages.iter().map(|age| place_of(*age)).collect();
        assert!(places.is_sorted_by(|one, next| one >= next), "{places:?}");
        assert_eq!(place_of(31_536_000 - 1), LEFT + 1);
        assert!(place_of(i64::MAX) > 0);
    }

    #[test]
    fn who_was_never_heard_has_no_line() {
        let age = |heard| Age {
            number: 1,
            class: "silent".to_owned(),
            heard,
            changed: None,
        };
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let words: Vec<String> = MARKS.iter().map(|(_, word)| (*word).to_owned()).collect();
        let never = timeline("Alder", &words, &[age(None)], now);
        assert!(
            !never.contains("<circle") && never.contains("\n?\n") && !never.contains("style="),
            "{never}"
        );
        assert!(timeline("Alder", &words, &[age(Some(now))], now).contains("<circle"));
    }
}
