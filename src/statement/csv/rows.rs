//! Rows and fields of separated values (RFC 4180), with the bounds and the line numbers that a stranger's file needs.

use std::borrow::Cow;

use crate::statement::error::{Fault, StatementError};

/// How many bytes one field may have.
pub const FIELD_BYTES_MAX: usize = 8 * 1024;
/// How many fields a row may have.
pub const FIELDS_MAX: usize = 256;

/// The fields of one row.
pub type Fields<'a> = Vec<Cow<'a, str>>;

/// Goes over the rows of a text. Empty lines are no rows.
pub struct Rows<'a> {
    rest: &'a str,
    delimiter: u8,
    line: usize,
}

impl<'a> Rows<'a> {
    /// Rows from line `first` on; the lines in front of it may be anything.
    pub fn new(text: &'a str, delimiter: u8, first: usize) -> Self {
        let mut rest = text.trim_start_matches('\u{feff}');
        let mut line = 1;
        while line < first
            && let Some((_, after)) = rest.split_once('\n')
        {
            rest = after;
            line += 1;
        }
        if line < first {
            rest = "";
        }
        Self { rest, delimiter, line }
    }

    /// Fills in the fields of the next row and says its line, or `None` at the end.
    pub fn next(&mut self, fields: &mut Fields<'a>) -> Result<Option<usize>, StatementError> {
        loop {
            if self.rest.is_empty() {
                return Ok(None);
            }
            let line = self.line;
            self.row(fields).map_err(|fault| StatementError::Bad { line, fault })?;
            if fields.iter().any(|field| !field.is_empty()) {
                return Ok(Some(line));
            }
        }
    }

    fn row(&mut self, fields: &mut Fields<'a>) -> Result<(), Fault> {
        fields.clear();
        loop {
            if fields.len() >= FIELDS_MAX {
                return Err(Fault::TooLong { what: "a row", limit: FIELDS_MAX });
            }
            // Spreadsheets write text that looks like a number as a formula: ="0012".
            let quoted = self.rest.strip_prefix('"').or_else(|| self.rest.strip_prefix("=\""));
            let field = match quoted {
                Some(inside) => self.quoted(inside)?,
                None => self.plain()?,
            };
            fields.push(field);
            match self.rest.as_bytes().first() {
                Some(byte) if *byte == self.delimiter => self.rest = &self.rest[1..],
                Some(b'\n') => {
                    self.rest = &self.rest[1..];
                    self.line += 1;
                    return Ok(());
                }
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// A field without quotation marks around it, up to the delimiter or the end of the line.
    fn plain(&mut self) -> Result<Cow<'a, str>, Fault> {
        let window = &self.rest.as_bytes()[..self.rest.len().min(FIELD_BYTES_MAX + 1)];
        let end = window.iter().position(|byte| *byte == self.delimiter || *byte == b'\n');
        let end = match end {
            Some(end) => end,
            None if window.len() > FIELD_BYTES_MAX => {
                return Err(Fault::TooLong { what: "a field", limit: FIELD_BYTES_MAX });
            }
            None => self.rest.len(),
        };
        let (field, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(Cow::Borrowed(field.trim()))
    }

    /// A field in quotation marks; two of them in it are one.
    fn quoted(&mut self, inside: &'a str) -> Result<Cow<'a, str>, Fault> {
        let mut from = 0;
        let end = loop {
            let window = &inside.as_bytes()[from..inside.len().min(FIELD_BYTES_MAX + 1)];
            let Some(found) = window.iter().position(|byte| *byte == b'"') else {
                let is_long = inside.len() > FIELD_BYTES_MAX;
                let long = Fault::TooLong { what: "a field in quotation marks", limit: FIELD_BYTES_MAX };
                return Err(if is_long { long } else { Fault::UnclosedQuote });
            };
            let place = from + found;
            if inside.as_bytes().get(place + 1) != Some(&b'"') {
                break place;
            }
            from = place + 2;
            if from > FIELD_BYTES_MAX {
                return Err(Fault::TooLong { what: "a field in quotation marks", limit: FIELD_BYTES_MAX });
            }
        };
        let field = &inside[..end];
        self.line += field.matches('\n').count();
        let after = inside[end + 1..].trim_start_matches([' ', '\r']);
        // A tab may be the delimiter, or the padding of a provider.
        let after = if self.delimiter == b'\t' { after } else { after.trim_start_matches('\t') };
        let is_end = after.is_empty() || after.starts_with('\n') || after.as_bytes().first() == Some(&self.delimiter);
        if !is_end {
            return Err(Fault::Misplaced { what: "text behind a closing quotation mark" });
        }
        self.rest = after;
        let field = field.trim();
        Ok(if field.contains('"') { Cow::Owned(field.replace("\"\"", "\"")) } else { Cow::Borrowed(field) })
    }
}

/// The delimiter that splits a line into most fields: comma, semicolon, tab or bar.
pub fn likely_delimiter(line: &str) -> u8 {
    let count = |delimiter: u8| {
        let mut is_quoted = false;
        let outside = line.bytes().filter(|byte| {
            is_quoted ^= *byte == b'"';
            !is_quoted && *byte == delimiter
        });
        outside.count()
    };
    // The last of several equal ones is taken, so the commonest comes last.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Result<Vec<(usize, Vec<String>)>, StatementError> {
        let (mut rows, mut fields, mut all) = (Rows::new(text, b',', 1), Fields::new(), Vec::new());
        while let Some(line) = rows.next(&mut fields)? {
            all.push((line, fields.iter().map(|field| field.clone().into_owned()).collect()));
        }
        Ok(all)
    }

    #[test]
    fn quotes_line_breaks_and_formula_cells_are_read() {
        let text = "\u{feff}a, b ,c\r\n\n\"x\"\"y\",\"two\nlines\",=\"0012\"\r\n=1+1,'q\"q,\n";
        let expected = [(1, ["a", "b", "c"]), (3, ["x\"y", "two\nlines", "0012"]), (5, ["=1+1", "'q\"q", ""])];
        assert_eq!(rows(text).unwrap(), expected.map(|(line, row)| (line, row.map(str::to_owned).to_vec())));
    }

    #[test]
    fn what_has_no_end_is_refused_with_its_line() {
        let bad = |text: &str| match rows(text) {
            Err(StatementError::Bad { line, fault }) => (line, fault),
            other => panic!("{other:?}"),
        };
        assert_eq!(bad("a,b\n1,\"2\n3"), (2, Fault::UnclosedQuote));
        assert!(matches!(bad("\"a\"b,c"), (1, Fault::Misplaced { .. })));
        assert!(matches!(bad(&format!("a\n{}", "x".repeat(FIELD_BYTES_MAX + 1))), (2, Fault::TooLong { .. })));
        assert!(matches!(bad(&format!("\"{}\"", "x".repeat(FIELD_BYTES_MAX + 1))), (1, Fault::TooLong { .. })));
        assert!(matches!(bad(&"\"".repeat(3 * FIELD_BYTES_MAX + 1)), (1, Fault::TooLong { .. })));
        assert!(matches!(bad(&",".repeat(FIELDS_MAX)), (1, Fault::TooLong { limit: FIELDS_MAX, .. })));
    }

    #[test]
    fn the_delimiter_is_the_one_outside_of_quotes() {
        assert_eq!(likely_delimiter("\"a,b,c\";d;e"), b';');
        assert_eq!(likely_delimiter("a\tb"), b'\t');
        assert_eq!(likely_delimiter("a"), b',');
    }

    proptest! {
        #[test]
        fn a_written_file_reads_back(table in prop::collection::vec(prop::collection::vec("[^\0\r]{0,12}", 2..5), 1..8)) {
            let quote = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let text: Vec<String> =
                table.iter().map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",")).collect();
            let kept: Vec<Vec<String>> = table
                .iter()
                .map(|row| row.iter().map(|field| field.trim().to_owned()).collect::<Vec<_>>())
                .filter(|row| row.iter().any(|field| !field.is_empty()))
                .collect();
            let read: Vec<Vec<String>> = rows(&text.join("\r\n")).unwrap().into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(read, kept);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[a\",;\n\r= é]{0,60}") {
            let _ = rows(&text);
        }
    }
}
