//! The till's ledger against the lines that it has and those of more files, as if they were brought in.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::from_files::add_file;
use super::{Desk, ReconcileArgs, Sides, Source, whole};
use crate::cli::{Failure, Place};
use crate::domain::ids::{IdSource, LineId};
use crate::domain::reconcile::{LineTexts, Lines, StatementLines, claimed, refused_places};
use crate::store::Reader;

/// What the till waits for, the lines that nothing is known of, and what the files have that no statement had.
pub(super) fn sides(args: &ReconcileArgs, place: &Place, desk: &Desk) -> Result<Sides, Failure> {
    let missing =
        || Failure::Input("--sales FILE or --data DIR is needed: the sales, or a folder of a ledger".to_owned());
    let data = place.data.as_deref().ok_or_else(missing)?;
    let reader = Reader::open(data).map_err(Failure::input)?;
    let ledger = reader.ledger().map_err(Failure::input)?;
    let (mut files, mut earlier) = (Vec::new(), Vec::new());
    let mut ids = IdSource::new(0, 0);
    for path in &args.statement {
        for (source, statement) in desk.read(path, whole(path)?, &mut ids)? {
            let places: BTreeMap<LineId, u32> = statement.lines.iter().map(|line| line.id).zip(1..).collect();
            let lines = StatementLines::from_iter(statement.lines);
            let news = reader.news(&lines).map_err(Failure::input)?;
            let known = lines.len().saturating_sub(news.lines.len());
            if known > 0 {
                let name = &source.name;
                // The figures are the same without standard error.
                let _ = writeln!(io::stderr(), "stopgap: {name}: {known} of its lines are in the ledger already");
            }
            earlier.extend(news.earlier.into_iter().map(|(_, claim)| claim));
            files.push((source, news.lines, places));
        }
    }
    let sales = claimed(&ledger, earlier).map_err(Failure::input)?;
    let keeps_texts = args.out.is_some();
    let (mut lines, mut sources) = (Lines::default(), vec![Source { name: "ledger".to_owned(), by_line: false }]);
    add_file((1..).zip(ledger.lines.unexplained().map(LineTexts::of)), &sales, keeps_texts, &mut lines)?;
    for (source, news, places) in &files {
        let texts = news.iter().map(|line| (places.get(&line.id).copied().unwrap_or(0), LineTexts::of(line)));
        add_file(texts, &sales, keeps_texts, &mut lines)?;
        sources.push(Source { name: source.name.clone(), ..*source });
    }
    Ok(Sides { sales, lines, sources, refused: refused_places(&ledger) })
}
