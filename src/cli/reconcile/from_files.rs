//! Both sides from files.

use std::path::Path;

use super::{Desk, ReconcileArgs, Sides, Source, named, whole};
use crate::cli::Failure;
use crate::domain::ids::IdSource;
use crate::domain::reconcile::{LineTexts, Lines, LinesBuilder, Sales};
use crate::reconcile_csv::{self, Input};

/// The sales of a CSV file and the lines of statements: the plain CSV by the fast way, any other by its format.
pub(super) fn sides(path: &Path, args: &ReconcileArgs, desk: &Desk) -> Result<Sides, Failure> {
    let sales = reconcile_csv::read_sales(path).map_err(|error| named(path, &error))?;
    let sales = sales.build_by(&reconcile_csv::SideBySide);
    let (mut lines, mut sources) = (Lines::default(), Vec::new());
    // Only the rows that are written say what stands in a line.
    let keeps_texts = args.out.is_some();
    for path in &args.statement {
        // A pipe gives its bytes once, so they are kept while it is found out what they are.
        let piped = if path.is_file() { None } else { Some(whole(path)?) };
        let input = piped.as_deref().map_or(Input::File(path), Input::Bytes);
        if reconcile_csv::is_statement(input).map_err(|error| named(path, &error))? {
            sources.push(Source { name: path.display().to_string(), by_line: true });
            let fault = |error| named(path, &error);
            reconcile_csv::read_lines(input, &sales, &mut lines, keeps_texts).map_err(fault)?;
            continue;
        }
        let bytes = piped.map_or_else(|| whole(path), Ok)?;
        for (source, statement) in desk.read(path, bytes, &mut IdSource::new(0, 0))? {
            let texts = (1..).zip(statement.lines.iter().map(LineTexts::of));
            add_file(texts, &sales, keeps_texts, &mut lines)?;
            sources.push(source);
        }
    }
    Ok(Sides { sales, lines, sources, refused: std::collections::BTreeSet::new() })
}

/// Adds the lines of one file, each with what it is called.
pub(super) fn add_file<'a>(
    texts: impl Iterator<Item = (u32, LineTexts<'a>)>,
    sales: &Sales,
    keeps_texts: bool,
    lines: &mut Lines,
) -> Result<(), Failure> {
    let mut builder = LinesBuilder::new(sales, 0).keeping_all_texts(keeps_texts);
    for (place, line) in texts {
        builder.push(line, place).map_err(Failure::input)?;
    }
    lines.begin_file();
    builder.build().and_then(|file| lines.append(file, 0)).map_err(Failure::input)
}
