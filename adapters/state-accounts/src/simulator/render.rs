//! DFØ's files, written: the rows of a record's figures, in the columns in which DFØ publishes them.

use std::collections::BTreeMap;

use programgrant_schema::{AccountsLine, Appropriation, BudgetPost, MunicipalGrants, Ore};

/// A row by column name.
pub type Row = BTreeMap<&'static str, String>;

/// The columns of DFØ's yearly files that matter here or stand beside those that do.
pub const ACCOUNTS_COLUMNS: &[&str] = &[
    "År",
    "Periode",
    "Fagdepartement_id",
    "Fagdepartement",
    "Kapittel_id",
    "Kapittel",
    "Post_id",
    "Post",
    "Post_type",
    "Virksomhet_id",
    "Virksomhet",
    "Artskonto_id",
    "Artskonto",
    "Beløp",
];
pub const APPROPRIATIONS_COLUMNS: &[&str] = &[
    "År",
    "Fagdepartement_id",
    "Fagdepartement",
    "Kapittel_id",
    "Kapittel",
    "Post_id",
    "Post",
    "Bevilgning",
    "Bevilgning_beløp",
];

/// The year's rows: what reached municipalities, the rest of the lines on another account, and one of a post that nobody asks for.
pub fn accounts_rows(year: i16, lines: &[AccountsLine], municipal: &[MunicipalGrants]) -> Vec<Row> {
    let mut rest = lines.to_vec();
    let mut rows = Vec::new();
    for grants in municipal {
        let payer = rest.iter_mut().find(|line| line.post == grants.post);
        let body = payer.as_ref().map_or(OTHERS, |line| &line.body).to_owned();
        if let (Some(line), Some(amount)) = (payer, grants.amount.stated()) {
            line.amount = line
                .amount
                .checked_sub(amount)
                .expect("the state budget is within range");
        }
        rows.extend(municipal_rows(year, body, grants));
    }
    // What was booked stays booked, also where nothing of it is left.
    rows.extend(rest.iter().flat_map(|line| line_rows(year, line)));
    let other = AccountsLine {
        post: BudgetPost::new(1600, 1),
        body: "986252932".to_owned(),
        amount: Ore::ZERO,
    };
    rows.push(accounts_row(year, 12, &other, 98_765_432_109));
    rows
}

/// Who booked what no line names: several bodies, which the published figures have put together.
const OTHERS: &str = "Øvrige";

/// The rows of artskonto 870, under the post's own name.
fn municipal_rows(year: i16, body: String, grants: &MunicipalGrants) -> Vec<Row> {
    let line = AccountsLine {
        post: grants.post,
        body,
        amount: grants.amount.stated().unwrap_or_default(),
    };
    let mut rows = line_rows(year, &line);
    for row in &mut rows {
        row.insert("Artskonto_id", "870".to_owned());
        row.insert("Artskonto", "Tilskudd til kommuner".to_owned());
        row.insert("Post", grants.name.clone().unwrap_or_default());
        row.insert("Fagdepartement", grants.ministry.clone().unwrap_or_default());
    }
    if grants.amount.stated().is_none() {
        rows[0].insert("Beløp", "ukjent".to_owned());
    }
    rows
}

/// A third in January, a third in June with an error that is reversed in July, the rest in December.
fn line_rows(year: i16, line: &AccountsLine) -> Vec<Row> {
    let thousandths = line.amount.get() * 10;
    let (third, error) = (thousandths / 3, 1_000_005);
    let months = [
        (1, third),
        (6, third + error),
        (7, -error),
        (12, thousandths - 2 * third),
    ];
    months
        .into_iter()
        .map(|(month, amount)| accounts_row(year, month, line, amount))
        .collect()
}

fn accounts_row(year: i16, month: u8, line: &AccountsLine, thousandths: i64) -> Row {
    let has_number = line.body.len() == 9 && line.body.bytes().all(|byte| byte.is_ascii_digit());
    let (number, name) = if has_number {
        (line.body.clone(), format!("Virksomhet {}", line.body))
    } else {
        (String::new(), line.body.clone())
    };
    let mut row = post_columns(year, line.post);
    row.insert("Periode", format!("{year:04}{month:02}"));
    row.insert("Virksomhet_id", number);
    row.insert("Virksomhet", name);
    row.insert("Artskonto_id", "830".to_owned());
    row.insert("Artskonto", "Tilskudd til andre".to_owned());
    row.insert("Beløp", kroner(thousandths));
    row
}

/// The vote; the revision in two steps; and what was carried over, which is neither.
pub fn appropriation_rows(line: &Appropriation) -> Vec<Row> {
    let year = line.year;
    let revisions = line.revisions.get() * 10;
    let half = revisions / 2;
    let decisions = [
        (format!("Saldert budsjett {year}"), line.voted.get() * 10),
        (format!("Overført fra {}", year - 1), 1_234_000),
        (format!("Revidert nasjonalbudsjett {year}"), half),
        ("Nysalderingen".to_owned(), revisions - half),
    ];
    let said = decisions
        .into_iter()
        .enumerate()
        .filter(|(index, (_, amount))| *index == 0 || *amount != 0);
    said.map(|(_, (decision, amount))| appropriation_row(year, line.post, &decision, kroner(amount)))
        .collect()
}

pub fn appropriation_row(year: i16, post: BudgetPost, decision: &str, amount: String) -> Row {
    let mut row = post_columns(year, post);
    row.insert("Bevilgning", decision.to_owned());
    row.insert("Bevilgning_beløp", amount);
    row
}

fn post_columns(year: i16, post: BudgetPost) -> Row {
    Row::from([
        ("År", format!("{year:04}")),
        ("Fagdepartement_id", "07".to_owned()),
        ("Fagdepartement", "Departementet \"for\" alt; også æøå".to_owned()),
        ("Kapittel_id", format!("{:04}", post.chapter)),
        ("Kapittel", format!("Kapittel {}", post.chapter)),
        ("Post_id", format!("{:04}{:02}", post.chapter, post.post)),
        ("Post", format!("Post {}", post.post)),
        ("Post_type", "Overføringer til kommuneforvaltningen".to_owned()),
    ])
}

/// Thousandths as DFØ writes them: decimal comma, three decimals, no thousands mark.
fn kroner(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let size = thousandths.unsigned_abs();
    format!("{sign}{},{:03}", size / 1000, size % 1000)
}

pub fn table(columns: &[&str], rows: &[Row]) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let header = columns.iter().map(|column| quoted(column)).collect();
    let cells = |row: &Row| {
        columns
            .iter()
            .map(|column| quoted(row.get(column).map_or("", String::as_str)))
            .collect()
    };
    let lines = std::iter::once(header).chain(rows.iter().map(cells));
    lines.map(|cells: Vec<String>| cells.join(";") + "\r\n").collect()
}
