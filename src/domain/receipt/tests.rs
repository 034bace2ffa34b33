//! Papers as they are printed, whole, so that a change of wording is seen.

mod back;

use super::*;
use crate::domain::day::{Adjustment, AdjustmentKind, DayFigures, TenderFigures};
use crate::domain::fact::{ApprovalReason, LossReason, ManagedAct};
use crate::domain::ids::{DayId, DrawerId, LineId, OutageId, PaymentId, PersonId, SaleId};
use crate::domain::money::Currency;
use crate::domain::outage::{LineCause, Outage, OutageCause, ReaderCause};
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, ParkReason, Promise};
use crate::domain::reader::{CardSeen, DeclineReason, ReaderFault, ReaderOutcome, ServiceId};
use crate::domain::sale::{CashState, ReaderState, SaleState, Tender, TenderKind};
use chrono::TimeZone;
use uuid::Uuid;

fn at(hour: u32) -> DateTime<FixedOffset> {
    FixedOffset::east_opt(3_600).unwrap().with_ymd_and_hms(2026, 11, 22, hour, 4, 59).unwrap()
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn heading() -> Heading {
    Heading {
        shop: "Bakery Example".into(),
        address: "1 Market Street".into(),
        till: 23,
        is_demo: false,
        is_copy: false,
    }
}

fn sale() -> Sale {
    Sale {
        id: SaleId(Uuid::from_u128(1)),
        till: 23,
        day: DayId(Uuid::from_u128(2)),
        reference: SaleReference::new(23, 31_042).unwrap(),
        amount: euro(4_890),
        ticket: Some("A-2031/7".parse().unwrap()),
        cashier: PersonId("cashier-3".into()),
        began: at(15),
        outage: None,
        state: SaleState::Done { at: at(15) },
        given_back: Vec::new(),
        refunds: Vec::new(),
        receipts: Vec::new(),
    }
}

fn payment(n: u128, minor: i64, tender: Tender) -> Payment {
    let (id, sale) = (PaymentId(Uuid::from_u128(n)), sale());
    Payment { id, sale: sale.id, till: 23, day: sale.day, amount: euro(minor), began: at(15), tender }
}

fn card(promise: Promise, card: CardState) -> Tender {
    let (brand, last4, sealed_sha256) = (Brand::Visa, "4242".into(), String::new());
    Tender::Card { brand, last4, sealed_sha256, promise, card, refusals: None, contact: None }
}

fn later() -> Promise {
    Promise::SentLater { send_by: at(20) }
}

fn cash(given: i64, change: i64) -> Tender {
    Tender::Cash {
        given: euro(given),
        change: euro(change),
        drawer: DrawerId(Uuid::from_u128(3)),
        foreign: None,
        cash: CashState::Taken,
    }
}

fn printed(payments: &[Payment], language: Language) -> String {
    Receipt::of(heading(), &sale(), payments, "Cashier 3").text(language)
}

#[test]
fn a_split_receipt_says_what_is_known_of_each_part() {
    let stored = card(later(), CardState::Stored { attempts: 0, next_try: at(15), shared: None });
    let refused = Tender::Reader {
        service_id: ServiceId("1".into()),
        reader: ReaderState::Answered {
            outcome: ReaderOutcome::Declined { reason: DeclineReason::Bank, card: CardSeen::NOTHING },
            at: at(15),
        },
    };
    let payments = [payment(1, 4_890, refused), payment(2, 3_890, stored), payment(3, 1_000, cash(2_000, 1_000))];
    let reference = sale().reference;
    let expected = format!(
        "\
\x20             Bakery Example
             1 Market Street
------------------------------------------
Sale reference                  {reference}
POS ticket                        A-2031/7
Till 23                   2026-11-22 15:04
Served by                        Cashier 3
------------------------------------------
To pay                           48.90 EUR
------------------------------------------
Card by hand                     38.90 EUR
Visa **** 4242
NOT YET AUTHORISED
Your card has not been charged. The
request will be sent to your bank by
2026-11-22 20:04. If your bank refuses it,
the amount is still owed to the shop.
------------------------------------------
Cash                             10.00 EUR
Given                            20.00 EUR
Change                           10.00 EUR
------------------------------------------
This is no tax receipt.
Please keep it until the payment is on
your account statement.
"
    );
    assert_eq!(printed(&payments, Language::English), expected);
}

#[test]
fn cash_rounding_is_a_line_of_its_own_between_two_sums() {
    let rounded = printed(&[payment(1, 4_890, cash(5_000, 105))], Language::English);
    let lines = "\
Cash                             48.90 EUR
Rounding                         +0.05 EUR
To pay in cash                   48.95 EUR
Given                            50.00 EUR
Change                            1.05 EUR
";
    assert!(rounded.contains(lines), "{rounded}");
    let down = printed(&[payment(1, 4_890, cash(5_000, 115))], Language::Chinese);
    assert!(down.contains("舍入差额                         -0.05 EUR\n"), "{down}");
    let exact = printed(&[payment(1, 4_890, cash(5_000, 110))], Language::English);
    assert!(!exact.contains("Rounding"), "{exact}");
}

#[test]
fn the_shop_keeps_a_copy_that_can_be_signed() {
    let stored = card(later(), CardState::Stored { attempts: 0, next_try: at(15), shared: None });
    let receipt = Receipt::of(heading(), &sale(), &[payment(2, 4_890, stored)], "Cashier 3");
    let (customer, shop) = (receipt.text(Language::English), receipt.clone().for_shop(true).text(Language::English));
    let line = "_".repeat(COLUMNS);
    assert!(shop.contains("\n                SHOP COPY\n"), "{shop}");
    assert!(shop.ends_with(&format!("This is no tax receipt.\n\n\n\n{line}\nCustomer's signature\n")), "{shop}");
    assert!(!customer.contains("SHOP COPY") && !customer.contains(&line) && customer.contains("Please keep it"));
    let unsigned = receipt.for_shop(false).text(Language::Chinese);
    assert!(unsigned.contains("商户存根") && !unsigned.contains("签名"), "{unsigned}");
}

#[test]
fn each_state_has_its_own_words_in_both_languages() {
    let trace = crate::domain::host::HostTrace { stan: 1, rrn: "1".into(), sold_at: at(15), sent_at: at(15) };
    let approved = CardState::Approved { approval_code: "A7".into(), trace, at: at(15), by_voice: false };
    let declined = CardState::Declined { code: "51".into(), hard: false, at: at(15) };
    let parked = CardState::Parked { reason: ParkReason::TooLate, attempts: 0, trace: None, then: None };
    let by = PersonId("manager-1".into());
    let reader = |reader| Tender::Reader { service_id: ServiceId("1".into()), reader };
    let outcome = ReaderOutcome::Approved {
        approval_code: "R9".into(),
        brand: Some(Brand::Mastercard),
        last4: Some("0004".into()),
        transaction: "t".into(),
        entry: None,
    };
    let line = LineId(Uuid::from_u128(9));
    for (tender, english, chinese) in [
        (card(Promise::AnsweredNow, approved), "Approved, code                          A7", "授权码"),
        (card(later(), parked), "NOT YET AUTHORISED", "尚未授权"),
        (card(later(), declined), "Your bank has refused", "已拒绝"),
        (
            card(
                later(),
                CardState::WrittenOff { by: by.clone(), reason: LossReason::Goodwill, trace: None, then: None },
            ),
            "Your bank has refused",
            "已拒绝",
        ),
        (
            Tender::Qr { code: None, qr: QrState::CustomerSaysPaid { at: at(15) } },
            "announced, not yet confirmed",
            "尚未确认",
        ),
        (
            Tender::Qr { code: None, qr: QrState::ConfirmedByShop { at: at(15) } },
            "has seen the money arrive",
            "已看到款项到账",
        ),
        (Tender::Qr { code: None, qr: QrState::SeenOnStatement { line } }, "Received: it is on", "对账单"),
        (
            Tender::Qr { code: None, qr: QrState::NeverArrived { by: by.clone(), reason: LossReason::Goodwill } },
            "has not received",
            "未收到",
        ),
        (reader(ReaderState::Answered { outcome, at: at(15) }), "Mastercard **** 0004", "授权码"),
        (reader(ReaderState::Decided { charged: true, by }), "as noted by the shop", "据商店记录"),
    ] {
        let payments = [payment(1, 4_890, tender)];
        for (language, words) in [(Language::English, english), (Language::Chinese, chinese)] {
            let text = printed(&payments, language);
            // English breaks at spaces, Chinese anywhere.
            let joined = text.replace('\n', if language == Language::English { " " } else { "" });
            assert!(joined.contains(words), "{words} in\n{text}");
            assert!(text.contains("48.90 EUR"));
        }
    }
}

#[test]
fn what_pays_nothing_is_not_on_the_receipt() {
    let nothing = [
        Tender::Qr { code: None, qr: QrState::Withdrawn },
        Tender::Qr { code: None, qr: QrState::Shown },
        card(Promise::AnsweredNow, CardState::Undone { at: at(15), shared: None }),
        Tender::Reader {
            service_id: ServiceId("1".into()),
            reader: ReaderState::Unknown { fault: ReaderFault::TimedOut },
        },
    ];
    let payments: Vec<Payment> = nothing.into_iter().map(|tender| payment(1, 4_890, tender)).collect();
    let receipt = Receipt::of(heading(), &sale(), &payments, "x");
    assert_eq!(receipt.parts, []);
    let other = Payment { sale: SaleId(Uuid::from_u128(77)), ..payment(1, 4_890, cash(4_890, 0)) };
    assert_eq!(Receipt::of(heading(), &sale(), [&other], "x").parts, []);
}

#[test]
fn demo_and_copy_are_marked() {
    let marked = Heading { is_demo: true, is_copy: true, ..heading() };
    for (language, demo, copy) in [(Language::English, "DEMO", "COPY"), (Language::Chinese, "演示", "副本")] {
        let text = Receipt::of(marked.clone(), &sale(), [], "x").text(language);
        assert!(text.contains(demo) && text.contains(copy), "{text}");
        let plain = Receipt::of(heading(), &sale(), [], "x").text(language);
        assert!(!plain.contains(demo) && !plain.contains(copy), "{plain}");
    }
}

fn slip() -> DaySlip {
    let tender = |count, amount_minor| TenderFigures { count, amount_minor };
    let figures = DayFigures {
        sales: 4,
        reader: tender(1, 600),
        qr: tender(1, 120_430),
        card: tender(1, 5_000),
        cash: tender(1, 1_500),
        contingency: 3,
        received_minor: 122_530,
        lost_minor: 5_000,
        outages: 2,
        outage_seconds: 6_420,
        stored: 1,
        written_off_minor: 5_000,
        cash_expected_minor: 11_500,
        cash_counted_minor: 11_490,
        ..DayFigures::default()
    };
    let close = DayClose {
        at: at(20),
        by: "Manager 1".into(),
        number: Some(12),
        checkpoint: Some("109 · 47a9b450384336ee\nQUJD".into()),
    };
    let (died, cut) = (OutageCause::Reader(ReaderCause::NotConnected), OutageCause::Line(LineCause::NoAnswer));
    let outage = |id, causes: &[(u32, OutageCause)], ended| Outage {
        id: OutageId(Uuid::from_u128(id)),
        began: at(causes[0].0),
        cause: causes[causes.len() - 1].1,
        causes: causes.iter().map(|(hour, cause)| (at(*hour), *cause)).collect(),
        besides: Vec::new(),
        ended,
    };
    DaySlip {
        carried: Vec::new(),
        heading: heading(),
        date: at(8).date_naive(),
        opened: at(8),
        close: Some(close),
        currency: Currency::EUR,
        figures,
        outages: vec![outage(7, &[(9, died), (10, cut)], Some(at(11))), outage(8, &[(12, cut)], None)],
        drawers: Vec::new(),
        first_counts: Vec::new(),
        handovers: Vec::new(),
        is_drawer_counted: true,
        adjustments: Vec::new(),
        alone: vec![AloneAct {
            at: at(16),
            by: "Manager 1".into(),
            act: ManagedAct::StoredCardAboveLimit {
                sale: SaleId(Uuid::from_u128(1)),
                amount: euro(20_000),
                limit: None,
            },
            reason: ApprovalReason::KnownCard,
        }],
    }
}

#[test]
fn what_became_known_of_closed_days_is_on_the_slip_line_by_line() {
    let adjustment = |n, kind, minor| Adjustment {
        at: at(9),
        kind,
        payment: PaymentId(Uuid::from_u128(n)),
        reference: SaleReference::new(23, 1).unwrap(),
        sold_on: at(8).date_naive().pred_opt().unwrap(),
        tender: TenderKind::Qr,
        amount: euro(minor),
        line: None,
        after_close: false,
    };
    let adjustments =
        vec![adjustment(1, AdjustmentKind::Settled, 1_200), adjustment(2, AdjustmentKind::TakenBack, 500)];
    let figures = DayFigures { adjustments: 2, adjusted_minor: -500, ..slip().figures };
    let text = DaySlip { figures, adjustments, ..slip() }.text(Language::English);
    for line in [
        "Of closed days (2)               -5.00 EUR",
        "2026-11-21 2300000011            12.00 EUR",
        "· received",
        "· taken back by the bank",
    ] {
        assert!(text.lines().any(|one| one == line), "{line:?} in\n{text}");
    }
}

#[test]
fn the_slip_of_a_day_has_all_its_figures() {
    let expected = "\
\x20             Bakery Example
             1 Market Street
------------------------------------------
               DAY CLOSE 12
Business day                    2026-11-22
Till                                    23
Opened                    2026-11-22 08:04
Closed                    2026-11-22 20:04
Closed by                        Manager 1
------------------------------------------
Sales                                    4
Card on the reader (1)            6.00 EUR
QR transfer (1)               1,204.30 EUR
Card by hand (1)                 50.00 EUR
Cash (1)                         15.00 EUR
Taken or promised             1,275.30 EUR
  of it received              1,225.30 EUR
  of it still open                0.00 EUR
  of it lost                     50.00 EUR
------------------------------------------
Outages (2)                     1 h 47 min
09:04-10:04          Reader: not connected
10:04-11:04                Line: no answer
12:04-now                  Line: no answer
Contingency sales                        3
Cards stored for later                   1
Cards approved                           0
Cards declined                           0
Cards parked                             0
Transfers on the statement               0
Credits without a sale                   0
Written off                      50.00 EUR
Carried over                      0.00 EUR
------------------------------------------
Drawer, expected                115.00 EUR
Drawer, counted                 114.90 EUR
Difference                       -0.10 EUR
------------------------------------------
Approved without a second person
Stored card above the limit     200.00 EUR
Manager 1                 2026-11-22 16:04
Reason                          known card
------------------------------------------
Checkpoint of the journal
Entries and hash    109 · 47a9b450384336ee
Signature
QUJD
";
    assert_eq!(slip().text(Language::English), expected);
    assert!(slip().text(Language::Chinese).contains("1 小时 47 分"));
}

#[test]
fn the_slip_of_an_open_day_says_so_and_keeps_the_count_blind() {
    let open = DaySlip { close: None, is_drawer_counted: false, alone: Vec::new(), ..slip() };
    let text = open.text(Language::English);
    assert!(text.contains("NOT CLOSED") && text.contains("not counted"));
    assert!(!text.contains("115.00") && !text.contains("second person") && !text.contains("Checkpoint"));
}

#[test]
fn durations_are_short_words() {
    for (seconds, english) in [(0, "0 s"), (59, "59 s"), (60, "1 min"), (6_420, "1 h 47 min"), (7_200, "2 h 0 min")] {
        assert_eq!(Language::English.duration(seconds), english);
    }
}
