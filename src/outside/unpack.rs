//! What a file from outside holds: itself, or the files of a gzip or zip archive. Nothing is written to the disk, and
//! nothing unpacks to more than a statement may have.

use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

/// How many files an archive may hold.
pub const FILES_MAX: usize = 1_000;
/// How many times larger than the archive its content may be. Statements shrink to a tenth or less; a bomb to a
/// thousandth.
pub const RATIO_MAX: u64 = 200;
/// What may always unpack, so that the ratio of a few bytes means nothing.
const FREE_BYTES: u64 = 1024 * 1024;

/// What the one file in a gzip is called: the archive need not say.
pub const UNNAMED: &str = "the file";

/// The content of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// It is no archive.
    Plain(Vec<u8>),
    /// Its files in the order of their names, each with its name.
    Archive(Vec<(String, Vec<u8>)>),
}

/// Why an archive is not taken.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// It is broken, encrypted, or packed in a way that is not read.
    #[error("the archive cannot be read: {0}")]
    Broken(String),
    /// It holds too much.
    #[error("the archive unpacks to more than {0} bytes, the most that is read of it")]
    TooLarge(u64),
    /// It holds too many files.
    #[error("the archive holds {0} files, the limit is {FILES_MAX}")]
    TooMany(usize),
    /// There is an archive in the archive.
    #[error("“{0}” in the archive is an archive itself; unpack it first")]
    Nested(String),
    /// There is nothing in it.
    #[error("the archive holds no file")]
    Empty,
    /// It is a workbook.
    #[error("this is a spreadsheet workbook; save the sheet as CSV first")]
    Workbook,
}

/// Looks whether a file is an archive and unpacks it, to at most `max` bytes in all.
///
/// # Errors
///
/// Says what is wrong with the archive; nothing of it is taken then.
pub fn unpack(bytes: Vec<u8>, max: usize) -> Result<Content, UnpackError> {
    let allowed = (bytes.len() as u64).saturating_mul(RATIO_MAX).max(FREE_BYTES).min(max as u64);
    if is_gzip(&bytes) {
        let content = limited(MultiGzDecoder::new(bytes.as_slice()), allowed)?;
        refuse_nested(UNNAMED, &content)?;
        return Ok(Content::Archive(vec![(UNNAMED.to_owned(), content)]));
    }
    if is_zip(&bytes) { unzip(bytes, allowed).map(Content::Archive) } else { Ok(Content::Plain(bytes)) }
}

fn unzip(bytes: Vec<u8>, allowed: u64) -> Result<Vec<(String, Vec<u8>)>, UnpackError> {
    let broken = |error: zip::result::ZipError| UnpackError::Broken(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > FILES_MAX {
        return Err(UnpackError::TooMany(archive.len()));
    }
    if archive.file_names().any(|name| name.is_ok_and(|name| name == "[Content_Types].xml")) {
        return Err(UnpackError::Workbook);
    }
    let mut files = Vec::new();
    let mut left = allowed;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        // Folders, and what a Mac adds by itself.
        let last = name.rsplit('/').next().unwrap_or_default();
        if entry.is_dir() || name.starts_with("__MACOSX/") || last.starts_with('.') {
            continue;
        }
        let content = limited(entry, left).map_err(|error| match error {
            UnpackError::TooLarge(_) => UnpackError::TooLarge(allowed),
            other => other,
        })?;
        refuse_nested(&name, &content)?;
        left = left.saturating_sub(content.len() as u64);
        files.push((name, content));
    }
    files.sort();
    if files.is_empty() { Err(UnpackError::Empty) } else { Ok(files) }
}

/// All of it, unless that is more than `max` bytes: not one byte more is unpacked.
fn limited(packed: impl Read, max: u64) -> Result<Vec<u8>, UnpackError> {
    let mut content = Vec::new();
    let read = packed.take(max.saturating_add(1)).read_to_end(&mut content);
    read.map_err(|error: io::Error| UnpackError::Broken(error.to_string()))?;
    if content.len() as u64 > max { Err(UnpackError::TooLarge(max)) } else { Ok(content) }
}

fn refuse_nested(name: &str, content: &[u8]) -> Result<(), UnpackError> {
    let is_archive = is_gzip(content) || is_zip(content);
    let short = name.chars().filter(|char| !char.is_control()).take(40).collect();
    if is_archive { Err(UnpackError::Nested(short)) } else { Ok(()) }
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b")
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    const MAX: usize = 4 * 1024 * 1024;

    fn gzipped(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_in_the_order_of_their_names() {
        assert_eq!(unpack(b"text".to_vec(), MAX).unwrap(), Content::Plain(b"text".to_vec()));
        let one = Content::Archive(vec![("the file".to_owned(), b"text".to_vec())]);
        assert_eq!(unpack(gzipped(b"text"), MAX).unwrap(), one);
        let archive = zipped(&[("b.csv", b"2"), ("__MACOSX/a", b"x"), (".DS_Store", b"x"), ("a.csv", b"1")]);
        let two = Content::Archive(vec![("a.csv".to_owned(), b"1".to_vec()), ("b.csv".to_owned(), b"2".to_vec())]);
        assert_eq!(unpack(archive, MAX).unwrap(), two);
    }

    #[test]
    fn bombs_nests_and_broken_archives_are_refused() {
        let zeros = vec![b'0'; 3 * 1024 * 1024];
        assert!(matches!(unpack(gzipped(&zeros), MAX), Err(UnpackError::TooLarge(_))));
        assert!(matches!(unpack(zipped(&[("a", &zeros)]), MAX), Err(UnpackError::TooLarge(_))));
        let half = &zeros[..600 * 1024];
        assert!(matches!(unpack(zipped(&[("a", half), ("b", half)]), MAX), Err(UnpackError::TooLarge(_))));
        assert!(matches!(unpack(gzipped(&gzipped(b"x")), MAX), Err(UnpackError::Nested(_))));
        assert!(
            matches!(unpack(zipped(&[("in.zip", &zipped(&[("a", b"x")]))]), MAX), Err(UnpackError::Nested(name)) if name == "in.zip")
        );
        assert!(matches!(unpack(zipped(&[]), MAX), Err(UnpackError::Empty)));
        assert!(matches!(unpack(zipped(&[("[Content_Types].xml", b"x")]), MAX), Err(UnpackError::Workbook)));
        let mut cut = gzipped(b"some text that is long enough");
        cut.truncate(20);
        assert!(matches!(unpack(cut, MAX), Err(UnpackError::Broken(_))));
        assert!(matches!(unpack(b"PK\x03\x04rest".to_vec(), MAX), Err(UnpackError::Broken(_))));
    }
}
