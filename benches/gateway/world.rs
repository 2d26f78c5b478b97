//! A world of so many awards: files as NAV lays them, the municipalities that they name, and a configuration. Made up, but for
//! the numbers of municipalities that there are.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use programgrant_schema::OrganisationNumber;
use tempfile::TempDir;

/// The one that is asked about, Bamble: it takes part in the programme.
const ASKED: (&str, &str) = ("3813", "940244145");
/// Where new awards come, Oslo.
const NEW: (&str, &str) = ("0301", "958935420");
/// What the one that is asked about has, however many there are.
const AWARDS_OF_ASKED: usize = 45;
const ROWS_PER_FILE: usize = 50_000;
const HEADER: &str =
    "client;period;voucher_no;voucher_type;trans_date;kap;post;aar;orgnr;kommnr;tekst;malgruppe;fra;til;belop\r\n";
/// Norway's own, as the reference tables have them.
pub const MUNICIPALITIES: usize = 356;

pub struct World {
    folder: TempDir,
    files: usize,
    vouchers: usize,
    others: Vec<(String, String)>,
}

impl World {
    /// Awards of 45 of one municipality, and the rest spread over all others.
    pub fn of(awards: usize, municipalities: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("in")).expect("a folder");
        let mut world = Self {
            folder,
            files: 0,
            vouchers: 0,
            others: real(),
        };
        if municipalities > MUNICIPALITIES {
            world.invent(municipalities);
        }
        if awards == 0 {
            return world;
        }
        world.lay_asked();
        let mut left = awards.saturating_sub(AWARDS_OF_ASKED);
        while left > 0 {
            let rows = left.min(ROWS_PER_FILE);
            world.lay(rows, |index| (Some(apart(index)), 2016 + index % 10));
            left -= rows;
        }
        world
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// How many municipalities there are.
    pub fn municipalities(&self) -> usize {
        self.others.len() + 1
    }

    /// A configuration by that name, with more at its end; its store has the same name.
    pub fn config(&self, name: &str, every: &str, more: &str) -> PathBuf {
        let reference = if self.path().join("codes.csv").exists() {
            "[reference]\nmunicipalities = \"municipalities.csv\"\ncodes = \"codes.csv\"\n"
        } else {
            ""
        };
        let text = format!(
            "listen = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite:{name}.db\"\n{reference}[auth]\nmode = \"open\"\n{more}\n[sources.nav]\ninbox = \"in\"\n\
             every = \"{every}\"\nfresh_within = \"7d\"\ndeadline = \"10m\"\n"
        );
        let path = self.path().join(format!("{name}.toml"));
        fs::write(&path, text).expect("written");
        path
    }

    /// A new file with awards of one municipality and year.
    pub fn lay_new(&mut self, rows: usize, year: usize) {
        self.lay(rows, |_| (None, year));
    }

    /// A grant, and its payment, for each of the awards of the one that is asked about.
    fn lay_asked(&mut self) {
        let mut file = Sheet::default();
        for index in 0..AWARDS_OF_ASKED {
            self.vouchers += 1;
            let (voucher, year) = (70_000_000 + self.vouchers, 2016 + index % 9);
            file.row(
                &format!("{voucher};IN;15.03.{year}"),
                ASKED,
                year,
                "Sosiale tjenester",
                750_000 + index,
            );
            file.row(
                &format!("9{voucher};TU;31.03.{year}"),
                ASKED,
                year,
                &format!("vedtak {voucher}"),
                375_000,
            );
        }
        self.write(file);
    }

    fn lay(&mut self, rows: usize, which: impl Fn(usize) -> (Option<usize>, usize)) {
        let mut file = Sheet::default();
        for _ in 0..rows {
            self.vouchers += 1;
            let (place, year) = which(self.vouchers);
            let (number, organisation) = place.map_or(NEW, |place| {
                let (number, organisation) = &self.others[place % self.others.len()];
                (number, organisation)
            });
            let voucher = 70_000_000 + self.vouchers;
            let amount = 100_000 + self.vouchers % 900_000;
            file.row(
                &format!("{voucher};IN;15.03.{year}"),
                (number, organisation),
                year,
                "Sosiale tjenester",
                amount,
            );
        }
        self.write(file);
    }

    /// Complete only once its `.ok` lies there.
    fn write(&mut self, file: Sheet) {
        self.files += 1;
        let place = self
            .path()
            .join("in")
            .join(format!("NAV_TILSK_202103_{:04}", self.files));
        fs::write(place.with_extension("csv"), file.finish()).expect("written");
        fs::write(place.with_extension("ok"), "").expect("written");
    }

    /// Municipalities that there are not, under numbers that nobody has had.
    fn invent(&mut self, municipalities: usize) {
        let (mut names, mut codes) = (
            fs::read_to_string(data("municipalities_2020.csv")).expect("read"),
            fs::read_to_string(data("municipality_codes.csv")).expect("read"),
        );
        let taken: Vec<String> = codes
            .lines()
            .map(|line| line.split(';').next().unwrap_or_default().to_owned())
            .collect();
        let mut organisations = (31_100_000..).filter_map(organisation);
        for number in (101..=9999).map(|number| format!("{number:04}")) {
            if self.municipalities() >= municipalities {
                break;
            }
            if taken.contains(&number) {
                continue;
            }
            let organisation = organisations.next().expect("there are enough");
            writeln!(names, "{number};Oppdiktet {number};{organisation}").expect("text");
            writeln!(codes, "{number};Oppdiktet {number};2000-01-01;").expect("text");
            self.others.push((number, organisation));
        }
        fs::write(self.path().join("municipalities.csv"), names).expect("written");
        fs::write(self.path().join("codes.csv"), codes).expect("written");
    }
}

/// Spread so that neighbours in a file lie apart.
const fn apart(index: usize) -> usize {
    index * 7919
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/data").join(name)
}

/// All municipalities that there are but the one that is asked about: number and organisation number.
fn real() -> Vec<(String, String)> {
    let text = fs::read_to_string(data("municipalities_2020.csv")).expect("read");
    let rows = text.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(';');
        let (number, _, organisation) = (cells.next()?, cells.next()?, cells.next()?);
        (number != ASKED.0).then(|| (number.to_owned(), organisation.to_owned()))
    });
    rows.collect()
}

/// The number with its check digit, where it has one.
fn organisation(eight: u32) -> Option<String> {
    (0..=9)
        .map(|digit| format!("{eight}{digit}"))
        .find(|text| text.parse::<OrganisationNumber>().is_ok())
}

/// A file as it is written.
#[derive(Default)]
struct Sheet {
    text: String,
    rows: usize,
    sum: usize,
}

impl Sheet {
    fn row(&mut self, first: &str, (number, organisation): (&str, &str), year: usize, words: &str, kroner: usize) {
        writeln!(
            self.text,
            "NA;202103;{first};0621;63;{year};{organisation};{number};{words};UNGE;01.04.{year};31.12.{year};{kroner},00\r"
        )
        .expect("text");
        self.rows += 1;
        self.sum += kroner;
    }

    fn finish(self) -> String {
        format!("{HEADER}{}#SLUTT;{};{},00\r\n", self.text, self.rows, self.sum)
    }
}
