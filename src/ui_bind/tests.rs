//! The contract from both sides: everything in `ui/api/` is wired, and the wires lead where they should.

mod sentences;

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use super::headless::{Headless, SCREEN_HEIGHT, SCREEN_WIDTH, TapError};
use super::wish::{CardKey, CardPart, SimulatorTouch, Wish};
use crate::app::event::{AppTouch, Language, LockTouch, MenuTouch, QueueTouch, SellTouch, Touch};
use crate::domain::access::PinDigit;
use crate::domain::card::HolderPart;
use crate::domain::ids::{PaymentId, PersonId};
use crate::screens::app::{AppView, Message, SignedIn};
use crate::screens::card::{CardMode, CardStep, CardView};
use crate::screens::lock::LockView;
use crate::screens::menu::MenuView;
use crate::screens::queue::{QueueReason, QueueRow, QueueState, QueueView};
use crate::screens::sell::{AmountError, MainAct, SellView, Typing};
use crate::screens::simulator::SimulatorView;
use crate::screens::status::{ReaderState, StatusView};
use crate::screens::types::{Budget, HealthState, OffReason, Offer, OnReason, PerMille, Person, PersonRole};
use crate::screens::{OverlayView, PageView, View};

/// Reads the contract and the code that answers it as text: Slint cannot say which of its callbacks nobody answers.
#[test]
fn every_property_is_set_and_every_callback_is_answered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut loose = Vec::new();
    let mut wired = 0;
    for entry in fs::read_dir(root.join("ui/api")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(page) = name.strip_suffix("_api.slint") else { continue };
        let contract = fs::read_to_string(root.join("ui/api").join(&name)).unwrap();
        let mut code = fs::read_to_string(root.join("src/ui_bind").join(page).with_extension("rs")).unwrap();
        // The page, the sheet and the strip are switched by the screen itself.
        code.push_str(&fs::read_to_string(root.join("src/ui_bind/mod.rs")).unwrap());
        for line in contract.lines().map(str::trim) {
            let word =
                |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap().replace('-', "_");
            let call = if let Some(callback) = line.strip_prefix("callback ") {
                format!(".on_{}(", word(callback))
            } else if let Some((_, property)) =
                line.strip_prefix("in property <").and_then(|rest| rest.split_once("> "))
            {
                format!(".set_{}(", word(property))
            } else {
                continue;
            };
            if code.contains(&call) { wired += 1 } else { loose.push(format!("{page}: {call}")) }
        }
    }
    assert_eq!(loose, Vec::<String>::new(), "not wired in src/ui_bind");
    assert!(wired > 250, "only {wired} properties and callbacks were found: is the contract read as it is written?");
}

#[test]
fn a_touch_arrives_as_the_wish_of_its_page() {
    let (screen, wishes) = screen();
    screen.show(selling());
    for id in ["key-4", "key-00", "sell-cash", "bar-person"] {
        screen.tap(id).unwrap();
    }
    let touches = [
        Touch::Sell(SellTouch::Digits("4".into())),
        Touch::Sell(SellTouch::Digits("00".into())),
        Touch::Sell(SellTouch::PayByCash),
        Touch::App(AppTouch::SignOut),
    ];
    assert_eq!(wishes.take(), touches.map(Wish::Touch));
}

#[test]
fn what_a_person_could_not_press_is_not_pressed() {
    let (screen, wishes) = screen();
    screen.show(selling());
    let id = |id: &str| id.to_owned();
    assert_eq!(screen.tap("sell-nothing"), Err(TapError::Missing { id: id("sell-nothing") }));
    assert_eq!(screen.tap("sell-qr"), Err(TapError::Disabled { id: id("sell-qr") }));
    assert_eq!(screen.tap("sell-amount"), Err(TapError::Ignored { id: id("sell-amount") }));
    screen.show(View { overlay: Some(OverlayView::Menu(menu())), ..selling() });
    assert_eq!(screen.tap("key-4"), Err(TapError::Covered { id: id("key-4") }));
    assert_eq!(wishes.take(), []);
    screen.tap("menu-day").unwrap();
    assert_eq!(wishes.take(), [Wish::Touch(Touch::Menu(MenuTouch::OpenDay))]);
}

#[test]
fn a_person_signs_in_with_a_pin() {
    let (screen, wishes) = screen();
    screen.show(View { page: PageView::Lock(locked()), ..selling() });
    screen.tap("person-mara").unwrap();
    screen.tap("key-7").unwrap();
    let touches = [LockTouch::Choose(PersonId("mara".into())), LockTouch::Digit(PinDigit('7'))];
    assert_eq!(wishes.take(), touches.map(|touch| Wish::Touch(Touch::Lock(touch))));
}

#[test]
fn card_digits_go_to_the_part_that_is_typed_and_never_to_the_app() {
    let (screen, wishes) = screen();
    for (step, part) in [(CardStep::Number, CardPart::Number), (CardStep::Expiry, CardPart::Expiry)] {
        screen.show(View { page: PageView::Card(card(step)), ..selling() });
        screen.tap("key-4").unwrap();
        screen.tap("key-erase").unwrap();
        assert_eq!(wishes.take(), [Wish::Card(CardKey::Digit(part, 4)), Wish::Card(CardKey::Erase(part))]);
    }
}

#[test]
fn letters_of_the_holder_go_to_the_card_buffer_and_never_to_the_app() {
    let (screen, wishes) = screen();
    for (step, part) in [(CardStep::Name, HolderPart::Name), (CardStep::Postcode, HolderPart::Postcode)] {
        screen.show(View { page: PageView::Card(card(step)), ..selling() });
        for id in ["letter-Q", "letter-blank", "letter-erase"] {
            screen.tap(id).unwrap();
        }
        let keys = [CardKey::Letter(part, 'Q'), CardKey::Letter(part, ' '), CardKey::EraseLetter(part)];
        assert_eq!(wishes.take(), keys.map(Wish::Card));
    }
}

#[test]
fn a_row_of_a_list_is_pressed_by_its_id_and_only_where_it_can_be_seen() {
    let (screen, wishes) = screen();
    let ids: Vec<PaymentId> = (1..=40).map(|number| PaymentId(uuid::Uuid::from_u128(number))).collect();
    screen.show(View { page: PageView::Queue(queue(&ids)), ..selling() });
    screen.tap(&format!("queue-send-{}", ids[1])).unwrap();
    assert_eq!(wishes.take(), [Wish::Touch(Touch::Queue(QueueTouch::Send(ids[1])))]);
    // Rows far below do not exist on the screen until somebody scrolls to them.
    let last = format!("queue-send-{}", ids[39]);
    assert!(matches!(screen.tap(&last), Err(TapError::Missing { .. })));
    screen.scroll_down("queue-list", 50.0).unwrap();
    let first = screen.tap(&format!("queue-send-{}", ids[0]));
    assert!(matches!(first, Err(TapError::OutOfSight { .. })), "the first row is half scrolled away: {first:?}");
    screen.scroll_down("queue-list", 10_000.0).unwrap();
    screen.tap(&last).unwrap();
    assert_eq!(wishes.take(), [Wish::Touch(Touch::Queue(QueueTouch::Send(ids[39])))]);
    screen.show(View { page: PageView::Queue(queue(&ids[1..2])), ..selling() });
    assert!(matches!(screen.tap(&format!("queue-send-{}", ids[2])), Err(TapError::Missing { .. })));
    screen.tap(&format!("queue-send-{}", ids[1])).unwrap();
}

#[test]
fn the_switches_of_the_demo_are_a_drawer_within_the_screen() {
    let (screen, wishes) = screen();
    let app = AppView { demo: true, ..selling().app };
    let demo = || View { simulator: Some(SimulatorView::default()), app: app.clone(), ..selling() };
    screen.show(demo());
    assert_eq!((screen.render().width, screen.render().height), (SCREEN_WIDTH, SCREEN_HEIGHT));
    let missing = |id: &str| TapError::Missing { id: id.to_owned() };
    assert_eq!(screen.tap("sim-unplug"), Err(missing("sim-unplug")));
    screen.tap("bar-demo").unwrap();
    let drawer = screen.elements().into_iter().find(|element| element.id == "sim-mend").unwrap();
    assert!(drawer.y + drawer.height <= 600.0, "{drawer:?}");
    screen.tap("sim-unplug").unwrap();
    assert_eq!(wishes.take(), [Wish::Simulator(SimulatorTouch::Unplug)]);
    assert_eq!(screen.tap("sim-unplug"), Err(missing("sim-unplug")), "a switch closes the drawer");
    screen.tap("bar-demo").unwrap();
    screen.tap("bar-demo").unwrap();
    assert_eq!(screen.tap("sim-mend"), Err(missing("sim-mend")));
    // A demo without switches, such as the one that plays itself, only says that it is one.
    screen.show(View { simulator: None, ..demo() });
    assert_eq!(screen.tap("bar-demo"), Err(TapError::Ignored { id: "bar-demo".to_owned() }));
}

#[test]
fn a_notice_covers_neither_the_state_of_the_reader_nor_a_key() {
    let (screen, _) = screen();
    let place = |id: &str| screen.elements().into_iter().find(|element| element.id == id).unwrap();
    screen.show(selling());
    let before = ["bar-status", "sell-amount", "key-1"].map(&place);
    let app = AppView { message: Some(Message::SaveFailed), ..selling().app };
    screen.show(View { app, ..selling() });
    let (toast, status) = (place("toast"), place("bar-status"));
    assert!(status.x + status.width <= toast.x && toast.x + toast.width <= 1024.0, "{status:?} {toast:?}");
    let after = ["sell-amount", "key-1"].map(&place);
    assert_eq!(before[1..], after, "the page moves under the finger");
    screen.tap("toast").unwrap();
}

#[test]
fn a_picture_shows_the_page_and_is_the_same_every_time() {
    let (screen, _) = screen();
    screen.show(selling());
    let first = screen.render();
    let colours: std::collections::BTreeSet<&[u8]> = first.rgb.chunks(3).collect();
    assert!(colours.len() > 20, "only {} colours: the page was not drawn", colours.len());
    assert!(first == screen.render());
    let (again, _) = self::screen();
    again.show(selling());
    assert!(first == again.render(), "a second screen draws the same page differently");
}

#[test]
fn the_language_is_switched_while_the_page_is_shown() {
    let (screen, _) = screen();
    let says = |word: &str| screen.texts().iter().any(|text| text == word);
    screen.show(selling());
    assert!(says("Cash") && !says("现金"));
    let english = selling();
    screen.show(View { app: AppView { language: Language::Chinese, ..english.app.clone() }, ..english });
    assert!(!says("Cash") && says("现金"));
    screen.show(selling());
    assert!(says("Cash"));
}

#[test]
fn a_view_reads_like_the_screen() {
    let view = View {
        page: PageView::Sell(SellView { amount_error: Some(AmountError::AboveMaximum("9,999.00".into())), ..sell() }),
        ..selling()
    };
    insta::assert_yaml_snapshot!(view, @r#"
    app:
      language: en
      demo: true
      clock_text: "12:02"
      person:
        name: Mara
        role: cashier
      queued_count: 2
      open_receipts: 1
      busy: false
      message: ~
    status:
      reader: ready
      outage: false
      cause: ~
      line: working
      host: working
      since_text: "09:00"
      device_name: P400-2203
    page:
      sell:
        amount: "48.90"
        currency: EUR
        sale_reference: 31 042
        till: "31"
        amount_error:
          above_maximum: "9,999.00"
        main:
          card:
            "on":
              reason: reader_ready
              limit: ~
        qr:
          "off":
            qr_off_limit: "40.00"
        cash:
          "on":
            reason:
              cash_change_for: "100.00"
            limit: ~
        typing:
          amount:
            ticket_number: ~
    overlay: ~
    simulator: ~
    "#);
}

type Told = Rc<RefCell<Vec<Wish>>>;

fn screen() -> (Headless, Told) {
    let told = Told::default();
    let screen = Headless::new().unwrap();
    let teller = Rc::clone(&told);
    screen.connect(move |wish| teller.borrow_mut().push(wish));
    (screen, told)
}

fn selling() -> View {
    View {
        app: AppView {
            language: Language::English,
            alone: false,
            demo: true,
            clock_text: "12:02".into(),
            person: Some(SignedIn { name: "Mara".into(), role: PersonRole::Cashier }),
            queued_count: 2,
            open_receipts: 1,
            printer_trouble: None,
            busy: false,
            message: None,
        },
        status: StatusView {
            reader: ReaderState::Ready,
            outage: false,
            cause: None,
            line: HealthState::Working,
            host: HealthState::Working,
            since_text: "09:00".into(),
            device_name: "P400-2203".into(),
        },
        page: PageView::Sell(sell()),
        overlay: None,
        simulator: None,
    }
}

fn sell() -> SellView {
    SellView {
        amount: "48.90".into(),
        currency: "EUR".into(),
        sale_reference: "31 042".into(),
        till: "31".into(),
        amount_error: None,
        main: MainAct::Card(Offer::on(OnReason::ReaderReady)),
        qr: Offer::Off(OffReason::QrOffLimit("40.00".into())),
        cash: Offer::on(OnReason::CashChangeFor("100.00".into())),
        typing: Typing::Amount { ticket_number: None },
    }
}

fn locked() -> LockView {
    let mara = Person { id: PersonId("mara".into()), name: "Mara".into(), role: PersonRole::Cashier, demo_pin: None };
    LockView {
        people: vec![mara],
        chosen: Some(PersonId("mara".into())),
        pin_length: 2,
        can_enter: false,
        error: None,
        can_unlock: false,
        till: "31".into(),
    }
}

fn card(step: CardStep) -> CardView {
    CardView {
        mode: CardMode::Stored,
        step,
        amount: "48.90".into(),
        currency: "EUR".into(),
        number_text: "•••• ••".into(),
        brand: None,
        expiry_text: "__/__".into(),
        holder_name: String::new(),
        postcode: String::new(),
        error: None,
        limit: None,
        consent: false,
        telephone: String::new(),
        can_add_telephone: false,
        may_call: false,
        can_continue: false,
        next_block: None,
        elapsed_text: "0:03".into(),
    }
}

fn queue(ids: &[PaymentId]) -> QueueView {
    let row = |id: &PaymentId| QueueRow {
        id: *id,
        brand: "Visa".into(),
        last_four: "1111".into(),
        amount: "48.90".into(),
        sale_reference: "31 042".into(),
        state: QueueState::Stored,
        reason: Some(QueueReason::NextTryAt("12:05".into())),
        time_text: "12:02".into(),
        can_send: true,
        can_decide: false,
    };
    QueueView {
        rows: ids.iter().map(row).collect(),
        waiting_count: 40,
        parked_count: 0,
        waiting_amount: "1,956.00".into(),
        currency: "EUR".into(),
        budget: Budget { used: "1,956.00".into(), limit: "2,000.00".into(), ratio: PerMille::of(1_956, 2_000) },
        send_block: None,
        desk_count: 0,
        refused_batch: None,
    }
}

fn menu() -> MenuView {
    MenuView {
        can_open_payees: true,
        new_payees: 0,
        can_edit_ticket: true,
        can_open_day: true,
        can_open_drawer: false,
        can_open_keys: false,
        can_open_drawer_page: true,
        can_refund: true,
        ticket_number: None,
        outage_running: false,
        case_number: None,
    }
}
