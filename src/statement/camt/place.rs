//! Where in a camt document a value stands, by local names and whatever the namespace is called.
//!
//! The versions 001.02 to 001.13 differ in where a few things stand; all of those places are here. An element that is
//! not here, and everything in it (a bank's own supplement), is passed over.

use crate::statement::xml;

/// An element that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after its element; `child` is the description")]
pub enum Place {
    Outside,
    Ignored,
    Document,
    Message,
    Statement,
    StatementId,
    StatementNumber,
    Pagination,
    PageNumber,
    Account,
    AccountId,
    AccountOther,
    AccountNumber,
    AccountCurrency,
    Balance,
    BalanceType,
    BalanceTypeChoice,
    BalanceCode,
    BalanceAmount,
    BalanceIndicator,
    BalanceDate,
    BalanceDay,
    Summary,
    SummaryEntries,
    SummaryCredits,
    SummaryDebits,
    SummaryNet,
    EntriesCount,
    EntriesSum,
    EntriesNet,
    EntriesNetIndicator,
    CreditsCount,
    CreditsSum,
    DebitsCount,
    DebitsSum,
    Entry,
    EntryField(EntryField),
    Status,
    BookingDate,
    ValueDate,
    EntryCharges,
    EntryChargesRecord,
    Details,
    Batch,
    BatchCount,
    BatchTotal,
    Transaction,
    TransactionField(TransactionField),
    TransactionCharges,
    TransactionChargesRecord,
    References,
    AmountDetails,
    TransactionAmount,
    Parties,
    Debtor,
    DebtorAccount,
    DebtorAccountId,
    DebtorAccountOther,
    Creditor,
    CreditorAccount,
    CreditorAccountId,
    CreditorAccountOther,
    Remittance,
    Structured,
    StructuredReference,
    StructuredDocument,
}

/// A value of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after its element")]
pub enum EntryField {
    Amount,
    Indicator,
    Reversal,
    Status,
    BookedOn,
    ValuedOn,
    BankReference,
    Additional,
    ChargesTotal,
    Charge,
}

/// A value of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after its element")]
pub enum TransactionField {
    Amount,
    DetailedAmount,
    Indicator,
    EndToEndId,
    BankReference,
    DebtorName,
    DebtorAccount,
    CreditorName,
    CreditorAccount,
    Unstructured,
    Reference,
    Document,
    Additional,
    ChargesTotal,
    Charge,
}

impl xml::Place for Place {
    const OUTSIDE: Self = Self::Outside;

    fn child(self, name: &str) -> Self {
        match self {
            Self::Outside if name == "Document" => Self::Document,
            Self::Document => match name {
                "BkToCstmrStmt" | "BkToCstmrAcctRpt" | "BkToCstmrDbtCdtNtfctn" => Self::Message,
                _ => Self::Ignored,
            },
            Self::Message if matches!(name, "Stmt" | "Rpt" | "Ntfctn") => Self::Statement,
            Self::Statement | Self::Pagination | Self::Account | Self::AccountId | Self::AccountOther => {
                self.in_statement(name)
            }
            Self::Balance | Self::BalanceType | Self::BalanceTypeChoice | Self::BalanceDate => self.in_balance(name),
            Self::Summary | Self::SummaryEntries | Self::SummaryCredits | Self::SummaryDebits | Self::SummaryNet => {
                self.in_summary(name)
            }
            Self::Entry
            | Self::Status
            | Self::BookingDate
            | Self::ValueDate
            | Self::EntryCharges
            | Self::EntryChargesRecord
            | Self::Details
            | Self::Batch => self.in_entry(name),
            Self::Transaction
            | Self::TransactionCharges
            | Self::TransactionChargesRecord
            | Self::References
            | Self::AmountDetails
            | Self::TransactionAmount
            | Self::Remittance
            | Self::Structured
            | Self::StructuredReference
            | Self::StructuredDocument => self.in_transaction(name),
            Self::Parties
            | Self::Debtor
            | Self::DebtorAccount
            | Self::DebtorAccountId
            | Self::DebtorAccountOther
            | Self::Creditor
            | Self::CreditorAccount
            | Self::CreditorAccountId
            | Self::CreditorAccountOther => self.in_parties(name),
            Self::Outside
            | Self::Ignored
            | Self::Message
            | Self::StatementId
            | Self::StatementNumber
            | Self::PageNumber
            | Self::AccountNumber
            | Self::AccountCurrency
            | Self::BalanceCode
            | Self::BalanceAmount
            | Self::BalanceIndicator
            | Self::BalanceDay
            | Self::EntriesCount
            | Self::EntriesSum
            | Self::EntriesNet
            | Self::EntriesNetIndicator
            | Self::CreditsCount
            | Self::CreditsSum
            | Self::DebitsCount
            | Self::DebitsSum
            | Self::BatchCount
            | Self::BatchTotal
            | Self::EntryField(_)
            | Self::TransactionField(_) => Self::Ignored,
        }
    }
}

impl Place {
    fn in_statement(self, name: &str) -> Self {
        match (self, name) {
            (Self::Statement, "Ntry") => Self::Entry,
            (Self::Statement, "Acct") => Self::Account,
            (Self::Statement, "Bal") => Self::Balance,
            (Self::Statement, "TxsSummry") => Self::Summary,
            (Self::Statement, "Id") => Self::StatementId,
            (Self::Statement, "ElctrncSeqNb" | "LglSeqNb") => Self::StatementNumber,
            (Self::Statement, "StmtPgntn" | "RptPgntn" | "NtfctnPgntn") => Self::Pagination,
            (Self::Pagination, "PgNb") => Self::PageNumber,
            (Self::Account, "Id") => Self::AccountId,
            (Self::Account, "Ccy") => Self::AccountCurrency,
            (Self::AccountId, "IBAN") | (Self::AccountOther, "Id") => Self::AccountNumber,
            (Self::AccountId, "Othr") => Self::AccountOther,
            (_, _) => Self::Ignored,
        }
    }

    fn in_balance(self, name: &str) -> Self {
        match (self, name) {
            (Self::Balance, "Tp") => Self::BalanceType,
            (Self::BalanceType, "CdOrPrtry") => Self::BalanceTypeChoice,
            (Self::BalanceTypeChoice, "Cd") => Self::BalanceCode,
            (Self::Balance, "Amt") => Self::BalanceAmount,
            (Self::Balance, "CdtDbtInd") => Self::BalanceIndicator,
            (Self::Balance, "Dt") => Self::BalanceDate,
            (Self::BalanceDate, "Dt" | "DtTm") => Self::BalanceDay,
            (_, _) => Self::Ignored,
        }
    }

    fn in_summary(self, name: &str) -> Self {
        match (self, name) {
            (Self::Summary, "TtlNtries") => Self::SummaryEntries,
            (Self::Summary, "TtlCdtNtries") => Self::SummaryCredits,
            (Self::Summary, "TtlDbtNtries") => Self::SummaryDebits,
            (Self::SummaryEntries, "NbOfNtries") => Self::EntriesCount,
            (Self::SummaryEntries, "Sum") => Self::EntriesSum,
            // One value up to version 001.02, two in an element of their own from 001.03 on.
            (Self::SummaryEntries, "TtlNetNtry") => Self::SummaryNet,
            (Self::SummaryEntries, "TtlNetNtryAmt") | (Self::SummaryNet, "Amt") => Self::EntriesNet,
            (Self::SummaryEntries | Self::SummaryNet, "CdtDbtInd") => Self::EntriesNetIndicator,
            (Self::SummaryCredits, "NbOfNtries") => Self::CreditsCount,
            (Self::SummaryCredits, "Sum") => Self::CreditsSum,
            (Self::SummaryDebits, "NbOfNtries") => Self::DebitsCount,
            (Self::SummaryDebits, "Sum") => Self::DebitsSum,
            (_, _) => Self::Ignored,
        }
    }

    fn in_entry(self, name: &str) -> Self {
        let field = match (self, name) {
            (Self::Entry, "Amt") => EntryField::Amount,
            (Self::Entry, "CdtDbtInd") => EntryField::Indicator,
            (Self::Entry, "RvslInd") => EntryField::Reversal,
            (Self::Entry, "AcctSvcrRef") => EntryField::BankReference,
            (Self::Entry, "AddtlNtryInf") => EntryField::Additional,
            // Text up to version 001.07, a code inside from 001.08 on.
            (Self::Entry, "Sts") => return Self::Status,
            (Self::Status, "Cd") => EntryField::Status,
            (Self::Entry, "BookgDt") => return Self::BookingDate,
            (Self::Entry, "ValDt") => return Self::ValueDate,
            (Self::BookingDate, "Dt" | "DtTm") => EntryField::BookedOn,
            (Self::ValueDate, "Dt" | "DtTm") => EntryField::ValuedOn,
            (Self::Entry, "NtryDtls") => return Self::Details,
            (Self::Details, "TxDtls") => return Self::Transaction,
            (Self::Details, "Btch") => return Self::Batch,
            (Self::Batch, "NbOfTxs") => return Self::BatchCount,
            (Self::Batch, "TtlAmt") => return Self::BatchTotal,
            (Self::Entry, "Chrgs") => return Self::EntryCharges,
            (Self::EntryCharges, "Rcrd") => return Self::EntryChargesRecord,
            (Self::EntryCharges, "TtlChrgsAndTaxAmt") => EntryField::ChargesTotal,
            (Self::EntryCharges | Self::EntryChargesRecord, "Amt") => EntryField::Charge,
            (_, _) => return Self::Ignored,
        };
        Self::EntryField(field)
    }

    fn in_transaction(self, name: &str) -> Self {
        let field = match (self, name) {
            (Self::Transaction, "Refs") => return Self::References,
            (Self::References, "EndToEndId") => TransactionField::EndToEndId,
            (Self::References, "AcctSvcrRef") => TransactionField::BankReference,
            // Since version 001.03; before it only in AmtDtls.
            (Self::Transaction, "Amt") => TransactionField::Amount,
            (Self::Transaction, "AmtDtls") => return Self::AmountDetails,
            (Self::AmountDetails, "TxAmt") => return Self::TransactionAmount,
            (Self::TransactionAmount, "Amt") => TransactionField::DetailedAmount,
            (Self::Transaction, "CdtDbtInd") => TransactionField::Indicator,
            (Self::Transaction, "RltdPties") => return Self::Parties,
            (Self::Transaction, "RmtInf") => return Self::Remittance,
            (Self::Remittance, "Ustrd") => TransactionField::Unstructured,
            (Self::Remittance, "Strd") => return Self::Structured,
            (Self::Structured, "CdtrRefInf") => return Self::StructuredReference,
            (Self::StructuredReference, "Ref") => TransactionField::Reference,
            (Self::Structured, "RfrdDocInf") => return Self::StructuredDocument,
            (Self::StructuredDocument, "Nb") => TransactionField::Document,
            (Self::Structured, "AddtlRmtInf") | (Self::Transaction, "AddtlTxInf") => TransactionField::Additional,
            (Self::Transaction, "Chrgs") => return Self::TransactionCharges,
            (Self::TransactionCharges, "Rcrd") => return Self::TransactionChargesRecord,
            (Self::TransactionCharges, "TtlChrgsAndTaxAmt") => TransactionField::ChargesTotal,
            (Self::TransactionCharges | Self::TransactionChargesRecord, "Amt") => TransactionField::Charge,
            (_, _) => return Self::Ignored,
        };
        Self::TransactionField(field)
    }

    fn in_parties(self, name: &str) -> Self {
        let field = match (self, name) {
            (Self::Parties, "Dbtr") => return Self::Debtor,
            (Self::Parties, "Cdtr") => return Self::Creditor,
            (Self::Parties, "DbtrAcct") => return Self::DebtorAccount,
            (Self::Parties, "CdtrAcct") => return Self::CreditorAccount,
            // Since version 001.03 the name is one level deeper.
            (Self::Debtor | Self::Creditor, "Pty") => return self,
            (Self::Debtor, "Nm") => TransactionField::DebtorName,
            (Self::Creditor, "Nm") => TransactionField::CreditorName,
            (Self::DebtorAccount, "Id") => return Self::DebtorAccountId,
            (Self::DebtorAccountId, "Othr") => return Self::DebtorAccountOther,
            (Self::DebtorAccountId, "IBAN") | (Self::DebtorAccountOther, "Id") => TransactionField::DebtorAccount,
            (Self::CreditorAccount, "Id") => return Self::CreditorAccountId,
            (Self::CreditorAccountId, "Othr") => return Self::CreditorAccountOther,
            (Self::CreditorAccountId, "IBAN") | (Self::CreditorAccountOther, "Id") => TransactionField::CreditorAccount,
            (_, _) => return Self::Ignored,
        };
        Self::TransactionField(field)
    }
}
