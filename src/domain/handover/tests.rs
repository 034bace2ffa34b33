//! Tests of the file and of the other till's state table.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::money::Currency;

fn at(second: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_764_000_000 + second, 0).unwrap().fixed_offset()
}

fn trace(stan: u32) -> HostTrace {
    HostTrace::new(stan, 23, at(0), at(0))
}

fn handed(n: u32, undo: Option<HostTrace>) -> HandedCard {
    HandedCard {
        payment: PaymentId(Uuid::from_u128(u128::from(n))),
        reference: SaleReference::new(23, n).unwrap(),
        amount: Money::new(1_000, Currency::EUR),
        brand: Brand::Visa,
        last4: "1111".to_owned(),
        sealed_sha256: String::new(),
        trace: trace(10 * n),
        undo,
        send_by: at(3_600),
    }
}

fn file() -> HandoverFile {
    let card = |n| HandoverCard { card: handed(n, None), sealed: "a.b.c.d.e".to_owned() };
    HandoverFile {
        format: HANDOVER_FORMAT.to_owned(),
        handover: HandoverId(Uuid::nil()),
        till: 23,
        terminal: HandoverTerminal {
            id: "TILL0023".to_owned(),
            merchant: "SHOP".to_owned(),
            network_id: None,
            merchant_category: None,
            condition: "71".to_owned(),
        },
        cards: vec![card(1), card(2)],
    }
}

#[test]
fn a_file_is_read_as_it_was_written_and_refused_where_no_till_wrote_it_so() {
    let written = serde_json::to_string(&file()).unwrap();
    let read: HandoverFile = serde_json::from_str(&written).unwrap();
    assert_eq!((read.check(), &read), (Ok(()), &file()));
    let spoilt = |spoil: fn(&mut HandoverFile)| {
        let mut file = file();
        spoil(&mut file);
        file.check().unwrap_err().to_string()
    };
    assert!(spoilt(|file| file.format.clear()).starts_with("format is “”"));
    assert!(spoilt(|file| file.cards.clear()).contains("there are 0"));
    assert!(
        spoilt(|file| file.cards[1].card.payment = file.cards[0].card.payment).contains("payment stands there twice")
    );
    assert!(
        spoilt(|file| file.cards[1].card.trace = file.cards[0].card.trace.clone()).contains("of another payment too")
    );
    assert!(spoilt(|file| file.cards[0].card.undo = Some(trace(20))).contains("of another payment too"));
    assert!(spoilt(|file| file.cards[0].card.trace.stan = 1_000_000).contains("STAN from 1 to 999999"));
    assert!(spoilt(|file| file.cards[0].card.trace.rrn = "63310000004\n".to_owned()).contains("twelve letters"));
    assert!(spoilt(|file| file.cards[0].card.amount.minor = 0).contains("amount is not above zero"));
    assert!(
        spoilt(|file| file.cards[0].card.last4 = "4111111111111111".to_owned()).contains("last4 is not four digits")
    );
    assert!(spoilt(|file| file.cards[0].sealed = "a.b.c".to_owned()).contains("sealed is no compact JWE"));
    assert!(spoilt(|file| file.cards[0].sealed = format!("a.b.c.d.{}", "e".repeat(999))).contains("999 characters"));
}

#[test]
fn an_earlier_request_is_undone_first_and_one_without_an_answer_at_once() {
    let mut card = TakenCard { card: handed(1, Some(trace(3))), state: TakenState::ToUndo { undos: 0 } };
    let undo = |original, stan, repeat| Some(TakenTask::Undo { original, stan, repeat });
    assert_eq!(card.next(at(0)), undo(trace(3), 12, false));
    card.state = card.after(&TakenStep::Undoing, at(0)).unwrap();
    assert_eq!(card.next(at(0)), undo(trace(3), 12, true), "a repeat has the same number");
    card.state = card.after(&TakenStep::Undone, at(0)).unwrap();
    assert_eq!(card.next(at(0)), Some(TakenTask::Ask));
    card.state = card.after(&TakenStep::Sending, at(0)).unwrap();
    assert_eq!(card.next(at(1)), Some(TakenTask::Note(TakenStep::Unanswered)), "the power went");
    card.state = card.after(&TakenStep::Unanswered, at(1)).unwrap();
    assert_eq!(card.next(at(1)), undo(trace(10), 11, false));
    card.state = card.after(&TakenStep::Undone, at(2)).unwrap();
    assert_eq!(card.state, TakenState::Done { outcome: HandoverOutcome::NotCharged, at: at(2) });
    assert_eq!(card.next(at(3)), None);
    assert!(card.after(&TakenStep::Sending, at(3)).is_err(), "what is over is never sent again");
}

#[test]
fn nothing_is_sent_after_the_acquirers_time() {
    let card = TakenCard { card: handed(1, None), state: TakenState::Waiting { tries: 2 } };
    let over = TakenStep::Over { outcome: HandoverOutcome::NotCharged };
    assert_eq!(card.next(at(3_599)), Some(TakenTask::Ask));
    assert_eq!(card.next(at(3_600)), Some(TakenTask::Note(over.clone())));
    assert!(card.after(&over, at(3_600)).is_ok());
}

proptest! {
    /// Whatever happens, an answer is final, and after a request without one nothing is asked before it is undone.
    #[test]
    fn no_order_of_steps_sends_a_second_request(steps in proptest::collection::vec(0_usize..9, 0..40)) {
        let outcome = |outcome| TakenStep::Over { outcome };
        let all = [
            TakenStep::Sending, TakenStep::NotTaken, TakenStep::Unanswered, TakenStep::InPart, TakenStep::Undoing,
            TakenStep::Undone, outcome(HandoverOutcome::Approved { approval_code: "1".to_owned() }),
            outcome(HandoverOutcome::NotCharged), outcome(HandoverOutcome::Stuck { code: "30".to_owned() }),
        ];
        let mut card = TakenCard { card: handed(1, None), state: TakenState::Waiting { tries: 0 } };
        let (mut in_question, mut is_over) = (false, false);
        for step in steps.into_iter().map(|one| &all[one]) {
            let Ok(state) = card.after(step, at(0)) else { continue };
            prop_assert!(!is_over);
            prop_assert!(!(in_question && *step == TakenStep::Sending));
            in_question |= matches!(step, TakenStep::Unanswered | TakenStep::InPart);
            is_over = matches!(state, TakenState::Done { .. });
            card.state = state;
        }
    }
}
