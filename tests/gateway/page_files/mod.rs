//! Promise: what a page shows can be had as a file with the same rows in the same order, within its reader's reach, sources and gaps said in it; a
//! calendar's address works for whoever has it until it is revoked, and shows nothing that is not public.

mod calendars;
mod deadlines;
mod reach;
mod rows;

use reqwest::Response;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::site::Site;

fn header(response: &Response, name: reqwest::header::HeaderName) -> String {
    let value = response.headers().get(name).expect("the header");
    value.to_str().expect("text").to_owned()
}

/// A CSV by its columns.
struct Sheet {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    /// The file at an address, as that body has it.
    async fn at(site: &Site, path: &str, body: &str) -> Self {
        Self::read(&site.page(path, body).await)
    }

    fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let owned = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let heading = owned(reader.headers().expect("a heading"));
        let rows = reader.records().map(|record| owned(&record.expect("a row"))).collect();
        Self { heading, rows }
    }

    fn column(&self, name: &str) -> Vec<String> {
        let place = self.heading.iter().position(|heading| heading == name);
        let place = place.unwrap_or_else(|| panic!("no column {name}: {:?}", self.heading));
        self.rows.iter().map(|row| row[place].clone()).collect()
    }

    /// The øre of a column of amounts; nothing of cells without one.
    fn sum(&self, name: &str) -> i64 {
        let stated = self.column(name).into_iter().filter(|cell| !cell.is_empty());
        stated
            .map(|cell| cell.replace(',', "").parse::<i64>().expect("an amount"))
            .sum()
    }
}

/// The body of the only table of a page, or nothing where it has none.
fn table(page: &str) -> &str {
    page.split("<tbody>")
        .nth(1)
        .map_or("", |rest| rest.split("</tbody>").next().unwrap_or_default())
}

/// What stands between two marks, each time, in the order of the page.
fn between(text: &str, start: &str, end: &str) -> Vec<String> {
    let parts = text.split(start).skip(1).filter_map(|rest| rest.split(end).next());
    parts.map(plain).collect()
}

/// As it reads: without escapes.
fn plain(text: &str) -> String {
    let text = text
        .replace("%3A", ":")
        .replace("%2F", "/")
        .replace("%2D", "-")
        .replace("%2E", ".");
    text.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
}

/// The addresses that a page offers its files at.
fn files(page: &str) -> Vec<String> {
    let section = page
        .split("class=\"files\"")
        .nth(1)
        .and_then(|rest| rest.split("</section>").next());
    between(section.unwrap_or_default(), "<li><a href=\"", "\"")
}
