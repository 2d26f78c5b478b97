//! The kinds of sources: one line for each adapter.

use programgrant_contract::Adapter;
/// The kind whose files a command reads without any source.
pub use programgrant_table as table;

pub static ADAPTERS: &[&Adapter] = &[
    &programgrant_udir::ADAPTER,
    &programgrant_nav::ADAPTER,
    &programgrant_helsedir::ADAPTER,
    &programgrant_bufdir::ADAPTER,
    &programgrant_state_accounts::ADAPTER,
    &programgrant_table::ADAPTER,
];
