//! Statement files as the screen has them read.

use super::*;
use crate::domain::ledger::LedgerLines;
use crate::domain::reconcile::Refused;

const HEADER: &str = "Date,Payee,Amount,Details\n";

fn files(folder: &Path) -> Files {
    Files::under(folder, Currency::EUR)
}

fn ask(path: &Path, mapping: Option<Mapping>) -> StatementAsk {
    let path = path.to_str().unwrap().to_owned();
    let (claims, lines, refused) = (Vec::new(), LedgerLines::default(), Refused::new());
    StatementAsk { path, despite_totals: false, ask_again: false, mapping, claims, lines, refused, due_days: 3 }
}

#[test]
fn how_a_csv_file_is_read_is_asked_once_for_each_header() {
    let folder = tempfile::tempdir().unwrap();
    let (files, at) = (files(folder.path()), DateTime::from_timestamp(1_791_000_000, 0).unwrap().fixed_offset());
    let first = folder.path().join("first.csv");
    fs::write(&first, format!("{HEADER}2026-04-03,Erika,12.50,2300000011\n")).unwrap();
    let Err(StatementRefusal::NeedsMapping(mut draft)) = files.read_statement(&ask(&first, None), at) else {
        panic!("a file that says nothing of itself is asked about");
    };
    while draft.column(crate::statement::MappedAs::Reference) != Some("Details") {
        draft.take_next_column(crate::statement::MappedAs::Reference);
    }
    let read = files.read_statement(&ask(&first, Some(draft.mapping().clone())), at).unwrap();
    assert_eq!(read.lines[0].reference.as_deref(), Some("2300000011"));

    let next = folder.path().join("next.csv");
    fs::write(&next, format!("{HEADER}2026-04-04,Max,1.00,2300000029\n")).unwrap();
    let read = files.read_statement(&ask(&next, None), at).unwrap();
    assert_eq!(read.lines[0].reference.as_deref(), Some("2300000029"), "it is remembered, corrections and all");
    let other = folder.path().join("other.csv");
    fs::write(&other, "Datum;Betrag\n03.04.2026;12,50\n30.04.2026;1,00\n").unwrap();
    let asked = files.read_statement(&ask(&other, None), at);
    assert!(matches!(asked, Err(StatementRefusal::NeedsMapping(_))), "another header is another file");
    fs::write(&other, "\u{1}\u{2}").unwrap();
    assert!(matches!(files.read_statement(&ask(&other, None), at), Err(StatementRefusal::UnknownFormat(_))));

    // It may be corrected, and forgotten.
    assert!(read.is_mapped);
    let again = |path: &Path| files.read_statement(&StatementAsk { ask_again: true, ..ask(path, None) }, at);
    let Err(StatementRefusal::NeedsMapping(kept)) = again(&next) else { panic!("a person asked to be asked") };
    assert_eq!((kept.mapping(), kept.is_remembered()), (draft.mapping(), true));
    fs::write(&next, format!("{HEADER}2026-04-04,Max,1.00 apples,2300000029\n")).unwrap();
    let fault = match files.read_statement(&ask(&next, None), at) {
        Err(StatementRefusal::Bad(fault)) => fault,
        other => panic!("not refused for its line but {other:?}"),
    };
    assert_eq!((fault.said.line, fault.said.kind, fault.is_mapped), (Some(2), FaultKind::Amount, true));
    let Err(StatementRefusal::NeedsMapping(of_bad)) = again(&next) else { panic!("also where no row can be read") };
    assert_eq!((of_bad.mapping(), of_bad.is_remembered()), (draft.mapping(), true));
    files.forget_mapping(&kept);
    files.forget_mapping(&kept);
    let Err(StatementRefusal::NeedsMapping(anew)) = files.read_statement(&ask(&first, None), at) else {
        panic!("what is forgotten is asked about")
    };
    assert!(!anew.is_remembered());
}

#[test]
fn a_pack_goes_beside_the_reports_or_onto_a_stick_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::under(folder.path(), Currency::EUR);
    let papers = [("support.zip".to_owned(), vec![1, 2]), ("support.eml".to_owned(), vec![3])];
    let written = files.write_pack(None, &papers).unwrap();
    assert_eq!((written.len(), fs::read(&written[0]).unwrap()), (2, vec![1, 2]));
    assert!(written[1].ends_with("reports/support.eml"), "{written:?}");
    let stick = folder.path().join("stick");
    let missing = files.write_pack(Some(&stick), &papers).unwrap_err();
    assert!(missing.contains("is the stick plugged in?") && !stick.exists(), "{missing}");
    fs::create_dir(&stick).unwrap();
    assert!(files.write_pack(Some(&stick), &papers).unwrap()[0].ends_with("stick/support.zip"));
}
