//! A file in blocks that end where a record ends. A file of some length is parsed by two threads, half each.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::thread;

use memchr::{memchr, memchr_iter, memrchr};

use crate::domain::reconcile::Both;
use crate::reconcile_csv::fields::FieldFault;
use crate::reconcile_csv::{CsvError, Input};

/// How much is read at once.
pub const BLOCK_BYTES: usize = 256 * 1024;
/// The longest record, in bytes. A quote that is never closed makes one of the rest of the file.
pub const RECORD_BYTES_MAX: usize = 64 * 1024;
/// No record is shorter: room is never made for more of them than a file can have.
const RECORD_BYTES_MIN: u64 = 16;

/// Two threads: a till has two cores.
#[derive(Clone, Copy, Debug)]
pub struct SideBySide;

impl Both for SideBySide {
    fn both<A: Send, B: Send>(&self, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
        thread::scope(|scope| {
            let other = scope.spawn(other);
            // A thread only ends early by a panic, which is the program's own mistake and must not go unnoticed.
            (one(), other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }
}

/// What is wrong in a block, and in which of its lines, from 0.
pub struct Bad {
    /// The line of the block.
    pub line: u64,
    /// What is wrong in it.
    pub fault: FieldFault,
}

/// How a file becomes what is kept of it.
pub trait Parse: Sync {
    /// What is kept of a part of the file.
    type Part: Send;

    /// Nothing yet, and room for about as many records.
    fn begin(&self, records: usize) -> Self::Part;

    /// Takes a block in, before which the part has had as many lines.
    fn block(&self, part: Self::Part, block: &str, lines: u64) -> Result<Self::Part, Bad>;
}

/// A part of the file: what is kept of it, how many lines it has, and where it ends.
struct Parsed<T> {
    part: Result<T, Bad>,
    lines: u64,
    end: u64,
}

/// Reads what has this header: one part or two, each with the number of lines before it, from 1.
pub fn read<P: Parse>(input: Input<'_>, header: &'static str, parse: &P) -> Result<Vec<(u64, P::Part)>, CsvError> {
    let (first, second) = match input {
        Input::Bytes(bytes) => {
            let mut source = Source { length: bytes.len() as u64, ..Source::new(bytes) };
            source.take_header(header)?;
            (work(&mut source, parse)?, None)
        }
        Input::File(path) => halves(path, header, parse)?,
    };
    let mut parts = Vec::with_capacity(2);
    // The header has the first line.
    let mut line = 2;
    for parsed in std::iter::once(first).chain(second) {
        match parsed.part {
            Ok(part) => parts.push((line, part)),
            Err(bad) => return Err(CsvError::Bad { line: line + bad.line, fault: bad.fault }),
        }
        line += parsed.lines;
    }
    Ok(parts)
}

/// The first part of a file, and the second where there are two.
type Halves<T> = (Parsed<T>, Option<Parsed<T>>);

/// A file, and where it is long its second half side by side.
fn halves<P: Parse>(path: &Path, header: &'static str, parse: &P) -> Result<Halves<P::Part>, CsvError> {
    let mut source = Source::new(File::open(path)?);
    source.take_header(header)?;
    let metadata = source.file.metadata()?;
    source.length = if metadata.is_file() { metadata.len() } else { 0 };
    let Some(start) = middle(path, source.length)? else { return Ok((work(&mut source, parse)?, None)) };
    source.until = source.length / 2;
    let other = || Source::behind(path, start).and_then(|mut other| work(&mut other, parse));
    let (first, second) = SideBySide.both(|| work(&mut source, parse), other);
    let (first, second) = (first?, second?);
    if first.end == start || first.part.is_err() {
        return Ok((first, Some(second)));
    }
    // Where the first part ends otherwise than the second began, that was inside quotes.
    let second = work(&mut Source::behind(path, first.end)?, parse)?;
    Ok((first, Some(second)))
}

/// Where the second half begins: behind the first end of a line in it, which nearly always is that of a record. A short
/// file has no second half, nor has one whose lines are longer than any record.
fn middle(path: &Path, length: u64) -> io::Result<Option<u64>> {
    let half = length / 2;
    if half < RECORD_BYTES_MAX as u64 {
        return Ok(None);
    }
    let mut file = File::open(path)?;
    // A line that ends right before the middle makes the middle a beginning.
    file.seek(SeekFrom::Start(half - 1))?;
    let mut start = Vec::with_capacity(RECORD_BYTES_MAX);
    file.take(RECORD_BYTES_MAX as u64).read_to_end(&mut start)?;
    Ok(memchr(b'\n', &start).map(|place| half + place as u64))
}

/// One thread: a block, parsed, and the next.
fn work<R: Read, P: Parse>(source: &mut Source<R>, parse: &P) -> io::Result<Parsed<P::Part>> {
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    let (mut part, mut lines) = (None, 0);
    while source.next(&mut block)? {
        let in_block = count_lines(&block);
        let before = part.take().unwrap_or_else(|| parse.begin(source.records(block.len(), in_block)));
        let taken = match std::str::from_utf8(&block) {
            Ok(text) => parse.block(before, text, lines),
            Err(error) => {
                let line = count_lines(block.get(..error.valid_up_to()).unwrap_or_default());
                Err(Bad { line, fault: FieldFault::NotUtf8 })
            }
        };
        match taken {
            Ok(taken) => part = Some(taken),
            Err(bad) => {
                let part = Err(Bad { line: lines + bad.line, ..bad });
                return Ok(Parsed { part, lines, end: source.at });
            }
        }
        lines += in_block;
    }
    Ok(Parsed { part: Ok(part.unwrap_or_else(|| parse.begin(0))), lines, end: source.at })
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// A file, what was read of it beyond the last record that was given out, and where that record ended.
struct Source<R> {
    file: R,
    rest: Vec<u8>,
    at: u64,
    /// Records that begin before this are given out.
    until: u64,
    /// How long the file is, if that is known.
    length: u64,
    is_done: bool,
}

impl<R: Read> Source<R> {
    fn new(file: R) -> Self {
        Self { file, rest: Vec::new(), at: 0, until: u64::MAX, length: 0, is_done: false }
    }

    /// Reads up to [`BLOCK_BYTES`] behind what is in the block already.
    fn fill(&mut self, block: &mut Vec<u8>) -> io::Result<()> {
        let wanted = BLOCK_BYTES.saturating_sub(block.len()) as u64;
        let read = self.file.by_ref().take(wanted).read_to_end(block)?;
        self.is_done = self.is_done || (read as u64) < wanted;
        Ok(())
    }

    /// Takes the first line off, which has to be the header.
    fn take_header(&mut self, header: &'static str) -> Result<(), CsvError> {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        self.fill(&mut block)?;
        let length = header_length(&block, header).ok_or(CsvError::Header { expected: header })?;
        self.rest = block.split_off(length);
        self.at = length as u64;
        Ok(())
    }

    /// The next block; `false` when there is no more.
    fn next(&mut self, block: &mut Vec<u8>) -> io::Result<bool> {
        block.clear();
        if self.at >= self.until || (self.is_done && self.rest.is_empty()) {
            return Ok(false);
        }
        block.append(&mut self.rest);
        if !self.is_done {
            self.fill(block)?;
        }
        let wanted = usize::try_from(self.until - self.at).unwrap_or(usize::MAX);
        // The last record of a file needs no end. A block without any holds a record that is longer than any may be: it
        // is refused where it is parsed.
        let end = end_of_records(block, wanted).filter(|end| !self.is_done || *end >= wanted).unwrap_or(block.len());
        self.rest.extend_from_slice(block.get(end..).unwrap_or_default());
        block.truncate(end);
        self.at += end as u64;
        Ok(end > 0)
    }

    /// How many records there may be: as many to the byte as in the first block, and two in a hundred more.
    fn records(&self, bytes: usize, lines: u64) -> usize {
        let begun = self.at - bytes as u64;
        let to_come = self.until.min(self.length).saturating_sub(begun).max(bytes as u64);
        let likely = u128::from(lines) * u128::from(to_come) / bytes.max(1) as u128 * 51 / 50;
        usize::try_from(likely.min(u128::from(to_come / RECORD_BYTES_MIN))).unwrap_or(0)
    }
}

impl Source<File> {
    /// The rest of a file from here.
    fn behind(path: &Path, at: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(at))?;
        let length = file.metadata()?.len();
        Ok(Self { at, length, ..Self::new(file) })
    }
}

/// How long the first line is, if it is the header: a byte order mark and either end of a line may be there.
pub fn header_length(start: &[u8], header: &str) -> Option<usize> {
    let line = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let end = memchr(b'\n', line).map_or(line.len(), |end| end + 1);
    let is_header = line[..end].trim_ascii_end() == header.as_bytes();
    is_header.then_some(start.len() - line.len() + end)
}

/// Where records end: the first end that is not before `wanted`; where the block has none there, the last.
fn end_of_records(block: &[u8], wanted: usize) -> Option<usize> {
    let mut end = None;
    let mut start = 0;
    let mut is_quoted = false;
    for quote in memchr_iter(b'"', block).chain([block.len()]) {
        if !is_quoted {
            // The end of a line that stands right before `wanted` is an end at it.
            let from = wanted.saturating_sub(1).clamp(start, quote);
            if let Some(place) = memchr(b'\n', &block[from..quote]) {
                return Some(from + place + 1);
            }
            if let Some(place) = memrchr(b'\n', &block[start..from]) {
                end = Some(start + place + 1);
            }
        }
        is_quoted = !is_quoted;
        start = quote + 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_where_a_record_ends() {
        for (block, wanted, end) in [
            ("a\nb\nc", 99, Some(4)),
            ("a\nb\nc", 0, Some(2)),
            ("a\nb\nc", 2, Some(2)),
            ("a\nb\nc", 3, Some(4)),
            ("a\nb\nc", 5, Some(4)),
            ("a\n\"b\nc\"", 99, Some(2)),
            ("a\n\"b\n\"\"c\n\"\nd", 99, Some(11)),
            ("a\n\"b\n\"\"c\n\"\nd", 3, Some(11)),
            ("\"a\nb\n", 99, None),
            ("\"a\nb\n", 0, None),
            ("", 99, None),
        ] {
            assert_eq!(end_of_records(block.as_bytes(), wanted), end, "{block:?} {wanted}");
        }
    }

    #[test]
    fn the_header_may_have_a_byte_order_mark() {
        assert_eq!(header_length(b"a,b\n1,2", "a,b"), Some(4));
        assert_eq!(header_length(b"\xef\xbb\xbfa,b\r\n1,2", "a,b"), Some(8));
        assert_eq!(header_length(b"a,b", "a,b"), Some(3));
        assert_eq!(header_length(b"a,b,c\n", "a,b"), None);
        assert_eq!(header_length(b"", "a,b"), None);
    }
}
