//! How fast statements are read, in megabytes of the file a second. `cargo bench --bench statement` prints a table; no
//! test asserts any of it, because machines are noisy.
//!
//! The goal is camt.053 with all limits and checks on, in a file of more than 100 MB: 200 MB/s. The other formats stand
//! there for information.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::error::Error;
use std::fmt::Write;
use std::time::{Duration, Instant};

use stopgap::domain::ids::IdSource;
use stopgap::statement::{Mapping, Reading, Statement};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How often each file is read; the best time counts, for whatever else the machine does only adds to it.
const ROUNDS: usize = 5;
/// Entries of the large camt file, each about 1 kB.
const CAMT_ENTRIES: u32 = 110_000;
/// Entries of the others.
const ENTRIES: u32 = 100_000;

fn main() -> Outcome<()> {
    println!("{:<44} {:>9} {:>9} {:>8}", "format", "MB", "lines", "MB/s");
    let plain = Reading::default();
    row("camt.053, one transaction an entry (goal 200)", &camt(CAMT_ENTRIES, true)?, &plain)?;
    row("camt.053, the same without indentation", &camt(CAMT_ENTRIES, false)?, &plain)?;
    row("MT940, structured :86:", &mt940(ENTRIES)?, &plain)?;
    row("OFX 1", &ofx(ENTRIES)?, &plain)?;
    row("CSV, Stopgap's own header", &generic(ENTRIES)?, &plain)?;
    let mapping = Mapping::parse(
        "date_format = '%d.%m.%Y'\ndelimiter = ';'\ndecimal = ','\nthousands = '.'\ncurrency = 'EUR'\n\
         date_column = 'Datum'\namount_column = 'Betrag'\ndescription_column = 'Zweck'\n",
    )?;
    row("CSV by mapping", &mapped(ENTRIES)?, &Reading { mapping: Some(&mapping), ..plain })?;
    row("WeChat Pay bill", &wechat(ENTRIES)?, &plain)?;
    Ok(())
}

fn row(name: &str, text: &str, reading: &Reading<'_>) -> Outcome<()> {
    let mut best = Duration::MAX;
    let mut lines = 0;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let read: Statement = reading.read(text.as_bytes(), &mut IdSource::new(0, 0))?;
        best = best.min(begin.elapsed());
        lines = read.lines.len();
    }
    let bytes = text.len() as u128;
    let speed = bytes / best.as_micros().max(1);
    println!("{name:<44} {:>6}.{:01} {lines:>9} {speed:>8}", bytes / 1_000_000, bytes / 100_000 % 10);
    Ok(())
}

/// Amounts that are all different, with their sum.
fn minor(number: u32) -> i64 {
    i64::from(number % 90_000) + 100
}

fn camt(entries: u32, indented: bool) -> Outcome<String> {
    let total: i64 = (0..entries).map(minor).sum();
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-22T22:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>\
         <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>",
    );
    for (code, minor) in [("OPBD", 0), ("CLBD", total)] {
        writeln!(
            text,
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}.{:02}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-22</Dt></Dt></Bal>",
            minor / 100,
            minor % 100
        )?;
    }
    for number in 0..entries {
        let (euros, cents) = (minor(number) / 100, minor(number) % 100);
        let entry = format!(
            "<Ntry>\n  <NtryRef>{number}</NtryRef>\n  <Amt Ccy=\"EUR\">{euros}.{cents:02}</Amt>\n\
             \x20 <CdtDbtInd>CRDT</CdtDbtInd>\n  <Sts>\n    <Cd>BOOK</Cd>\n  </Sts>\n\
             \x20 <BookgDt>\n    <Dt>2026-11-22</Dt>\n  </BookgDt>\n  <ValDt>\n    <Dt>2026-11-22</Dt>\n  </ValDt>\n\
             \x20 <AcctSvcrRef>2026112200{number:08}</AcctSvcrRef>\n\
             \x20 <BkTxCd>\n    <Domn>\n      <Cd>PMNT</Cd>\n      <Fmly>\n        <Cd>RCDT</Cd>\n\
             \x20       <SubFmlyCd>ESCT</SubFmlyCd>\n      </Fmly>\n    </Domn>\n  </BkTxCd>\n\
             \x20 <NtryDtls>\n    <TxDtls>\n      <Refs>\n        <EndToEndId>E2E-{number}</EndToEndId>\n      </Refs>\n\
             \x20     <Amt Ccy=\"EUR\">{euros}.{cents:02}</Amt>\n      <CdtDbtInd>CRDT</CdtDbtInd>\n\
             \x20     <RltdPties>\n        <Dbtr>\n          <Pty>\n            <Nm>Customer {number}</Nm>\n\
             \x20         </Pty>\n        </Dbtr>\n        <DbtrAcct>\n          <Id>\n\
             \x20           <IBAN>FR7630006000011234567890189</IBAN>\n          </Id>\n        </DbtrAcct>\n\
             \x20     </RltdPties>\n      <RmtInf>\n        <Ustrd>Sale {number}, thank you</Ustrd>\n      </RmtInf>\n\
             \x20   </TxDtls>\n  </NtryDtls>\n</Ntry>\n"
        );
        if indented {
            text.push_str(&entry);
        } else {
            entry.lines().for_each(|line| text.push_str(line.trim_start()));
        }
    }
    text.push_str("</Stmt></BkToCstmrStmt></Document>\n");
    Ok(text)
}

fn mt940(entries: u32) -> Outcome<String> {
    let total: i64 = (0..entries).map(minor).sum();
    let mut text = String::from(":20:BENCH\r\n:25:37040044/0532013000\r\n:28C:1/1\r\n:60F:C261121EUR0,\r\n");
    for number in 0..entries {
        write!(
            text,
            ":61:2611221122C{},{:02}NTRFNONREF//B-{number}\r\n\
             :86:166?00SEPA?20EREF+E2E-{number}?21SVWZ+Sale {number}?31FR7630006000011234567890189?32Customer {number}\r\n",
            minor(number) / 100,
            minor(number) % 100
        )?;
    }
    write!(text, ":62F:C261122EUR{},{:02}\r\n-\r\n", total / 100, total % 100)?;
    Ok(text)
}

fn ofx(entries: u32) -> Outcome<String> {
    let mut text = String::from("OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST>\n");
    for number in 0..entries {
        write!(
            text,
            "<STMTTRN>\n<TRNTYPE>CREDIT\n<DTPOSTED>20261122\n<TRNAMT>{}.{:02}\n<FITID>{number}\n<NAME>Customer {number}\n\
             <MEMO>Sale {number}\n</STMTTRN>\n",
            minor(number) / 100,
            minor(number) % 100
        )?;
    }
    text.push_str("</BANKTRANLIST></STMTRS></OFX>\n");
    Ok(text)
}

fn generic(entries: u32) -> Outcome<String> {
    let mut text = String::from("booked_on,amount_minor,currency,reference,counterparty,description\n");
    for number in 0..entries {
        writeln!(text, "2026-11-22,{},EUR,{number:010},Customer {number},\"Sale, {number}\"", minor(number))?;
    }
    Ok(text)
}

fn mapped(entries: u32) -> Outcome<String> {
    let mut text = String::from("Datum;Zweck;Betrag\n");
    for number in 0..entries {
        writeln!(text, "22.11.2026;Sale {number};{},{:02}", minor(number) / 100, minor(number) % 100)?;
    }
    Ok(text)
}

fn wechat(entries: u32) -> Outcome<String> {
    let total: i64 = (0..entries).map(minor).sum();
    let mut text = String::from(
        "交易时间,商户号,微信订单号,商户订单号,用户标识,交易状态,货币种类,应结订单金额,商品名称,手续费,订单金额\n",
    );
    for number in 0..entries {
        let (yuan, fen) = (minor(number) / 100, minor(number) % 100);
        writeln!(
            text,
            "`2026-11-22 10:00:00,`1900000109,`42{number:08},`{number:010},`o-{number},`SUCCESS,`CNY,`{yuan}.{fen:02},`茶,\
             `0.00,`{yuan}.{fen:02}"
        )?;
    }
    let (yuan, fen) = (total / 100, total % 100);
    writeln!(
        text,
        "总交易单数,应结订单总金额,手续费总金额,订单总金额\n`{entries},`{yuan}.{fen:02},`0.00,`{yuan}.{fen:02}"
    )?;
    Ok(text)
}
