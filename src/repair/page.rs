//! The request as a page: what stands in `templates/repair/request.html`, said in the page's language.

use askama::Template;
use chrono::NaiveDate;

use super::words::{self, Said, say};
use super::{MISREADS_SHOWN_MAX, PAYMENTS_MAX, RepairRequest};
use crate::domain::receipt::Language;
use crate::domain::sale::{ReaderState, Tender};
use crate::domain::service::{CaseStep, Custody, DeviceRecord, Holder, Misread, Provider};
use crate::report::page::{Head, minute, written};

/// The page.
#[derive(Template)]
#[template(path = "repair/request.html", whitespace = "minimize")]
struct RequestPage<'a> {
    language: Language,
    head: Head<'a>,
    device: Vec<Pair>,
    papers: Vec<PaperRow<'a>>,
    trouble: Vec<Pair>,
    history: Vec<Moment<'a>>,
    misreads: Vec<MisreadRow>,
    payments: Vec<PaymentRow<'a>>,
    tested: Vec<CheckRow>,
    hands: Vec<HandRow<'a>>,
    signed: Option<Signed<'a>>,
    /// The ledger was copied before the reader left.
    is_copied: bool,
}

impl RequestPage<'_> {
    fn say(&self, english: &'static str, chinese: &'static str) -> &'static str {
        say(self.language, (english, chinese))
    }
}

/// A row of a table of two columns.
struct Pair {
    label: &'static str,
    value: String,
}

/// A paper or picture that goes with the request, by the name that its file is kept under.
struct PaperRow<'a> {
    what: &'static str,
    name: &'a str,
    at: String,
    kept_as: String,
    is_picture: bool,
}

/// Something that was seen, asked or tried.
struct Moment<'a> {
    at: String,
    who: &'a str,
    what: String,
}

/// A card that could not be read.
struct MisreadRow {
    at: String,
    cause: &'static str,
    brand: &'static str,
    entry: &'static str,
    minutes_on: String,
}

/// A payment on the reader.
struct PaymentRow<'a> {
    at: String,
    sale: &'a str,
    amount: String,
    outcome: &'static str,
}

/// A check of the acceptance test, and what it was taken to hold by.
struct CheckRow {
    check: &'static str,
    proof: &'static str,
}

/// Who had the device, or the one that stood here before it.
struct HandRow<'a> {
    since: String,
    which: String,
    holder: &'a str,
    due: String,
    noted_by: &'a str,
}

/// Who signed the acceptance test.
struct Signed<'a> {
    who: &'a str,
    at: String,
}

/// The request as a page that needs nothing else: no script, no font, no picture from anywhere.
#[must_use]
pub fn html(request: &RepairRequest<'_>, language: Language) -> String {
    let case = request.case;
    let title = if case.is_closed() { ("Case report", "维修单报告") } else { ("Repair request", "维修申请") };
    let title = (say(language, title), case.number.to_string());
    let signed = case.history.iter().rev().find(|moment| matches!(moment.step, CaseStep::Accepted {}));
    let signed = signed.map(|moment| Signed {
        who: moment.by.as_ref().map(|by| request.name(&by.0)).unwrap_or_default(),
        at: minute(moment.at),
    });
    let check =
        |(check, proof)| CheckRow { check: words::check(language, check), proof: words::proof(language, proof) };
    written(&RequestPage {
        language,
        head: Head::new(language, &request.heading, title, request.made_at),
        device: device(request, language),
        papers: request.record.map(|record| papers(record, language)).unwrap_or_default(),
        trouble: trouble(request, language),
        history: history(request, language),
        misreads: last(&request.misreads, MISREADS_SHOWN_MAX).map(|one| misread(one, language)).collect(),
        payments: payments(request, language),
        tested: case.tested().into_iter().map(check).collect(),
        hands: hands(request, language),
        signed,
        is_copied: case.history.iter().any(|moment| matches!(moment.step, CaseStep::BackedUp { .. })),
    })
}

/// The last ones of a list, in its order.
fn last<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    all.iter().skip(all.len().saturating_sub(most))
}

/// The pairs that have something to say.
fn pairs<const COUNT: usize>(language: Language, pairs: [(Said, Option<&str>); COUNT]) -> Vec<Pair> {
    let said = pairs.into_iter().filter_map(|(said, value)| value.filter(|it| !it.is_empty()).map(|it| (said, it)));
    said.map(|(said, value)| Pair { label: say(language, said), value: value.to_owned() }).collect()
}

fn device(request: &RepairRequest<'_>, language: Language) -> Vec<Pair> {
    let RepairRequest { case, provider, device, record, .. } = request;
    let order = case.state.order();
    let name = order.map(|order| order.provider.as_str()).or(provider.map(|one| one.name.as_str()));
    let promised = order.and_then(|order| order.promised).map(minute);
    let contract = provider.map(|one| promises(one, language)).unwrap_or_default();
    let date = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let serial = record.and_then(|record| record.serial.as_deref());
    let (bought, warranty_until) =
        (device.and_then(|one| date(one.bought)), device.and_then(|one| date(one.warranty_until)));
    pairs(
        language,
        [
            (("Provider", "服务商"), Some(name.unwrap_or(request.service_contact))),
            (("Telephone", "电话"), provider.map(|one| one.phone.as_str())),
            (("Mail", "邮箱"), provider.and_then(|one| one.mail.as_deref())),
            (("Contract", "合同"), provider.and_then(|one| one.contract.as_deref())),
            (("The contract promises", "合同承诺"), Some(contract.as_str())),
            (("Ticket", "工单"), order.and_then(|order| order.ticket.as_deref())),
            (("Promised by", "承诺时间"), promised.as_deref()),
            (("Reader", "读卡器"), Some(case.reader.as_str())),
            (("Model", "型号"), device.and_then(|one| one.model.as_deref())),
            (("Serial number", "序列号"), device.and_then(|one| serial.or(one.serial.as_deref()))),
            (
                ("Serial number read off it, not this one", "机身上读到的序列号，与此不同"),
                device.and_then(|_| case.serial_of_another()),
            ),
            (("Firmware", "固件"), device.and_then(|one| one.firmware.as_deref())),
            (("Terminal id", "终端号"), device.and_then(|one| one.terminal.as_deref())),
            (("Bought", "购买日期"), bought.as_deref()),
            (("Warranty until", "保修至"), warranty_until.as_deref()),
        ],
    )
}

/// What the contract promises.
fn promises(provider: &Provider, language: Language) -> String {
    let hours = |said, hours: Option<u16>| hours.map(|hours| words::put(language, said, &[&hours.to_string()]));
    let all = [
        hours(("answers within {} h", "{} 小时内答复"), provider.response_hours),
        hours(("another reader within {} h", "{} 小时内换机"), provider.swap_hours),
        provider.loaner.then(|| say(language, ("a loaner", "提供借用机")).to_owned()),
    ];
    all.into_iter().flatten().collect::<Vec<String>>().join(" · ")
}

fn hands<'a>(request: &'a RepairRequest<'_>, language: Language) -> Vec<HandRow<'a>> {
    let row = |custody: &'a Custody| HandRow {
        since: minute(custody.since),
        which: match &custody.former {
            None => say(language, ("this one", "此机")).to_owned(),
            Some(former) => {
                let serial = former.serial.as_deref().unwrap_or("–");
                words::put(language, ("the one before it, {}", "此前的一台，{}"), &[serial])
            }
        },
        holder: match &custody.holder {
            Holder::Shop {} => say(language, ("the shop", "本店")),
            Holder::Provider { name } => name,
        },
        due: custody.due.map_or_else(|| "–".to_owned(), minute),
        noted_by: request.name(&custody.by.0),
    };
    request.record.iter().flat_map(|record| &record.hands).map(row).collect()
}

fn papers(record: &DeviceRecord, language: Language) -> Vec<PaperRow<'_>> {
    let papers = record.attachments.iter().map(|paper| PaperRow {
        what: words::paper(language, paper.kind),
        name: &paper.name,
        at: minute(paper.at),
        kept_as: paper.kept_as(),
        is_picture: paper.format.picture().is_some(),
    });
    papers.collect()
}

fn trouble(request: &RepairRequest<'_>, language: Language) -> Vec<Pair> {
    let opened = minute(request.case.opened());
    let cause = request.finding.map(|found| format!("{}, {} %", words::kind(language, found.kind), found.percent));
    let common: Vec<String> = request.patterns.iter().map(|pattern| words::pattern(language, *pattern)).collect();
    let mut all = pairs(
        language,
        [
            (("Case opened", "建单时间"), Some(opened.as_str())),
            (("Probable cause", "可能原因"), cause.as_deref()),
            (("Failed reads have in common", "读卡失败的共同点"), Some(common.join("; ").as_str())),
        ],
    );
    all.extend(request.outages.iter().map(|outage| {
        let ended = outage.ended.map_or_else(|| "…".to_owned(), minute);
        let cause = words::outage_cause(language, outage.cause);
        let value = format!("{} – {ended}: {cause}", minute(outage.began));
        Pair { label: say(language, ("Outage", "故障")), value }
    }));
    all
}

fn history<'a>(request: &'a RepairRequest<'_>, language: Language) -> Vec<Moment<'a>> {
    let till = say(language, ("till", "收银机"));
    let moments = request.case.history.iter().map(|moment| Moment {
        at: minute(moment.at),
        who: moment.by.as_ref().map_or(till, |by| request.name(&by.0)),
        what: words::step(language, request.case, request.guide, &moment.step),
    });
    moments.collect()
}

fn misread(misread: &Misread, language: Language) -> MisreadRow {
    MisreadRow {
        at: minute(misread.at),
        cause: words::misread(language, misread.cause),
        brand: misread.card.brand.map_or("–", |brand| brand.label()),
        entry: misread.card.entry.map_or("–", |entry| words::entry(language, entry)),
        minutes_on: misread.minutes_on.map_or_else(|| "–".to_owned(), |minutes| minutes.to_string()),
    }
}

fn payments<'a>(request: &'a RepairRequest<'_>, language: Language) -> Vec<PaymentRow<'a>> {
    let rows = last(&request.payments, PAYMENTS_MAX).filter_map(|(payment, reference)| {
        let Tender::Reader { reader, .. } = &payment.tender else { return None };
        let (at, amount) = (minute(payment.began), payment.amount.to_string());
        Some(PaymentRow { at, sale: reference, amount, outcome: reader_state(language, reader) })
    });
    rows.collect()
}

fn reader_state(language: Language, state: &ReaderState) -> &'static str {
    use crate::domain::reader::ReaderOutcome;
    let said = match state {
        ReaderState::Asked | ReaderState::Unknown { .. } | ReaderState::Parked { .. } => ("no answer", "无应答"),
        ReaderState::Answered { outcome, .. } => match outcome {
            ReaderOutcome::Approved { .. } => ("approved", "已批准"),
            ReaderOutcome::Declined { .. } => ("declined", "被拒绝"),
            ReaderOutcome::NotCharged { .. } => ("not charged", "未扣款"),
            ReaderOutcome::Unknown { .. } => ("no answer", "无应答"),
        },
        ReaderState::Reversing { .. } => ("being taken back", "撤销中"),
        ReaderState::Reversed { .. } => ("taken back", "已撤销"),
        ReaderState::Kept { .. } => ("approved", "已批准"),
        ReaderState::Decided { charged: true, .. } => ("charged, a person says", "人工确认已扣款"),
        ReaderState::Decided { charged: false, .. } => ("not charged, a person says", "人工确认未扣款"),
    };
    say(language, said)
}
