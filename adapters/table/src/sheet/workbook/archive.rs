//! The archive around a workbook: its parts by name, unpacked as a stream, with their sums checked and their sizes bounded. A part that
//! nobody asks for is never unpacked. What the parts say is left to the others.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::{Limits, SheetError};

/// What an encrypted workbook and one of before 2007 begin with.
const COMPOUND_FILE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// The most that the list of sheets, a list of relationships or the styles may unpack to: they are kept.
const KEPT_PART: u64 = 64 * 1024 * 1024;
const BUFFER: usize = 64 * 1024;

pub struct Archive {
    file: File,
    /// By name in lower case: the names of parts are compared so (ECMA-376 part 2).
    entries: HashMap<String, Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u64,
    packed: u64,
    unpacked: u64,
    sum: u32,
    is_deflated: bool,
}

impl Archive {
    /// Reads the directory, and refuses what could not be a workbook or would unpack to too much.
    pub fn open(mut file: File, limits: &Limits) -> Result<Self, SheetError> {
        let length = file.seek(SeekFrom::End(0)).map_err(|_| SheetError::Io)?;
        refuse_other_formats(&mut file)?;
        if length > limits.unpacked {
            return Err(too_large(limits));
        }
        let mut zip = ZipArchive::new(file).map_err(|error| not_whole(&error))?;
        if zip.has_duplicate_names() {
            return Err(SheetError::refused("the archive names a part twice"));
        }
        if zip.has_overlapping_entries().map_err(|error| not_whole(&error))? {
            return Err(SheetError::refused("parts of the archive overlap"));
        }
        let entries = entries(&mut zip)?;
        check_size(entries.values(), length, limits)?;
        let file = zip.into_inner();
        Ok(Self { file, entries })
    }

    /// Whether there is such a part.
    pub fn has(&self, name: &str) -> bool {
        self.entries.contains_key(&key(name))
    }

    /// A part that is read to its end and kept.
    pub fn kept(&self, name: &str) -> Result<Part, SheetError> {
        let part = self.part(name)?;
        if part.left > KEPT_PART {
            return Err(SheetError::at(name, "it is larger than such a part ever is"));
        }
        Ok(part)
    }

    /// The part as a stream. One at a time: all share one position in the file.
    pub fn part(&self, name: &str) -> Result<Part, SheetError> {
        let missing = || SheetError::refused(format!("the archive has no part {name}, so it is no whole workbook"));
        let entry = *self.entries.get(&key(name)).ok_or_else(missing)?;
        let mut file = self.file.try_clone().map_err(|_| SheetError::Io)?;
        file.seek(SeekFrom::Start(entry.start)).map_err(|_| SheetError::Io)?;
        let packed = BufReader::with_capacity(BUFFER, file).take(entry.packed);
        Ok(Part {
            packed: if entry.is_deflated {
                Packed::Deflated(DeflateDecoder::new(packed))
            } else {
                Packed::Stored(packed)
            },
            left: entry.unpacked,
            expected: entry.sum,
            sum: Crc::new(),
        })
    }
}

/// The bytes of one part. Its end is told only when as many bytes as the directory says have come, and their sum is the directory's.
pub struct Part {
    packed: Packed,
    left: u64,
    expected: u32,
    sum: Crc,
}

enum Packed {
    Stored(Take<BufReader<File>>),
    Deflated(DeflateDecoder<Take<BufReader<File>>>),
}

impl Part {
    pub fn buffered(self) -> impl BufRead {
        BufReader::with_capacity(BUFFER, self)
    }

    fn check_end(&self) -> io::Result<()> {
        if self.left > 0 {
            return Err(damaged("it breaks off within the archive"));
        }
        if self.sum.sum() != self.expected {
            return Err(damaged("its checksum in the archive is another: the file is damaged"));
        }
        Ok(())
    }
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.packed {
            Packed::Stored(bytes) => bytes.read(buffer),
            Packed::Deflated(bytes) => bytes.read(buffer),
        }?;
        if count == 0 && !buffer.is_empty() {
            self.check_end()?;
        }
        let more = || damaged("it unpacks to more than the archive says");
        self.left = self.left.checked_sub(count as u64).ok_or_else(more)?;
        self.sum.update(&buffer[..count]);
        Ok(count)
    }
}

fn damaged(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// What an error while a part is read says about the file: damage is the file's, all else the machine's.
pub fn read_fault(error: &io::Error) -> SheetError {
    match error.kind() {
        // What is said here or by `markup` itself has its words with it; the unpacker's words help nobody.
        io::ErrorKind::InvalidData if error.get_ref().is_some() => SheetError::refused(error.to_string()),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            SheetError::refused("it cannot be unpacked: the file is damaged")
        }
        _ => SheetError::Io,
    }
}

fn refuse_other_formats(file: &mut File) -> Result<(), SheetError> {
    let mut head = Vec::with_capacity(COMPOUND_FILE.len());
    file.rewind().map_err(|_| SheetError::Io)?;
    let mut start = file.take(COMPOUND_FILE.len() as u64);
    start.read_to_end(&mut head).map_err(|_| SheetError::Io)?;
    file.rewind().map_err(|_| SheetError::Io)?;
    if head == COMPOUND_FILE {
        let reason = "it is encrypted, or a workbook of before 2007 (.xls): save it as .xlsx without a password";
        return Err(SheetError::refused(reason));
    }
    if head.is_empty() {
        return Err(SheetError::refused("it is empty"));
    }
    if !head.starts_with(b"PK") {
        return Err(SheetError::refused("it is no workbook (.xlsx), which is a ZIP archive"));
    }
    Ok(())
}

fn entries(zip: &mut ZipArchive<File>) -> Result<HashMap<String, Entry>, SheetError> {
    let mut entries = HashMap::with_capacity(zip.len());
    for index in 0..zip.len() {
        let part = zip.by_index_raw(index).map_err(|error| not_whole(&error))?;
        let name = part.name().map_err(|error| not_whole(&error))?.into_owned();
        if part.encrypted() {
            return Err(SheetError::refused(
                "the archive is encrypted: save it without a password",
            ));
        }
        let is_deflated = match part.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            _ => return Err(SheetError::at(name, "it is packed in a way that workbooks do not use")),
        };
        let start = part.data_start().ok_or(SheetError::Io)?;
        let entry = Entry {
            start,
            packed: part.compressed_size(),
            unpacked: part.size(),
            sum: part.crc32(),
            is_deflated,
        };
        if entries.insert(key(&name), entry).is_some() {
            return Err(SheetError::at(name, "the archive names this part twice"));
        }
    }
    Ok(entries)
}

/// What the directory states is believed here and enforced by [`Part`], so that a lie unpacks to no more than was allowed.
fn check_size<'e>(entries: impl Iterator<Item = &'e Entry>, length: u64, limits: &Limits) -> Result<(), SheetError> {
    let sum = |sum: u64, entry: &Entry| sum.saturating_add(entry.unpacked);
    let unpacked = entries.fold(0, sum);
    if unpacked > limits.unpacked {
        return Err(too_large(limits));
    }
    if unpacked > length.saturating_mul(limits.ratio) {
        let ratio = limits.ratio;
        let reason = format!("it unpacks to more than {ratio} times its size, as an archive bomb does");
        return Err(SheetError::refused(reason));
    }
    Ok(())
}

fn too_large(limits: &Limits) -> SheetError {
    let most = limits.unpacked;
    SheetError::refused(format!("it unpacks to more than {most} bytes"))
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').to_ascii_lowercase()
}

fn not_whole(error: &zip::result::ZipError) -> SheetError {
    match error {
        zip::result::ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => SheetError::Io,
        _ => SheetError::refused("it is no whole workbook (.xlsx): its archive is damaged or breaks off"),
    }
}
