use super::*;

fn at(second: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_764_000_000 + second, 0).unwrap().fixed_offset()
}

#[test]
fn the_fault_decides_what_is_offered() {
    let reader_down = Health::down(at(0), ReaderCause::NoAnswer);
    let line_down = Health::down(at(0), LineCause::NoAnswer);
    let host_down = Health::down(at(0), HostCause::Refused);
    let well = Healths::working();
    let asked = ReaderKind::Connected { stores: false };
    let storing = ReaderKind::Connected { stores: true };
    let by_reader = ReaderOffer::Off(OutageCause::Reader(ReaderCause::NoAnswer));
    let by_line = ReaderOffer::Off(OutageCause::Line(LineCause::NoAnswer));
    let by_host = ReaderOffer::Off(OutageCause::Host(HostCause::Refused));
    let works = CardOffer::Off(CardOff::ReaderWorks);
    let now = CardOffer::BankAnswersNow;
    let later = CardOffer::StoredAndSentLater;
    let only_reader = Healths { reader: reader_down, ..well };
    let only_line = Healths { line: line_down, ..well };
    let only_host = Healths { host: host_down, ..well };
    let reader_and_line = Healths { reader: reader_down, line: line_down, ..well };
    for (healths, kind, failed, reader, card, qr) in [
        (well, asked, false, ReaderOffer::Offered, works, QrOffer::Offered),
        (well, asked, true, ReaderOffer::Offered, now, QrOffer::Offered),
        (only_reader, asked, false, by_reader, now, QrOffer::Offered),
        (only_line, asked, false, by_line, later, QrOffer::OfferedLineDown),
        (only_line, storing, false, ReaderOffer::Offered, works, QrOffer::OfferedLineDown),
        (only_line, storing, true, ReaderOffer::Offered, later, QrOffer::OfferedLineDown),
        (only_line, ReaderKind::Standalone, false, by_line, later, QrOffer::OfferedLineDown),
        (only_host, asked, false, by_host, later, QrOffer::Offered),
        (reader_and_line, asked, false, by_reader, later, QrOffer::OfferedLineDown),
        (reader_and_line, storing, false, by_reader, later, QrOffer::OfferedLineDown),
    ] {
        let offered = offers(&healths, kind, CardEntryPolicy::Allowed, PayeePolicy::Allowed, OfferRules::ALL, failed);
        assert_eq!(offered, Offers { reader, card, qr }, "{healths:?} {kind:?} {failed}");
    }
    let policy = CardEntryPolicy::NoKey(NoSealingKey::NoKey);
    let no_key = offers(&only_reader, asked, policy, PayeePolicy::NoPayee, OfferRules::ALL, false);
    assert_eq!((no_key.card, no_key.qr), (CardOffer::Off(CardOff::NoKey(NoSealingKey::NoKey)), QrOffer::NoPayee));
    let new = PayeePolicy::NotTested;
    let untested = offers(&only_line, asked, CardEntryPolicy::Allowed, new, OfferRules::ALL, false);
    assert_eq!(untested.qr, QrOffer::NotTested);
}

#[test]
fn a_shop_leaves_out_what_it_does_not_want() {
    let well = Healths::working();
    let reader_down = Healths { reader: Health::down(at(0), ReaderCause::NoAnswer), ..well };
    let line_down = Healths { line: Health::down(at(0), LineCause::NoAnswer), ..well };
    let asked = ReaderKind::Connected { stores: false };
    let offered = |healths, rules| offers(healths, asked, CardEntryPolicy::Allowed, PayeePolicy::Allowed, rules, false);
    let no_risk = OfferRules { card_stored: false, ..OfferRules::ALL };
    assert_eq!(offered(&reader_down, no_risk).card, CardOffer::BankAnswersNow);
    assert_eq!(offered(&line_down, no_risk).card, CardOffer::Off(CardOff::NotWanted));
    let never_now = OfferRules { card_answered_now: false, ..OfferRules::ALL };
    assert_eq!(offered(&reader_down, never_now).card, CardOffer::Off(CardOff::NotWanted));
    assert_eq!(offered(&line_down, never_now).card, CardOffer::StoredAndSentLater);
    let seen_only = OfferRules { qr_without_line: false, ..OfferRules::ALL };
    assert_eq!(offered(&reader_down, seen_only).qr, QrOffer::Offered);
    assert_eq!(offered(&line_down, seen_only).qr, QrOffer::NotWanted);
}
