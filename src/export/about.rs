//! What stands beside the figures in every file: who asked and when, which sources were heard when, what is missing, what a reader
//! must know.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::form::What;
use super::question::{Facts, SourceFacts};

/// What a file says of itself.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    pub title: String,
    pub description: String,
    /// When it was asked.
    pub created: Timestamp,
    /// The body in whose name it was asked: what it may not see is not here.
    pub asked_by: Option<String>,
    pub role: String,
    /// What was asked for of it, where it was not everything.
    pub subset: Option<String>,
    /// When the source that was heard least recently was last heard; null while one never was.
    pub as_of: Option<Timestamp>,
    pub sources: Vec<SourceAge>,
    /// What the programmes say a reader must know.
    pub notices: Vec<String>,
    /// What else a reader should know.
    pub remarks: Vec<String>,
    /// What is not here though it was asked for.
    pub missing: Vec<String>,
}

/// A source and its age.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceAge {
    pub id: String,
    pub name: String,
    pub state: String,
    pub last_heard_at: Option<Timestamp>,
}

/// What is learnt while the rows are read.
#[derive(Debug, Clone, Default)]
pub struct Learnt {
    pub remarks: Vec<String>,
    pub missing: Vec<String>,
}

impl About {
    pub fn new(what: What, facts: &Facts, subset: Option<String>, created: Timestamp) -> Self {
        let sources: &[SourceFacts] = if rests_on_sources(what, &facts.viewer.role) {
            &facts.sources
        } else {
            &[]
        };
        let ages = sources.iter().map(|source| source.last_heard_at);
        let mut about = Self {
            title: what.title().to_owned(),
            description: what.description().to_owned(),
            created,
            asked_by: facts.viewer.organisation.as_ref().map(|body| body.name.clone()),
            role: facts.viewer.role.clone(),
            subset,
            as_of: ages.collect::<Option<Vec<_>>>().and_then(|ages| ages.into_iter().min()),
            sources: sources.iter().map(SourceFacts::age).collect(),
            notices: facts.notices(),
            remarks: Vec::new(),
            missing: Vec::new(),
        };
        // A pot says itself whether it is whole, and of a catalogue nothing is missing: what stands aside elsewhere is for the reader to
        // know.
        let judges_itself = matches!(what, What::Pots | What::Catalogue);
        for source in sources {
            for doubt in doubts(source, what) {
                match doubt {
                    Doubt::Missing(text) if !judges_itself => about.missing.push(text),
                    Doubt::Missing(text) | Doubt::Old(text) => about.remarks.push(text),
                }
            }
        }
        about
    }

    /// With what was learnt on the way.
    pub fn learn(&mut self, learnt: Learnt) {
        self.remarks.extend(learnt.remarks);
        self.missing.extend(learnt.missing);
    }

    /// All of it, for people: what it is, and what is said.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("Tittel", self.title.clone()),
            ("Beskrivelse", self.description.clone()),
            ("Laget", self.created.to_string()),
        ];
        lines.extend(
            self.asked_by
                .iter()
                .map(|name| ("Hentet for", format!("{name} ({})", self.role))),
        );
        lines.extend(self.subset.iter().map(|text| ("Utvalg", text.clone())));
        lines.extend(self.sources.iter().map(|source| ("Kilde", source.said())));
        lines.extend(self.notices.iter().map(|text| ("Merk", text.clone())));
        lines.extend(self.remarks.iter().map(|text| ("Opplysning", text.clone())));
        lines.extend(self.missing.iter().map(|text| ("Mangler", text.clone())));
        if self.missing.is_empty() {
            lines.push(("Mangler", "ingenting som det ble spurt om".to_owned()));
        }
        lines
    }
}

impl SourceAge {
    /// For people.
    pub fn said(&self) -> String {
        let heard = self
            .last_heard_at
            .map_or_else(|| "aldri hørt fra".to_owned(), |at| format!("sist hørt fra {at}"));
        format!("{}: {heard} ({})", self.name, self.state)
    }
}

/// Allocations are decided here. Deadlines may follow from the programme files only: for those who are told of no award's.
fn rests_on_sources(what: What, role: &str) -> bool {
    match what {
        What::Allocations => false,
        What::Deadlines => !matches!(role, "PUBLIC" | "OPERATOR"),
        _ => true,
    }
}

/// A number with its word, of one and of several.
pub fn counted(number: u64, [one, several]: [&str; 2]) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

enum Doubt {
    Missing(String),
    Old(String),
}

/// What is to be said of a source. One that manages no grants has no awards to be missing.
fn doubts(source: &SourceFacts, what: What) -> Vec<Doubt> {
    let name = &source.name;
    let lists_recipients = matches!(what, What::Awards | What::Payments);
    if source.schemes.is_empty() && (lists_recipients || what == What::Cases) {
        return Vec::new();
    }
    let state = match source.state.as_str() {
        "SILENT" => Some(Doubt::Missing(format!("{name}: aldri hørt fra; det den har, mangler"))),
        "INCOMPLETE" => Some(Doubt::Missing(format!(
            "{name}: ikke hel; {} som ikke kan leses, er ikke med",
            counted(source.set_aside, ["post", "poster"])
        ))),
        "STALE" => Some(Doubt::Old(format!("{name}: det er for lenge siden den ble hørt fra"))),
        _ => None,
    };
    let unresolved = (lists_recipients && source.unresolved > 0).then(|| {
        Doubt::Missing(format!(
            "{name}: {} med en mottaker som ikke er kjent, er ikke med",
            counted(source.unresolved, ["post", "poster"])
        ))
    });
    state.into_iter().chain(unresolved).collect()
}
