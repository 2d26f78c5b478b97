//! A mapping proposed from a file alone, for a person to correct: the format is told from the bytes, the columns from what they are called.
//! It guesses in the open: each guess is a line, and what nobody can guess is a remark.

mod draft;
mod facts;
mod guess;
mod look;
#[cfg(test)]
mod tests;

use std::fs::File;

use crate::Refusal;

/// The mapping as TOML. `name` is the file's own, which tells the format where its bytes do not.
///
/// # Errors
///
/// Where the file cannot be read as any table.
pub fn propose(name: &str, file: File) -> Result<String, Refusal> {
    let look = look::look(name, file)?;
    let fields = guess::fields(&look.columns);
    Ok(draft::write(name, &look, &fields))
}
