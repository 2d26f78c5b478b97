//! 360Giving's JSON: the grants that stand, with the members that its schema requires. What cannot have them is left out and counted.
//!
//! A share of a pot is no grant of its own: the pot is, and its payer granted it.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::Ore;
use serde::Serialize;
use serde_json::value::RawValue;

use super::about::{About, Learnt, counted};
use super::kroner::kroner;
use super::question::{Asker, BodyAnswer, FigureAnswer, PlaceAnswer};
use super::rows::awards::vanished;
use super::rows::pages::{AwardAnswer, AwardPages, Holder};
use super::{ExportError, Sink};

/// In the place of a prefix that 360Giving has registered for a publisher.
const EXAMPLE_PREFIX: &str = "programgrant";
const PREFIX_NOTICE: &str = "Prefikset 360G-programgrant er et eksempel og er ikke registrert hos 360Giving.";
/// The statuses of grants that were made and stand.
const STANDING: [&str; 2] = ["GRANTED", "PAID"];
/// The longest title that 360Giving wants.
const LONGEST_TITLE: usize = 139;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StandingGrant<'a> {
    id: String,
    title: String,
    description: String,
    currency: &'static str,
    amount_awarded: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_applied_for: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_disbursed: Option<Box<RawValue>>,
    award_date: Date,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    planned_dates: Vec<Planned>,
    funding_organization: [Party<'a>; 1],
    recipient_organization: [Party<'a>; 1],
    beneficiary_location: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    grant_programme: Vec<Programme<'a>>,
    date_modified: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_source: Option<&'a str>,
}

#[derive(Serialize)]
struct Party<'a> {
    id: String,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    name: &'a str,
    country_code: &'static str,
}

#[derive(Serialize)]
struct Programme<'a> {
    code: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Planned {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<Date>,
}

/// Grants left out, by why.
#[derive(Default)]
struct LeftOut {
    vanished: u64,
    unknown_amount: u64,
    undated: u64,
    unnamed: u64,
}

/// Writes the file; what was learnt is in it, too.
pub async fn write(
    mut pages: AwardPages,
    asker: &mut Asker,
    about: &mut About,
    data_source: Option<&str>,
    sink: &mut impl Sink,
) -> Result<(), ExportError> {
    let mut text = b"{\"grants\":[".to_vec();
    let (mut left_out, mut any) = (LeftOut::default(), false);
    while let Some(holders) = pages.next(asker).await? {
        for Holder { place, awards } in &holders {
            for award in awards {
                if let Some(grant) = left_out.grant(place, award, data_source) {
                    text.extend_from_slice(if any { b",\n" } else { b"\n" });
                    any = true;
                    serde_json::to_writer(&mut text, &grant)?;
                }
            }
        }
        sink.take(std::mem::take(&mut text)).await?;
    }
    about.learn(left_out.learnt());
    text.extend_from_slice(b"\n],\n");
    text.extend(closing(about)?);
    Ok(sink.take(text).await?)
}

/// The members of the package beside its grants, and the brace that ends it.
fn closing(about: &About) -> Result<Vec<u8>, ExportError> {
    let publisher = about.asked_by.as_deref().unwrap_or("programgrant");
    let members = serde_json::json!({
        "title": about.title,
        "description": format!("{} {PREFIX_NOTICE}", about.description),
        "issued": about.created,
        "publisher": { "name": publisher },
        "about": about,
    });
    let mut text = serde_json::to_vec(&members)?;
    // The opening brace stands before the grants.
    text.remove(0);
    text.push(b'\n');
    Ok(text)
}

impl LeftOut {
    fn grant<'a>(
        &mut self,
        place: &'a PlaceAnswer,
        award: &'a AwardAnswer,
        data_source: Option<&'a str>,
    ) -> Option<StandingGrant<'a>> {
        if !STANDING.contains(&award.status.as_str()) {
            return None;
        }
        if award.vanished_at.is_some() {
            self.vanished += 1;
            return None;
        }
        let Some(awarded) = award.granted.amount else {
            self.unknown_amount += 1;
            return None;
        };
        let Some(award_date) = award.decided_on else {
            self.undated += 1;
            return None;
        };
        let directorate = award.scheme.as_ref().map(|scheme| &scheme.directorate);
        let (Some(funder), Some(recipient)) = (
            award.payer.as_ref().or(directorate),
            place.organisation_number.as_deref(),
        ) else {
            self.unnamed += 1;
            return None;
        };
        let amounts = (exact(awarded)?, stated(&award.applied), stated(&award.paid));
        Some(new(
            (place, recipient),
            award,
            amounts,
            (funder, award_date),
            data_source,
        ))
    }

    fn learnt(&self) -> Learnt {
        let said = |count: u64, why: &str| {
            let grants = counted(count, ["tildeling", "tildelinger"]);
            (count > 0).then(|| format!("{grants} {why} er ikke med"))
        };
        let missing = [
            said(self.unknown_amount, "uten kjent beløp"),
            said(self.undated, "uten vedtaksdato, som 360Giving krever,"),
            said(
                self.unnamed,
                "uten kjent giver eller uten mottakers organisasjonsnummer",
            ),
        ];
        Learnt {
            remarks: vanished(self.vanished)
                .into_iter()
                .chain([PREFIX_NOTICE.to_owned()])
                .collect(),
            missing: missing.into_iter().flatten().collect(),
        }
    }
}

type Amounts = (Box<RawValue>, Option<Box<RawValue>>, Option<Box<RawValue>>);

fn new<'a>(
    (place, recipient): (&'a PlaceAnswer, &str),
    award: &'a AwardAnswer,
    (amount_awarded, amount_applied_for, amount_disbursed): Amounts,
    (funder, award_date): (&'a BodyAnswer, Date),
    data_source: Option<&'a str>,
) -> StandingGrant<'a> {
    let name = award.scheme.as_ref().map_or("Programtilskudd", |scheme| &scheme.name);
    let (year, post) = (award.year, &award.budget_post.label);
    let planned = Planned {
        start_date: award.use_from,
        end_date: award.use_until,
    };
    let is_planned = planned.start_date.is_some() || planned.end_date.is_some();
    let provenance = &award.provenance;
    StandingGrant {
        id: grant_id(&award.id),
        title: format!("{year}: {name}").chars().take(LONGEST_TITLE).collect(),
        description: format!(
            "{name} til {} for tilskuddsåret {year}, over kapittel og post {post}.",
            place.name
        ),
        currency: "NOK",
        amount_awarded,
        amount_applied_for,
        amount_disbursed,
        award_date,
        planned_dates: is_planned.then_some(planned).into_iter().collect(),
        funding_organization: [party(&funder.organisation_number, &funder.name)],
        recipient_organization: [party(recipient, &place.name)],
        beneficiary_location: [Location {
            name: &place.name,
            country_code: "NO",
        }],
        grant_programme: award
            .scheme
            .iter()
            .map(|scheme| Programme {
                code: &scheme.id,
                title: &scheme.name,
            })
            .collect(),
        date_modified: provenance.changed_at.unwrap_or(provenance.received_at),
        data_source,
    }
}

/// An organisation as org-id.guide names Norway's.
fn party<'a>(organisation_number: &str, name: &'a str) -> Party<'a> {
    Party {
        id: format!("NO-BRC-{organisation_number}"),
        name,
    }
}

/// The amount as a number, to the last øre.
fn exact(amount: Ore) -> Option<Box<RawValue>> {
    RawValue::from_string(kroner(amount, '.')).ok()
}

fn stated(figure: &FigureAnswer) -> Option<Box<RawValue>> {
    figure.amount.and_then(exact)
}

/// Letters, digits, `.` and `-` stay; whatever else, a slash above all, is told by its number. Different awards have different ids.
fn grant_id(award: &str) -> String {
    let mut id = format!("360G-{EXAMPLE_PREFIX}-");
    for letter in award.chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-') {
            id.push(letter);
        } else {
            let _ = write!(id, "_{:x}_", u32::from(letter));
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_no_slash_and_tells_awards_apart() {
        assert_eq!(grant_id("nav:00001/PR"), "360G-programgrant-nav_3a_00001_2f_PR");
        assert_ne!(grant_id("a/b"), grant_id("a_2f_b"));
        assert_eq!(grant_id("ø b"), "360G-programgrant-_f8__20_b");
    }
}
