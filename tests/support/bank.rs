//! The shop's bank in memory: transfers that customers made, and the statements they stand on.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use stopgap::app::event::{FileFault, StatementContent, StatementFile, StatementRefusal};
use stopgap::domain::ids::{IdSource, LineId};
use stopgap::domain::money::Money;
use stopgap::domain::reconcile::{StatementLine, StatementNotes};
use stopgap::statement::{Fault, StatementError};

/// One transfer, as it will stand on the next statement.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// What the customer's bank passed on as the reference.
    pub reference: String,
    pub amount: Money,
    pub at: DateTime<FixedOffset>,
}

#[derive(Debug, Default)]
pub struct FakeBank {
    pub transfers: Vec<Transfer>,
    told: usize,
    files: BTreeMap<String, (StatementFile, StatementContent)>,
    /// What does not add up in the last file.
    mistake: Option<StatementError>,
}

impl FakeBank {
    pub fn pay(&mut self, reference: &str, amount: Money, at: DateTime<FixedOffset>) {
        self.transfers.push(Transfer { reference: reference.to_owned(), amount, at });
    }

    /// What came in under a reference, in minor units.
    pub fn received(&self, reference: &str) -> i64 {
        let with = |transfer: &&Transfer| transfer.reference == reference;
        self.transfers.iter().filter(with).map(|transfer| transfer.amount.minor).sum()
    }

    /// Writes a statement with everything that no earlier one had.
    pub fn write_statement(&mut self, at: DateTime<FixedOffset>) -> String {
        let number = self.files.len() + 1;
        let name = format!("statement-{number}.xml");
        let entropy = u64::try_from(number).expect("few files");
        let mut ids = IdSource::new(u64::try_from(at.timestamp_millis()).expect("after 1970"), entropy);
        let lines =
            self.transfers[self.told..].iter().map(|transfer| line(LineId(ids.next_uuid()), transfer)).collect();
        self.told = self.transfers.len();
        let file = StatementFile { path: format!("inbox/{name}"), name: name.clone(), changed: at };
        let (sha256, notes) = (format!("{number:064x}"), StatementNotes::default());
        let content = StatementContent {
            sha256,
            lines,
            known: 0,
            notes,
            matches: Vec::new(),
            unknown: Vec::new(),
            twice: Vec::new(),
            settled: Vec::new(),
            is_mapped: false,
        };
        self.files.insert(file.path.clone(), (file, content));
        name
    }

    pub fn files(&self) -> Vec<StatementFile> {
        self.files.values().map(|(file, _)| file.clone()).collect()
    }

    /// A file of the bank's; one that does not add up is refused unless it is taken all the same.
    pub fn read(&self, path: &str, despite_totals: bool) -> Option<Result<StatementContent, StatementRefusal>> {
        let (_, content) = self.files.get(path)?;
        let does_not_add_up = self.mistake.as_ref().filter(|_| !despite_totals && !content.notes.overruled.is_empty());
        let refused = |why: &StatementError| {
            StatementRefusal::Totals(Box::new(FileFault { file: String::new(), said: why.said(), is_mapped: false }))
        };
        Some(does_not_add_up.map_or_else(|| Ok(content.clone()), |why| Err(refused(why))))
    }

    /// The last file says a total that its lines do not make.
    pub fn mistake_the_total(&mut self, what: &'static str, stated: &str, found: &str) {
        let fault = Fault::Total { what, stated: stated.to_owned(), found: found.to_owned() };
        let (_, content) = self.files.values_mut().next_back().expect("a file");
        content.notes.overruled.push(fault.to_string());
        self.mistake = Some(StatementError::Bad { line: 9, fault });
    }

    /// The last file says that this much was kept of each of its lines.
    pub fn keep_fees(&mut self, fee: Money) {
        let (_, content) = self.files.values_mut().next_back().expect("a file");
        content.notes.fees = content.lines.iter().map(|line| (line.id, fee)).collect();
    }

    /// The last file holds these lines instead.
    pub fn replace_lines(&mut self, edit: impl FnOnce(&mut Vec<StatementLine>)) {
        let (_, content) = self.files.values_mut().next_back().expect("a file");
        let mut lines = content.lines.to_vec();
        edit(&mut lines);
        content.lines = lines.into();
    }
}

fn line(id: LineId, transfer: &Transfer) -> StatementLine {
    StatementLine {
        id,
        account: None,
        booked_on: transfer.at.date_naive(),
        valued_on: None,
        amount: transfer.amount,
        reference: Some(transfer.reference.clone()),
        end_to_end_id: None,
        counterparty_name: Some("A Customer".to_owned()),
        counterparty_account: None,
        description: None,
        bank_reference: None,
        reversal: false,
    }
}
