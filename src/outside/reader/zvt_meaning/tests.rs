use super::*;
use crate::domain::money::Currency;
use crate::zvt::{Control, Head, Message};

const ASKED: Money = Money::new(4_890, Currency::EUR);

fn result(code: u8) -> StatusInformation {
    StatusInformation {
        result: Some(code),
        amount_minor: Some(4_890),
        currency: Some(978),
        trace: Some(975),
        receipt: Some(231),
        time: None,
        card_type: Some(6),
        last4: Some("4444".to_owned()),
        approval: Some("750071".to_owned()),
        reference: None,
        payments: None,
    }
}

fn completed() -> Ended {
    Ended::Completed(Box::new(Message::new(Control::COMPLETION, Head::Empty)))
}

fn talk(ended: Ended, status: Option<StatusInformation>) -> Talk {
    Talk { ended, status, contradiction: false }
}

fn approved() -> ReaderOutcome {
    ReaderOutcome::Approved {
        approval_code: "750071".to_owned(),
        brand: Some(Brand::Mastercard),
        last4: Some("4444".to_owned()),
        transaction: "000975-0231".to_owned(),
        entry: None,
    }
}

#[test]
fn an_approval_is_a_result_of_this_amount_and_a_completion() {
    let unknown = ReaderOutcome::Unknown { fault: ReaderFault::Protocol };
    assert_eq!(of_payment(&talk(completed(), Some(result(0))), ASKED), approved());
    let no_currency = StatusInformation { currency: None, ..result(0) };
    assert_eq!(of_payment(&talk(completed(), Some(no_currency)), ASKED), approved());
    for other in [
        StatusInformation { amount_minor: Some(4_889), ..result(0) },
        StatusInformation { amount_minor: None, ..result(0) },
        StatusInformation { currency: Some(756), ..result(0) },
        StatusInformation { result: None, ..result(0) },
    ] {
        assert_eq!(of_payment(&talk(completed(), Some(other.clone())), ASKED), unknown, "{other:?}");
    }
    assert_eq!(of_payment(&talk(completed(), None), ASKED), unknown);
    assert_eq!(of_payment(&talk(Ended::Aborted(0x6c), Some(result(0))), ASKED), unknown, "approved, then aborted");
    let contradiction = Talk { contradiction: true, ..talk(completed(), Some(result(0))) };
    assert_eq!(of_payment(&contradiction, ASKED), unknown);
}

#[test]
fn every_kind_of_no_says_whether_it_was_charged() {
    let declined = |reason| ReaderOutcome::Declined { reason, card: CardSeen::NOTHING };
    let not_charged = |fault| ReaderOutcome::NotCharged { fault };
    for (code, expected) in [
        (0x05, declined(DeclineReason::Bank)),
        (0x64, declined(DeclineReason::Unreadable)),
        (0x78, declined(DeclineReason::Card)),
        (0x6c, declined(DeclineReason::Cancelled)),
        (0x7d, not_charged(ReaderFault::HostUnreachable)),
        (0x9b, not_charged(ReaderFault::HostUnreachable)),
        (0xa1, not_charged(ReaderFault::HostUnreachable)),
        (0xa3, not_charged(ReaderFault::HostUnreachable)),
        (0xe2, not_charged(ReaderFault::Broken)),
        (0xfc, not_charged(ReaderFault::Broken)),
        (0x89, not_charged(ReaderFault::Broken)),
        (0xed, not_charged(ReaderFault::Broken)),
        (0x9c, not_charged(ReaderFault::Busy)),
        (0x6b, not_charged(ReaderFault::Protocol)),
        (0x83, not_charged(ReaderFault::Protocol)),
    ] {
        assert_eq!(of_payment(&talk(Ended::Aborted(code), None), ASKED), expected, "aborted {code:02X}");
        assert_eq!(of_payment(&talk(Ended::Refused(code), None), ASKED), expected, "refused {code:02X}");
        // With a result comes the brand of the card that was refused.
        let expected = with_brand(expected, Some(Brand::Mastercard));
        assert_eq!(of_payment(&talk(completed(), Some(result(code))), ASKED), expected, "result {code:02X}");
        assert_eq!(of_payment(&talk(Ended::Aborted(0xff), Some(result(code))), ASKED), expected, "both {code:02X}");
    }
    let unknown = ReaderOutcome::Unknown { fault: ReaderFault::Protocol };
    assert_eq!(of_payment(&talk(Ended::Aborted(0x69), None), ASKED), unknown, "a reason the protocol does not have");
    assert_eq!(of_payment(&talk(Ended::Aborted(0x00), None), ASKED), unknown);
    assert_eq!(of_payment(&talk(Ended::Refused(0x69), None), ASKED), not_charged(ReaderFault::Protocol));
}

#[test]
fn a_broken_talk_is_unknown_unless_nothing_was_sent() {
    for (error, fault) in [
        (LinkError::Lost, ReaderFault::ConnectionLost),
        (LinkError::TimedOut, ReaderFault::TimedOut),
        (LinkError::Protocol, ReaderFault::Protocol),
    ] {
        assert_eq!(of_payment(&talk(Ended::Broken(error), Some(result(0))), ASKED), ReaderOutcome::Unknown { fault });
    }
    let not_sent = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
    assert_eq!(of_payment(&talk(Ended::Broken(LinkError::NotSent), None), ASKED), not_sent);
}

#[test]
fn a_reversal_is_done_refused_or_unknown() {
    let unknown = |fault| ReaderReversal::Unknown { fault };
    for (ended, status, expected) in [
        (completed(), Some(result(0)), ReaderReversal::Reversed),
        (completed(), Some(StatusInformation { amount_minor: None, ..result(0) }), ReaderReversal::Reversed),
        (completed(), Some(StatusInformation { amount_minor: Some(1), ..result(0) }), ReaderReversal::Refused),
        (completed(), None, unknown(ReaderFault::Protocol)),
        (Ended::Aborted(0xb4), None, ReaderReversal::Reversed),
        (Ended::Aborted(0xb5), None, ReaderReversal::Refused),
        (Ended::Aborted(0xa3), None, unknown(ReaderFault::HostUnreachable)),
        (Ended::Refused(0x9c), None, unknown(ReaderFault::Busy)),
        (Ended::Aborted(0x05), Some(result(0)), unknown(ReaderFault::Protocol)),
        (Ended::Broken(LinkError::Lost), Some(result(0)), unknown(ReaderFault::ConnectionLost)),
    ] {
        let talk = talk(ended, status);
        assert_eq!(of_reversal(&talk, ASKED), expected, "{talk:?}");
    }
}

#[test]
fn every_terminal_status_is_a_report() {
    let status = |code| of_status(&TerminalStatus { code, version: None, time: None });
    let faulty = |cause| ReaderReport::Faulty { cause, hard: true };
    for (code, expected) in [
        (0x00, ReaderReport::Healthy { host_reachable: None, stored_in_reader: None }),
        (0x9c, ReaderReport::Busy),
        (0xdc, ReaderReport::Busy),
        (0xe2, faulty(ReaderCause::CardReaderFault)),
        (0xed, faulty(ReaderCause::PinPadFault)),
        (0xdf, faulty(ReaderCause::OutOfOrder)),
        (0xe0, faulty(ReaderCause::Maintenance)),
        (0x51, faulty(ReaderCause::SoftwareFault)),
        (0x42, faulty(ReaderCause::SoftwareFault)),
    ] {
        assert_eq!(status(code), expected, "{code:02X}");
    }
}

#[test]
fn a_receipt_number_is_found_in_the_transaction_again() {
    assert_eq!(receipt_of(&transaction(&result(0))), Some(231));
    assert_eq!(transaction(&StatusInformation { receipt: None, ..result(0) }), "000975");
    for text in ["", "000975", "000975-", "000975-23", "000975-+231", "x-02310"] {
        assert_eq!(receipt_of(text), None, "{text}");
    }
}
