//! An exclusion in Helsedirektoratet's words: pure. `exclusions` holds the calls.

use programgrant_contract::{SourceError, check};
use programgrant_schema::{Exclusion, Prevention};

use crate::wire::Sperre;
use crate::xml;

/// The words for the parts of a post.
const SCHEMES: [&str; 3] = ["BARN_UNGE", "VOKSNE", "FELLES"];

/// The statement, or why the system has no words for it.
pub fn say(exclusion: &Exclusion) -> Result<Sperre, SourceError> {
    check(exclusion)?;
    if exclusion.prevention != Prevention::RefuseApplication {
        return Err(SourceError::refused(format!(
            "Helsedirektoratet has no word for {}; it knows refuse-application",
            exclusion.prevention
        )));
    }
    if exclusion.target_group.is_some() {
        return Err(SourceError::refused(
            "Helsedirektoratet's exclusions are about a scheme (Ordning), not about a target group",
        ));
    }
    let scheme = exclusion.activity.as_deref().filter(|word| SCHEMES.contains(word));
    let scheme = scheme
        .ok_or_else(|| SourceError::refused("an exclusion names its scheme (Ordning): BARN_UNGE, VOKSNE or FELLES"))?;
    if ![&exclusion.programme, &exclusion.legal_basis]
        .into_iter()
        .all(|text| text.chars().all(xml::is_xml_character))
    {
        return Err(SourceError::refused(
            "the programme or the legal basis holds a character that XML cannot carry",
        ));
    }
    Ok(Sperre {
        org_nr: exclusion.participant.organisation_number.to_string(),
        kapittel: format!("{:04}", exclusion.post.chapter),
        post: format!("{:02}", exclusion.post.post),
        ordning: scheme.to_owned(),
        fra_dato: exclusion.from.to_string(),
        til_dato: exclusion.until.to_string(),
        program: exclusion.programme.clone(),
        hjemmel: exclusion.legal_basis.clone(),
    })
}
