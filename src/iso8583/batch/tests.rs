use super::super::answers::tests::{answer_to, card_request, terminal};
use super::*;

const DIALECT: Dialect = Dialect::ASCII_1987;

fn batch() -> Batch {
    let counted = |count, minor| Counted { count, minor };
    Batch {
        number: 17,
        stan: 44,
        sent_at: "2026-11-27T22:00:00+09:00".parse().unwrap(),
        currency: Currency::EUR,
        totals: BatchTotals {
            credits: counted(1, 500),
            credit_reversals: counted(0, 0),
            debits: counted(3, 12_000),
            debit_reversals: counted(1, 4_890),
        },
        step: BatchStep::Compare,
    }
}

#[test]
fn totals_have_these_fields() {
    let message = batch_totals(&batch(), &terminal(), &DIALECT).unwrap();
    let fields: Vec<(u8, &str)> = message.fields().collect();
    let expected = [
        (3, "920000"),
        (7, "1127130000"),
        (11, "000044"),
        (12, "220000"),
        (13, "1127"),
        (15, "1127"),
        (24, "001"),
        (41, "TILL0010"),
        (42, "SHOP-4711      "),
        (50, "978"),
        (60, "000017"),
        (74, "0000000001"),
        (75, "0000000000"),
        (76, "0000000003"),
        (77, "0000000001"),
        (86, "0000000000000500"),
        (87, "0000000000000000"),
        (88, "0000000000012000"),
        (89, "0000000000004890"),
        (97, "D0000000000006610"),
    ];
    assert_eq!((message.mti(), fields.as_slice()), (Mti::TOTALS, expected.as_slice()));
    assert!(message.encode(&DIALECT).is_ok());
    let closing = Batch { step: BatchStep::CloseAfterUpload, ..batch() };
    assert_eq!(batch_totals(&closing, &terminal(), &DIALECT).unwrap().field(3), Some("960000"));
}

#[test]
fn the_net_has_a_sign_and_a_bound() {
    let net = |gets, owes| {
        let debits = Counted { count: 1, minor: gets };
        BatchTotals { debits, credits: Counted { count: 1, minor: owes }, ..BatchTotals::default() }.net()
    };
    assert_eq!(net(0, 0).unwrap(), "D0000000000000000");
    assert_eq!(net(1, 3).unwrap(), "C0000000000000002");
    assert_eq!(net(TOTAL_MAX, 0).unwrap(), "D9999999999999999");
    assert_eq!(net(TOTAL_MAX + 1, 0), Err(RequestError::Totals));
    let refused = |change: fn(&mut Batch)| {
        let mut wrong = batch();
        change(&mut wrong);
        batch_totals(&wrong, &terminal(), &DIALECT).unwrap_err()
    };
    assert_eq!(refused(|batch| batch.number = 0), RequestError::BatchNumber(0));
    assert_eq!(refused(|batch| batch.number = 1_000_000), RequestError::BatchNumber(1_000_000));
    assert_eq!(refused(|batch| batch.stan = 0), RequestError::Stan(0));
    assert_eq!(refused(|batch| batch.totals.debits.count = COUNT_MAX + 1), RequestError::Totals);
    assert_eq!(refused(|batch| batch.totals.credits.minor = u64::MAX), RequestError::Totals);
}

#[test]
fn in_balance_is_only_what_both_fields_say() {
    let read = |step, code, settlement: Option<&str>| {
        let batch = Batch { step, ..batch() };
        let mut answer = answer_to(&batch_totals(&batch, &terminal(), &DIALECT).unwrap(), Mti::TOTALS_ANSWER, code);
        if let Some(settlement) = settlement {
            answer.set(66, settlement).unwrap();
        }
        read_totals_answer(&answer, &batch, &terminal())
    };
    let (compare, close) = (BatchStep::Compare, BatchStep::CloseAfterUpload);
    let no_answer = |fault| TotalsAnswer::NoAnswer { fault };
    for (step, code, settlement, expected) in [
        (compare, "00", Some("1"), TotalsAnswer::InBalance),
        (compare, "00", Some("2"), no_answer(HostFault::Protocol)),
        (compare, "00", None, no_answer(HostFault::Protocol)),
        (compare, "95", Some("2"), TotalsAnswer::OutOfBalance),
        (compare, "95", None, TotalsAnswer::OutOfBalance),
        (compare, "95", Some("1"), no_answer(HostFault::Protocol)),
        (compare, "91", None, no_answer(HostFault::Unwilling)),
        (compare, "12", Some("3"), TotalsAnswer::Refused { code: "12".to_owned() }),
        (close, "00", None, TotalsAnswer::InBalance),
        (close, "00", Some("2"), no_answer(HostFault::Protocol)),
    ] {
        assert_eq!(read(step, code, settlement), expected, "{step:?} {code} {settlement:?}");
    }
    let answer = answer_to(&batch_totals(&batch(), &terminal(), &DIALECT).unwrap(), Mti::TOTALS_ANSWER, "95");
    let other = Batch { stan: 45, ..batch() };
    assert_eq!(read_totals_answer(&answer, &other, &terminal()), no_answer(HostFault::Protocol));
}

#[test]
fn an_upload_is_the_purchase_and_names_it() {
    let sold = card_request();
    let message = batch_upload(&sold, ("700001", false), &batch(), &terminal(), &DIALECT).unwrap();
    assert_eq!((message.mti(), message.field(11), message.field(38)), (Mti::UPLOAD, Some("000044"), Some("700001")));
    assert_eq!(message.field(60), Some("0200000042000017"));
    let by_voice = batch_upload(&sold, ("7K2Q9", true), &batch(), &terminal(), &DIALECT).unwrap();
    assert_eq!((by_voice.field(60), by_voice.field(38)), (Some("0220000042000017"), Some("7K2Q9 ")));
    // The time of the sale stays that of the sale; the time of sending is the upload's own.
    assert_eq!(
        (message.field(12), message.field(13), message.field(7)),
        (Some("003015"), Some("1127"), Some("1127130000"))
    );
    assert!(message.encode(&DIALECT).is_ok());
    let read = |mti, code| read_upload_answer(&answer_to(&message, mti, code), &sold, &batch(), &terminal());
    assert_eq!(read(Mti::UPLOAD_ANSWER, "00"), UploadAnswer::Taken);
    assert_eq!(read(Mti::UPLOAD_ANSWER, "94"), UploadAnswer::Taken);
    assert_eq!(read(Mti::UPLOAD_ANSWER, "96"), UploadAnswer::NoAnswer { fault: HostFault::Unwilling });
    assert_eq!(read(Mti::UPLOAD_ANSWER, "12"), UploadAnswer::Refused { code: "12".to_owned() });
    assert_eq!(read(Mti::TOTALS_ANSWER, "00"), UploadAnswer::NoAnswer { fault: HostFault::Protocol });
    let other = CardRequest {
        trace: crate::domain::host::HostTrace { rrn: "633100000043".to_owned(), ..sold.trace.clone() },
        ..sold.clone()
    };
    let answer = answer_to(&message, Mti::UPLOAD_ANSWER, "00");
    let unread = read_upload_answer(&answer, &other, &batch(), &terminal());
    assert_eq!(unread, UploadAnswer::NoAnswer { fault: HostFault::Protocol });
}
