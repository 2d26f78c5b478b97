//! The ways in which the simulated system goes wrong.

use programgrant_contract::simulation::{Fault, fault};

/// A passing fault that arrives with HTTP 200.
pub const FAULT_200: &str = "fault-200";
/// A fault that blames the caller and arrives with HTTP 200.
pub const REFUSED_200: &str = "refused-200";
/// A proxy's error page with HTTP 200.
pub const HTML: &str = "html";
/// A proxy's error page with HTTP 502.
pub const BAD_GATEWAY: &str = "bad-gateway";
/// The answer declares a document type and an entity.
pub const DOCUMENT_TYPE: &str = "dtd";
/// The answer never comes.
pub const SLOW: &str = "slow";
/// Thousands of further items stand in the queue.
pub const THOUSANDS: &str = "thousands";
/// Items are fetched, but removing them fails in passing.
pub const NO_PURGE: &str = "no-purge";
/// Every item that is removed comes once more.
pub const REDELIVERED: &str = "redelivered";
/// Other prefixes, CDATA, and `xsi:nil` for all that is missing.
pub const DIALECT: &str = "dialect";
/// The items have lost their archive references and cannot be removed.
pub const NO_REFERENCES: &str = "no-references";

pub const ALL: &[Fault] = &[
    Fault {
        name: fault::CUT,
        what: "every answer breaks off in the middle",
    },
    Fault {
        name: fault::THROTTLED,
        what: "a proxy in front answers 429 with Retry-After",
    },
    Fault {
        name: fault::REFUSED,
        what: "HTTP 500 with a fault id below 1000",
    },
    Fault {
        name: fault::OUTAGE,
        what: "HTTP 500 with a fault id of 1000 or above",
    },
    Fault {
        name: fault::BAD_RECORD,
        what: "one more item comes, with a decision that nobody knows",
    },
    Fault {
        name: fault::UNKNOWN_FIELDS,
        what: "headers, elements and attributes that nobody knows come along",
    },
    Fault {
        name: fault::TWICE,
        what: "every item stands twice in the answer",
    },
    Fault {
        name: fault::NOT_SET,
        what: "registering an exclusion fails in passing; lifting works",
    },
    Fault {
        name: fault::ANSWER_LOST,
        what: "exclusions are registered and lifted, and a proxy answers 502",
    },
    Fault {
        name: FAULT_200,
        what: "a passing fault arrives with HTTP 200",
    },
    Fault {
        name: REFUSED_200,
        what: "a fault that blames the caller arrives with HTTP 200",
    },
    Fault {
        name: HTML,
        what: "a proxy's error page arrives with HTTP 200",
    },
    Fault {
        name: BAD_GATEWAY,
        what: "a proxy's error page arrives with HTTP 502",
    },
    Fault {
        name: DOCUMENT_TYPE,
        what: "the answer declares a document type and an entity",
    },
    Fault {
        name: SLOW,
        what: "no answer comes",
    },
    Fault {
        name: THOUSANDS,
        what: "2 500 more applications, all refused, stand in the queue",
    },
    Fault {
        name: NO_PURGE,
        what: "items are fetched, but removing them fails in passing",
    },
    Fault {
        name: REDELIVERED,
        what: "every item that is removed comes once more",
    },
    Fault {
        name: DIALECT,
        what: "other prefixes, CDATA, and xsi:nil for all that is missing",
    },
    Fault {
        name: NO_REFERENCES,
        what: "the items have no ArchiveReference and cannot be removed",
    },
];
