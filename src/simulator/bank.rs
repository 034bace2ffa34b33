//! A bank that books transfers it is told of, keeps a book of its own, and writes camt.053 statements.
//!
//! Everything that goes wrong between a payer and a shop is done by what the bank is told: a payer who edits the
//! reference is a text other than the intended one, a stray credit has no intended reference, and a transfer that never
//! comes is never told.

use std::fmt::Write;

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use quick_xml::escape::escape;

use crate::domain::money::{Currency, Money};

/// What is on the account before the first booking, in minor units.
const START_MINOR: i64 = 250_000;
/// How many characters one `Ustrd` takes (`Max140Text`).
const TEXT_CHARS_MAX: usize = 140;

/// A shop's account.
#[derive(Clone, Debug)]
pub struct Bank {
    iban: String,
    currency: Currency,
    book: Vec<BankBooking>,
}

/// One booking in the bank's own book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankBooking {
    /// The bank's number of it.
    pub number: u32,
    /// The sale reference it was meant for, whatever the payer wrote; empty when it was meant for none.
    pub intended_reference: String,
    /// Credits positive, debits negative, in minor units.
    pub amount_minor: i64,
    /// Who paid, or was paid.
    pub counterparty: String,
    /// What they wrote.
    pub text: String,
    /// When it was booked.
    pub at: DateTime<FixedOffset>,
}

impl Bank {
    /// An account with nothing booked on it yet.
    #[must_use]
    pub fn new(iban: &str, currency: Currency) -> Self {
        Self { iban: iban.to_owned(), currency, book: Vec::new() }
    }

    /// Books a transfer of `payer` with what they left of the reference in `text`. The account has one currency; a
    /// transfer in another one is not booked.
    pub fn receive(&mut self, payer: &str, amount: Money, intended: &str, text: &str, at: DateTime<FixedOffset>) {
        self.enter(payer, amount, intended, text, at);
    }

    /// Books a payment that goes out, such as a fee.
    pub fn pay_out(&mut self, payee: &str, amount: Money, text: &str, at: DateTime<FixedOffset>) {
        self.enter(payee, Money::new(amount.minor.saturating_neg(), amount.currency), "", text, at);
    }

    /// The bank's own book, in the order of booking.
    #[must_use]
    pub fn book(&self) -> &[BankBooking] {
        &self.book
    }

    /// The statement of the day of `at`, made at that moment: camt.053.001.08 with opening and closing balance.
    #[must_use]
    pub fn statement(&self, at: DateTime<FixedOffset>) -> String {
        let day = at.date_naive();
        let sum = |before: &dyn Fn(NaiveDate) -> bool| -> i64 {
            self.book.iter().filter(|one| before(one.at.date_naive())).map(|one| one.amount_minor).sum()
        };
        let opening = self.money(START_MINOR + sum(&|booked_on| booked_on < day));
        let closing = self.money(START_MINOR + sum(&|booked_on| booked_on <= day));
        let id = format!("STMT-{}", day.format("%Y%m%d"));
        let made_at = at.to_rfc3339_opts(SecondsFormat::Secs, false);
        let entries: String =
            self.book.iter().filter(|one| one.at.date_naive() == day).map(|one| self.entry(one)).collect();
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>{id}</MsgId><CreDtTm>{made_at}</CreDtTm></GrpHdr>
  <Stmt>
   <Id>{id}</Id>
   <CreDtTm>{made_at}</CreDtTm>
   <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>
{opening}{closing}{entries}  </Stmt>
 </BkToCstmrStmt>
</Document>
"#,
            iban = escape(self.iban.as_str()),
            currency = self.currency,
            opening = balance("OPBD", opening, day),
            closing = balance("CLBD", closing, day),
        )
    }

    fn enter(&mut self, counterparty: &str, amount: Money, intended: &str, text: &str, at: DateTime<FixedOffset>) {
        if amount.currency != self.currency {
            return;
        }
        let number = u32::try_from(self.book.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.book.push(BankBooking {
            number,
            intended_reference: intended.to_owned(),
            amount_minor: amount.minor,
            counterparty: counterparty.to_owned(),
            text: text.to_owned(),
            at,
        });
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    fn entry(&self, booking: &BankBooking) -> String {
        let (amount, indicator) = amount_and_indicator(self.money(booking.amount_minor));
        let party = if booking.amount_minor < 0 { "Cdtr" } else { "Dbtr" };
        // SEPA instant credit transfers are real-time received or issued ones (ISO 20022 bank transaction codes).
        let family = if booking.amount_minor < 0 { "IRCT" } else { "RRCT" };
        let day = booking.at.date_naive();
        let name = escape(printable(&booking.counterparty));
        let chars: Vec<char> = printable(&booking.text).chars().collect();
        let mut text = String::new();
        for piece in chars.chunks(TEXT_CHARS_MAX) {
            let piece: String = piece.iter().collect();
            // Writing into a string cannot fail.
            let _ = write!(text, "<Ustrd>{}</Ustrd>", escape(piece));
        }
        let remittance = if text.is_empty() { String::new() } else { format!("<RmtInf>{text}</RmtInf>") };
        let number = booking.number;
        format!(
            r#"   <Ntry>
    <NtryRef>{number}</NtryRef><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{indicator}</CdtDbtInd>
    <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
    <AcctSvcrRef>BANK{number:08}</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
    <NtryDtls><TxDtls>
     <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
     <Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{indicator}</CdtDbtInd>
     <RltdPties><{party}><Pty><Nm>{name}</Nm></Pty></{party}></RltdPties>{remittance}
    </TxDtls></NtryDtls>
   </Ntry>
"#,
            currency = self.currency,
        )
    }
}

fn balance(code: &str, amount: Money, day: NaiveDate) -> String {
    let currency = amount.currency;
    let (amount, indicator) = amount_and_indicator(amount);
    format!(
        "   <Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"{currency}\">{amount}</Amt>\
         <CdtDbtInd>{indicator}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )
}

/// The amount without a sign and the indicator that is its sign.
fn amount_and_indicator(amount: Money) -> (String, &'static str) {
    let magnitude = Money::new(amount.minor.saturating_abs(), amount.currency).plain();
    (magnitude, if amount.minor < 0 { "DBIT" } else { "CRDT" })
}

/// Without characters that XML 1.0 cannot hold (section 2.2).
fn printable(text: &str) -> String {
    text.chars().filter(|char| !char.is_control() && !['\u{fffe}', '\u{ffff}'].contains(char)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::IdSource;
    use crate::statement::{self, Format};
    use chrono::TimeZone;
    use proptest::prelude::*;

    const IBAN: &str = "DE89370400440532013000";

    fn at(day: u32, hour: u32) -> DateTime<FixedOffset> {
        FixedOffset::east_opt(3_600).unwrap().with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap()
    }

    fn euro(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn read(bank: &Bank, day: u32) -> statement::Statement {
        statement::read(bank.statement(at(day, 23)).as_bytes(), &mut IdSource::new(0, 0)).unwrap()
    }

    #[test]
    fn a_days_statement_reads_back_with_its_balances() {
        let mut bank = Bank::new(IBAN, Currency::EUR);
        bank.receive("Yesterday", euro(1_000), "", "x", at(21, 10));
        bank.receive("Erika & Söhne <GmbH>", euro(4_890), "2300310425", "2300310425", at(22, 9));
        bank.pay_out("The bank", euro(350), "fee", at(22, 10));
        bank.receive("Tomorrow", euro(7), "", "", at(23, 1));
        bank.receive("Abroad", Money::new(5, "USD".parse().unwrap()), "", "", at(22, 11));
        let read = read(&bank, 22);
        let [part] = &read.parts[..] else { panic!("{:?}", read.parts) };
        let account = (read.format, part.account.as_deref(), part.currency);
        assert_eq!(account, (Format::Camt053, Some(IBAN), Some(Currency::EUR)));
        let (opening, closing) = (START_MINOR + 1_000, START_MINOR + 1_000 + 4_890 - 350);
        assert_eq!((part.opening, part.closing), (Some(euro(opening)), Some(euro(closing))));
        let expected = [(4_890, "Erika & Söhne <GmbH>", "2300310425"), (-350, "The bank", "fee")];
        assert_eq!(read.lines.len(), expected.len());
        for (line, (minor, party, text)) in read.lines.iter().zip(expected) {
            assert_eq!((line.amount.minor, line.end_to_end_id.as_deref()), (minor, None));
            assert_eq!((line.counterparty_name.as_deref(), line.description.as_deref()), (Some(party), Some(text)));
        }
        assert_eq!(bank.book().len(), 4, "a transfer in another currency is not booked");
    }

    proptest! {
        /// Whatever payers write, the statement is read and says every booking of the day.
        #[test]
        fn every_booking_comes_through(
            bookings in prop::collection::vec((-90_000_i64..90_000, ".{0,30}", ".{0,300}"), 0..8),
        ) {
            let mut bank = Bank::new(IBAN, Currency::EUR);
            for (minor, payer, text) in &bookings {
                bank.receive(payer, euro(*minor), "", text, at(22, 12));
            }
            let amounts: Vec<i64> = read(&bank, 22).lines.iter().map(|line| line.amount.minor).collect();
            prop_assert_eq!(amounts, bookings.iter().map(|(minor, _, _)| *minor).collect::<Vec<_>>());
        }
    }
}
