//! Says in canonical words what Udir says in its own, record by record. Pure.

use std::fmt;

use jiff::Timestamp;
use programgrant_contract::json::{self, Field, Flaw, shortened};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Payer, Record, RecordId, ReportedRecipient,
    SetAside,
};
use serde_json::value::RawValue;

use crate::amount;
use crate::wire::{Mottaker, Ordning, Tildeling, Utbetaling};

/// Udir's own organisation number: it pays what it grants.
pub const UDIR: &str = "970018131";

/// Every status word that there is.
pub const STATUS_WORDS: [(&str, AwardStatus); 7] = [
    ("SOKT", AwardStatus::Applied),
    ("INNVILGET", AwardStatus::Granted),
    ("AVSLATT", AwardStatus::Refused),
    ("TRUKKET", AwardStatus::Withdrawn),
    ("UTBETALT", AwardStatus::Paid),
    ("TILBAKEBETALT", AwardStatus::Repaid),
    ("INNGAR_I_PROGRAM", AwardStatus::InProgramme),
];

/// Where a record stands in the answers for one year.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub year: i16,
    pub page: u32,
    /// From 1.
    pub item: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, page {}, item {}", self.year, self.page, self.item)
    }
}

/// The record, or why it is set aside.
pub fn translate(item: &RawValue, place: Place) -> Result<Record, Box<SetAside>> {
    match json::object::<Tildeling<'_>>(item.get()) {
        Some(item) => read(&item, place.year).map_err(|flaw| Box::new(set_aside(&item, place, &flaw))),
        None => Err(Box::new(SetAside {
            year: Some(place.year),
            ..SetAside::at(place.to_string(), "the record is no readable object")
        })),
    }
}

fn read(item: &Tildeling<'_>, asked: i16) -> Result<Record, Flaw> {
    let id = id(item)?;
    let post = post(item)?;
    let tilskuddsaar = Field::new("tilskuddsaar", item.tilskuddsaar);
    let year = tilskuddsaar.required(Field::year)?;
    if year != asked {
        return Err(tilskuddsaar.flaw(&format!("is not the year that was asked for, {asked}")));
    }
    let recipient = recipient(&Field::new("mottaker", item.mottaker).required(Field::object)?)?;
    let status = status(item)?;
    let changed_at = Field::new("sistEndret", item.sist_endret).required(Field::instant)?;
    let award = AwardStatement {
        award: id.clone(),
        post,
        activity: None,
        year,
        recipient,
        status,
        // The interface has no place for what was applied for.
        applied: Figure::NotApplicable,
        granted: amount::kroner(&Field::new("beregnetBelop", item.beregnet_belop))?.into(),
        paid: amount::kroner(&Field::new("utbetaltBelop", item.utbetalt_belop))?.into(),
        decided_on: Field::new("vedtaksdato", item.vedtaksdato).date()?,
        use_from: None,
        use_until: None,
        report_due: None,
        target_group: None,
        payer: payer(status),
        disbursements: disbursements(item)?,
    };
    Ok(Record {
        id: RecordId::new(id.clone()),
        reference: id,
        revision: Some(changed_at.as_microsecond()),
        changed_at: Some(changed_at),
        item: None,
        content: Content::Award(award),
    })
}

fn id(item: &Tildeling<'_>) -> Result<String, Flaw> {
    let field = Field::new("id", item.id);
    let id = field.required(Field::text)?;
    if id.trim().is_empty() {
        Err(field.flaw("is blank"))
    } else {
        Ok(id)
    }
}

fn post(item: &Tildeling<'_>) -> Result<BudgetPost, Flaw> {
    let field = Field::new("ordning", item.ordning);
    let ordning: Ordning<'_> = field.required(Field::object)?;
    let chapter = Field::new("ordning.kapittel", ordning.kapittel).required(Field::text)?;
    let post = Field::new("ordning.post", ordning.post).required(Field::text)?;
    BudgetPost::parse(&chapter, &post).map_err(|_| field.flaw("is no chapter and post"))
}

fn recipient(mottaker: &Mottaker<'_>) -> Result<ReportedRecipient, Flaw> {
    let [organisation_number, number, name] = recipient_fields(mottaker).map(|field| field.label());
    Ok(ReportedRecipient {
        organisation_number: organisation_number?,
        number: number?,
        name: name?,
    })
}

fn recipient_fields<'a>(mottaker: &Mottaker<'a>) -> [Field<'a>; 3] {
    [
        Field::new("mottaker.orgnr", mottaker.orgnr),
        Field::new("mottaker.kommunenummer", mottaker.kommunenummer),
        Field::new("mottaker.navn", mottaker.navn),
    ]
}

fn status(item: &Tildeling<'_>) -> Result<AwardStatus, Flaw> {
    let field = Field::new("status", item.status);
    let word = field.required(Field::text)?;
    let known = STATUS_WORDS.iter().find(|(known, _)| *known == word);
    known
        .map(|(_, status)| *status)
        .ok_or_else(|| field.flaw("is no status"))
}

/// Udir pays what it reports, except a share of the pot.
pub fn payer(status: AwardStatus) -> Option<Payer> {
    (status != AwardStatus::InProgramme).then(|| Payer {
        organisation_number: UDIR.to_owned(),
    })
}

fn disbursements(item: &Tildeling<'_>) -> Result<Vec<Disbursement>, Flaw> {
    let payments = Field::new("utbetalinger", item.utbetalinger)
        .list::<&RawValue>()?
        .unwrap_or_default();
    let read = |payment: &Field<'_>| {
        let utbetaling: Utbetaling<'_> = payment.required(Field::object)?;
        Ok(Disbursement {
            on: payment.within("dato", utbetaling.dato).required(Field::date)?,
            amount: payment.within("belop", utbetaling.belop).required(amount::kroner)?,
            reference: payment.within("referanse", utbetaling.referanse).label()?,
        })
    };
    payments.iter().map(read).collect()
}

/// Keeps what can still be told of a record that cannot be read.
fn set_aside(item: &Tildeling<'_>, place: Place, flaw: &Flaw) -> SetAside {
    let id = id(item).ok();
    let place_and_id = match &id {
        Some(id) => format!("{place} (id {})", shortened(id)),
        None => place.to_string(),
    };
    let recipient = Field::new("mottaker", item.mottaker)
        .object()
        .ok()
        .flatten()
        .map(|mottaker| {
            let [organisation_number, number, name] =
                recipient_fields(&mottaker).map(|field| field.label().unwrap_or_default());
            ReportedRecipient {
                organisation_number,
                number,
                name,
            }
        });
    let year = match Field::new("tilskuddsaar", item.tilskuddsaar).year() {
        // It says one year and stands under another: nobody can tell which is meant.
        Ok(Some(stated)) if stated != place.year => None,
        _ => Some(place.year),
    };
    let changed_at = Field::new("sistEndret", item.sist_endret).instant().ok().flatten();
    SetAside {
        record: id.map(RecordId::new),
        revision: changed_at.map(Timestamp::as_microsecond),
        changed_at,
        recipient: recipient.unwrap_or_default(),
        post: post(item).ok(),
        year,
        ..SetAside::at(place_and_id, flaw.to_string())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use programgrant_schema::Ore;

    use super::*;
    use crate::wire::Page;

    fn items(page: &str) -> Vec<Result<Record, Box<SetAside>>> {
        let page: Page<'_> = json::object(page).expect("a page");
        let place = |index| Place {
            year: 2021,
            page: 1,
            item: index + 1,
        };
        page.tildelinger
            .iter()
            .enumerate()
            .map(|(index, item)| translate(item, place(index)))
            .collect()
    }

    fn stated(ore: i64) -> Figure {
        Figure::Stated(Ore::new(ore).expect("in range"))
    }

    #[test]
    fn the_documented_page_reads_as_documented() {
        let records = items(include_str!("../fixtures/page-as-documented.json"));
        let bamble = ReportedRecipient {
            organisation_number: Some("940244145".into()),
            number: Some("3813".into()),
            name: Some("Bamble".into()),
        };
        let share = AwardStatement {
            award: "9d7c1f0e-52c1-4d3a-9a55-0c6f3f1b2a10".into(),
            post: BudgetPost::new(231, 63),
            activity: None,
            year: 2021,
            recipient: bamble,
            status: AwardStatus::InProgramme,
            applied: Figure::NotApplicable,
            granted: stated(41_200_000),
            paid: stated(0),
            decided_on: Some(date(2021, 3, 4)),
            use_from: None,
            use_until: None,
            report_due: None,
            target_group: None,
            payer: None,
            disbursements: Vec::new(),
        };
        let paid = AwardStatement {
            award: "0b0f5a52-6a4e-4f1c-8a1e-53d0a2b1c9aa".into(),
            post: BudgetPost::new(226, 64),
            status: AwardStatus::Paid,
            granted: stated(247_500_050),
            paid: stated(247_500_050),
            decided_on: Some(date(2021, 1, 20)),
            payer: Some(Payer {
                organisation_number: "970018131".into(),
            }),
            disbursements: vec![Disbursement {
                on: date(2021, 2, 10),
                amount: Ore::new(247_500_050).expect("in range"),
                reference: Some("UD-21-000417".into()),
            }],
            ..share.clone()
        };
        let record = |award: AwardStatement, changed_at: &str, revision| {
            let id = award.award.clone();
            let changed_at = Some(changed_at.parse().expect("an instant"));
            Ok(Record {
                id: RecordId::new(id.clone()),
                reference: id,
                revision: Some(revision),
                changed_at,
                item: None,
                content: Content::Award(award),
            })
        };
        assert_eq!(
            records,
            [
                record(share, "2021-03-04T08:12:44Z", 1_614_845_564_000_000),
                record(paid, "2021-02-11T05:00:00Z", 1_613_019_600_000_000)
            ]
        );
    }

    #[test]
    fn absent_and_null_are_the_same_and_neither_is_zero() {
        let records = items(include_str!("../fixtures/absent-and-null.json"));
        let awards: Vec<_> = records
            .into_iter()
            .map(|record| match record.expect("readable").content {
                Content::Award(award) => AwardStatement {
                    award: String::new(),
                    ..award
                },
                other => panic!("no award: {other:?}"),
            })
            .collect();
        assert_eq!(awards[0], awards[1]);
        let award = &awards[0];
        assert_eq!(
            (award.granted, award.paid, award.decided_on),
            (Figure::NotDelivered, Figure::NotDelivered, None)
        );
        assert_eq!(
            (&award.recipient, award.disbursements.len()),
            (&ReportedRecipient::default(), 0)
        );
        let texts = &awards[2].recipient;
        assert_eq!(
            (texts.number.as_deref(), texts.organisation_number.as_deref()),
            (Some("0814"), Some("not a number at all"))
        );
        assert_eq!(
            (awards[2].post, awards[2].granted),
            (BudgetPost::new(231, 66), stated(0))
        );
    }

    #[test]
    fn every_bad_record_is_set_aside_alone_with_place_and_reason() {
        let told: Vec<String> = items(include_str!("../fixtures/bad-records.json"))
            .into_iter()
            .map(|item| match item {
                Ok(record) => format!("{} is good", record.id),
                Err(aside) => {
                    assert!(aside.reason.chars().count() <= 200, "{}", aside.reason);
                    let whereabouts = [
                        aside.record.is_some().then_some("id"),
                        aside.recipient.organisation_number.is_some().then_some("recipient"),
                        aside.post.is_some().then_some("post"),
                        aside.year.is_some().then_some("year"),
                    ];
                    format!(
                        "{}: {} [{}]",
                        aside.place,
                        aside.reason,
                        whereabouts.into_iter().flatten().collect::<Vec<_>>().join(" ")
                    )
                }
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        good is good
        2021, page 1, item 2 (id no-ordning): ordning is missing [id recipient year]
        2021, page 1, item 3 (id post-as-number): ordning.post: 63 is no text [id recipient year]
        2021, page 1, item 4 (id post-of-letters): ordning: {"kapittel":"231","post":"6x"} is no chapter and post [id recipient year]
        2021, page 1, item 5 (id no-year): tilskuddsaar is missing [id recipient post year]
        2021, page 1, item 6 (id year-as-text): tilskuddsaar: "2021" is no year [id recipient post year]
        2021, page 1, item 7 (id another-year): tilskuddsaar: 2020 is not the year that was asked for, 2021 [id recipient post]
        2021, page 1, item 8 (id no-recipient): mottaker is missing [id post year]
        2021, page 1, item 9 (id recipient-as-text): mottaker: "Bamble" is no object [id post year]
        2021, page 1, item 10 (id orgnr-as-number): mottaker.orgnr: 940244145 is no text [id post year]
        2021, page 1, item 11 (id amount-as-text): beregnetBelop: "412000.00" is no number [id recipient post year]
        2021, page 1, item 12 (id three-decimals): beregnetBelop: 0.125 has a part smaller than one øre [id recipient post year]
        2021, page 1, item 13 (id beyond-range): utbetaltBelop: 1e300 is beyond every amount [id recipient post year]
        2021, page 1, item 14 (id amount-as-object): utbetaltBelop: {"belop":1} is no number [id recipient post year]
        2021, page 1, item 15 (id no-status): status is missing [id recipient post year]
        2021, page 1, item 16 (id unknown-status): status: "HENLAGT" is no status [id recipient post year]
        2021, page 1, item 17 (id no-such-day): vedtaksdato: "2021-02-30" is no date [id recipient post year]
        2021, page 1, item 18 (id payments-as-object): utbetalinger: {} is no list [id recipient post year]
        2021, page 1, item 19 (id payment-without-amount): utbetalinger[1].belop is missing [id recipient post year]
        2021, page 1, item 20 (id payment-null): utbetalinger[0]: null is no object [id recipient post year]
        2021, page 1, item 21 (id no-change): sistEndret is missing [id recipient post year]
        2021, page 1, item 22 (id change-without-offset): sistEndret: "2021-03-04T09:12:44" is no instant with an offset [id recipient post year]
        2021, page 1, item 23: id is missing [recipient post year]
        2021, page 1, item 24: id: " " is blank [recipient post year]
        2021, page 1, item 25: id: 17 is no text [recipient post year]
        2021, page 1, item 26: the record is no readable object [year]
        2021, page 1, item 27: the record is no readable object [year]
        2021, page 1, item 28: the record is no readable object [year]
        2021, page 1, item 29: the record is no readable object [year]
        "#);
    }

    #[test]
    fn each_status_word_is_read_and_no_other() {
        let expected = [
            ("SOKT", Some(AwardStatus::Applied)),
            ("INNVILGET", Some(AwardStatus::Granted)),
            ("AVSLATT", Some(AwardStatus::Refused)),
            ("TRUKKET", Some(AwardStatus::Withdrawn)),
            ("UTBETALT", Some(AwardStatus::Paid)),
            ("TILBAKEBETALT", Some(AwardStatus::Repaid)),
            ("INNGAR_I_PROGRAM", Some(AwardStatus::InProgramme)),
            ("AVVIST", None),
            ("utbetalt", None),
            (" UTBETALT", None),
            ("", None),
        ];
        for (word, status) in expected {
            let json = format!("{{\"status\":\"{word}\"}}");
            let item: Tildeling<'_> = json::object(&json).expect("an object");
            assert_eq!(super::status(&item).ok(), status, "{word:?}");
        }
    }
}
