//! An archive and the one file in it, unpacked as it is read and never as a whole. What is cut, damaged or swollen is refused.

use std::io::{self, Read, Seek};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::wire::{FileName, Refusal, Unreadable};

/// From this size on, twice a real year's, a file may not be more than so many times as large as what it is packed in.
const PLAUSIBLE_SIZE: u64 = 256 << 20;
const MOST_SWOLLEN: u64 = 100;

/// Lets `read` have the file that the archive is named after. It counts only where `read` comes to its end: the sum of what was
/// packed is held against it there.
pub fn unpack<T, A: Read + Seek>(
    archive: A,
    file: FileName,
    limit: u64,
    read: impl FnOnce(&mut dyn Read) -> Result<T, Unreadable>,
) -> Result<T, Unreadable> {
    let mut archive = ZipArchive::new(archive).map_err(|error| no_archive(&error))?;
    if archive.has_duplicate_names() {
        return Err(Unreadable::refused(None, "the archive has two files of one name"));
    }
    let name = file.to_string();
    let place = archive.index_for_name_raw(name.as_bytes());
    let place = place.ok_or_else(|| Unreadable::refused(None, format!("the archive holds no {name}")))?;
    let member = archive.by_index(place).map_err(|error| no_archive(&error))?;
    if member.size() > limit {
        return Err(too_large(member.size(), limit));
    }
    let mut unpacking = Unpacking {
        packed: member.compressed_size(),
        member,
        unpacked: 0,
        limit,
    };
    let outcome = read(&mut unpacking)?;
    // A reader that knew its end from the bytes alone would leave the sum unchecked.
    io::copy(&mut unpacking, &mut io::sink())?;
    Ok(outcome)
}

fn no_archive(error: &ZipError) -> Unreadable {
    match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => Unreadable::Io,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            Unreadable::refused(None, "the archive is packed in a way that is not read")
        }
        _ => Unreadable::refused(None, BROKEN),
    }
}

/// What a reader is told of an archive that is cut or damaged.
pub const BROKEN: &str = "the archive is not whole, or none at all";

fn too_large(size: u64, limit: u64) -> Unreadable {
    Unreadable::refused(
        None,
        format!("the file has {size} bytes unpacked; the limit is {limit}"),
    )
}

/// The file in the archive, as it comes out. Sizes that an archive states of itself are not believed.
struct Unpacking<'a, A: Read> {
    member: ZipFile<'a, A>,
    packed: u64,
    unpacked: u64,
    limit: u64,
}

impl<A: Read> Read for Unpacking<'_, A> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.member.read(buffer).map_err(|error| {
            // Only the disk's own failures have a number.
            if error.raw_os_error().is_some() {
                error
            } else {
                Refusal::error(BROKEN)
            }
        })?;
        self.unpacked = self.unpacked.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if self.unpacked > self.limit {
            return Err(Refusal::error(format!(
                "the file is larger unpacked than the limit of {}",
                self.limit
            )));
        }
        if self.unpacked > PLAUSIBLE_SIZE.max(self.packed.saturating_mul(MOST_SWOLLEN)) {
            return Err(Refusal::error(format!(
                "the file is more than {MOST_SWOLLEN} times as large as what it is packed in"
            )));
        }
        Ok(read)
    }
}
