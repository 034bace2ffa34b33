//! A file in blocks that end where a record ends, parsed by two threads.

use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};
use std::thread;

use memchr::{memchr, memchr_iter, memrchr};

use crate::reconcile_csv::CsvError;
use crate::reconcile_csv::fields::FieldFault;

/// How much is read at once.
pub const BLOCK_BYTES: usize = 256 * 1024;
/// The longest record, in bytes. A quote that is never closed makes one of the rest of the file.
pub const RECORD_BYTES_MAX: usize = 64 * 1024;
/// A third thread would wait for the other two: a till has two cores.
const THREADS: usize = 2;

/// What is wrong in a block, and in which of its lines, from 0.
pub struct Bad {
    /// The line of the block.
    pub line: u64,
    /// What is wrong in it.
    pub fault: FieldFault,
}

/// What one thread made of its blocks.
struct Parsed<T> {
    number: usize,
    lines: u64,
    part: Result<T, Bad>,
}

/// Reads a file with this header, and gives the parts that `parse` makes of its blocks in the order of the file, each
/// with the number of lines before it, from 1. `parse` is also told how many ends of lines the block has.
pub fn read<T: Send>(
    file: impl Read + Send,
    header: &'static str,
    parse: impl Fn(&str, usize) -> Result<T, Bad> + Sync,
) -> Result<Vec<(u64, T)>, CsvError> {
    let source = Mutex::new(Source { file, rest: Vec::new(), given: 0, is_done: false });
    let header_bytes = source.lock().unwrap_or_else(PoisonError::into_inner).take_header(header)?;
    let work = || work(&source, &parse);
    let halves = thread::scope(|scope| {
        let threads: Vec<_> = (1..THREADS).map(|_| scope.spawn(work)).collect();
        let mut halves = vec![work()];
        halves.extend(threads.into_iter().map(|thread| {
            // A thread only ends early by a panic, which is the program's own mistake and must not go unnoticed.
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }));
        halves
    });
    let mut parsed = Vec::new();
    for half in halves {
        parsed.extend(half?);
    }
    parsed.sort_unstable_by_key(|one| one.number);
    let mut parts = Vec::with_capacity(parsed.len());
    let mut line = u64::from(header_bytes > 0) + 1;
    for one in parsed {
        match one.part {
            Ok(part) => parts.push((line, part)),
            Err(bad) => return Err(CsvError::Bad { line: line + bad.line, fault: bad.fault }),
        }
        line += one.lines;
    }
    Ok(parts)
}

/// One thread: a block, parsed, and the next.
fn work<R: Read, T>(
    source: &Mutex<Source<R>>,
    parse: &impl Fn(&str, usize) -> Result<T, Bad>,
) -> Result<Vec<Parsed<T>>, CsvError> {
    let mut parsed = Vec::new();
    let mut block = Vec::new();
    loop {
        let next = source.lock().unwrap_or_else(PoisonError::into_inner).next(&mut block)?;
        let Some(number) = next else { return Ok(parsed) };
        let lines = count_lines(&block);
        let part = match std::str::from_utf8(&block) {
            Ok(text) => parse(text, lines),
            Err(error) => {
                let line = count_lines(&block[..error.valid_up_to()]) as u64;
                Err(Bad { line, fault: FieldFault::NotUtf8 })
            }
        };
        if part.is_err() {
            source.lock().unwrap_or_else(PoisonError::into_inner).is_done = true;
        }
        parsed.push(Parsed { number, lines: lines as u64, part });
    }
}

fn count_lines(bytes: &[u8]) -> usize {
    memchr_iter(b'\n', bytes).count()
}

/// The file, and what was read of it beyond the last record that was given out.
struct Source<R> {
    file: R,
    rest: Vec<u8>,
    given: usize,
    is_done: bool,
}

impl<R: Read> Source<R> {
    /// Reads up to [`BLOCK_BYTES`] behind what is in the block already.
    fn fill(&mut self, block: &mut Vec<u8>) -> io::Result<()> {
        let wanted = BLOCK_BYTES.saturating_sub(block.len()) as u64;
        let read = self.file.by_ref().take(wanted).read_to_end(block)?;
        self.is_done = self.is_done || (read as u64) < wanted;
        Ok(())
    }

    /// Takes the first line off, which has to be the header.
    fn take_header(&mut self, header: &'static str) -> Result<usize, CsvError> {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        self.fill(&mut block)?;
        let length = header_length(&block, header).ok_or(CsvError::Header { expected: header })?;
        self.rest = block.split_off(length);
        Ok(length)
    }

    /// The next block, and its number; `None` when there is no more.
    fn next(&mut self, block: &mut Vec<u8>) -> Result<Option<usize>, CsvError> {
        block.clear();
        if self.is_done && self.rest.is_empty() {
            return Ok(None);
        }
        block.reserve_exact(BLOCK_BYTES);
        block.append(&mut self.rest);
        if !self.is_done {
            self.fill(block)?;
        }
        if !self.is_done {
            // A block without the end of a record holds one that is longer than any may be: it is refused where it is
            // parsed.
            let end = end_of_records(block).unwrap_or(block.len());
            self.rest.extend_from_slice(&block[end..]);
            block.truncate(end);
        }
        let number = self.given;
        self.given += 1;
        Ok((!block.is_empty()).then_some(number))
    }
}

/// How long the first line is, if it is the header: a byte order mark and either end of a line may be there.
pub fn header_length(start: &[u8], header: &str) -> Option<usize> {
    let line = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let end = memchr(b'\n', line).map_or(line.len(), |end| end + 1);
    let is_header = line[..end].trim_ascii_end() == header.as_bytes();
    is_header.then_some(start.len() - line.len() + end)
}

/// Where the last whole record ends: behind the last end of a line that is not inside quotes.
fn end_of_records(block: &[u8]) -> Option<usize> {
    let mut end = None;
    let mut start = 0;
    let mut is_quoted = false;
    for quote in memchr_iter(b'"', block) {
        if !is_quoted && let Some(place) = memrchr(b'\n', &block[start..quote]) {
            end = Some(start + place + 1);
        }
        is_quoted = !is_quoted;
        start = quote + 1;
    }
    if !is_quoted && let Some(place) = memrchr(b'\n', &block[start..]) {
        end = Some(start + place + 1);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_where_a_record_ends() {
        for (block, end) in [
            ("a\nb\nc", Some(4)),
            ("a\n\"b\nc\"", Some(2)),
            ("a\n\"b\n\"\"c\n\"\nd", Some(11)),
            ("\"a\nb\n", None),
            ("", None),
        ] {
            assert_eq!(end_of_records(block.as_bytes()), end, "{block:?}");
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
