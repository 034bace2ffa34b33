//! Somebody at the screen: does at random what the page that is shown allows, and sometimes what it does not.

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, ApproveTouch, CardTouch, CareTouch, CaseTouch, Choice, DayTouch, DecideTouch, DoneTouch, LockTouch,
    MenuTouch, OutageTouch, QrTouch, QueueTouch, ReaderTouch, ReportTouch, SellTouch, StatementTouch, TendersTouch,
    Touch,
};
use stopgap::domain::access::PinDigit;
use stopgap::domain::day::CarryReason;
use stopgap::domain::fact::{ApprovalReason, LossReason};
use stopgap::domain::ids::{PaymentId, PersonId};
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::reconcile::LineReason;
use stopgap::domain::sale::{Tender, TenderKind};
use stopgap::domain::service::Ready;
use stopgap::screens::sell::{MainAct, SellView};
use stopgap::screens::tenders::{FirstAttempt, TendersView};
use stopgap::screens::types::{Offer, PersonRole};
use stopgap::screens::{OverlayView, PageView};

use crate::cash::{on_cash, on_count};
use crate::desk::on_desk;
use crate::payees::on_payees;
use crate::support::Bench;
use crate::support::dice::Dice;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, MASTERCARD, SECOND_MANAGER, VISA, WRONG_PIN, pin_of};

const PEOPLE: [&str; 3] = [CASHIER, MANAGER, SECOND_MANAGER];
const TENDERS: [TenderKind; 4] = [TenderKind::Reader, TenderKind::Qr, TenderKind::Card, TenderKind::Cash];

/// The person, and what they remember of the item they are deciding.
#[derive(Default)]
pub struct Cashier {
    deciding: Option<PaymentId>,
}

impl Cashier {
    /// Does one thing and says what it was.
    #[allow(clippy::too_many_lines, reason = "one arm for each page")]
    pub fn act(&mut self, bench: &mut Bench, dice: &mut Dice) -> String {
        let view = bench.view();
        if let Some(overlay) = &view.overlay {
            return self.on_sheet(overlay, bench, dice);
        }
        let is_manager = view.app.person.as_ref().is_some_and(|person| person.role == PersonRole::Manager);
        if is_manager && matches!(view.page, PageView::Sell(_) | PageView::Done(_)) && dice.chance(25) {
            bench.touch(Touch::App(AppTouch::OpenMenu));
            return press(bench, Touch::Menu(MenuTouch::OpenDay));
        }
        if dice.chance(3) {
            let touch = dice
                .pick(&[
                    AppTouch::OpenMenu,
                    AppTouch::OpenMenu,
                    AppTouch::OpenMenu,
                    AppTouch::OpenQueue,
                    AppTouch::OpenOutage,
                    AppTouch::OpenCase,
                    AppTouch::Back,
                    AppTouch::SignOut,
                    AppTouch::DismissMessage,
                ])
                .clone();
            return press(bench, Touch::App(touch));
        }
        match &view.page {
            PageView::Lock(_) => sign_in(bench, dice),
            PageView::Sell(sell) => begin_sale(sell, bench, dice),
            PageView::Tenders(tenders) => go_on(tenders, bench, dice),
            PageView::Reader(_) => on_reader(bench, dice),
            PageView::Qr(qr) => on_qr(&qr.reference.clone(), bench, dice),
            PageView::QrChoice(choice) => {
                let label = dice.pick(&choice.ways).label.clone();
                press(bench, Touch::Qr(QrTouch::Choose(label)))
            }
            PageView::Card(_) => on_card(bench, dice),
            PageView::Cash(_) => on_cash(bench, dice),
            PageView::Done(_) => {
                let touch = if dice.chance(96) { DoneTouch::NextSale } else { DoneTouch::PrintAgain };
                press(bench, Touch::Done(touch))
            }
            // Nobody here opens these; whoever comes there by chance goes back.
            PageView::Drawer(_)
            | PageView::Refund(_)
            | PageView::Sign(_)
            | PageView::Device(_)
            | PageView::Learn(_) => press(bench, Touch::App(AppTouch::Back)),
            PageView::Care(view) => {
                let work = view.rows.iter().find(|row| matches!(row.thing, Ready::Work(_)) && dice.chance(60));
                press(bench, work.map_or(Touch::App(AppTouch::Back), |row| Touch::Care(CareTouch::Act(row.thing))))
            }
            PageView::Case(_) if dice.chance(25) => press(bench, Touch::Case(CaseTouch::ToCare)),
            PageView::Case(view) => {
                let ids: Vec<String> = view.main.iter().chain(&view.options).map(|option| option.id.clone()).collect();
                if ids.is_empty() || dice.chance(20) {
                    return press(bench, Touch::Case(CaseTouch::Leave));
                }
                press(bench, Touch::Case(CaseTouch::Choose(dice.pick(&ids).clone())))
            }
            PageView::Queue(queue) => {
                let row = queue.rows.first().map(|row| row.id);
                match row.filter(|_| dice.chance(40)) {
                    Some(id) if dice.chance(50) => {
                        self.deciding = Some(id);
                        press(bench, Touch::Queue(QueueTouch::Decide(id)))
                    }
                    Some(_) if dice.chance(40) => press(bench, Touch::Queue(QueueTouch::OpenDesk)),
                    Some(_) => press(bench, Touch::Queue(QueueTouch::SendNow)),
                    None => press(bench, Touch::App(AppTouch::Back)),
                }
            }
            PageView::Desk(desk) => on_desk(desk, &mut self.deciding, bench, dice),
            PageView::Outage(_) => {
                let touch = if dice.chance(40) { OutageTouch::TestReader } else { OutageTouch::BackToSelling };
                press(bench, Touch::Outage(touch))
            }
            PageView::Day(day) => {
                let ids: Vec<String> = day.items.iter().map(|item| item.id.clone()).collect();
                self.on_day(&ids, bench, dice)
            }
            PageView::Count(_) => on_count(bench, dice),
            PageView::Statement(_) => on_statement(bench, dice),
            PageView::Payees(payees) => on_payees(payees, bench, dice),
            PageView::Report(_) => {
                press(bench, Touch::Report(dice.pick(&[ReportTouch::Finish, ReportTouch::Print]).clone()))
            }
            PageView::Keys(_) | PageView::Handover(_) => press(bench, Touch::App(AppTouch::Back)),
            PageView::Halt(_) => "looks at the halt page".to_owned(),
        }
    }

    fn on_day(&mut self, items: &[String], bench: &mut Bench, dice: &mut Dice) -> String {
        let touch = match dice.between(1, 100) {
            1..=68 if !items.is_empty() => {
                let id = dice.pick(items).clone();
                self.deciding = id.strip_prefix("payment:").and_then(|id| id.parse().ok());
                DayTouch::Act(id)
            }
            69..=76 => {
                let now = bench.now();
                if dice.chance(25) {
                    // Somebody pays a bill of last month, or mistypes the reference.
                    let amount = Money::new(dice.between(1, 9_999), Currency::EUR);
                    bench.world.bank.pay("RF18 5390 0754 7034", amount, now);
                }
                bench.world.bank.write_statement(now);
                DayTouch::BringInStatement
            }
            77..=84 => DayTouch::AskClose,
            85 | 86 => DayTouch::OpenReports,
            87..=90 => DayTouch::OpenDay,
            _ => return press(bench, Touch::App(AppTouch::Back)),
        };
        press(bench, Touch::Day(touch))
    }

    fn on_sheet(&mut self, overlay: &OverlayView, bench: &mut Bench, dice: &mut Dice) -> String {
        match overlay {
            OverlayView::Menu(_) => {
                let touch = dice.pick(&[
                    MenuTouch::OpenDay,
                    MenuTouch::OpenDay,
                    MenuTouch::OpenPayees,
                    MenuTouch::OpenDrawer,
                    MenuTouch::OpenDrawer,
                    MenuTouch::OpenDrawer,
                    MenuTouch::EditTicket,
                ]);
                press(bench, Touch::Menu(touch.clone()))
            }
            OverlayView::Approve(approve) => {
                if dice.chance(15) || approve.managers.is_empty() {
                    return press(bench, Touch::Approve(ApproveTouch::Cancel));
                }
                let manager = dice.pick(&approve.managers).id.0.clone();
                let pin = if dice.chance(93) { pin_of(&manager) } else { WRONG_PIN };
                bench.touch(Touch::Approve(ApproveTouch::Choose(PersonId(manager.clone()))));
                bench.touch(Touch::Approve(ApproveTouch::ChooseReason(ApprovalReason::Other)));
                bench.touch_all(pin.chars().map(|digit| Touch::Approve(ApproveTouch::Digit(PinDigit(digit)))));
                bench.touch(Touch::Approve(ApproveTouch::Approve));
                format!("{manager} approves, or tries to")
            }
            OverlayView::Entries(_) if dice.chance(80) => press(bench, Touch::Day(DayTouch::EntriesSeen)),
            OverlayView::Entries(_) => press(bench, Touch::App(AppTouch::CloseOverlay)),
            OverlayView::Close(_) if dice.chance(80) => press(bench, Touch::Day(DayTouch::CloseDay)),
            OverlayView::Close(_) => press(bench, Touch::Day(DayTouch::NotYet)),
            OverlayView::Decide(decide) => {
                let choice = self.honest(*dice.pick(&decide.choices), bench);
                bench.touch(Touch::Decide(DecideTouch::Choose(choice)));
                if choice == Choice::WriteOff {
                    bench.touch(Touch::Decide(DecideTouch::ChooseReason(LossReason::Goodwill)));
                }
                if choice == Choice::Explain {
                    bench.touch(Touch::Decide(DecideTouch::ChooseLineReason(LineReason::Other)));
                }
                if choice == Choice::CarryOver {
                    bench.touch(Touch::Decide(DecideTouch::ChooseCarryReason(CarryReason::BankAsked)));
                    bench.touch(Touch::Decide(DecideTouch::ChooseCarryDays(1)));
                }
                bench.touch(Touch::Decide(DecideTouch::Confirm));
                bench.touch(Touch::Decide(DecideTouch::Cancel));
                format!("decides {choice:?}")
            }
        }
    }

    /// Who says what became of a payment on the reader has looked at the reader's own journal.
    fn honest(&self, choice: Choice, bench: &Bench) -> Choice {
        let charges = bench.world.reader.charges();
        let charged = self.deciding.is_some_and(|payment| charges.contains_key(&payment));
        match (choice, charged) {
            (Choice::ConfirmCharged | Choice::NotCharged, true) => Choice::ConfirmCharged,
            (Choice::ConfirmCharged | Choice::NotCharged, false) => Choice::NotCharged,
            (other, _) => other,
        }
    }
}

/// Presses one thing and says what it was.
pub fn press(bench: &mut Bench, touch: Touch) -> String {
    let what = format!("{touch:?}");
    bench.touch(touch);
    what
}

fn sign_in(bench: &mut Bench, dice: &mut Dice) -> String {
    if dice.chance(2) {
        bench.sleep(TimeDelta::minutes(31));
        return "waits for the lock to end".to_owned();
    }
    let person = *dice.pick(&PEOPLE);
    let pin = if dice.chance(93) { pin_of(person) } else { WRONG_PIN };
    bench.try_pin(person, pin);
    if dice.chance(10) {
        bench.touch(Touch::Lock(LockTouch::Enter));
    }
    format!("{person} signs in with {}", if pin == WRONG_PIN { "a wrong PIN" } else { "the right PIN" })
}

fn begin_sale(page: &SellView, bench: &mut Bench, dice: &mut Dice) -> String {
    let digits = match dice.between(1, 20) {
        1 => String::new(),
        2 => "60000000".to_owned(),
        3..=5 => dice.between(16_000, 60_000).to_string(),
        _ => dice.between(1, 9_999).to_string(),
    };
    bench.touch(Touch::Sell(SellTouch::Clear));
    bench.amount(&digits);
    let by_card = match page.main {
        MainAct::Card(_) => SellTouch::PayByCard,
        MainAct::TakePayment { .. } => SellTouch::TakePayment,
    };
    let touch = match dice.between(1, 100) {
        1..=60 => by_card,
        61..=70 => SellTouch::PayByQr,
        71..=80 => SellTouch::PayByCash,
        81..=92 => SellTouch::CardDoesNotWork,
        93..=95 => SellTouch::TakePayment,
        96 | 97 => SellTouch::AcceptTicket,
        98 => SellTouch::EditTicket,
        _ => SellTouch::Cancel,
    };
    let what = format!("types {digits}, then {touch:?}");
    bench.touch(Touch::Sell(touch));
    what
}

fn go_on(page: &TendersView, bench: &mut Bench, dice: &mut Dice) -> String {
    let is_on = |offer: &Offer| matches!(offer, Offer::On { .. });
    let roll = dice.between(1, 100);
    let touch = match page.first_attempt {
        Some(FirstAttempt::Unknown) if roll <= 40 => TendersTouch::ParkAttempt,
        Some(FirstAttempt::Charged) if roll <= 60 => TendersTouch::FinishCharged,
        _ if roll <= 45 && is_on(&page.offers.card) => TendersTouch::Choose(TenderKind::Card),
        _ => match roll {
            46..=86 => TendersTouch::Choose(*dice.pick(&TENDERS)),
            87..=90 => TendersTouch::AskAgain,
            91..=94 => TendersTouch::ParkAttempt,
            95 => TendersTouch::CancelSale,
            96 => TendersTouch::ChangeAmount,
            _ => TendersTouch::FinishCharged,
        },
    };
    press(bench, Touch::Tenders(touch))
}

fn on_reader(bench: &mut Bench, dice: &mut Dice) -> String {
    let touch = match dice.between(1, 100) {
        1..=5 => ReaderTouch::Cancel,
        6..=30 => ReaderTouch::TryAgain,
        31..=50 => ReaderTouch::OtherWay,
        51..=60 => ReaderTouch::TerminalApproved,
        61..=66 => ReaderTouch::TerminalDeclined,
        67..=72 => ReaderTouch::TerminalNotWorking,
        _ => {
            let seconds = dice.between(1, 6);
            bench.pass(TimeDelta::seconds(seconds));
            return format!("waits for the reader, {seconds} s");
        }
    };
    press(bench, Touch::Reader(touch))
}

/// The customer pays or does not; the cashier says that it was paid only when the bank's app shows it, and withdraws
/// the code only when it does not.
fn on_qr(reference: &str, bench: &mut Bench, dice: &mut Dice) -> String {
    let digits: String = reference.chars().filter(char::is_ascii_digit).collect();
    let shown = bench.app.ledger().payments.values().find(|payment| {
        let of_sale = bench.app.ledger().sales.get(&payment.sale);
        matches!(payment.tender, Tender::Qr { .. })
            && payment.is_open()
            && of_sale.is_some_and(|sale| digits.contains(&sale.reference.to_string()))
    });
    let Some((amount, sale)) = shown.map(|payment| (payment.amount, payment.sale)) else {
        return press(bench, Touch::Qr(QrTouch::Announce));
    };
    let reference = bench.app.ledger().sales[&sale].reference.to_string();
    let was_paid = bench.world.bank.received(&reference) > 0;
    if !was_paid && dice.chance(60) {
        let now = bench.now();
        bench.world.bank.pay(&reference, amount, now);
        return format!("the customer pays {} with {reference}", amount.minor);
    }
    let touch = match (was_paid, dice.between(1, 3)) {
        (true, 1 | 2) => QrTouch::Confirm,
        (true, _) | (false, 1) => dice.pick(&[QrTouch::Announce, QrTouch::AcceptUnseen]).clone(),
        (false, 2) => QrTouch::Withdraw,
        (false, _) => QrTouch::WithdrawSurely,
    };
    press(bench, Touch::Qr(touch))
}

fn on_card(bench: &mut Bench, dice: &mut Dice) -> String {
    match dice.between(1, 100) {
        1..=82 => {
            if dice.chance(95) {
                bench.clear_card();
                bench.touch_all([CardTouch::Previous, CardTouch::Previous].map(Touch::Card));
            }
            let number = *dice.pick(&[VISA, MASTERCARD, VISA, MASTERCARD, "4111111111111112"]);
            bench.type_card(number, EXPIRY);
            "types a card".to_owned()
        }
        83 | 84 => {
            bench.key_card("41", "");
            "types two digits of a card".to_owned()
        }
        // Nobody at the screen for so long that the till locks itself.
        85 => {
            bench.sleep(TimeDelta::minutes(16));
            "goes away from the card page".to_owned()
        }
        86 | 87 => press(bench, Touch::Card(CardTouch::Next)),
        88 => press(bench, Touch::Card(CardTouch::Previous)),
        89..=93 => press(bench, Touch::Card(CardTouch::AnotherCard)),
        94..=98 => press(bench, Touch::Card(CardTouch::OtherWay)),
        _ => press(bench, Touch::Card(CardTouch::Cancel)),
    }
}

fn on_statement(bench: &mut Bench, dice: &mut Dice) -> String {
    let files = bench.world.bank.files();
    let touch = match dice.between(1, 10) {
        1 => StatementTouch::LookAgain,
        2..=4 => StatementTouch::Finish,
        _ => match files.last() {
            Some(newest) if dice.chance(70) => StatementTouch::Choose(newest.path.clone()),
            Some(_) => StatementTouch::Choose(dice.pick(&files).path.clone()),
            None => StatementTouch::Finish,
        },
    };
    press(bench, Touch::Statement(touch))
}
