//! What is said of a record, as a column holds it. A statement of an award is the array of its parts in a fixed order, a third as long as
//! the object that it is elsewhere, and read in one pass; anything else is that object, and so are the awards of older stores.

use std::fmt;

use jiff::civil::Date;
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Ore, Payer, ReportedRecipient, TargetGroup,
};
use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::store::json;

/// The order is the format: nothing in it moves, and what is new comes last, with a default.
#[derive(Serialize, Deserialize)]
struct Packed<Text, Moved>(
    Text,
    (u16, u16),
    Option<Text>,
    i16,
    [Option<Text>; 3],
    AwardStatus,
    [Amount; 3],
    [Option<Day>; 3],
    Option<TargetGroup>,
    Option<Text>,
    Moved,
    /// When the report is due; older rows end before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    Option<Day>,
);

pub(super) fn write(content: &Content) -> String {
    let Content::Award(said) = content else {
        return json(content);
    };
    let recipient = &said.recipient;
    json(&Packed(
        said.award.as_str(),
        (said.post.chapter, said.post.post),
        said.activity.as_deref(),
        said.year,
        [
            recipient.organisation_number.as_deref(),
            recipient.number.as_deref(),
            recipient.name.as_deref(),
        ],
        said.status,
        [said.applied, said.granted, said.paid].map(Amount),
        [said.decided_on, said.use_from, said.use_until].map(|day| day.map(Day)),
        said.target_group,
        said.payer.as_ref().map(|payer| payer.organisation_number.as_str()),
        said.disbursements.as_slice(),
        said.report_due.map(Day),
    ))
}

pub(super) fn read(text: &str) -> Result<Content, serde_json::Error> {
    if !text.starts_with('[') {
        return serde_json::from_str(text);
    }
    let Packed(award, post, activity, year, recipient, status, amounts, days, target_group, payer, moved, report_due) =
        serde_json::from_str::<Packed<String, Vec<Disbursement>>>(text)?;
    let [organisation_number, number, name] = recipient;
    let [applied, granted, paid] = amounts.map(|Amount(figure)| figure);
    let [decided_on, use_from, use_until] = days.map(|day| day.map(|Day(date)| date));
    Ok(Content::Award(AwardStatement {
        award,
        post: BudgetPost::new(post.0, post.1),
        activity,
        year,
        recipient: ReportedRecipient {
            organisation_number,
            number,
            name,
        },
        status,
        applied,
        granted,
        paid,
        decided_on,
        use_from,
        use_until,
        report_due: report_due.map(|Day(date)| date),
        target_group,
        payer: payer.map(|organisation_number| Payer { organisation_number }),
        disbursements: moved,
    }))
}

/// Øre; `null` where it is not delivered, `false` where it is not applicable.
struct Amount(Figure);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Figure::Stated(amount) => serializer.serialize_i64(amount.get()),
            Figure::NotDelivered => serializer.serialize_unit(),
            Figure::NotApplicable => serializer.serialize_bool(false),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl Visitor<'_> for Read {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("øre, null or false")
            }

            fn visit_i64<E: Error>(self, amount: i64) -> Result<Amount, E> {
                let amount = Ore::new(amount).ok_or_else(|| E::custom("an amount beyond all amounts"))?;
                Ok(Amount(Figure::Stated(amount)))
            }

            fn visit_u64<E: Error>(self, amount: u64) -> Result<Amount, E> {
                self.visit_i64(i64::try_from(amount).unwrap_or(i64::MAX))
            }

            fn visit_unit<E: Error>(self) -> Result<Amount, E> {
                Ok(Amount(Figure::NotDelivered))
            }

            fn visit_bool<E: Error>(self, is_applicable: bool) -> Result<Amount, E> {
                if is_applicable {
                    return Err(E::custom("true is no amount"));
                }
                Ok(Amount(Figure::NotApplicable))
            }
        }

        deserializer.deserialize_any(Read)
    }
}

/// A date as its digits: 20210315.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
#[derive(Clone, Copy)]
struct Day(Date);

impl From<Day> for i32 {
    fn from(Day(date): Day) -> Self {
        Self::from(date.year()) * 10_000 + Self::from(date.month()) * 100 + Self::from(date.day())
    }
}

impl TryFrom<i32> for Day {
    type Error = &'static str;

    fn try_from(digits: i32) -> Result<Self, Self::Error> {
        // Years before year 0 count backwards, months and days never.
        let (year, rest) = (digits.div_euclid(10_000), digits.rem_euclid(10_000));
        let part = |part: i32| i8::try_from(part).ok();
        let date = i16::try_from(year).ok().zip(part(rest / 100)).zip(part(rest % 100));
        let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
        date.map(Self).ok_or("no day of the calendar")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn award() -> AwardStatement {
        AwardStatement {
            award: "7\t1\n\"".to_owned(),
            post: BudgetPost::new(621, 63),
            activity: None,
            year: 2021,
            recipient: ReportedRecipient {
                organisation_number: Some("940244145".to_owned()),
                number: None,
                name: Some("Bø".to_owned()),
            },
            status: AwardStatus::Repaid,
            applied: Figure::NotApplicable,
            granted: Figure::Stated(Ore::new(-Ore::MAX).expect("in range")),
            paid: Figure::NotDelivered,
            decided_on: Some(Date::MIN),
            use_from: Some(date(-1, 12, 31)),
            use_until: Some(Date::MAX),
            report_due: None,
            target_group: Some(TargetGroup::ChildrenAndYoung),
            payer: Some(Payer {
                organisation_number: "889640782".to_owned(),
            }),
            disbursements: vec![Disbursement {
                on: date(2021, 4, 1),
                amount: Ore::new(Ore::MAX).expect("in range"),
                reference: None,
            }],
        }
    }

    #[test]
    fn an_award_is_read_as_it_was_written_and_as_older_programs_wrote_it() {
        let full = Content::Award(award());
        let bare = Content::Award(AwardStatement {
            activity: Some("los".to_owned()),
            recipient: ReportedRecipient::default(),
            applied: Figure::Stated(Ore::ZERO),
            decided_on: None,
            target_group: None,
            payer: None,
            disbursements: Vec::new(),
            ..award()
        });
        let reported = Content::Award(AwardStatement {
            report_due: Some(date(2022, 4, 1)),
            ..award()
        });
        for content in [full, bare, reported] {
            let written = write(&content);
            assert_eq!(read(&written).expect("readable"), content, "{written}");
            assert_eq!(read(&json(&content)).expect("readable"), content);
        }
    }

    #[test]
    fn the_form_is_the_one_that_stores_hold() {
        let expected = r#"["7\t1\n\"",[621,63],null,2021,["940244145",null,"Bø"],"REPAID",[false,-9007199254740991,null],[-99989899,-8769,99991231],"CHILDREN_AND_YOUNG","889640782",[{"on":"2021-04-01","amount":9007199254740991,"reference":null}]]"#;
        assert_eq!(write(&Content::Award(award())), expected);
        let reported = Content::Award(AwardStatement {
            report_due: Some(date(2022, 4, 1)),
            ..award()
        });
        let expected = format!("{},20220401]", expected.strip_suffix(']').expect("an array"));
        assert_eq!(write(&reported), expected);
    }

    #[test]
    fn what_is_no_statement_is_refused() {
        let good = write(&Content::Award(award()));
        for (from, to) in [
            ("-9007199254740991", "9007199254740992"),
            ("false", "true"),
            ("99991231", "20210229"),
            ("\"REPAID\"", "\"GONE\""),
            ("]]", "]"),
        ] {
            assert!(read(&good.replacen(from, to, 1)).is_err(), "{from} to {to}");
        }
    }
}
