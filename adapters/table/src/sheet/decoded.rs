//! Bytes of a file as text, piece by piece. A byte-order mark decides; what is no text of its encoding refuses the file.

use std::fs::File;
use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, UTF_8, WINDOWS_1252};

use super::SheetError;
use crate::mapping::Encoding;

/// How much is read at once.
const PIECE: usize = 64 << 10;

/// Text as it comes, and how much of it has been taken.
pub struct Decoded {
    file: File,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    at: usize,
    /// Bytes that may still be read.
    left: u64,
    limit: u64,
    is_over: bool,
}

impl Decoded {
    /// `limit` is in bytes.
    pub fn new(file: File, encoding: Encoding, limit: u64) -> Self {
        let encoding = match encoding {
            Encoding::Utf8 => UTF_8,
            Encoding::Windows1252 => WINDOWS_1252,
        };
        Self {
            file,
            decoder: encoding.new_decoder(),
            raw: vec![0; PIECE],
            text: String::new(),
            at: 0,
            left: limit,
            limit,
            is_over: false,
        }
    }

    /// What has been decoded and not taken; empty at the end of the file alone.
    pub fn rest(&mut self) -> Result<&str, SheetError> {
        while self.at == self.text.len() && !self.is_over {
            self.decode()?;
        }
        Ok(&self.text[self.at..])
    }

    /// Takes that many bytes of the rest.
    pub fn take(&mut self, bytes: usize) {
        self.at += bytes;
    }

    fn decode(&mut self) -> Result<(), SheetError> {
        let read = self.file.read(&mut self.raw).map_err(|_| SheetError::Io)?;
        self.left = u64::try_from(read)
            .ok()
            .and_then(|read| self.left.checked_sub(read))
            .ok_or_else(|| SheetError::refused(format!("is larger than {} bytes", self.limit)))?;
        self.is_over = read == 0;
        self.text.clear();
        self.at = 0;
        let needed = self
            .decoder
            .max_utf8_buffer_length_without_replacement(read)
            .unwrap_or(4 * PIECE);
        self.text.reserve(needed);
        let raw = &self.raw[..read];
        let (result, taken) = self
            .decoder
            .decode_to_string_without_replacement(raw, &mut self.text, self.is_over);
        let name = self.decoder.encoding().name();
        match result {
            DecoderResult::InputEmpty if taken == read => Ok(()),
            DecoderResult::Malformed(..) => Err(SheetError::refused(format!("is not encoded in {name}"))),
            // The room asked for is enough by the decoder's own word.
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Err(SheetError::Io),
        }
    }
}
