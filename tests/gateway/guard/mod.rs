//! Promise: whoever asks before an award is told the truth or nothing, over HTTP and in the contract's words: at most one is
//! clear, what is unknown is never clear, and no dressing-up helps.

mod bounds;
pub mod clients;
mod commands;
mod decisions;
mod evasion;
mod exactly_one;
mod fail_closed;
mod idempotency;
mod lists;
mod naive;
mod repeats;
mod restored;
mod unreachable;
