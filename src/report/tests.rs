//! The report of one day that has something of everything.

mod blind;
mod books;
mod decided;
mod refunded;

use super::*;
use crate::domain::card::Brand;
use crate::domain::cash::{Count, Foreign, ForeignCash};
use crate::domain::fact::{ApprovalReason, Fact, FinalAnswer, ManagedAct};
use crate::domain::host::HostTrace;
use crate::domain::ids::{DayId, DrawerId, LineId, OutageId, SaleId, SaleReference, StatementId};
use crate::domain::outage::{LineCause, OutageCause, ReaderCause};
use crate::domain::queue::Promise;
use crate::domain::receipt::Language;
use crate::domain::reconcile::{MatchHow, StatementNotes};
use chrono::{TimeDelta, TimeZone};
use uuid::Uuid;

const RULES: DayRules =
    DayRules { currency: Currency::EUR, due_days: 3, drawer_note_above_minor: 200, expected_loss_basis_points: 150 };

fn at(minutes: i64) -> DateTime<FixedOffset> {
    let opened = FixedOffset::east_opt(3_600).unwrap().with_ymd_and_hms(2026, 11, 22, 8, 0, 0).unwrap();
    opened + TimeDelta::minutes(minutes)
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn tell(ledger: &mut Ledger, minutes: i64, fact: &Fact) {
    ledger.apply(at(minutes), fact).unwrap();
}

fn line(n: u128, minor: i64, payer: &str, text: String) -> StatementLine {
    StatementLine {
        id: LineId(id(n)),
        account: None,
        booked_on: at(0).date_naive(),
        valued_on: None,
        amount: euro(minor),
        reference: None,
        end_to_end_id: None,
        counterparty_name: Some(payer.into()),
        counterparty_account: None,
        description: Some(text),
        bank_reference: None,
        reversal: false,
    }
}

fn begin(ledger: &mut Ledger, n: u32, minor: i64, ticket: &str, outage: Option<OutageId>) -> (PaymentId, SaleId) {
    let sale = SaleId(id(1_000 + u128::from(n)));
    let fact = Fact::SaleBegan {
        sale,
        till: 23,
        day: DayId(id(1)),
        reference: SaleReference::new(23, n).unwrap(),
        amount: euro(minor),
        ticket: Some(ticket.parse().unwrap()),
        cashier: PersonId("=cashier".into()),
        outage,
    };
    tell(ledger, 60, &fact);
    (PaymentId(id(u128::from(n))), sale)
}

/// An outage, a transfer on the statement, a stray credit, a stored card written off, cash, a counted drawer.
fn ledger() -> Ledger {
    let mut ledger = Ledger::default();
    let (day, drawer, outage, float) = (DayId(id(1)), DrawerId(id(2)), OutageId(id(3)), Count::default());
    tell(&mut ledger, 0, &Fact::DayOpened { day, date: at(0).date_naive(), is_demo: false });
    let opened = Fact::DrawerOpened { drawer, float, float_minor: 10_000, name: None, by: None, foreign: None };
    tell(&mut ledger, 0, &opened);
    tell(
        &mut ledger,
        60,
        &Fact::OutageBegan { outage, cause: OutageCause::Reader(ReaderCause::NoAnswer), beside: None },
    );

    let (payment, sale) = begin(&mut ledger, 1, 4_890, "A-1", Some(outage));
    tell(&mut ledger, 61, &Fact::QrShown { payment, sale, amount: euro(4_890), code: None });
    tell(&mut ledger, 62, &Fact::QrMoved { payment, qr: QrState::ConfirmedByShop { at: at(62) } });
    tell(&mut ledger, 62, &Fact::SaleDone { sale });

    let (card, sale) = begin(&mut ledger, 2, 3_000, "A-2", Some(outage));
    let promise = Promise::SentLater { send_by: at(2_000) };
    tell(
        &mut ledger,
        63,
        &Fact::CardSealed {
            payment: card,
            sale,
            amount: euro(3_000),
            brand: Brand::Visa,
            last4: "1111".into(),
            sealed_sha256: String::new(),
            promise,
        },
    );
    tell(&mut ledger, 63, &Fact::SaleDone { sale });
    let trace = HostTrace { stan: 1, rrn: "1".into(), sold_at: at(63), sent_at: at(150) };
    tell(&mut ledger, 150, &Fact::CardSending { payment: card, trace });
    let answer = FinalAnswer::Declined { code: "51".into(), hard: false };
    tell(&mut ledger, 150, &Fact::CardAnswered { payment: card, answer });
    let act = ManagedAct::LossTaken { payment: card, amount: euro(3_000), reason: Some(LossReason::CustomerUnknown) };
    let (manager, reason) = (PersonId("manager-2".into()), ApprovalReason::Other);
    tell(
        &mut ledger,
        160,
        &Fact::ManagerApproved { manager, act, reason, alone: false, by: Some(PersonId("manager-1".into())) },
    );
    tell(
        &mut ledger,
        160,
        &Fact::CardWrittenOff { payment: card, by: PersonId("manager-1".into()), reason: LossReason::CustomerUnknown },
    );

    // Cash after the outage is no contingency sale.
    let cause = OutageCause::Line(LineCause::NoConnection);
    tell(&mut ledger, 100, &Fact::OutageChanged { outage, cause, beside: None });
    tell(&mut ledger, 120, &Fact::OutageEnded { outage });
    let (cash, sale) = begin(&mut ledger, 3, 500, "A-3", None);
    let (amount, given, change) = (euro(500), euro(1_000), euro(500));
    tell(&mut ledger, 130, &Fact::CashTaken { payment: cash, sale, amount, given, change, drawer, foreign: None });
    tell(&mut ledger, 130, &Fact::SaleDone { sale });
    let (counted, counted_minor, expected_minor) = (Count::default(), 10_490, 10_500);
    tell(&mut ledger, 600, &Fact::DrawerCounted { drawer, counted, counted_minor, expected_minor, again: false });

    let paid = line(50, 4_890, "Erika", SaleReference::new(23, 1).unwrap().to_string());
    let stray = line(51, 777, "<script>alert(1)</script>", "\"A\" & 'B'".into());
    let (lines, notes) = (vec![paid, stray].into(), StatementNotes::default());
    let fact = Fact::StatementImported {
        statement: StatementId(id(4)),
        name: "camt.xml".into(),
        sha256: "0".into(),
        lines,
        notes,
    };
    tell(&mut ledger, 610, &fact);
    tell(&mut ledger, 610, &Fact::LineMatched { line: LineId(id(50)), payment, how: MatchHow::ReferenceAndAmount });
    ledger
}

fn heading() -> Heading {
    Heading {
        shop: "Bakery & Café".into(), address: "1 Market Street".into(), till: 23, is_demo: true, is_copy: false
    }
}

fn report() -> DayReport {
    let close = DayClose { at: at(620), by: "Manager 1".into(), number: Some(12), checkpoint: Some("CP<7f3a>".into()) };
    let mut report = DayReport::of_ledger(heading(), &ledger(), Some(close), at(625), &RULES, 0).unwrap();
    report.alone.push(AloneAct {
        at: at(63),
        by: "Manager 1".into(),
        act: ManagedAct::StoredCardAboveLimit { sale: SaleId(id(1_002)), amount: euro(3_000), limit: None },
        reason: ApprovalReason::KnownCard,
    });
    report
}

#[test]
fn the_report_has_every_contingency_sale_with_its_outcome() {
    let report = report();
    let outcomes: Vec<Outcome> = report.sales.iter().map(|sale| sale.payments[0].outcome).collect();
    assert_eq!(outcomes, [Outcome::OnStatement, Outcome::WrittenOff, Outcome::InDrawer]);
    let contingency: Vec<bool> = report.sales.iter().map(|sale| sale.is_contingency).collect();
    assert_eq!((contingency.as_slice(), report.figures.contingency), (&[true, true, false][..], 2));
    assert_eq!((report.losses.len(), report.losses[0].amount), (1, euro(3_000)));
    let LossCause::WrittenOff { seen_by, .. } = &report.losses[0].cause else { panic!("{:?}", report.losses) };
    assert_eq!(seen_by.as_ref(), Some(&PersonId("manager-2".to_owned())));
    assert_eq!((report.items.len(), report.lines.len(), report.statements.len()), (1, 2, 1));
    assert_eq!(DayReport::of_ledger(heading(), &Ledger::default(), None, at(0), &RULES, 0), None);
}

#[test]
fn the_page_is_whole_in_both_languages() {
    let mut report = report();
    report.people.insert(PersonId("manager-2".into()), "Second Eyes".into());
    for (language, words) in [
        (
            Language::English,
            [
                "Day report",
                "Close 12",
                "DEMO",
                "on the statement",
                "written off",
                "customer unknown",
                "Reader: no answer",
                "40 min",
                "Line: no connection",
                "20 min",
            ],
        ),
        (
            Language::Chinese,
            [
                "日报",
                "日结 12",
                "演示",
                "已在对账单上",
                "已核销",
                "顾客不明",
                "读卡器：无应答",
                "40 分",
                "线路：未连接",
                "20 分",
            ],
        ),
    ] {
        let page = html(&report, language);
        for word in words {
            assert!(page.contains(word), "{word}");
        }
        for figure in
            ["48.90 EUR", "30.00 EUR", "5.00 EUR", "104.90 EUR", "-0.10 EUR", "7.77 EUR", "A-2", "Second Eyes"]
        {
            assert!(page.contains(figure), "{figure}");
        }
        // One hour of an outage, one hour after the opening of ten hours and twenty minutes.
        assert!(page.contains("left:9.6%;width:9.7%"));
    }
}

#[test]
fn nothing_that_others_wrote_is_html() {
    let page = html(&report(), Language::English);
    assert!(!page.contains("<script") && !page.contains("CP<"));
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    assert!(page.contains("Bakery &#38; Café"));
    // The body is well formed: every element that is opened is closed.
    let body = format!("<body>{}", page.split_once("<body>").unwrap().1.replace("</html>", ""));
    let mut reader = quick_xml::Reader::from_str(&body);
    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
}

#[test]
fn the_page_asks_nobody_for_anything() {
    let page = html(&report(), Language::English);
    for outside in ["http:", "https:", "src=", "<link", "<script", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn the_drawers_have_a_row_each_with_boxes_in_their_own_currency() {
    let mut ledger = ledger();
    let (id, usd) = (DrawerId(id(99)), Foreign { currency: "USD".parse().unwrap(), rate: "0.92".parse().unwrap() });
    let opened = Fact::DrawerOpened {
        drawer: id,
        float: Count::default(),
        float_minor: 2_000,
        name: None,
        by: None,
        foreign: Some(usd),
    };
    tell(&mut ledger, 601, &opened);
    let (counted, counted_minor, expected_minor) = (Count::default(), 1_900, 2_000);
    tell(&mut ledger, 602, &Fact::DrawerCounted { drawer: id, counted, counted_minor, expected_minor, again: false });
    let report = DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap();
    let text = drawers_csv(std::slice::from_ref(&report));
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), &::csv::StringRecord::from(drawers::DRAWER_COLUMNS.to_vec()));
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let told: Vec<[&str; 5]> = rows.iter().map(|row| [&row[3], &row[4], &row[15], &row[16], &row[17]]).collect();
    assert_eq!(told, [["EUR", "100.00", "105.00", "104.90", "-0.10"], ["USD", "20.00", "20.00", "19.00", "-1.00"]]);
    let drawers = &json(&report)["drawers"];
    assert_eq!((&drawers[1]["currency"], &drawers[1]["difference_minor"]), (&"USD".into(), &(-100).into()));
}

#[test]
fn the_table_has_a_row_for_each_payment_and_reads_back() {
    let text = csv(&[report()]);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), &::csv::StringRecord::from(table::COLUMNS.to_vec()));
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, column: &str| {
        let place = table::COLUMNS.iter().position(|one| *one == column).unwrap();
        rows[row][place].to_owned()
    };
    assert_eq!(rows.len(), 3);
    let told: Vec<String> = (0..3).map(|row| cell(row, "contingency")).collect();
    assert_eq!(told, ["yes", "yes", "no"]);
    let taken: i64 = (0..3).map(|row| cell(row, "taken").replace('.', "").parse::<i64>().unwrap()).sum();
    assert_eq!(taken, report().figures.taken_minor(), "the table adds up to the day");
    assert_eq!(
        (cell(0, "tender"), cell(0, "amount"), cell(0, "outcome")),
        ("qr".into(), "48.90".into(), "on_statement".into())
    );
    assert_eq!((cell(1, "detail"), cell(1, "outcome")), ("Visa 1111".into(), "written_off".into()));
    assert_eq!((cell(1, "cashier"), cell(1, "in_outage")), ("'=cashier".into(), "yes".into()));
    assert!(text.ends_with("\r\n"));
}

#[test]
fn the_outages_have_a_row_for_each_cause() {
    let text = outages_csv(&[report()]);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), &::csv::StringRecord::from(table::OUTAGE_COLUMNS.to_vec()));
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let told: Vec<[&str; 4]> = rows.iter().map(|row| [&row[3], &row[4], &row[5], &row[6]]).collect();
    assert_eq!(
        told,
        [
            ["reader", "Reader: no answer", "2026-11-22T09:00:00+01:00", "2026-11-22T09:40:00+01:00"],
            ["line", "Line: no connection", "2026-11-22T09:40:00+01:00", "2026-11-22T10:00:00+01:00"],
        ]
    );
}
