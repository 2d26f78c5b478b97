//! Exclusions between the gateway's words and Bufdir's.

use jiff::civil::Date;
use programgrant_contract::json::{self, Field, Flaw, Raw};
use programgrant_contract::{HeldExclusion, SourceError, check};
use programgrant_schema::{Exclusion, OrganisationNumber, Prevention};
use serde_json::value::RawValue;

use super::{data, type_name};
use crate::wire::{self, SperreInput};

/// The activities of the interface, each of which can be blocked for itself.
const ACTIVITIES: [&str; 5] = ["LOS", "FERIE", "FRITID", "ALTERNATIV_SKOLE", "INKLUDERING"];

/// An exclusion as Bufdir lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    pub held: HeldExclusion,
}

impl Listed {
    /// Whether this may be that statement: programme and legal basis are not listed.
    pub fn is(&self, sperre: &SperreInput) -> bool {
        let HeldExclusion {
            organisation_number,
            subject,
            from,
            until,
        } = &self.held;
        (organisation_number, subject, from, until)
            == (
                &sperre.organisasjonsnummer,
                &sperre.aktivitetstype,
                &sperre.fra,
                &sperre.til,
            )
    }
}

/// The statement in Bufdir's words, or why there are none. An exclusion goes by its activity, whatever post that lies on.
pub fn say(exclusion: &Exclusion) -> Result<SperreInput, SourceError> {
    check(exclusion)?;
    if exclusion.prevention != Prevention::BlockActivity {
        return Err(SourceError::refused(format!(
            "Bufdir has no word for {}; it knows block-activity",
            exclusion.prevention
        )));
    }
    if exclusion.target_group.is_some() {
        return Err(SourceError::refused(
            "Bufdir's exclusions are about an activity, not about a target group",
        ));
    }
    let activity = exclusion.activity.as_deref().filter(|word| ACTIVITIES.contains(word));
    let activity = activity
        .ok_or_else(|| SourceError::refused(format!("an exclusion names its activity: {}", ACTIVITIES.join(", "))))?;
    Ok(SperreInput {
        organisasjonsnummer: exclusion.participant.organisation_number.to_string(),
        aktivitetstype: activity.to_owned(),
        fra: exclusion.from,
        til: exclusion.until,
        program: exclusion.programme.clone(),
        hjemmel: exclusion.legal_basis.clone(),
    })
}

/// Reads the list; one entry that cannot be read makes it worthless, for it may be ours.
pub fn list(body: &[u8]) -> Result<Vec<Listed>, SourceError> {
    let entries = Field::new("sperrer", data(body, "sperrer")?.sperrer).required(Field::list::<&RawValue>);
    let entries = entries.map_err(|flaw| SourceError::malformed("sperrer", flaw.to_string()))?;
    let read = |entry: Field<'_>| listed(&entry).map_err(|flaw| SourceError::malformed("sperrer", flaw.to_string()));
    entries.into_iter().map(read).collect()
}

/// What the answer to `settSperre` says that stands now, which must be what was said.
pub fn set(body: &[u8], sperre: &SperreInput) -> Result<Listed, SourceError> {
    let place = "settSperre";
    let standing = payload(data(body, place)?.sett_sperre, place)?;
    let standing = standing.ok_or_else(|| SourceError::malformed(place, "sperre is null and no error says why"))?;
    if standing.is(sperre) {
        Ok(standing)
    } else {
        Err(SourceError::malformed(
            place,
            "another exclusion stands than the one that was set",
        ))
    }
}

/// Whether the answer to `opphevSperre` is one; what does not stand any longer is lifted as well.
pub fn lifted(body: &[u8]) -> Result<(), SourceError> {
    let place = "opphevSperre";
    payload(data(body, place)?.opphev_sperre, place).map(|_| ())
}

fn payload(raw: Raw<'_>, place: &str) -> Result<Option<Listed>, SourceError> {
    let payload: wire::SperrePayload = raw
        .and_then(|payload| json::object(payload.get()))
        .ok_or_else(|| SourceError::malformed(place, "the payload is not the documented one"))?;
    if let Some(error) = payload.errors.first() {
        return Err(SourceError::refused(format!("{place}: {}", type_name(&error.typename))));
    }
    let sperre = payload
        .sperre
        .map(|sperre| listed(&Field::new("sperre", Some(sperre))))
        .transpose();
    sperre.map_err(|flaw| SourceError::malformed(place, flaw.to_string()))
}

fn listed(entry: &Field<'_>) -> Result<Listed, Flaw> {
    let sperre: wire::Sperre = entry.required(Field::object)?;
    let number = |text: &str| text.parse::<OrganisationNumber>().ok();
    let number = entry
        .within("organisasjonsnummer", sperre.organisasjonsnummer)
        .parse_required("organisation number", number)?;
    let date = |name: &str, raw: Raw<'_>| -> Result<Date, Flaw> { entry.within(name, raw).required(Field::date) };
    Ok(Listed {
        id: entry.within("id", sperre.id).required(Field::label)?,
        held: HeldExclusion {
            organisation_number: number.to_string(),
            subject: entry
                .within("aktivitetstype", sperre.aktivitetstype)
                .required(Field::text)?,
            from: date("fra", sperre.fra)?,
            until: date("til", sperre.til)?,
        },
    })
}
