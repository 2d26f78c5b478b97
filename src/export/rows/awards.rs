//! Awards and payments as rows.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::pages::{AwardAnswer, AwardPages, Holder};
use super::{Learnt, place_headings};
use crate::export::ExportError;
use crate::export::about::counted;
use crate::export::question::{Asker, FigureAnswer, PlaceAnswer, body_cells, named_cells};
use crate::export::subset::{AwardKey, RowOrder, Subset, sort_awards};
use crate::export::table::{CellKind, CellValue, ExportRow, Heading, figure, heading};

const STATUSES: &[&str] = &[
    "APPLIED",
    "DISMISSED",
    "GRANTED",
    "IN_PROGRAMME",
    "PAID",
    "REFUSED",
    "REPAID",
    "WITHDRAWN",
];
/// Of a share of a pot, which the pot's own award pays.
const SHARE: &str = "IN_PROGRAMME";

/// Every award, once.
pub struct AwardRows {
    pages: AwardPages,
    subset: Subset,
    vanished: u64,
}

/// With a column more where those that vanished are among them.
pub fn award_headings(with_vanished: bool) -> Vec<Heading> {
    let text = |name: &str, title: &str| heading(name, title, CellKind::Text);
    let mut all = vec![
        text("award_id", "Tildeling"),
        heading("year", "Tilskuddsår", CellKind::Whole),
        heading("status", "Status", CellKind::Word(STATUSES)),
        text("scheme", "Ordning"),
        text("scheme_name", "Ordningens navn"),
        text("budget_post", "Kapittel og post"),
    ];
    all.extend(place_headings());
    all.extend([
        text(
            "reported_organisation_number",
            "Mottakers organisasjonsnummer hos kilden",
        ),
        text("reported_number", "Mottakers kommunenummer hos kilden"),
        text("reported_name", "Mottakers navn hos kilden"),
    ]);
    all.extend(figure("applied", "Søkt"));
    all.extend(figure("granted", "Tildelt"));
    all.extend(figure("share", "Andel av programtilskudd"));
    all.extend(figure("paid", "Utbetalt"));
    all.extend([
        heading("decided_on", "Vedtatt", CellKind::Day),
        heading("use_from", "Brukes fra", CellKind::Day),
        heading("use_until", "Brukes til", CellKind::Day),
        text("payer_number", "Utbetalers organisasjonsnummer"),
        text("payer", "Utbetaler"),
        text("also_reported_by", "Rapporteres også av"),
        text("source", "Kilde"),
        text("record_id", "Kildens betegnelse"),
        heading("changed_at", "Endret hos kilden", CellKind::Instant),
        heading("received_at", "Mottatt", CellKind::Instant),
    ]);
    all.extend(with_vanished.then(|| heading("vanished_at", "Ikke lenger ført av kilden siden", CellKind::Instant)));
    all
}

impl AwardRows {
    pub fn new(pages: AwardPages, subset: &Subset) -> Self {
        Self {
            pages,
            subset: subset.clone(),
            vanished: 0,
        }
    }

    pub fn headings(&self) -> Vec<Heading> {
        award_headings(self.subset.with_vanished)
    }

    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<ExportRow>>, ExportError> {
        let Some(holders) = self.pages.next(asker).await? else {
            return Ok(None);
        };
        let mut rows = Vec::new();
        for Holder { place, awards } in holders {
            let (mut listed, gone): (Vec<_>, Vec<_>) = awards
                .into_iter()
                .filter(|award| self.subset.finds(&names(award)))
                .partition(|award| self.subset.with_vanished || award.vanished_at.is_none());
            self.vanished += u64::try_from(gone.len()).unwrap_or(u64::MAX);
            if let Some(order) = self.subset.order {
                sort_awards(&mut listed, order, key);
            }
            rows.extend(listed.iter().map(|award| self.row(&place, award)));
        }
        Ok(Some(rows))
    }

    fn row(&self, place: &PlaceAnswer, award: &AwardAnswer) -> ExportRow {
        let mut row = award_row(place, award);
        if self.subset.with_vanished {
            row.push(award.vanished_at.into());
        }
        row
    }

    pub fn learnt(&self) -> Learnt {
        Learnt {
            remarks: vanished(self.vanished),
            missing: Vec::new(),
        }
    }
}

/// What is said of awards that their sources no longer list.
pub fn vanished(count: u64) -> Vec<String> {
    let text = format!(
        "{} som kilden ikke lenger fører, er ikke med",
        counted(count, ["tildeling", "tildelinger"])
    );
    (count > 0).then_some(text).into_iter().collect()
}

/// Everything of an award that somebody may look for.
fn names(award: &AwardAnswer) -> [Option<&str>; 7] {
    let (reported, provenance) = (&award.recipient_as_reported, &award.provenance);
    [
        award.scheme.as_ref().map(|scheme| scheme.name.as_str()),
        Some(&award.budget_post.label),
        reported.name.as_deref(),
        reported.number.as_deref(),
        reported.organisation_number.as_deref(),
        Some(&provenance.source.name),
        Some(&provenance.record_id),
    ]
}

fn key(award: &AwardAnswer) -> AwardKey<'_> {
    AwardKey {
        year: award.year,
        scheme: award.scheme.as_ref().map(|scheme| scheme.name.as_str()),
        granted: award.granted.amount,
        paid: award.paid.amount,
    }
}

/// Granted and share: an amount stands in one of them, so that no sum of a column counts it twice.
pub fn granted_and_share(award: &AwardAnswer) -> [FigureAnswer; 2] {
    if award.status == SHARE {
        [FigureAnswer::not_applicable(), award.granted.clone()]
    } else {
        [award.granted.clone(), FigureAnswer::not_applicable()]
    }
}

/// Applied, granted, share and paid. Of an award that its source no longer lists there are none: it is in no sum.
fn figures(award: &AwardAnswer) -> [FigureAnswer; 4] {
    if award.vanished_at.is_some() {
        return std::array::from_fn(|_| FigureAnswer::no_longer_listed());
    }
    let [granted, share] = granted_and_share(award);
    [award.applied.clone(), granted, share, award.paid.clone()]
}

fn award_row(place: &PlaceAnswer, award: &AwardAnswer) -> ExportRow {
    let scheme = award.scheme.as_ref().map(super::pages::SchemeAnswer::named);
    let reported = &award.recipient_as_reported;
    let others: Vec<&str> = award
        .also_reported_by
        .iter()
        .map(|other| other.source.id.as_str())
        .collect();
    let [applied, granted, share, paid] = figures(award);
    let mut row: ExportRow = vec![(&award.id).into(), award.year.into(), (&award.status).into()];
    row.extend(named_cells(scheme.as_ref()));
    row.push((&award.budget_post.label).into());
    row.extend(PlaceAnswer::cells(Some(place)));
    row.extend([
        reported.organisation_number.as_ref().into(),
        reported.number.as_ref().into(),
        reported.name.as_ref().into(),
    ]);
    for stated in [applied, granted, share, paid] {
        row.extend(stated.cells());
    }
    row.extend::<[CellValue; 3]>([award.decided_on.into(), award.use_from.into(), award.use_until.into()]);
    row.extend(body_cells(award.payer.as_ref()));
    row.push((!others.is_empty()).then(|| others.join(" ")).into());
    let provenance = &award.provenance;
    row.extend([
        (&provenance.source.id).into(),
        (&provenance.record_id).into(),
        provenance.changed_at.into(),
        provenance.received_at.into(),
    ]);
    row
}

/// Every payment that a source dates.
pub struct PaymentRows {
    pages: AwardPages,
    /// The calendar year of the payments; all where it is none.
    year: Option<i16>,
    /// Whether the newest come first; otherwise award by award.
    newest_first: bool,
    vanished: u64,
    /// Awards of which something was paid, and no day is known.
    undated: u64,
}

pub fn payment_headings() -> Vec<Heading> {
    let text = |name: &str, title: &str| heading(name, title, CellKind::Text);
    let mut all = vec![
        text("award_id", "Tildeling"),
        heading("year", "Tilskuddsår", CellKind::Whole),
        heading("paid_on", "Utbetalt dag", CellKind::Day),
        heading("amount_kr", "Beløp (kr)", CellKind::Amount),
        text("reference", "Referanse"),
        text("scheme", "Ordning"),
        text("scheme_name", "Ordningens navn"),
        text("budget_post", "Kapittel og post"),
    ];
    all.extend(place_headings());
    all.extend([
        text("payer_number", "Utbetalers organisasjonsnummer"),
        text("payer", "Utbetaler"),
        text("source", "Kilde"),
    ]);
    all
}

impl PaymentRows {
    pub fn new(pages: AwardPages, subset: &Subset) -> Self {
        Self {
            pages,
            year: subset.year,
            newest_first: subset.order == Some(RowOrder::Newest),
            vanished: 0,
            undated: 0,
        }
    }

    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<ExportRow>>, ExportError> {
        let Some(holders) = self.pages.next(asker).await? else {
            return Ok(None);
        };
        let mut found = Vec::new();
        for Holder { place, awards } in &holders {
            for award in awards {
                if award.vanished_at.is_some() {
                    self.vanished += 1;
                } else {
                    self.undated += u64::from(self.is_undated(award));
                    found.extend(self.of_award(place, award));
                }
            }
        }
        if self.newest_first {
            found.sort_by_key(|(key, _)| *key);
        }
        Ok(Some(found.into_iter().map(|(_, row)| row).collect()))
    }

    fn is_undated(&self, award: &AwardAnswer) -> bool {
        let is_asked = self.year.is_none_or(|year| i32::from(year) == award.year);
        let is_paid = award.paid.amount.is_some_and(|amount| amount.get() != 0);
        is_asked && is_paid && award.disbursements.is_empty()
    }

    /// Its payments, each with what puts the newest first.
    fn of_award<'a>(&self, place: &PlaceAnswer, award: &'a AwardAnswer) -> Vec<((Reverse<Date>, &'a str), ExportRow)> {
        let scheme = award.scheme.as_ref().map(super::pages::SchemeAnswer::named);
        let is_asked = |on: Date| self.year.is_none_or(|year| on.year() == year);
        let payments = award.disbursements.iter().filter(|payment| is_asked(payment.on));
        payments
            .map(|payment| {
                let mut row: ExportRow = vec![
                    (&award.id).into(),
                    award.year.into(),
                    payment.on.into(),
                    payment.amount.into(),
                    payment.reference.as_ref().into(),
                ];
                row.extend(named_cells(scheme.as_ref()));
                row.push((&award.budget_post.label).into());
                row.extend(PlaceAnswer::cells(Some(place)));
                row.extend(body_cells(award.payer.as_ref()));
                row.push((&award.provenance.source.id).into());
                ((Reverse(payment.on), award.id.as_str()), row)
            })
            .collect()
    }

    pub fn learnt(&self) -> Learnt {
        let undated = format!(
            "{} er utbetalt uten at kilden oppgir dagene; beløpene står blant tildelingene",
            counted(self.undated, ["tildeling", "tildelinger"])
        );
        Learnt {
            remarks: vanished(self.vanished),
            missing: (self.undated > 0).then_some(undated).into_iter().collect(),
        }
    }
}
