//! Keeps NAV's exclusions: one file holds the whole list in force, and a new one is laid into the outbox only when the list
//! has changed. What the newest list holds and nobody here wrote goes along to the letter.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use encoding_rs::WINDOWS_1252;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use programgrant_contract::sync::{Group, groups};
use programgrant_contract::{ExclusionOutcome, Exclusions, HeldExclusion, SourceError, SyncOutcome, SyncReport, check};
use programgrant_schema::{BudgetPost, Exclusion, Prevention, TargetGroup};

use crate::cell::{self, say_date};
use crate::outbox::{COLUMNS, Outbox, OutboxRow};

const POST: BudgetPost = BudgetPost::new(621, 63);
/// Chapter and post as NAV writes them.
pub const SUBJECT: &str = "0621.63";

/// NAV's second folder, into which lists of exclusions are laid.
#[derive(Debug, Clone)]
pub struct NavOutbox {
    folder: PathBuf,
}

impl NavOutbox {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

#[async_trait]
impl Exclusions for NavOutbox {
    /// The list's name is `at` in Europe/Oslo, or the first second after every other list's.
    async fn sync(
        &self,
        wanted: &[Exclusion],
        written: &[Exclusion],
        at: Timestamp,
    ) -> Result<SyncReport, SourceError> {
        let oslo = TimeZone::get("Europe/Oslo").expect("the zone data are built in");
        let at = at.to_zoned(oslo).datetime();
        let (folder, wanted, written) = (self.folder.clone(), wanted.to_vec(), written.to_vec());
        let keeping = tokio::task::spawn_blocking(move || sync(&folder, &wanted, &written, at)).await;
        keeping.unwrap_or_else(|_| Err(SourceError::outage("writing to the outbox broke off")))
    }
}

fn sync(folder: &Path, wanted: &[Exclusion], written: &[Exclusion], at: DateTime) -> Result<SyncReport, SourceError> {
    let outbox = Outbox::list(folder).map_err(|_| SourceError::outage("the outbox cannot be read"))?;
    let standing: BTreeSet<OutboxRow> = outbox.newest().unwrap_or_default().into_iter().collect();
    let ours: BTreeSet<OutboxRow> = wanted
        .iter()
        .chain(written)
        .filter_map(|exclusion| say(exclusion).ok())
        .collect();
    let foreign: BTreeSet<OutboxRow> = standing.difference(&ours).cloned().collect();
    let mut list = foreign.clone();
    let mut outcomes = Vec::new();
    for group in groups(wanted, written, |exclusion| exclusion.participant.organisation_number) {
        outcomes.extend(settle(&group, &standing, &mut list));
    }
    if list != standing {
        let bytes = render(&list).map_err(|_| SourceError::outage("the list cannot be written"))?;
        outbox
            .lay(&bytes, at)
            .map_err(|_| SourceError::outage("the outbox cannot be written"))?;
    }
    Ok(SyncReport {
        outcomes,
        foreign: Some(foreign.iter().filter_map(held).collect()),
    })
}

/// Puts what is wanted on the list. What is stale is left off, unless its successor cannot be said.
fn settle(group: &Group<'_>, standing: &BTreeSet<OutboxRow>, list: &mut BTreeSet<OutboxRow>) -> Vec<ExclusionOutcome> {
    let mut outcomes = Vec::new();
    let mut unsayable = None;
    for exclusion in &group.wanted {
        let fate = match say(exclusion) {
            Ok(row) => {
                list.insert(row);
                SyncOutcome::Stands
            }
            Err(error) => {
                unsayable = Some(error.clone());
                SyncOutcome::Failed(error)
            }
        };
        outcomes.push(ExclusionOutcome::new(exclusion, fate));
    }
    for exclusion in &group.stale {
        let stands = say(exclusion).ok().filter(|row| standing.contains(row));
        let fate = match (&unsayable, stands) {
            (Some(error), Some(row)) => {
                list.insert(row);
                SyncOutcome::Failed(error.clone())
            }
            _ => SyncOutcome::Lifted,
        };
        outcomes.push(ExclusionOutcome::new(exclusion, fate));
    }
    outcomes
}

/// The statement as a row, or why NAV's file cannot hold it.
fn say(exclusion: &Exclusion) -> Result<OutboxRow, SourceError> {
    check(exclusion)?;
    if exclusion.post != POST {
        return Err(SourceError::refused(format!(
            "NAV's list is about {POST}, not about {}",
            exclusion.post
        )));
    }
    if exclusion.prevention != Prevention::RefuseApplication {
        return Err(SourceError::refused(format!(
            "NAV has no word for {}; it knows refuse-application",
            exclusion.prevention
        )));
    }
    if exclusion.activity.is_some() {
        return Err(SourceError::refused(
            "NAV's list is about a target group, not about an activity",
        ));
    }
    let group = match exclusion.target_group {
        Some(TargetGroup::ChildrenAndYoung) => "UNGE",
        Some(TargetGroup::Adults) => "VOKSNE",
        // Whoever is kept out of the whole scheme is kept out for all.
        Some(TargetGroup::All) | None => "ALLE",
        Some(TargetGroup::Other) => {
            return Err(SourceError::refused(
                "NAV has no word for another target group than UNGE, VOKSNE and ALLE",
            ));
        }
    };
    let participant = &exclusion.participant;
    let row = [
        participant.organisation_number.to_string(),
        participant.number.clone(),
        participant.name.clone(),
        say_date(exclusion.from),
        say_date(exclusion.until),
        exclusion.programme.clone(),
        group.to_owned(),
        exclusion.legal_basis.clone(),
    ];
    match COLUMNS.iter().zip(&row).find(|(_, cell)| !can_be_written(cell)) {
        Some((column, _)) => Err(SourceError::refused(format!(
            "{column} holds a character that NAV's file (Windows-1252) cannot hold"
        ))),
        None => Ok(row),
    }
}

/// Whether the file will hold these very characters, on one line.
fn can_be_written(cell: &str) -> bool {
    let (_, _, is_altered) = WINDOWS_1252.encode(cell);
    !is_altered && !cell.chars().any(char::is_control)
}

/// The file, in the order of the organisation numbers.
fn render(list: &BTreeSet<OutboxRow>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in list {
        writer.write_record(row)?;
    }
    let text = writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))?;
    let text = String::from_utf8(text).map_err(io::Error::other)? + &format!("#SLUTT;{};0,00\r\n", list.len());
    Ok(WINDOWS_1252.encode(&text).0.into_owned())
}

/// The row as it is told of; `None` where its dates are none, which no list that counts has.
pub fn held(row: &OutboxRow) -> Option<HeldExclusion> {
    let [organisation_number, _, _, from, until, ..] = row;
    let (from, until) = (cell::date(from).ok()?, cell::date(until).ok()?);
    Some(HeldExclusion {
        organisation_number: organisation_number.clone(),
        subject: SUBJECT.to_owned(),
        from,
        until,
    })
}
