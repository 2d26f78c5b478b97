//! What can be had, and as what: the pairs that exist, their media types and how their files are called.

use clap::ValueEnum;
use strum::{Display, IntoStaticStr};

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum, Display, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum What {
    /// Applications and awards.
    Awards,
    /// The programme grants: shares, decided, paid.
    Pots,
    /// Single payments.
    Payments,
    /// Double funding that was found.
    Cases,
    /// What reached municipalities by the state accounts, post by post.
    Coverage,
    /// Days by which something must be done.
    Deadlines,
    /// Who receives what by the programmes' allocations.
    Allocations,
    /// What whoever evaluates a programme works with, small counts of people left out.
    Evaluation,
    /// What the variables of that are.
    CodeBook,
    /// What this gateway offers, for a catalogue of data.
    Catalogue,
}

/// As what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum, Display, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ExportFormat {
    /// For Norwegian spreadsheets: semicolon, decimal comma, UTF-8 with its mark.
    Csv,
    /// The description that goes with the CSV (Frictionless).
    Datapackage,
    Json,
    Xlsx,
    /// 360Giving's JSON.
    #[value(name = "360giving")]
    #[strum(serialize = "360giving")]
    Giving360,
    /// JSON-stat 2.
    JsonStat,
    /// iCalendar.
    Ics,
    /// DCAT-AP-NO as JSON-LD.
    Dcat,
}

use ExportFormat::{Csv, Datapackage, Dcat, Giving360, Ics, Json, JsonStat, Xlsx};

impl What {
    /// As what it can be had.
    pub const fn formats(self) -> &'static [ExportFormat] {
        match self {
            Self::Awards => &[Csv, Datapackage, Json, Xlsx, Giving360],
            Self::Pots => &[Csv, Datapackage, Json, Xlsx, JsonStat],
            Self::Payments | Self::Cases | Self::Coverage | Self::Allocations | Self::Evaluation | Self::CodeBook => {
                &[Csv, Datapackage, Json, Xlsx]
            }
            Self::Deadlines => &[Csv, Datapackage, Json, Xlsx, Ics],
            Self::Catalogue => &[Dcat],
        }
    }

    /// Bokmål.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Awards => "Søknader og tildelinger",
            Self::Pots => "Programtilskudd",
            Self::Payments => "Utbetalinger",
            Self::Cases => "Dobbeltfinansiering",
            Self::Coverage => "Dekning: hva som nådde kommunene",
            Self::Deadlines => "Frister",
            Self::Allocations => "Fordelinger",
            Self::Evaluation => "Evaluering: datasett",
            Self::CodeBook => "Evaluering: kodebok",
            Self::Catalogue => "Katalog",
        }
    }

    /// Bokmål.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Awards => {
                "Hver søknad og tildeling som kildene rapporterer, én gang. Andeler av et programtilskudd står i egne kolonner, \
                 fordi de telles i potten. Det en kilde ikke lenger fører, er ikke med."
            }
            Self::Pots => {
                "Programtilskuddet for hver kommune og hvert år: andelen fra hver ordning, summen av dem, tildelt og utbetalt."
            }
            Self::Payments => "Hver enkelt utbetaling som kildene daterer; negativ når penger gikk tilbake.",
            Self::Cases => {
                "Dobbeltfinansiering som ble funnet uten at noen spurte, med beløp å holde tilbake og kreve tilbake."
            }
            Self::Coverage => {
                "Hva statsregnskapet sier nådde kommunene, post for post, og hva av det kildene her rapporterer som utbetalt."
            }
            Self::Deadlines => "Dager da noe må være gjort, slik programfilene og fagsystemene sier det.",
            Self::Allocations => {
                "Hva hver kommune får av hver ordning etter programmets fordelinger, versjon for versjon, med enhet, metode og regel ved likhet."
            }
            Self::Evaluation => {
                "Det evaluator arbeider med: vedtak, bruk, tiltak og indikatorer for hver kommune og hvert år, uten navn og fritekst. \
                 Små antall personer er utelatt."
            }
            Self::CodeBook => "Hva variablene i evaluators datasett sier, i hvilken enhet, og hvem som sier det.",
            Self::Catalogue => "Datasett og datatjeneste.",
        }
    }

    /// The file's name.
    pub fn file_name(self, format: ExportFormat) -> String {
        format!("{self}.{}", format.extension())
    }
}

impl ExportFormat {
    /// With what an answer in it is labelled.
    pub const fn media_type(self) -> &'static str {
        match self {
            Csv => "text/csv; charset=utf-8; header=present",
            Datapackage | Json | Giving360 | JsonStat => "application/json",
            Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Ics => "text/calendar; charset=utf-8",
            Dcat => "application/ld+json",
        }
    }

    /// What a file's name ends in, and the address of a download.
    pub const fn extension(self) -> &'static str {
        match self {
            Csv => "csv",
            Datapackage => "datapackage.json",
            Json => "json",
            Xlsx => "xlsx",
            Giving360 => "360giving.json",
            JsonStat => "json-stat.json",
            Ics => "ics",
            Dcat => "jsonld",
        }
    }

    /// The format whose files end so.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::value_variants()
            .iter()
            .find(|format| format.extension() == extension)
            .copied()
    }
}
