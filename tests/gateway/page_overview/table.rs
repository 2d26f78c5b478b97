//! A page's tables as they are read: cells without their marks.

/// One cell: its class, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub is_heading: bool,
    pub class: String,
    pub text: String,
}

/// The rows of the table with that caption's beginning; nothing where it does not stand there.
pub fn rows(page: &str, caption: &str) -> Vec<Vec<Cell>> {
    let mut tables = page.split("<table").skip(1);
    let table = tables.find(|table| table.contains(&format!("<caption>{caption}")));
    let table = table.map_or("", |table| table.split("</table>").next().unwrap_or_default());
    table.split("<tr").skip(1).map(cells).collect()
}

fn cells(row: &str) -> Vec<Cell> {
    let row = row.split("</tr>").next().unwrap_or_default();
    let mut cells = Vec::new();
    let mut rest = row;
    while let Some(begin) = [rest.find("<td"), rest.find("<th")].into_iter().flatten().min() {
        let cell = &rest[begin..];
        let is_heading = cell.starts_with("<th");
        let end = if is_heading { "</th>" } else { "</td>" };
        let until = cell.find(end).expect("a cell ends");
        let (mark, inner) = cell[..until].split_once('>').expect("a mark ends");
        let class = mark.split("class=\"").nth(1).and_then(|class| class.split('"').next());
        cells.push(Cell {
            is_heading,
            class: class.unwrap_or_default().to_owned(),
            text: words(inner),
        });
        rest = &cell[until + end.len()..];
    }
    cells
}

/// Text without marks.
pub fn words(inner: &str) -> String {
    let mut text = String::new();
    let mut within = false;
    for letter in inner.chars() {
        match letter {
            '<' => within = true,
            '>' => within = false,
            _ if !within => text.push(letter),
            _ => {}
        }
    }
    let text = text.replace("&amp;", "&").replace("&#38;", "&");
    text.trim().to_owned()
}
