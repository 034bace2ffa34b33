//! Papers, hands, times in use and warranties of a device.

use super::*;
use crate::domain::service::case::tests::at;

fn paper(sha256: &str) -> Attachment {
    Attachment {
        kind: AttachmentKind::WarrantyCard,
        format: AttachmentFormat::Pdf,
        sha256: sha256.to_owned(),
        bytes: 9,
        name: "card.pdf".to_owned(),
        at: at(0),
        by: PersonId("manager-1".to_owned()),
    }
}

fn named() -> Device {
    Device {
        name: "P400".to_owned(),
        role: DeviceRole::Main,
        model: None,
        serial: None,
        firmware: None,
        terminal: None,
        bought: None,
        warranty_until: None,
        provider: None,
        deposit: None,
    }
}

fn handed(holder: Holder, due: Option<i64>) -> Custody {
    Custody { holder, since: at(0), due: due.map(at), by: PersonId("manager-1".to_owned()), former: None }
}

#[test]
fn the_content_decides_and_one_that_was_cut_off_is_nothing() {
    let png = [&[0x89][..], b"PNG\r\n\x1a\n....", &[0, 0, 0, 0], b"IEND\xae\x42\x60\x82"].concat();
    let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\n".to_vec();
    let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 7, 7, 0xFF, 0xD9].to_vec();
    for (content, format) in
        [(&png, AttachmentFormat::Png), (&pdf, AttachmentFormat::Pdf), (&jpeg, AttachmentFormat::Jpeg)]
    {
        assert_eq!(AttachmentFormat::of_content(content), Some(format));
        assert_eq!(AttachmentFormat::of_content(&content[..content.len() - 2]), None, "{format:?} cut off");
        assert_eq!(AttachmentFormat::of_content(&content[1..]), None, "{format:?} without its beginning");
    }
    assert_eq!(AttachmentFormat::of_content(b""), None);
    assert_eq!(AttachmentFormat::of_name("Card.JPEG"), Some(AttachmentFormat::Jpeg));
    assert_eq!(AttachmentFormat::of_name("card.svg"), None);
}

#[test]
fn a_paper_is_kept_once_and_papers_have_a_bound() {
    let mut record = DeviceRecord::new("P400");
    for number in 0..ATTACHMENTS_MAX {
        record.attach(paper(&number.to_string())).unwrap();
    }
    assert_eq!(record.attach(paper("7")), Err(DeviceError::Twice("P400".to_owned(), "card.pdf".to_owned())));
    assert_eq!(record.attach(paper("x")), Err(DeviceError::TooManyPapers("P400".to_owned())));
}

#[test]
fn a_loaner_is_elsewhere_until_it_comes_and_overdue_after_its_day() {
    let mut record = DeviceRecord::new("Loaner");
    assert!(!is_here(DeviceRole::Loaner, None) && is_here(DeviceRole::Second, Some(&record)));
    record.hand(handed(Holder::Shop {}, Some(60)));
    assert!(is_here(DeviceRole::Loaner, Some(&record)));
    assert_eq!((record.overdue(at(60)), record.overdue(at(61))), (None, Some(TimeDelta::minutes(1))));
    record.hand(handed(Holder::Provider { name: "Service".to_owned() }, None));
    assert!(!is_here(DeviceRole::Loaner, Some(&record)) && record.overdue(at(99)).is_none());
    for _ in 0..HANDS_MAX {
        record.hand(handed(Holder::Shop {}, None));
    }
    assert_eq!(record.hands.len(), HANDS_MAX);
}

#[test]
fn a_device_is_used_from_one_switch_to_the_next() {
    let mut record = DeviceRecord::new("Loaner");
    record.use_it(at(10), true);
    record.use_it(at(11), true);
    record.use_it(at(20), false);
    record.use_it(at(30), true);
    let used: Vec<i64> = [9, 10, 19, 20, 29, 30, 99].into_iter().filter(|one| record.was_in_use(at(*one))).collect();
    assert_eq!((used, record.uses.len()), (vec![10, 19, 30, 99], 2));
    for turn in (0..).step_by(2).take(USES_MAX) {
        record.use_it(at(100 + turn), false);
        record.use_it(at(101 + turn), true);
    }
    assert_eq!(record.uses.len(), USES_MAX);
}

#[test]
fn the_end_of_a_warranty_is_pointed_out_for_a_month_before_and_after() {
    let day = |day: u32| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
    let device = |until| Device { warranty_until: until, ..named() };
    assert_eq!(device(Some(day(30))).warranty_days(day(1)), Some(29));
    assert_eq!(device(Some(day(1))).warranty_days(day(9)), Some(-8));
    assert_eq!(device(NaiveDate::from_ymd_opt(2026, 7, 9)).warranty_days(day(1)), None);
    assert_eq!(device(None).warranty_days(day(1)), None);
}

#[test]
fn the_one_that_stood_here_before_has_hands_of_its_own() {
    let shop = || handed(Holder::Shop {}, None);
    let provider = || handed(Holder::Provider { name: "Example Service".to_owned() }, None);
    let former = |serial: &str, custody: Custody| Custody {
        former: Some(Former { serial: Some(serial.to_owned()) }),
        ..custody
    };
    let mut record = DeviceRecord::new("P400");
    assert!(record.former().is_none());
    for custody in [former("1", shop()), shop(), former("2", provider()), shop()] {
        record.hand(custody);
    }
    assert_eq!(record.custody().unwrap().former, None);
    // The one that is still here is shown before one that went.
    let serial = |record: &DeviceRecord| record.former().unwrap().0.serial.clone().unwrap();
    assert_eq!((serial(&record).as_str(), record.formers().len()), ("1", 2));
    record.hand(former("1", provider()));
    assert_eq!((serial(&record).as_str(), record.formers().len()), ("1", 2));
    assert!(record.formers().iter().all(|(_, custody)| matches!(custody.holder, Holder::Provider { .. })));
}
