//! Promise: `preview` shows of each row of a list how it is read or why it stands aside, in order and with the sums, stores nothing, and
//! says by its exit code whether all rows were read; with the list alone it proposes a mapping that reads it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::commands::{output, write_config};

/// An award in Bamble, one of nobody's, a word that is not listed, a sum, the first again, and an amount that is none.
const LIST: &str = "\
Orgnr;Kommunenr;Kap;Post;År;Saksnr;Status;Tildelt;Type\r
940244145;4012;621;63;2021;21/1;Innvilget;750 000,50;Rad\r
;9999;671;62;2022;21/2;Innvilget;;Rad\r
;4601;621;63;2021;21/3;Kanskje;1;Rad\r
;;;;;;;;Sum\r
940244145;4012;621;63;2021;21/1;Innvilget;750 000,50;Rad\r
;4601;621;63;2021;21/4;Avslag;mye;Rad\r
";

const MAPPING: &str = r#"
[file]
format = "csv"
[record]
key = "Saksnr"
year = "År"
post = { chapter = "Kap", post = "Post" }
organisation_number = "Orgnr"
municipality_number = "Kommunenr"
status = { column = "Status", words = { "Innvilget" = "GRANTED", "Avslag" = "REFUSED" } }
granted = "Tildelt"
skip = [{ column = "Type", is = ["Sum"] }]
"#;

/// A folder with a list and a mapping.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(list: &str) -> Self {
        let desk = Self(tempfile::tempdir().expect("a temporary folder"));
        desk.write("liste.csv", list);
        desk.write("mapping.toml", MAPPING);
        desk
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.folder().join(name).display().to_string()
    }

    /// The exit code, what was printed, and what was said beside it.
    fn preview(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let list = self.path("liste.csv");
        let output = output(&[&["preview", &list], arguments].concat());
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder()).expect("a folder");
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        files
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn every_row_is_shown_in_order_and_the_last_line_has_the_sums() {
    let desk = Desk::new(LIST);
    let (code, text, _) = desk.preview(&["--mapping", &desk.path("mapping.toml"), "--json"]);
    let lines = lines(&text);
    assert_eq!((code, lines.len()), (Some(1), 7), "{text}");
    let outcomes: Vec<&str> = lines.iter().filter_map(|line| line["outcome"].as_str()).collect();
    assert_eq!(
        outcomes,
        ["AWARD", "AWARD", "SET_ASIDE", "SKIPPED", "REPEATED", "SET_ASIDE"]
    );
    let first = &lines[0];
    assert_eq!(
        (&first["key"], &first["year"], &first["budgetPost"], &first["status"]),
        (&json!("21/1"), &json!(2021), &json!("621.63"), &json!("GRANTED"))
    );
    assert_eq!(first["municipality"], json!({ "number": "4012", "name": "Bamble" }));
    assert_eq!(first["granted"], json!({ "state": "STATED", "amount": 75_000_050 }));
    assert_eq!(first["applied"], json!({ "state": "NOT_APPLICABLE", "amount": null }));
    assert!(first["scheme"].is_string(), "{first}");
    let second = &lines[1];
    assert_eq!(
        (&second["municipality"], &second["scheme"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(second["granted"], json!({ "state": "NOT_DELIVERED", "amount": null }));
    let place = |line: &Value| line["place"].as_str().map(str::to_owned).unwrap_or_default();
    assert!(
        place(&lines[2]).contains("liste.csv") && place(&lines[2]).contains('4'),
        "{}",
        lines[2]
    );
    let reason = lines[2]["reason"].as_str().expect("a reason");
    assert!(reason.contains("Kanskje"), "{reason}");
    let sums = json!({
        "applied": { "amount": 0, "awards": 0, "notDelivered": 0 },
        "granted": { "amount": 75_000_050, "awards": 1, "notDelivered": 1 },
        "paid": { "amount": 0, "awards": 0, "notDelivered": 0 },
    });
    let counts = json!({
        "rows": 6, "awards": 2, "setAside": 2, "skipped": 1, "repeated": 1, "hidden": 0, "unresolved": 1, "withoutScheme": 1,
        "sums": sums,
    });
    assert_eq!(lines[6], counts);
}

#[test]
fn people_get_a_line_for_each_row_and_as_many_as_they_ask_for() {
    let desk = Desk::new(LIST);
    let (code, text, _) = desk.preview(&["--mapping", &desk.path("mapping.toml"), "--rows", "3"]);
    assert_eq!(code, Some(1), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains("award 21/1, 4012 Bamble, 2021 on 621.63"), "{text}");
    assert!(lines[0].ends_with("GRANTED, granted 750000.50"), "{text}");
    assert!(lines[1].contains("UNKNOWN RECIPIENT (9999)"), "{text}");
    assert!(
        lines[2].contains(": SET ASIDE: ") && lines[3] == "… and 3 more rows",
        "{text}"
    );
    assert!(
        text.contains("6 rows: 2 awards, 2 set aside, 1 skipped, 1 repeated; 0 of all hidden"),
        "{text}"
    );
    assert!(
        text.contains("granted 750000.50 kroner in 1 awards; not delivered in 1"),
        "{text}"
    );
}

#[test]
fn a_source_is_tried_as_it_is_configured_and_nothing_is_stored() {
    let two: Vec<&str> = LIST.lines().take(2).collect();
    let desk = Desk::new(&(two.join("\r\n") + "\r\n"));
    let settings = "[sources.imdi]\nkind = \"table\"\nmapping = \"mapping.toml\"\nfolder = \"drop\"\n[sources.udir]\nurl = \"http://127.0.0.1:1\"\n";
    // A folder needs to be told how its files are called and when they are whole.
    desk.write(
        "mapping.toml",
        &MAPPING.replace(
            "format = \"csv\"",
            "format = \"csv\"\npattern = \"*.csv\"\ncomplete = \"quiet\"",
        ),
    );
    let settings = settings.replace("[sources.udir]\nurl = \"http://127.0.0.1:1\"\n", "");
    let store = desk.path("register.db");
    let config = write_config(desk.folder(), &format!("[store]\nurl = \"sqlite:{store}\"\n{settings}"));
    let before = desk.files();
    let (code, text, complaint) = desk.preview(&["--config", &config, "--source", "imdi", "--json"]);
    assert_eq!((code, text.lines().count()), (Some(0), 2), "{text}{complaint}");
    assert_eq!(lines(&text)[0]["municipality"]["name"], "Bamble");
    assert_eq!(desk.files(), before);
    let (code, _, complaint) = desk.preview(&["--config", &config, "--source", "skd"]);
    assert_eq!(code, Some(2));
    assert!(
        complaint.contains("--source skd: no such source is configured"),
        "{complaint}"
    );
    let (code, _, complaint) = desk.preview(&["--config", &config]);
    assert_eq!(code, Some(2));
    assert!(complaint.contains("needs a --source or a --mapping"), "{complaint}");
}

#[test]
fn what_cannot_be_read_at_all_is_refused_with_its_place() {
    let desk = Desk::new(&LIST.replace("Tildelt", "Innvilget beløp"));
    let mapping = desk.path("mapping.toml");
    let (code, text, complaint) = desk.preview(&["--mapping", &mapping]);
    assert_eq!((code, text.as_str()), (Some(2), ""));
    assert!(
        complaint.contains("liste.csv") && complaint.contains("Tildelt"),
        "{complaint}"
    );
    let unknown = desk.write("other.toml", &MAPPING.replace("granted", "grantd"));
    let (code, _, complaint) = desk.preview(&["--mapping", &unknown]);
    assert_eq!(code, Some(2));
    assert!(
        complaint.contains("other.toml") && complaint.contains("grantd"),
        "{complaint}"
    );
    let missing = output(&["preview", &desk.path("none.csv"), "--mapping", &mapping]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn with_the_list_alone_a_mapping_is_proposed_that_reads_it() {
    let desk = Desk::new(LIST);
    let (code, proposal, _) = desk.preview(&[]);
    assert_eq!(code, Some(0), "{proposal}");
    assert!(proposal.contains("# \"Kanskje\" = "), "{proposal}");
    let mapping = desk.write("proposed.toml", &proposal);
    let (code, text, complaint) = desk.preview(&["--mapping", &mapping, "--json"]);
    assert_eq!(code, Some(1), "{complaint}\n{proposal}");
    let sums = lines(&text).pop().expect("sums");
    assert_eq!(
        (&sums["awards"], &sums["setAside"], &sums["skipped"]),
        (&json!(2), &json!(2), &json!(1)),
        "{text}"
    );
    let (code, _, complaint) = desk.preview(&["--json"]);
    assert_eq!(code, Some(2), "{complaint}");
}

#[test]
fn a_workbook_is_read_and_a_hidden_row_is_told() {
    let desk = Desk::new("");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Vedtak").expect("a name");
    for (column, heading) in (0..).zip(["Kommunenr", "Kap.post", "År", "Saksnr", "Status", "Tildelt"]) {
        sheet.write_string(0, column, heading).expect("a heading");
    }
    for row in [1, 2] {
        sheet.write_string(row, 0, "4012").expect("a number");
        sheet.write_number(row, 1, 621.63).expect("a post");
        sheet.write_number(row, 2, 2021).expect("a year");
        sheet.write_string(row, 3, format!("21/{row}")).expect("a case");
        sheet.write_string(row, 4, "GRANTED").expect("a status");
        sheet.write_number(row, 5, 0.1 + 0.2).expect("an amount");
    }
    sheet.set_row_hidden(2).expect("hidden");
    let path = desk.folder().join("liste.xlsx");
    book.save(&path).expect("saved");
    let mapping = desk.write(
        "book.toml",
        "[file]\nformat = \"xlsx\"\n[record]\nkey = \"Saksnr\"\nyear = \"År\"\npost = \"Kap.post\"\nmunicipality_number = \"Kommunenr\"\nstatus = \"Status\"\ngranted = \"Tildelt\"\n",
    );
    let output = output(&["preview", &path.display().to_string(), "--mapping", &mapping, "--json"]);
    let lines = lines(&String::from_utf8(output.stdout).expect("UTF-8"));
    assert_eq!((output.status.code(), lines.len()), (Some(0), 3), "{lines:?}");
    assert_eq!(lines[0]["granted"]["amount"], 30);
    assert_eq!(
        (&lines[0]["hidden"], &lines[1]["hidden"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(
        (&lines[2]["hidden"], &lines[2]["sums"]["granted"]["amount"]),
        (&json!(1), &json!(60))
    );
}
