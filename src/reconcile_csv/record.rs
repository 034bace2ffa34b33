//! A block taken apart into records and fields (RFC 4180).

use std::borrow::Cow;

use memchr::{memchr, memchr3};

use crate::reconcile_csv::blocks::{Bad, RECORD_BYTES_MAX};
use crate::reconcile_csv::fields::FieldFault;

/// One record.
pub struct Record<'a, const N: usize> {
    /// Its fields, without the quotes around them. Two quotes for one are still in those of `doubled`.
    raw: [&'a str; N],
    doubled: [bool; N],
    /// Whether a NUL byte is somewhere in its block.
    has_nul: bool,
    /// The line of the block on which it begins, from 0.
    pub line: u32,
}

impl<'a, const N: usize> Record<'a, N> {
    /// A field that holds no quotes: most do not.
    pub fn plain(&self, field: usize) -> &'a str {
        self.raw.get(field).copied().unwrap_or("").trim_ascii()
    }

    /// A field as it is meant, copied only where quotes are doubled in it.
    pub fn text(&self, field: usize) -> Result<Cow<'a, str>, FieldFault> {
        let text = self.plain(field);
        if self.has_nul && memchr(0, text.as_bytes()).is_some() {
            return Err(FieldFault::Nul);
        }
        Ok(if self.doubled.get(field).copied().unwrap_or(false) {
            Cow::Owned(text.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(text)
        })
    }
}

/// Gives each record of a block to `take`; an empty line is none. What is wrong stops it.
pub fn each<'a, const N: usize>(
    block: &'a str,
    mut take: impl FnMut(&Record<'a, N>) -> Result<(), FieldFault>,
) -> Result<(), Bad> {
    let bytes = block.as_bytes();
    let mut at = 0;
    let mut line = 0;
    let has_nul = memchr(0, bytes).is_some();
    while at < bytes.len() {
        if let Some(length) = [&b"\n"[..], b"\r\n"].iter().find(|end| bytes[at..].starts_with(end)).map(|end| end.len())
        {
            at += length;
            line += 1;
            continue;
        }
        let mut record = Record { raw: [""; N], doubled: [false; N], has_nul, line };
        let begin = at;
        let bad = |fault| Bad { line: u64::from(line), fault };
        let mut lines = 1;
        (at, lines) = fields(block, at, &mut record).map_err(bad).map(|(end, inside)| (end, lines + inside))?;
        if at - begin > RECORD_BYTES_MAX {
            return Err(bad(FieldFault::TooLong));
        }
        take(&record).map_err(bad)?;
        line += lines;
    }
    Ok(())
}

/// Reads the fields of a record; where it ends, and how many ends of lines are inside its quotes.
fn fields<'a, const N: usize>(
    block: &'a str,
    mut at: usize,
    record: &mut Record<'a, N>,
) -> Result<(usize, u32), FieldFault> {
    let bytes = block.as_bytes();
    let mut inside = 0;
    for field in 0..=N {
        let rest = bytes.get(at..).unwrap_or(b"");
        let (text, doubled, end) = if rest.first() == Some(&b'"') {
            let (length, doubled) = quoted(&rest[1..])?;
            let text = block.get(at + 1..at + 1 + length).unwrap_or("");
            inside += u32::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(0);
            (text, doubled, length + 2)
        } else {
            let length = plain_length(rest);
            let text = block.get(at..at + length).unwrap_or("");
            if rest.get(length) == Some(&b'"') {
                return Err(FieldFault::StrayQuote);
            }
            (text, false, length)
        };
        if let (Some(raw), Some(is_doubled)) = (record.raw.get_mut(field), record.doubled.get_mut(field)) {
            (*raw, *is_doubled) = (text, doubled);
        } else {
            return Err(FieldFault::Fields { expected: N });
        }
        at += end;
        match bytes.get(at..).unwrap_or(b"") {
            [b',', ..] => at += 1,
            tail => {
                let end = match tail {
                    [] => 0,
                    [b'\n', ..] => 1,
                    [b'\r', b'\n', ..] => 2,
                    [b'\r'] => 1,
                    [_, ..] => return Err(FieldFault::StrayQuote),
                };
                return if field + 1 == N { Ok((at + end, inside)) } else { Err(FieldFault::Fields { expected: N }) };
            }
        }
    }
    Err(FieldFault::Fields { expected: N })
}

/// How long a field without quotes is: to the next comma, quote or end of a line.
fn plain_length(rest: &[u8]) -> usize {
    let ends = |byte: &u8| matches!(byte, b',' | b'\n' | b'"');
    // Most fields are too short for a search by vectors to pay.
    let near = rest.get(..SHORT).unwrap_or(rest);
    near.iter().position(ends).unwrap_or_else(|| {
        let far = rest.get(near.len()..).unwrap_or(b"");
        near.len() + memchr3(b',', b'\n', b'"', far).unwrap_or(far.len())
    })
}

/// How long a short field is.
const SHORT: usize = 16;

/// How long a quoted field is, from behind its first quote, and whether quotes are doubled in it.
fn quoted(rest: &[u8]) -> Result<(usize, bool), FieldFault> {
    let mut length = 0;
    let mut doubled = false;
    loop {
        let more = memchr(b'"', &rest[length..]).ok_or(FieldFault::OpenQuote)?;
        length += more;
        if rest.get(length + 1) != Some(&b'"') {
            return Ok((length, doubled));
        }
        doubled = true;
        length += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record: its line and its fields.
    type Read = (u32, Vec<String>);

    fn read(block: &str) -> Result<Vec<Read>, (u64, FieldFault)> {
        let mut records = Vec::new();
        let take = |record: &Record<'_, 3>| {
            records.push((
                record.line,
                (0..3).map(|field| record.text(field).map(Cow::into_owned).unwrap_or_default()).collect(),
            ));
            Ok(())
        };
        each::<3>(block, take).map_err(|bad| (bad.line, bad.fault))?;
        Ok(records)
    }

    fn row(line: u32, fields: [&str; 3]) -> Read {
        (line, fields.map(str::to_owned).to_vec())
    }

    #[test]
    fn records_are_read_as_rfc_4180_says() {
        assert_eq!(read("a,b,c"), Ok(vec![row(0, ["a", "b", "c"])]));
        assert_eq!(read("a,b,c\r\n\n,,\n"), Ok(vec![row(0, ["a", "b", "c"]), row(2, ["", "", ""])]));
        let quoted = "\"a,\"\"1\"\"\",\"b\nb\",c\nd,\"\",\"f\"\r\n";
        assert_eq!(read(quoted), Ok(vec![row(0, ["a,\"1\"", "b\nb", "c"]), row(2, ["d", "", "f"])]));
        assert_eq!(read(" a , b,c\r"), Ok(vec![row(0, ["a", "b", "c"])]));
    }

    #[test]
    fn what_is_no_record_is_refused_with_its_line() {
        for (block, line, fault) in [
            ("a,b\n", 0, FieldFault::Fields { expected: 3 }),
            ("a,b,c\na,b,c,d", 1, FieldFault::Fields { expected: 3 }),
            ("a,b,c\n\na,\"b,c", 2, FieldFault::OpenQuote),
            ("a,b\"x\",c", 0, FieldFault::StrayQuote),
            ("a,\"b\"x,c", 0, FieldFault::StrayQuote),
            ("\"a\n\n\",b,c\na,b\n", 3, FieldFault::Fields { expected: 3 }),
        ] {
            assert_eq!(read(block), Err((line, fault)), "{block:?}");
        }
        let long = format!("{},b,c", "x".repeat(RECORD_BYTES_MAX));
        assert_eq!(read(&long), Err((0, FieldFault::TooLong)));
    }
}
