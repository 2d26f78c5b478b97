//! The demonstration's five systems, each by the name of its kind.

use programgrant_schema::SourceId;

pub const UDIR: SourceId = SourceId::from_static("udir");
pub const NAV: SourceId = SourceId::from_static("nav");
pub const HELSEDIR: SourceId = SourceId::from_static("helsedir");
pub const BUFDIR: SourceId = SourceId::from_static("bufdir");
pub const STATE_ACCOUNTS: SourceId = SourceId::from_static("state_accounts");

pub const ALL: [SourceId; 5] = [UDIR, NAV, HELSEDIR, BUFDIR, STATE_ACCOUNTS];
