//! The case officers' desk: a case becomes the records that the scheme's system would have of it, numbered and dated by rule.
//!
//! It says only what the system has a place for, so that each simulator can say it.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Correction, Disbursement, Figure, MunicipalityNumber, Ore,
    Organisations, Payer, Payment, Record, RecordId, ReportedRecipient, SourceId, TargetGroup,
};

use super::case::Case;
use super::drawn;
use crate::demo::systems;

const UDIR: &str = "970018131";
const HELSEDIR: &str = "983544622";
const BUFDIR: &str = "986128433";

/// Numbers cases and files what is said of them.
pub struct Desk {
    organisations: Organisations,
    handed_out: BTreeMap<(SourceId, i16), u32>,
    records: BTreeMap<SourceId, Vec<Record>>,
}

impl Desk {
    pub fn new() -> Self {
        let organisations = Organisations::built_in().expect("the built-in directory is sound");
        Self {
            organisations,
            handed_out: BTreeMap::new(),
            records: systems::ALL.map(|source| (source, Vec::new())).into(),
        }
    }

    pub fn into_records(self) -> BTreeMap<SourceId, Vec<Record>> {
        self.records
    }

    pub fn file(&mut self, source: SourceId, records: impl IntoIterator<Item = Record>) {
        self.records.entry(source).or_default().extend(records);
    }

    /// Files what the system has of the case; `amend` may change it first.
    pub fn tell_amended(&mut self, case: &Case, amend: impl FnOnce(&mut AwardStatement)) {
        let number = self.next(case.source, case.year);
        let mut award = self.award(case, number);
        amend(&mut award);
        let records = if case.source == systems::NAV {
            self.vouchers(case, award)
        } else {
            vec![one_record(case, award, number)]
        };
        self.file(case.source, records);
    }

    pub fn tell(&mut self, case: &Case) {
        self.tell_amended(case, |_| {});
    }

    /// NAV's correction of what is paid for that year, booked on that day.
    pub fn correct(
        &mut self,
        year: i16,
        post: BudgetPost,
        recipient: ReportedRecipient,
        target_group: TargetGroup,
        (on, amount): (Date, Ore),
    ) {
        let number = self.next(systems::NAV, on.year());
        let voucher = key(systems::NAV, post, on.year(), number);
        let disbursement = Disbursement {
            on,
            amount,
            reference: Some(voucher.clone()),
        };
        let correction = Correction {
            post,
            year,
            recipient: nameless(recipient),
            target_group: Some(target_group),
            disbursement,
        };
        self.file(
            systems::NAV,
            [voucher_record(&voucher, "KR", Content::Correction(correction))],
        );
    }

    fn next(&mut self, source: SourceId, year: i16) -> u32 {
        let handed_out = self.handed_out.entry((source, year)).or_default();
        *handed_out += 1;
        *handed_out
    }

    /// What all systems would say alike, in the words of the one that says it.
    fn award(&self, case: &Case, number: u32) -> AwardStatement {
        let (status, key) = (case.outcome.status(), key(case.source, case.post, case.year, number));
        let (decided, months) = case.months;
        let granted = case.outcome.granted();
        let paid_months = match status {
            AwardStatus::Paid => months,
            // Helsedirektoratet's governors pay half of every other award before the rest is due.
            AwardStatus::Granted if case.source == systems::HELSEDIR && number % 2 == 1 => &months[..1],
            _ => &[],
        };
        let parts = granted
            .and_then(|granted| granted.split(&vec![1; months.len()]))
            .unwrap_or_default();
        let disbursements: Vec<Disbursement> = paid_months
            .iter()
            .zip(parts)
            .enumerate()
            .map(|(index, (month, amount))| Disbursement {
                on: day(case.year, *month, number),
                amount,
                reference: Some(payment_reference(case, &key, number, index + 1)),
            })
            .collect();
        let paid = Ore::checked_sum(disbursements.iter().map(|disbursement| disbursement.amount));
        AwardStatement {
            award: key,
            post: case.post,
            activity: case.activity.clone(),
            year: case.year,
            recipient: case.recipient.clone(),
            status,
            applied: if case.source == systems::UDIR {
                Figure::NotApplicable
            } else {
                case.outcome.applied().into()
            },
            // Udir calculates; it has no amount for what it did not grant.
            granted: granted
                .filter(|granted| {
                    *granted != Ore::ZERO || case.source != systems::UDIR || status == AwardStatus::InProgramme
                })
                .into(),
            // Helsedirektoratet leaves open what is not paid yet; a share is never paid by the scheme's own system.
            paid: match (status.is_granted(), case.source) {
                (true, systems::HELSEDIR) if disbursements.is_empty() => Figure::NotDelivered,
                (true, _) => paid.into(),
                (false, _) => {
                    if status == AwardStatus::InProgramme {
                        Figure::Stated(Ore::ZERO)
                    } else {
                        Figure::NotDelivered
                    }
                }
            },
            decided_on: (status != AwardStatus::Applied).then(|| day(case.year, decided, number)),
            use_from: case.period.map(|(from, _)| from),
            use_until: case.period.map(|(_, until)| until),
            report_due: Self::report_due(case, status),
            target_group: Self::target_group(case),
            payer: self.payer(case, status),
            disbursements,
        }
    }

    /// Bufdir alone says when it wants a report on what it granted: three months after the year.
    fn report_due(case: &Case, status: AwardStatus) -> Option<Date> {
        let is_asked = case.source == systems::BUFDIR && status.is_granted();
        is_asked.then(|| date(case.year + 1, 4, 1))
    }

    /// In Helsedirektoratet's system the activity says whom it is for; Udir's and Bufdir's have no place for it.
    fn target_group(case: &Case) -> Option<TargetGroup> {
        match (case.source, case.activity.as_deref()) {
            (systems::NAV, _) => case.target_group,
            (systems::HELSEDIR, Some("BARN_UNGE")) => Some(TargetGroup::ChildrenAndYoung),
            (systems::HELSEDIR, Some("VOKSNE")) => Some(TargetGroup::Adults),
            (systems::HELSEDIR, Some(_)) => Some(TargetGroup::All),
            _ => None,
        }
    }

    /// Who pays what the system grants; a share is paid by whoever pays the pot.
    fn payer(&self, case: &Case, status: AwardStatus) -> Option<Payer> {
        let number = match case.source {
            _ if status == AwardStatus::InProgramme => return None,
            systems::UDIR => UDIR.to_owned(),
            systems::BUFDIR => BUFDIR.to_owned(),
            systems::HELSEDIR => {
                let number: Option<MunicipalityNumber> =
                    case.recipient.number.as_deref().and_then(|number| number.parse().ok());
                let governor = number.and_then(|number| self.organisations.county_governor(number));
                governor.map_or_else(|| HELSEDIR.to_owned(), |governor| governor.to_string())
            }
            _ => return None,
        };
        Some(Payer {
            organisation_number: number,
        })
    }

    /// NAV says it row by row: the application, the decision, the payments.
    fn vouchers(&mut self, case: &Case, award: AwardStatement) -> Vec<Record> {
        let award = AwardStatement {
            recipient: nameless(award.recipient.clone()),
            ..award
        };
        let voucher = award.award.clone();
        let said = |kind: &str, statement: AwardStatement| voucher_record(&voucher, kind, Content::Award(statement));
        let bare = AwardStatement {
            paid: Figure::NotDelivered,
            disbursements: Vec::new(),
            ..award.clone()
        };
        let application = AwardStatement {
            status: AwardStatus::Applied,
            granted: Figure::NotDelivered,
            decided_on: None,
            ..bare.clone()
        };
        let decision = AwardStatement {
            granted: Figure::NotApplicable,
            ..bare.clone()
        };
        match award.status {
            AwardStatus::InProgramme => {
                let key = format!("{voucher}/PR");
                vec![said(
                    "PR",
                    AwardStatement {
                        award: key,
                        applied: Figure::NotApplicable,
                        paid: Figure::NotApplicable,
                        ..bare
                    },
                )]
            }
            AwardStatus::Applied => vec![said("SO", application)],
            AwardStatus::Refused | AwardStatus::Dismissed => vec![said("SO", application), said("AV", decision)],
            AwardStatus::Withdrawn => vec![said("SO", application), said("TR", decision)],
            AwardStatus::Granted | AwardStatus::Paid | AwardStatus::Repaid => {
                let grant = AwardStatement {
                    status: AwardStatus::Granted,
                    applied: Figure::NotDelivered,
                    ..bare
                };
                let mut rows = vec![said("SO", application), said("IN", grant)];
                rows.extend(
                    award
                        .disbursements
                        .iter()
                        .map(|disbursement| self.payment(case, &award, disbursement)),
                );
                rows
            }
        }
    }

    fn payment(&mut self, case: &Case, award: &AwardStatement, disbursement: &Disbursement) -> Record {
        let voucher = key(systems::NAV, case.post, case.year, self.next(systems::NAV, case.year));
        let payment = Payment {
            award: award.award.clone(),
            post: award.post,
            year: award.year,
            recipient: award.recipient.clone(),
            target_group: award.target_group,
            disbursement: Disbursement {
                reference: Some(voucher.clone()),
                ..disbursement.clone()
            },
        };
        voucher_record(&voucher, "TU", Content::Payment(payment))
    }
}

/// Case numbers in the manner of each system.
fn key(source: SourceId, post: BudgetPost, year: i16, number: u32) -> String {
    match source {
        systems::UDIR => {
            let words = [post.to_string(), year.to_string(), number.to_string()];
            let (high, low) = (
                drawn(&[&words[0], &words[1], &words[2]]),
                drawn(&[&words[2], &words[1], &words[0]]),
            );
            let (middle, tail) = (low >> 48 & 0x0fff, low & 0xffff_ffff_ffff);
            // A UUID of version 8: made by rule.
            format!(
                "{:08x}-{:04x}-8{:03x}-8{middle:03x}-{tail:012x}",
                high >> 32,
                high >> 16 & 0xffff,
                high & 0x0fff
            )
        }
        systems::NAV => format!("7{:02}{number:05}", year % 100),
        systems::HELSEDIR => format!("{:02}/{}", year % 100, 1000 + number),
        systems::BUFDIR => format!("BUF-{year}-{number:05}"),
        _ => format!("{year}-{number}"),
    }
}

/// Udir numbers its payments by year; the others by case.
fn payment_reference(case: &Case, key: &str, number: u32, instalment: usize) -> String {
    if case.source == systems::UDIR {
        format!("UD-{:02}-{number:06}-{instalment}", case.year % 100)
    } else {
        format!("{key}-{instalment}")
    }
}

/// A day of the month that depends on the case alone.
fn day(year: i16, month: i8, number: u32) -> Date {
    let day = i8::try_from(1 + number % 28).unwrap_or(1);
    date(year, month, day)
}

/// NAV's rows have no column for a name.
fn nameless(recipient: ReportedRecipient) -> ReportedRecipient {
    ReportedRecipient {
        name: None,
        ..recipient
    }
}

fn voucher_record(voucher: &str, kind: &str, content: Content) -> Record {
    Record {
        id: RecordId::new(format!("{voucher}/{kind}")),
        reference: voucher.to_owned(),
        revision: None,
        changed_at: None,
        item: None,
        content,
    }
}

/// A system that keeps one record for a case: it changed on the morning after the last thing that happened.
fn one_record(case: &Case, award: AwardStatement, number: u32) -> Record {
    let paid = award.disbursements.iter().map(|disbursement| disbursement.on).max();
    let last = paid.max(award.decided_on).unwrap_or_else(|| day(case.year, 2, number));
    let minute = i8::try_from(number % 60).unwrap_or(0);
    let changed_at: Option<Timestamp> = Offset::UTC
        .to_timestamp(last.saturating_add(1.day()).at(6, minute, 7, 0))
        .ok();
    Record {
        id: RecordId::new(award.award.clone()),
        reference: award.award.clone(),
        revision: changed_at.map(Timestamp::as_microsecond),
        changed_at,
        item: None,
        content: Content::Award(award),
    }
}
