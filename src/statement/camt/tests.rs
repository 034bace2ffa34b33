//! What one file says, in small: each test writes the part of a statement it is about.

use super::*;
use crate::domain::ids::IdSource;
use crate::domain::money::Currency;
use crate::domain::reconcile::StatementLine;
use crate::statement::{Format, Statement};

const ACCOUNT: &str = "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>";
const HEAD: &str = "<Amt Ccy='EUR'>48.90</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
                    <BookgDt><Dt>2026-11-22</Dt></BookgDt>";

fn read_document(statements: &str) -> Result<Statement, StatementError> {
    let namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";
    let text = format!("<Document xmlns='{namespace}'><BkToCstmrStmt>{statements}</BkToCstmrStmt></Document>");
    read_text(&text, false)
}

fn read_text(text: &str, despite_totals: bool) -> Result<Statement, StatementError> {
    let mut book = Book::new(&mut IdSource::new(1_764_000_000_000, 7), despite_totals);
    read(text, &mut book)?;
    Ok(book.close(Format::Camt053))
}

fn read_statement(content: &str) -> Result<Statement, StatementError> {
    read_document(&format!("<Stmt>{ACCOUNT}{content}</Stmt>"))
}

fn balance(code: &str, amount: &str, indicator: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>\
         <CdtDbtInd>{indicator}</CdtDbtInd><Dt><Dt>2026-11-22</Dt></Dt></Bal>"
    )
}

fn one_line(content: &str) -> StatementLine {
    let mut lines = read_statement(content).unwrap().lines;
    assert_eq!(lines.len(), 1);
    lines.remove(0)
}

fn fault(content: &str) -> Fault {
    match read_statement(content) {
        Err(StatementError::Bad { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

fn minors(content: &str) -> Vec<i64> {
    read_statement(content).unwrap().lines.iter().map(|line| line.amount.minor).collect()
}

#[test]
fn everything_that_is_told_of_a_credit_is_kept() {
    let line = one_line(&format!(
        "<Ntry>{HEAD}<ValDt><Dt>2026-11-23</Dt></ValDt><AcctSvcrRef>BANK-1</AcctSvcrRef><NtryDtls><TxDtls>\
         <Refs><EndToEndId>E2E-7</EndToEndId></Refs>\
         <RltdPties><Dbtr><Pty><Nm>A&amp;B Müller</Nm></Pty></Dbtr>\
         <DbtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></DbtrAcct>\
         <Cdtr><Pty><Nm>Shop</Nm></Pty></Cdtr></RltdPties>\
         <RmtInf><Ustrd>2300310</Ustrd><Ustrd>425</Ustrd>\
         <Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>\
         </TxDtls></NtryDtls></Ntry>"
    ));
    assert_eq!((line.amount.minor, line.amount.currency), (4_890, Currency::EUR));
    assert_eq!(
        (line.booked_on.to_string(), line.valued_on.unwrap().to_string()),
        ("2026-11-22".into(), "2026-11-23".into())
    );
    let texts = [
        line.reference,
        line.end_to_end_id,
        line.counterparty_name,
        line.counterparty_account,
        line.description,
        line.bank_reference,
    ];
    let expected = ["RF18539007547034", "E2E-7", "A&B Müller", "FR7630006000011234567890189", "2300310 425", "BANK-1"];
    assert_eq!(texts.map(|text| text.unwrap()), expected);
    assert!(!line.reversal);
}

#[test]
fn the_oldest_version_says_the_same_in_other_places() {
    let line = one_line(
        "<Ntry><Amt Ccy='EUR'>1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>\
         <BookgDt><DtTm>2026-11-22T23:30:00+01:00</DtTm></BookgDt><NtryDtls><TxDtls>\
         <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>Old</Nm></Dbtr></RltdPties>\
         </TxDtls></NtryDtls><AddtlNtryInf>SEPA credit</AddtlNtryInf></Ntry>",
    );
    assert_eq!(line.booked_on.to_string(), "2026-11-22");
    assert_eq!((line.counterparty_name.as_deref(), line.end_to_end_id), (Some("Old"), None));
    assert_eq!(line.description.as_deref(), Some("SEPA credit"));
}

#[test]
fn the_indicator_is_the_sign_also_of_a_reversal() {
    let entry = |indicator: &str, reversal: &str| {
        one_line(&format!(
            "<Ntry><Amt Ccy='EUR'>5</Amt><CdtDbtInd>{indicator}</CdtDbtInd><RvslInd>{reversal}</RvslInd>\
             <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-22</Dt></BookgDt><NtryDtls><TxDtls><RltdPties>\
             <Dbtr><Nm>D</Nm></Dbtr><Cdtr><Nm>C</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>"
        ))
    };
    for (indicator, reversal, minor, party) in
        [("CRDT", "false", 500, "D"), ("DBIT", "true", -500, "D"), ("DBIT", "0", -500, "C"), ("CRDT", "1", 500, "C")]
    {
        let line = entry(indicator, reversal);
        assert_eq!((line.amount.minor, line.counterparty_name.as_deref()), (minor, Some(party)));
        assert_eq!(line.reversal, ["true", "1"].contains(&reversal));
    }
}

#[test]
fn pending_and_informative_entries_are_no_money() {
    let pending = HEAD.replace("BOOK", "PDNG");
    let informative = HEAD.replace("BOOK", "INFO");
    assert_eq!(minors(&format!("<Ntry>{pending}</Ntry><Ntry>{HEAD}</Ntry><Ntry>{informative}</Ntry>")), [4_890]);
}

#[test]
fn several_transactions_with_amounts_are_lines_of_their_own() {
    let parts = |first: &str, second: &str, more: &str| {
        format!("<Ntry>{HEAD}{more}<NtryDtls><TxDtls>{first}</TxDtls><TxDtls>{second}</TxDtls></NtryDtls></Ntry>")
    };
    let new = parts("<Amt Ccy='EUR'>40</Amt>", "<Amt Ccy='EUR'>8.90</Amt>", "");
    assert_eq!(minors(&new), [4_000, 890]);
    let old = "<AmtDtls><TxAmt><Amt Ccy='EUR'>24.45</Amt></TxAmt></AmtDtls>";
    assert_eq!(minors(&parts(old, old, "")), [2_445, 2_445]);
    let own_sign = "<Amt Ccy='EUR'>1.10</Amt><CdtDbtInd>DBIT</CdtDbtInd>";
    assert_eq!(minors(&parts("<Amt Ccy='EUR'>50</Amt>", own_sign, "")), [5_000, -110]);
    // The bank kept its charges: the lines are what the payers sent.
    let charges = "<Chrgs><TtlChrgsAndTaxAmt Ccy='EUR'>0.10</TtlChrgsAndTaxAmt></Chrgs>";
    assert_eq!(minors(&parts("<Amt Ccy='EUR'>40</Amt>", "<Amt Ccy='EUR'>9</Amt>", charges)), [4_000, 900]);
    // Without amounts of the account's currency nobody can tell them apart.
    let foreign =
        parts("<Amt Ccy='USD'>40</Amt><RmtInf><Ustrd>a</Ustrd></RmtInf>", "<RmtInf><Ustrd>b</Ustrd></RmtInf>", "");
    let line = one_line(&foreign);
    assert_eq!((line.amount.minor, line.description.as_deref()), (4_890, Some("a b")));
    let wrong = parts("<Amt Ccy='EUR'>40</Amt>", "<Amt Ccy='EUR'>9</Amt>", "");
    assert!(matches!(fault(&wrong), Fault::EntryParts { transactions: Money { minor: 4_900, .. }, .. }));
}

#[test]
fn balances_must_agree_with_the_entries() {
    let file = |opening: &str, closing: &str, entry: &str| {
        format!("{}{}<Ntry>{entry}</Ntry>", balance(opening, "10.00", "DBIT"), balance("CLBD", closing, "CRDT"))
    };
    let read = read_statement(&file("OPBD", "38.90", HEAD)).unwrap();
    let minor = |money: Option<Money>| money.map(|money| money.minor);
    assert_eq!((minor(read.parts[0].opening), minor(read.parts[0].closing)), (Some(-1_000), Some(3_890)));
    assert_eq!(minor(read_statement(&file("PRCD", "38.90", HEAD)).unwrap().parts[0].opening), Some(-1_000));
    assert!(matches!(fault(&file("PRCD", "38.91", HEAD)), Fault::Balance { .. }));
    let figures = |fault| match fault {
        Fault::Balance { computed, closing } => (computed.minor, closing.minor),
        other => panic!("{other:?}"),
    };
    assert_eq!(figures(fault(&file("OPBD", "38.91", HEAD))), (3_890, 3_891));
    // A closing balance that leaves out what is valued later is an exception real banks publish.
    let later = HEAD.to_owned() + "<ValDt><Dt>2026-11-23</Dt></ValDt>";
    let without = format!("{}{}", balance("OPBD", "10.00", "DBIT"), balance("CLBD", "10.00", "DBIT"));
    assert_eq!(minors(&format!("{without}<Ntry>{later}</Ntry>")), [4_890]);
    assert!(matches!(fault(&format!("{without}<Ntry>{HEAD}</Ntry>")), Fault::Balance { .. }));
    // Interim balances are none of these.
    assert!(read_statement(&(balance("ITBD", "1.00", "CRDT") + &balance("CLBD", "1.00", "CRDT"))).is_ok());
}

#[test]
fn several_statements_and_accounts_are_parts_of_their_own() {
    let day = |opening: &str, closing: &str| {
        let (opening, closing) = (balance("OPBD", opening, "CRDT"), balance("CLBD", closing, "CRDT"));
        format!("<Stmt>{ACCOUNT}{opening}{closing}<Ntry>{HEAD}</Ntry></Stmt>")
    };
    let other = day("1.00", "49.90").replace("DE89370400440532013000", "DE02120300000000202051");
    let read = read_document(&(day("0", "48.90") + &day("48.90", "97.80") + &other)).unwrap();
    let closing: Vec<i64> = read.parts.iter().filter_map(|part| part.closing).map(|money| money.minor).collect();
    assert_eq!((read.lines.len(), closing), (3, vec![4_890, 9_780, 4_990]));
    assert_eq!(read.parts[2].account.as_deref(), Some("DE02120300000000202051"));
    assert!(read.lines[0].id < read.lines[1].id);
    assert!(matches!(read_document(""), Err(StatementError::Bad { fault: Fault::Missing { .. }, .. })));
}

#[test]
fn the_summary_must_agree_but_for_what_institutions_really_publish() {
    let file = |summary: &str| {
        let debit = HEAD.replace("CRDT", "DBIT").replace("48.90", "8.90");
        format!("{ACCOUNT}<TxsSummry>{summary}</TxsSummry><Ntry>{HEAD}</Ntry><Ntry>{debit}</Ntry>")
    };
    let all =
        |count: &str, sum: &str| format!("<TtlNtries><NbOfNtries>{count}</NbOfNtries><Sum>{sum}</Sum></TtlNtries>");
    let debits = |sum: &str| format!("<TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>{sum}</Sum></TtlDbtNtries>");
    // The sum, and the net that Wise writes there; debits below zero.
    for good in [all("2", "57.80"), all("2", "40.00"), all("2", "-40.00"), debits("8.90"), debits("-8.90")] {
        assert!(read_document(&format!("<Stmt>{}</Stmt>", file(&good))).is_ok(), "{good}");
    }
    for bad in [all("3", "57.80"), all("2", "57.81"), debits("8.91"), debits("x"), all("-2", "57.80")] {
        assert!(read_document(&format!("<Stmt>{}</Stmt>", file(&bad))).is_err(), "{bad}");
    }
    let text = format!("<Document><BkToCstmrStmt><Stmt>{}</Stmt></BkToCstmrStmt></Document>", file(&all("3", "1.00")));
    let overruled = read_text(&text, true).unwrap();
    assert_eq!((overruled.lines.len(), overruled.overruled.len()), (2, 2));
    assert!(overruled.overruled.iter().all(Fault::is_of_totals));
}

#[test]
fn five_decimals_are_read_where_they_are_zeros() {
    let entry = |amount: &str| format!("<Ntry>{}</Ntry>", HEAD.replace("48.90", amount));
    assert_eq!(minors(&entry("27.50000")), [2_750]);
    for (amount, currency) in [("12.345", "EUR"), ("0.5", "JPY"), ("1000000000000000000000000000000", "EUR")] {
        let content = entry(amount).replace("EUR", currency);
        assert!(
            matches!(read_document(&format!("<Stmt>{content}</Stmt>")), Err(StatementError::Bad { .. })),
            "{amount}"
        );
    }
}

#[test]
fn what_is_missing_twice_or_elsewhere_is_noticed() {
    for (entry, missing) in [
        (HEAD.replace("CRDT", "C"), Fault::Code { what: "CdtDbtInd", found: "C".into(), allowed: "CRDT, DBIT" }),
        (
            HEAD.replace("<CdtDbtInd>CRDT</CdtDbtInd>", ""),
            Fault::Missing { what: "the indicator of an entry (CdtDbtInd)" },
        ),
        (HEAD.replace("<Sts><Cd>BOOK</Cd></Sts>", ""), Fault::Missing { what: "the status of an entry (Sts)" }),
        (
            HEAD.replace("<BookgDt><Dt>2026-11-22</Dt></BookgDt>", ""),
            Fault::Missing { what: "the booking date (BookgDt)" },
        ),
        (HEAD.replace("EUR", "USD"), Fault::OtherCurrency { found: "USD".parse().unwrap(), account: Currency::EUR }),
        (format!("{HEAD}<Amt Ccy='EUR'>1</Amt>"), Fault::Repeated { what: "the amount of an entry (Amt)" }),
    ] {
        assert_eq!(fault(&format!("<Ntry>{entry}</Ntry>")), missing);
    }
    // An entry in a bank's own supplement is none.
    assert_eq!(minors(&format!("<SplmtryData><Envlp><Ntry>{HEAD}</Ntry></Envlp></SplmtryData>")), [0_i64; 0]);
    let without_currency = "<Stmt><Acct><Id><Othr><Id>77</Id></Othr></Id></Acct></Stmt>";
    assert_eq!(read_document(without_currency).unwrap().parts[0].currency, None);
}

#[test]
fn a_fault_says_its_line() {
    let content = format!("\n<Ntry>{HEAD}</Ntry>\n<Ntry>\n<Amt Ccy='EUR'>1,5</Amt></Ntry>");
    assert!(matches!(read_statement(&content), Err(StatementError::Bad { line: 4, fault: Fault::Amount(_) })));
}

#[test]
fn what_was_changed_from_another_currency_counts_in_the_accounts() {
    let one = |reference: &str, dollars: &str, euros: &str| {
        format!(
            "<TxDtls><Amt Ccy='USD'>{dollars}</Amt><AmtDtls><TxAmt><Amt Ccy='EUR'>{euros}</Amt></TxAmt></AmtDtls>\
             <RmtInf><Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
        )
    };
    let entry = format!("<Ntry>{HEAD}<NtryDtls>{}{}</NtryDtls></Ntry>", one("A", "44", "40"), one("B", "9.79", "8.90"));
    let lines = read_statement(&entry).unwrap().lines;
    let told: Vec<(i64, Option<&str>)> =
        lines.iter().map(|line| (line.amount.minor, line.reference.as_deref())).collect();
    assert_eq!(told, [(4_000, Some("A")), (890, Some("B"))]);
}

#[test]
fn the_number_of_a_document_is_the_last_resort() {
    let told = |more: &str, references: &str| {
        let line = one_line(&format!(
            "<Ntry>{HEAD}<NtryDtls><TxDtls>{references}<RmtInf>{more}<Strd><RfrdDocInf><Nb>INV-1</Nb></RfrdDocInf></Strd>\
             </RmtInf></TxDtls></NtryDtls></Ntry>"
        ));
        [line.reference, line.end_to_end_id, line.description].map(Option::unwrap_or_default)
    };
    assert_eq!(told("", ""), ["INV-1", "", ""]);
    assert_eq!(told("<Ustrd>thanks</Ustrd>", ""), ["INV-1", "", "thanks"]);
    let id = "<Refs><EndToEndId>E-1</EndToEndId></Refs>";
    assert_eq!(told("<Ustrd>thanks</Ustrd>", id), ["", "E-1", "thanks INV-1"]);
    let structured = "<Strd><CdtrRefInf><Ref>RF1</Ref></CdtrRefInf></Strd>";
    assert_eq!(told(structured, ""), ["RF1", "", "INV-1"]);
}

#[test]
fn counts_and_sums_of_a_batch_are_held_against_its_transactions() {
    let entry = |batch: &str, transactions: &str| {
        format!("<Ntry>{HEAD}<NtryDtls><Btch>{batch}</Btch>{transactions}</NtryDtls></Ntry>")
    };
    let batch = |count: &str, total: &str| format!("<NbOfTxs>{count}</NbOfTxs><TtlAmt Ccy='EUR'>{total}</TtlAmt>");
    let two = "<TxDtls><Amt Ccy='EUR'>40</Amt></TxDtls><TxDtls><Amt Ccy='EUR'>8.90</Amt></TxDtls>";
    assert_eq!(minors(&entry(&batch("2", "48.90"), two)), [4_000, 890]);
    for (count, total) in [("3", "48.90"), ("2", "48.91")] {
        assert!(fault(&entry(&batch(count, total), two)).is_of_totals(), "{count} {total}");
    }
    // None of them, and one for all of them, are what banks give.
    let one = "<TxDtls><Amt Ccy='EUR'>40</Amt></TxDtls>";
    assert_eq!(minors(&entry(&batch("12", "48.90"), "")), [4_890]);
    assert_eq!(minors(&entry(&batch("12", "48.90"), one)), [4_890]);
    // Each list of details has a batch of its own.
    let twice = format!("<NtryDtls><Btch>{}</Btch>{two}</NtryDtls>", batch("2", "48.90"));
    let both = format!("<Ntry>{}{twice}{twice}</Ntry>", HEAD.replace("48.90", "97.80"));
    assert_eq!(minors(&both), [4_000, 890, 4_000, 890]);
    assert!(read_statement(&both.replacen("<NbOfTxs>2", "<NbOfTxs>4", 1)).is_err());
}

#[test]
fn one_transaction_is_what_its_entry_is_but_for_charges() {
    let entry = |amount: &str, more: &str| {
        format!("<Ntry>{HEAD}{more}<NtryDtls><TxDtls><Amt Ccy='EUR'>{amount}</Amt></TxDtls></NtryDtls></Ntry>")
    };
    let charges = "<Chrgs><TtlChrgsAndTaxAmt Ccy='EUR'>0.10</TtlChrgsAndTaxAmt></Chrgs>";
    assert_eq!(minors(&entry("48.90", "")), [4_890]);
    assert_eq!(minors(&entry("49", charges)), [4_890]);
    let found = fault(&entry("40", charges));
    assert!(matches!(found, Fault::EntryParts { transactions: Money { minor: 4_000, .. }, .. }), "{found}");
    assert!(found.is_of_totals());
}

#[test]
fn the_net_of_the_summary_must_agree_in_both_of_its_places() {
    let file = |net: &str| {
        let debit = HEAD.replace("CRDT", "DBIT").replace("48.90", "58.90");
        format!("<TxsSummry><TtlNtries>{net}</TtlNtries></TxsSummry><Ntry>{HEAD}</Ntry><Ntry>{debit}</Ntry>")
    };
    let new = |amount: &str, side: &str| {
        file(&format!("<TtlNetNtry><Amt>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd></TtlNetNtry>"))
    };
    let old = |amount: &str, side: &str| {
        file(&format!("<TtlNetNtryAmt>{amount}</TtlNetNtryAmt><CdtDbtInd>{side}</CdtDbtInd>"))
    };
    for good in [new("10", "DBIT"), old("10", "DBIT"), new("-10", "DBIT"), file("<TtlNetNtryAmt>10</TtlNetNtryAmt>")] {
        assert!(read_statement(&good).is_ok(), "{good}");
    }
    for bad in [new("77", "DBIT"), old("77", "DBIT"), new("10", "CRDT"), old("10", "CRDT")] {
        assert!(fault(&bad).is_of_totals(), "{bad}");
    }
}

#[test]
fn two_closing_balances_of_one_day_are_the_same() {
    let file = |first: &str, second: &str| {
        let opening = balance("OPBD", "0", "CRDT");
        format!("{opening}{}{}<Ntry>{HEAD}</Ntry>", balance("CLBD", first, "CRDT"), balance("CLBD", second, "CRDT"))
    };
    assert_eq!(minors(&file("48.90", "48.90")), [4_890]);
    let refused = fault(&file("99.00", "48.90"));
    assert!(refused.is_of_totals() && refused.to_string().contains("99.00 EUR"), "{refused}");
    // One of each day is the balance of that day, in whichever order they stand.
    let earlier = balance("CLBD", "5", "CRDT").replace("2026-11-22", "2026-11-21");
    assert_eq!(minors(&(file("48.90", "48.90") + &earlier)), [4_890]);
}

#[test]
fn a_statement_that_is_there_twice_is_refused() {
    let named = |id: &str, number: &str, page: &str| {
        let balances = balance("OPBD", "0", "CRDT") + &balance("CLBD", "48.90", "CRDT");
        format!(
            "<Stmt><Id>{id}</Id><StmtPgntn><PgNb>{page}</PgNb></StmtPgntn><ElctrncSeqNb>{number}</ElctrncSeqNb>\
             {ACCOUNT}{balances}<Ntry>{HEAD}</Ntry></Stmt>"
        )
    };
    let one = named("S", "1", "1");
    let twice = read_document(&(one.clone() + &one));
    assert!(matches!(twice, Err(StatementError::Bad { fault: Fault::Repeated { .. }, .. })), "{twice:?}");
    for other in [named("T", "1", "1"), named("S", "2", "1"), named("S", "1", "2")] {
        assert_eq!(read_document(&(one.clone() + &other)).unwrap().lines.len(), 2);
    }
}
