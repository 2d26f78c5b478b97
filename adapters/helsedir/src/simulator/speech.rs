//! Canonical records in the system's own words: the inverse of `translate`.

use std::fmt::Write as _;

use jiff::civil::DateTime;
use programgrant_schema::{AwardStatement, AwardStatus, Content, Disbursement, Figure, Record};
use quick_xml::escape::escape;

use crate::xml::{SCHEMA_INSTANCE, TILSKUDD};

/// Element names and what they hold; nothing where the system does not know.
type Fields = Vec<(&'static str, Option<String>)>;

/// An item's words, its archive reference apart.
#[derive(Clone)]
pub struct Said {
    fields: Fields,
    payments: Option<Vec<Fields>>,
}

/// How the words are written down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As the interface's own example.
    Plain,
    /// Other prefixes, CDATA, and `xsi:nil` for all that is missing.
    Dialect,
    /// With elements and attributes that nobody knows.
    Chatty,
}

/// # Panics
///
/// If the system has no words for the record.
pub fn say(record: &Record, changed: DateTime) -> Said {
    let Content::Award(award) = &record.content else {
        panic!("record {}: Helsedirektoratet's queue holds awards alone", record.id)
    };
    assert!(
        award.award == record.id.as_str(),
        "record {}: an award is its own case",
        record.id
    );
    assert!(award.year >= 1000, "record {}: {} is no year", record.id, award.year);
    let is_sum_unsaid = award.paid == Figure::NotDelivered && !award.disbursements.is_empty();
    assert!(
        !is_sum_unsaid,
        "record {}: where the payments are known, so is what is paid",
        record.id
    );
    let case = record.id.as_str();
    let payments = (!award.disbursements.is_empty()).then(|| award.disbursements.iter().map(payment).collect());
    Said {
        fields: fields(award, case, changed),
        payments,
    }
}

/// An application of which nothing came: it changes no sum.
pub fn refused_application(case: &str) -> Said {
    let mut fields = sketch(case);
    fields.extend([
        ("SoektBeloep", text("1000.00")),
        ("InnvilgetBeloep", text("0.00")),
        ("Vedtak", text("AVSLAG")),
    ]);
    Said { fields, payments: None }
}

/// An item with a decision that nobody knows.
pub fn unreadable(case: &str) -> Said {
    let mut fields = sketch(case);
    fields.push(("Vedtak", text("VENTELISTE")));
    Said { fields, payments: None }
}

fn sketch(case: &str) -> Fields {
    vec![
        ("SaksNr", text(case)),
        ("Endret", text("2021-03-01T08:00:00")),
        ("Kapittel", text("0765")),
        ("Post", text("60")),
        ("Ordning", text("BARN_UNGE")),
        ("Budsjettaar", text("2021")),
        ("MottakerOrgNr", text("940244145")),
        ("MottakerKommuneNr", text("3813")),
        ("MottakerNavn", text("Bamble")),
    ]
}

fn fields(award: &AwardStatement, case: &str, changed: DateTime) -> Fields {
    let recipient = award.recipient.clone();
    vec![
        ("SaksNr", text(case)),
        ("Endret", text(changed)),
        ("Kapittel", text(format_args!("{:04}", award.post.chapter))),
        ("Post", text(format_args!("{:02}", award.post.post))),
        ("Ordning", award.activity.clone()),
        ("Budsjettaar", text(award.year)),
        ("MottakerOrgNr", recipient.organisation_number),
        ("MottakerKommuneNr", recipient.number),
        ("MottakerNavn", recipient.name),
        (
            "ForvalterOrgNr",
            award.payer.as_ref().map(|payer| payer.organisation_number.clone()),
        ),
        ("SoektBeloep", amount(award.applied)),
        ("InnvilgetBeloep", amount(award.granted)),
        ("UtbetaltBeloep", amount(award.paid)),
        ("Vedtak", text(decision(award))),
        ("VedtaksDato", award.decided_on.map(|date| format!("{date}T00:00:00"))),
        ("BrukFra", award.use_from.map(|date| date.to_string())),
        ("BrukTil", award.use_until.map(|date| date.to_string())),
    ]
}

fn payment(payment: &Disbursement) -> Fields {
    vec![
        ("Dato", text(payment.on)),
        ("Beloep", text(payment.amount)),
        ("Referanse", payment.reference.clone()),
    ]
}

fn decision(award: &AwardStatement) -> &'static str {
    match award.status {
        AwardStatus::Applied => "MOTTATT",
        AwardStatus::Granted => match (award.granted.stated(), award.applied.stated()) {
            (Some(granted), Some(applied)) if granted < applied => "DELVIS",
            _ => "HEL",
        },
        AwardStatus::Refused => "AVSLAG",
        AwardStatus::Dismissed => "AVVIST",
        AwardStatus::Withdrawn => "TRUKKET",
        AwardStatus::Paid => "UTBETALT",
        AwardStatus::Repaid => "TILBAKEBETALT",
        AwardStatus::InProgramme => "PROGRAM",
    }
}

fn amount(figure: Figure) -> Option<String> {
    assert!(
        figure != Figure::NotApplicable,
        "the interface has a place for every amount"
    );
    figure.stated().map(|amount| amount.to_string())
}

#[expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "the fields always there stand among those that may be missing"
)]
fn text(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

/// The answer to `HentTilsagnKoe`: each item with its archive reference, where it has one.
pub fn list<'q>(items: impl Iterator<Item = (Option<&'q str>, &'q Said)>, manner: Manner) -> String {
    let (prefix, declaration) = match manner {
        Manner::Plain | Manner::Chatty => ("", format!(r#"xmlns="{TILSKUDD}" xmlns:xsi="{SCHEMA_INSTANCE}""#)),
        Manner::Dialect => (
            "hdir:",
            format!(r#"xmlns:hdir="{TILSKUDD}" xmlns:i="{SCHEMA_INSTANCE}""#),
        ),
    };
    let mut xml = format!("<{prefix}HentTilsagnKoeResponse {declaration}><{prefix}TilsagnListe>");
    for (reference, said) in items {
        let _ = write!(xml, "<{prefix}Tilsagn>");
        if let Some(reference) = reference {
            write_field(&mut xml, "ArchiveReference", Some(reference), manner);
        }
        write_fields(&mut xml, &said.fields, manner);
        if let Some(payments) = &said.payments {
            let _ = write!(xml, "<{prefix}Utbetalinger>");
            for payment in payments {
                let _ = write!(xml, "<{prefix}Utbetaling>");
                write_fields(&mut xml, payment, manner);
                let _ = write!(xml, "</{prefix}Utbetaling>");
            }
            let _ = write!(xml, "</{prefix}Utbetalinger>");
        }
        if manner == Manner::Chatty {
            xml.push_str(
                r#"<Saksbehandler rolle="leder"><Navn>N.N.</Navn><Vedtak>UKJENT</Vedtak></Saksbehandler><x:Vedtak xmlns:x="urn:x">X</x:Vedtak>"#,
            );
        }
        let _ = write!(xml, "</{prefix}Tilsagn>");
    }
    let _ = write!(xml, "</{prefix}TilsagnListe></{prefix}HentTilsagnKoeResponse>");
    xml
}

fn write_fields(xml: &mut String, fields: &Fields, manner: Manner) {
    for (name, value) in fields {
        write_field(xml, name, value.as_deref(), manner);
    }
}

fn write_field(xml: &mut String, name: &str, value: Option<&str>, manner: Manner) {
    let _ = match (value, manner) {
        (Some(value), Manner::Plain) => write!(xml, "<{name}>{}</{name}>", escape(value)),
        (Some(value), Manner::Chatty) => write!(xml, r#"<{name} kilde="sak">{}</{name}>"#, escape(value)),
        (Some(value), Manner::Dialect) => write!(
            xml,
            "<hdir:{name}><![CDATA[{}]]></hdir:{name}>",
            value.replace("]]>", "]]]]><![CDATA[>")
        ),
        (None, Manner::Dialect) => write!(xml, r#"<hdir:{name} i:nil="true"/>"#),
        // As in the interface's example: an amount not yet paid is nil, all else is left out.
        (None, Manner::Plain | Manner::Chatty) if name == "UtbetaltBeloep" => {
            write!(xml, r#"<{name} xsi:nil="true"/>"#)
        }
        (None, Manner::Plain | Manner::Chatty) => Ok(()),
    };
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use programgrant_schema::{BudgetPost, Ore, Payer, RecordId, ReportedRecipient, TargetGroup};
    use proptest::prelude::*;

    use super::*;
    use crate::{soap, translate, wire};

    fn hear(xml: &str) -> programgrant_contract::Batch {
        let soap::Body::Content(answer) = soap::open(soap::envelope(None, xml).as_bytes()).expect("an envelope") else {
            panic!("a fault")
        };
        translate::batch(&wire::items(&answer).expect("a list"))
    }

    prop_compose! {
        fn figure()(ore in prop::option::of(-Ore::MAX..=Ore::MAX)) -> Figure {
            Figure::from(ore.and_then(Ore::new))
        }
    }

    prop_compose! {
        fn day()(day in prop::option::of(0i32..20_000)) -> Option<Date> {
            day.map(|day| date(1990, 1, 1).saturating_add(jiff::Span::new().days(day)))
        }
    }

    fn text() -> impl Strategy<Value = Option<String>> {
        prop::option::of("[!-~æøåÆØÅ–]( ?[!-~æøå\\]>&<]){0,20}")
    }

    fn status() -> impl Strategy<Value = AwardStatus> {
        use AwardStatus::{Applied, Dismissed, Granted, InProgramme, Paid, Refused, Repaid, Withdrawn};
        prop::sample::select(vec![
            Applied,
            Granted,
            Refused,
            Dismissed,
            Withdrawn,
            Paid,
            Repaid,
            InProgramme,
        ])
    }

    prop_compose! {
        fn award()(
            (year, status) in (1990i16..2100, status()),
            (applied, granted, paid) in (figure(), figure(), figure()),
            (decided_on, use_from, use_until) in (day(), day(), day()),
            (organisation_number, number, name, payer, reference) in (text(), text(), text(), text(), text()),
            group in prop::option::of(prop::sample::select(vec![
                ("BARN_UNGE", TargetGroup::ChildrenAndYoung), ("VOKSNE", TargetGroup::Adults), ("FELLES", TargetGroup::All),
            ])),
        ) -> AwardStatement {
            // A period runs forwards.
            let (use_from, use_until) = if use_until < use_from { (use_until, use_from) } else { (use_from, use_until) };
            let disbursement = paid.stated().zip(decided_on).map(|(amount, on)| Disbursement { on, amount, reference });
            AwardStatement {
                award: "21/1".to_owned(),
                post: BudgetPost::new(765, 60),
                activity: group.map(|(word, _)| word.to_owned()),
                year,
                recipient: ReportedRecipient { organisation_number, number, name },
                status,
                applied,
                granted,
                paid,
                decided_on,
                use_from,
                use_until,
                report_due: None,
                target_group: group.map(|(_, group)| group),
                payer: payer.map(|organisation_number| Payer { organisation_number }),
                disbursements: disbursement.into_iter().collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_said_in_any_manner_is_heard(award in award(), reference in "[!-~]{1,12}") {
            let content = Content::Award(award);
            let record = Record { id: RecordId::new("21/1"), reference: "21/1".to_owned(), revision: None, changed_at: None, item: None, content };
            let said = say(&record, date(2021, 4, 29).at(13, 5, 0, 0));
            for manner in [Manner::Plain, Manner::Dialect, Manner::Chatty] {
                let batch = hear(&list([(Some(reference.as_str()), &said)].into_iter(), manner));
                prop_assert_eq!(&batch.set_aside, &[]);
                prop_assert_eq!(&batch.records[0].content, &record.content);
                prop_assert_eq!(batch.receipt, Some(programgrant_contract::Receipt(vec![reference.clone()])));
            }
        }
    }
}
