//! The request in both languages: complete, escaped, and without anything that is secret.

use chrono::TimeDelta;
use uuid::Uuid;

use super::*;
use crate::domain::card::Brand;
use crate::domain::ids::{CaseId, PaymentId, PersonId};
use crate::domain::ladder::Kind;
use crate::domain::reader::{CardSeen, EntryMode};
use crate::domain::receipt::Language;
use crate::domain::service::device::AttachmentFormat;
use crate::domain::service::{
    Attachment, AttachmentKind, CallOutcome, CaseStep, Check, Custody, DeviceRole, Doubt, Ending, Former, Help, Holder,
    Mended, MisreadCause, Outstanding, Proof, Work,
};

const PAPERS: [AttachmentKind; 7] = [
    AttachmentKind::PurchaseProof,
    AttachmentKind::WarrantyCard,
    AttachmentKind::Manual,
    AttachmentKind::SealsBefore,
    AttachmentKind::SealsAfter,
    AttachmentKind::Part,
    AttachmentKind::Trouble,
];

fn at(minutes: i64) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-06-09T12:00:00+02:00").unwrap() + TimeDelta::minutes(minutes)
}

fn misread() -> Misread {
    Misread {
        payment: PaymentId(Uuid::from_u128(1)),
        at: at(-60),
        cause: MisreadCause::Unreadable,
        card: CardSeen { brand: Some(Brand::Visa), entry: Some(EntryMode::Contactless) },
        minutes_on: Some(41),
    }
}

/// One of every step that there is, in an order that a case allows.
fn every_step() -> Vec<CaseStep> {
    let text = |text: &str| text.to_owned();
    let called = |outcome| CaseStep::Called { provider: text("Reader & Service"), outcome };
    let agreed = |help| {
        let (ticket, technician) = (Some(text("<4711>")), Some(text("Meier & Co")));
        called(CallOutcome::Agreed { help, ticket, promised: Some(at(90)), technician })
    };
    let visit = |asked_back| CaseStep::VisitBegan { visitor: Some(text("Meier")), asked_back };
    let doubted = |why| CaseStep::VisitorDoubted { visitor: text("<Schmidt>"), why };
    let held = |held| CaseStep::HeldAsked { held };
    let refused = || CaseStep::Rejected { check: Check::Contact };
    let found = [
        CaseStep::Seen { kind: Some(Kind::Hardware), rung: None },
        CaseStep::Seen { kind: None, rung: None },
        CaseStep::CardFailed { misread: misread() },
        CaseStep::Answered { question: text("lights"), answer: text("lit"), suspect: false },
        CaseStep::Answered { question: text("gone"), answer: text("gone too"), suspect: false },
        CaseStep::Warned { do_not_restart: true },
        CaseStep::Warned { do_not_restart: false },
        CaseStep::TryBegan { remedy: text("cable") },
        CaseStep::TryEnded { remedy: text("cable"), helped: false },
        CaseStep::TryEnded { remedy: text("cable"), helped: true },
        CaseStep::Diagnosed { kind: Kind::Hardware, percent: 80 },
        CaseStep::Mended { how: Mended::Here },
        refused(),
        called(CallOutcome::NoAnswer),
        called(CallOutcome::WrongNumber),
        agreed(Help::Swap),
        agreed(Help::Remote),
        CaseStep::Mended { how: Mended::ByProvider },
        refused(),
        agreed(Help::SendIn),
        CaseStep::Inspected { whole: false },
        CaseStep::Inspected { whole: true },
        CaseStep::BackedUp { entries: 90 },
        held(Outstanding::Known),
        held(Outstanding::Said { count: 2 }),
        held(Outstanding::Said { count: 0 }),
        CaseStep::Sent {},
        CaseStep::Received {},
        CaseStep::Mended { how: Mended::Repaired },
        refused(),
        agreed(Help::Visit),
        CaseStep::VisitorRefused { visitor: None },
        CaseStep::VisitorRefused { visitor: Some(text("Nobody")) },
        visit(false),
        agreed(Help::Visit),
        doubted(Doubt::Name),
        doubted(Doubt::Unannounced),
        doubted(Doubt::Before),
        doubted(Doubt::Order),
        visit(true),
        CaseStep::BackedUp { entries: 91 },
        held(Outstanding::Signed),
        CaseStep::Mended { how: Mended::Replaced },
    ];
    let read = |fits| CaseStep::SerialRead { serial: text("<804>"), fits };
    let mut steps: Vec<CaseStep> = found.into();
    steps.extend(Work::ALL.map(|work| CaseStep::Worked { work }));
    steps.push(CaseStep::WorkTold {});
    steps.extend([Some(true), Some(false)].map(read));
    steps.extend([CaseStep::SerialConfirmed { serial: text("<804>") }, read(None)]);
    steps.push(CaseStep::Checked { check: Check::Stripe, proof: Proof::Absent });
    steps.push(CaseStep::Checked { check: Check::Reversal, proof: Proof::Manager });
    steps.push(CaseStep::Checked { check: Check::Seals, proof: Proof::Pictures });
    let by_till =
        Check::ALL.into_iter().filter(|check| !matches!(check, Check::Stripe | Check::Reversal | Check::Seals));
    steps.extend(by_till.map(|check| CaseStep::Checked { check, proof: Proof::Till }));
    steps.extend([CaseStep::Accepted {}, CaseStep::Closed { ending: Ending::Accepted }]);
    steps
}

fn case() -> Case {
    let opened = CaseStep::Opened { number: 7, reader: "P400-<2203>".to_owned(), outage: None, gives_back: false };
    let mut case = Case::open(CaseId(Uuid::from_u128(7)), at(0), None, &opened).unwrap();
    for (minute, step) in (1..).zip(every_step()) {
        case.take(at(minute), Some(PersonId("manager-1".to_owned())), &step).unwrap();
    }
    case
}

fn page(language: Language) -> String {
    let (case, guide) = (case(), crate::settings::file::built_in_service().unwrap().guides.remove(0));
    let misread = misread();
    let device = Device {
        name: "P400-<2203>".to_owned(),
        role: DeviceRole::Main,
        model: Some("P400 <Plus>".to_owned()),
        serial: Some("804-117-223".to_owned()),
        firmware: None,
        terminal: Some("71000123".to_owned()),
        bought: None,
        warranty_until: chrono::NaiveDate::from_ymd_opt(2027, 1, 31),
        provider: None,
        deposit: None,
    };
    let mut record = DeviceRecord::new("P400-<2203>");
    for (kind, number) in (0..).map(|number| (PAPERS[number], number)).take(PAPERS.len()) {
        record
            .attach(Attachment {
                kind,
                format: if number == 0 { AttachmentFormat::Png } else { AttachmentFormat::Pdf },
                sha256: format!("{number:064}"),
                bytes: 9,
                name: "invoice <1>.pdf".to_owned(),
                at: at(-90),
                by: PersonId("manager-1".to_owned()),
            })
            .unwrap();
    }
    let holder = || Holder::Provider { name: "Reader & Service".to_owned() };
    let by = || PersonId("manager-1".to_owned());
    let former = Some(Former { serial: Some("<803>".to_owned()) });
    record.hand(Custody { holder: holder(), since: at(70), due: None, by: by(), former });
    record.hand(Custody { holder: Holder::Shop {}, since: at(70), due: Some(at(90)), by: by(), former: None });
    html(
        &RepairRequest {
            heading: Heading {
                shop: "Bakery <b>Example</b>".to_owned(),
                address: "1 Market Street".to_owned(),
                till: 23,
                is_demo: false,
                is_copy: false,
            },
            service_contact: "Example Service",
            case: &case,
            guide: Some(&guide),
            device: Some(&device),
            record: Some(&record),
            finding: Some(Finding { kind: Kind::Hardware, percent: 80 }),
            provider: None,
            misreads: vec![&misread],
            patterns: vec![Pattern::OnlyEntry(EntryMode::Contactless), Pattern::OnlyCause(MisreadCause::Unreadable)],
            outages: Vec::new(),
            payments: Vec::new(),
            names: vec![("manager-1".to_owned(), "Manager One".to_owned())],
            made_at: at(120),
        },
        language,
    )
}

#[test]
fn every_step_has_a_sentence_in_both_languages_and_everything_is_escaped() {
    let (english, chinese) = (page(Language::English), page(Language::Chinese));
    for page in [&english, &chinese] {
        assert!(page.contains("P400-&#60;2203&#62;") && page.contains("Bakery &#60;b&#62;Example&#60;/b&#62;"));
        assert!(
            page.contains("&#60;4711&#62;") && page.contains("Reader &#38; Service") && page.contains("Manager One")
        );
        assert!(page.contains("&#60;Schmidt&#62;") && page.contains("&#60;803&#62;"), "who came, and which one went");
        assert!(!page.contains("{}"), "a sentence was not filled");
        assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
        assert!(page.contains("P400 &#60;Plus&#62;") && page.contains("2027-01-31") && page.contains("71000123"));
        // Each in the table, and the picture beside it in words.
        assert_eq!(page.matches("invoice &#60;1&#62;.pdf").count(), PAPERS.len() + 2);
        assert_eq!(page.matches(&format!("src=\"{:064}.png\"", 0)).count(), 1);
        let rows = page.matches("<tr><td>").count();
        assert!(rows > every_step().len(), "{rows} rows");
    }
    // What only a manager's word stands for is named so, and who signed it.
    for (page, word, signed) in [
        (&english, "on the manager&#39;s word: the till cannot see it", "Signed: Manager One"),
        (&chinese, "凭店长确认：收银机看不到", "签字: Manager One"),
    ] {
        assert_eq!(page.matches(&format!("<td>{word}</td>")).count(), 1, "{word}");
        assert!(page.contains(signed), "{signed}");
    }
    for (said, page) in [("Does the reader show any light", &english), ("读卡器有指示灯亮", &chinese)] {
        assert!(page.contains(said), "{said}");
    }
    assert!(english.contains("only cards held to it; all: card not readable"));
    let letters = chinese.chars().filter(|char| ('\u{4e00}'..='\u{9fff}').contains(char)).count();
    assert!(letters > 300, "only {letters} Chinese characters");
}
