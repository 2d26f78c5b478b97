//! Sources as the tests of pure code know them.

use programgrant_schema::{Delivery, SourceId, SourceProfile, SourceProfiles};

pub const UDIR: SourceId = SourceId::from_static("udir");
pub const NAV: SourceId = SourceId::from_static("nav");
pub const HELSEDIR: SourceId = SourceId::from_static("helsedir");
pub const BUFDIR: SourceId = SourceId::from_static("bufdir");
pub const STATE_ACCOUNTS: SourceId = SourceId::from_static("state_accounts");

pub const ALL: [SourceId; 5] = [UDIR, NAV, HELSEDIR, BUFDIR, STATE_ACCOUNTS];

/// What is known of them without asking.
pub fn profiles() -> SourceProfiles {
    let profile = |id: SourceId| SourceProfile {
        id,
        name: match id {
            UDIR => "Utdanningsdirektoratet".to_owned(),
            NAV => "Arbeids- og velferdsdirektoratet (NAV)".to_owned(),
            id => id.to_string(),
        },
        delivery: if [UDIR, BUFDIR].contains(&id) {
            Delivery::Answers
        } else {
            Delivery::Leaves
        },
        manages_grants: id != STATE_ACCOUNTS,
    };
    SourceProfiles::new(ALL.map(profile).into(), Vec::new())
}
