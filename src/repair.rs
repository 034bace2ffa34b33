//! The repair request: one page of HTML that a person signs and the supplier reads. Pure, as [`crate::report`] is: it
//! returns text, and others write the file.
//!
//! It holds what the supplier asks for on the phone: the device, what was seen, asked and tried, the failed reads and the
//! last payments on the reader. It holds no card number; a card is its brand and how it was presented.

mod letter;
mod papers;
mod tested;
mod words;

use std::fmt::Write;

use chrono::{DateTime, FixedOffset};
use quick_xml::escape::escape;

pub use self::letter::Letter;
use crate::domain::ledger::Ledger;
use crate::domain::outage::Outage;
use crate::domain::receipt::{Heading, Language};
use crate::domain::sale::{Payment, ReaderState, Tender};
use crate::domain::service::{
    Case, CaseStep, Device, DeviceRecord, Finding, Guide, Misread, Pattern, Provider, finding, guide, provider,
};
use crate::repair::words::{Said, say};
use crate::settings::Settings;

/// How many of the last payments on the reader are listed.
pub const PAYMENTS_MAX: usize = 12;
/// How many of the last failed reads are listed.
pub const MISREADS_SHOWN_MAX: usize = 20;

/// Everything that a repair request says.
#[derive(Clone, Debug)]
pub struct RepairRequest<'a> {
    /// Shop and till.
    pub heading: Heading,
    /// Whom the shop calls for anything.
    pub service_contact: &'a str,
    /// The case.
    pub case: &'a Case,
    /// The guide its questions are from, where one fits the reader.
    pub guide: Option<&'a Guide>,
    /// What is probably the cause.
    pub finding: Option<Finding>,
    /// Who repairs it, where the directory knows them.
    pub provider: Option<&'a Provider>,
    /// The device, where the register has it.
    pub device: Option<&'a Device>,
    /// Its papers and hands.
    pub record: Option<&'a DeviceRecord>,
    /// Failed reads, oldest first.
    pub misreads: Vec<&'a Misread>,
    /// What they have in common.
    pub patterns: Vec<Pattern>,
    /// Outages of the case that are still at hand.
    pub outages: Vec<&'a Outage>,
    /// Payments on the reader, oldest first, with the reference of their sale.
    pub payments: Vec<(&'a Payment, String)>,
    /// The name of a person by the short one.
    pub names: Vec<(String, String)>,
    /// When it is made.
    pub made_at: DateTime<FixedOffset>,
}

impl<'a> RepairRequest<'a> {
    /// The request for a case, out of what the till knows.
    #[must_use]
    pub fn of(
        settings: &'a Settings,
        ledger: &'a Ledger,
        case: &'a Case,
        is_demo: bool,
        made_at: DateTime<FixedOffset>,
    ) -> Self {
        let is_main = settings.is_main_reader(&case.reader);
        let patterns = ledger.patterns_of(case, is_main);
        let guide = guide::for_reader(&settings.service.guides, &case.reader);
        let directory = provider::for_kind(&settings.service.providers, case.kind());
        let ordered = case.state.order().map(|order| order.provider.as_str());
        let named = directory.iter().find(|one| ordered.is_none_or(|name| name == one.name)).copied();
        let on_reader = ledger.payments.values().filter(|payment| {
            matches!(payment.tender, Tender::Reader { .. }) && ledger.was_in_use(&case.reader, is_main, payment.began)
        });
        let reference = |payment: &Payment| ledger.sales.get(&payment.sale).map(|sale| sale.reference.to_string());
        let mut payments: Vec<(&Payment, String)> =
            on_reader.map(|payment| (payment, reference(payment).unwrap_or_default())).collect();
        payments.sort_by_key(|(payment, _)| payment.began);
        let mut misreads: Vec<&Misread> = case.misreads().collect();
        misreads.sort_by_key(|misread| misread.at);
        let devices = settings.service.devices.iter().map(|one| &one.device);
        let people = settings.people.iter();
        Self {
            heading: Heading {
                shop: settings.shop.name.clone(),
                address: settings.shop.address.clone(),
                till: settings.till,
                is_demo,
                is_copy: false,
            },
            service_contact: &settings.shop.service_contact,
            case,
            device: devices.into_iter().find(|device| device.name == case.reader),
            record: ledger.devices.get(&case.reader),
            guide,
            finding: guide.and_then(|guide| finding(case, guide, &patterns)),
            provider: named,
            misreads,
            patterns,
            outages: case.outages().filter_map(|outage| ledger.outages.get(&outage)).collect(),
            payments,
            names: people.map(|person| (person.id.0.clone(), person.name.clone())).collect(),
            made_at,
        }
    }

    /// The name of the file it is written to.
    #[must_use]
    pub fn file_name(&self) -> String {
        let what = if self.case.is_closed() { "report" } else { "repair-request" };
        format!("case-{}-{what}.html", self.case.number)
    }
}

/// The request as a page that needs nothing else: no script, no font, no picture from anywhere.
#[must_use]
pub fn html(request: &RepairRequest<'_>, language: Language) -> String {
    let mut page = Page { request, language, text: String::new() };
    page.head();
    page.device();
    page.papers();
    page.trouble();
    page.history();
    page.misreads();
    page.payments();
    page.tested();
    page.hands();
    page.signature();
    page.text.push_str("</body>\n</html>\n");
    page.text
}

/// A page that is being written.
struct Page<'r, 'a> {
    request: &'r RepairRequest<'a>,
    language: Language,
    text: String,
}

impl Page<'_, '_> {
    /// The name of a person by the short one.
    fn name(&self, id: &str) -> String {
        let known = self.request.names.iter().find(|(short, _)| short == id);
        known.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    }

    fn say(&self, said: Said) -> &'static str {
        say(self.language, said)
    }

    /// A line of HTML that is escaped already. Writing into a string cannot fail.
    fn line(&mut self, html: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(html);
        self.text.push('\n');
    }

    fn heading(&mut self, said: Said) {
        let words = self.say(said);
        self.line(format_args!("<h2>{words}</h2>"));
    }

    /// A row of a table of two columns; left out where there is nothing to say.
    fn pair(&mut self, said: Said, value: &str) {
        if !value.is_empty() {
            let words = self.say(said);
            self.line(format_args!("<tr><th scope=\"row\">{words}</th><td>{}</td></tr>", escape(value)));
        }
    }

    fn table(&mut self, columns: &[Said], rows: &[Vec<String>]) {
        self.text.push_str("<table>\n<thead><tr>");
        for said in columns {
            let words = self.say(*said);
            let _ = write!(self.text, "<th scope=\"col\">{words}</th>");
        }
        self.text.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.text.push_str("<tr>");
            for cell in row {
                let _ = write!(self.text, "<td>{}</td>", escape(cell.as_str()));
            }
            self.text.push_str("</tr>\n");
        }
        self.text.push_str("</tbody>\n</table>\n");
    }

    fn head(&mut self) {
        let request = self.request;
        let lang = match self.language {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        };
        let title = if request.case.is_closed() {
            self.say(("Case report", "维修单报告"))
        } else {
            self.say(("Repair request", "维修申请"))
        };
        let number = request.case.number;
        let shop = escape(request.heading.shop.as_str());
        let style = include_str!("report/style.css");
        self.line(format_args!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} {number} · {shop}</title>\n<style>\n{style}\
             th[scope=row] {{ width: 30%; font-weight: 400; border-bottom: 1px solid var(--line); }}\n\
             figure {{ break-inside: avoid; margin: 16px 0; }}\n\
             img {{ max-width: 100%; max-height: 220mm; }}\n\
             .sign {{ display: grid; grid-template-columns: 1fr 1fr; gap: 32px; margin-top: 56px; }}\n\
             .sign p {{ border-top: 1px solid var(--ink); padding-top: 6px; }}\n</style>\n</head>\n<body>"
        ));
        let address = escape(request.heading.address.as_str());
        let (till_word, till) = (self.say(("Till", "收银台")), request.heading.till);
        let (made, made_at) = (self.say(("Made", "生成于")), minute(request.made_at));
        self.line(format_args!(
            "<header>\n<div>\n<h1>{title} {number}</h1>\n<p>{shop} · {address}</p>\n</div>\n\
             <div class=\"end\">\n<p class=\"quiet\">{till_word} {till} · {made} {made_at}</p>\n</div>\n</header>"
        ));
        if request.heading.is_demo {
            let words = self.say(("DEMO: built-in simulators, no real money", "演示：内置模拟器，非真实资金"));
            self.line(format_args!("<p class=\"mark\">{words}</p>"));
        }
    }

    fn device(&mut self) {
        let request = self.request;
        self.heading(("To whom, and which device", "寄给谁，哪台设备"));
        self.text.push_str("<table>\n<tbody>\n");
        let order = request.case.state.order();
        let name = order.map(|order| order.provider.as_str()).or(request.provider.map(|one| one.name.as_str()));
        self.pair(("Provider", "服务商"), name.unwrap_or(request.service_contact));
        if let Some(provider) = request.provider {
            self.pair(("Telephone", "电话"), &provider.phone);
            self.pair(("Mail", "邮箱"), provider.mail.as_deref().unwrap_or_default());
            self.pair(("Contract", "合同"), provider.contract.as_deref().unwrap_or_default());
            self.promises();
        }
        self.pair(("Ticket", "工单"), order.and_then(|order| order.ticket.as_deref()).unwrap_or_default());
        let promised = order.and_then(|order| order.promised).map(minute);
        self.pair(("Promised by", "承诺时间"), &promised.unwrap_or_default());
        self.pair(("Reader", "读卡器"), &request.case.reader);
        if let Some(device) = request.device {
            let date = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            self.pair(("Model", "型号"), device.model.as_deref().unwrap_or_default());
            let read = request.record.and_then(|record| record.serial.as_deref());
            self.pair(("Serial number", "序列号"), read.or(device.serial.as_deref()).unwrap_or_default());
            if let Some(other) = request.case.serial_of_another() {
                self.pair(("Serial number read off it, not this one", "机身上读到的序列号，与此不同"), other);
            }
            self.pair(("Firmware", "固件"), device.firmware.as_deref().unwrap_or_default());
            self.pair(("Terminal id", "终端号"), device.terminal.as_deref().unwrap_or_default());
            self.pair(("Bought", "购买日期"), &date(device.bought));
            self.pair(("Warranty until", "保修至"), &date(device.warranty_until));
        }
        self.text.push_str("</tbody>\n</table>\n");
    }

    fn trouble(&mut self) {
        let request = self.request;
        self.heading(("What is wrong", "故障情况"));
        self.text.push_str("<table>\n<tbody>\n");
        self.pair(("Case opened", "建单时间"), &minute(request.case.opened()));
        let cause =
            request.finding.map(|found| format!("{}, {} %", words::kind(self.language, found.kind), found.percent));
        self.pair(("Probable cause", "可能原因"), &cause.unwrap_or_default());
        let common: Vec<String> =
            request.patterns.iter().map(|pattern| words::pattern(self.language, *pattern)).collect();
        self.pair(("Failed reads have in common", "读卡失败的共同点"), &common.join("; "));
        for outage in &request.outages {
            let ended = outage.ended.map_or_else(|| "…".to_owned(), minute);
            let cause = words::outage_cause(self.language, outage.cause);
            self.pair(("Outage", "故障"), &format!("{} – {ended}: {cause}", minute(outage.began)));
        }
        self.text.push_str("</tbody>\n</table>\n");
    }

    fn history(&mut self) {
        let request = self.request;
        self.heading(("What was seen, asked and tried", "看到、问过和试过的"));
        let till = self.say(("till", "收银机"));
        let rows: Vec<Vec<String>> = request
            .case
            .history
            .iter()
            .map(|moment| {
                let who = moment.by.as_ref().map_or_else(|| till.to_owned(), |by| self.name(&by.0));
                vec![minute(moment.at), who, words::step(self.language, request.case, request.guide, &moment.step)]
            })
            .collect();
        self.table(&[("When", "时间"), ("Who", "谁"), ("What", "内容")], &rows);
    }

    fn misreads(&mut self) {
        let all = &self.request.misreads;
        if all.is_empty() {
            return;
        }
        self.heading(("Failed reads", "读卡失败"));
        let language = self.language;
        let from = all.len().saturating_sub(MISREADS_SHOWN_MAX);
        let rows: Vec<Vec<String>> = all[from..]
            .iter()
            .map(|misread| {
                let brand = misread.card.brand.map_or("–", |brand| brand.label());
                let entry = misread.card.entry.map_or("–", |entry| words::entry(language, entry));
                let minutes = misread.minutes_on.map_or_else(|| "–".to_owned(), |minutes| minutes.to_string());
                let cause = words::misread(language, misread.cause);
                vec![minute(misread.at), cause.to_owned(), brand.to_owned(), entry.to_owned(), minutes]
            })
            .collect();
        let columns = [
            ("When", "时间"),
            ("Error", "错误"),
            ("Brand", "卡品牌"),
            ("Presented", "方式"),
            ("Minutes in use", "已用分钟"),
        ];
        self.table(&columns, &rows);
    }

    fn payments(&mut self) {
        let all = &self.request.payments;
        if all.is_empty() {
            return;
        }
        self.heading(("The last payments on this reader", "此读卡器最近的付款"));
        let language = self.language;
        let from = all.len().saturating_sub(PAYMENTS_MAX);
        let rows: Vec<Vec<String>> = all[from..]
            .iter()
            .map(|(payment, reference)| {
                let Tender::Reader { reader, .. } = &payment.tender else { return Vec::new() };
                vec![
                    minute(payment.began),
                    reference.clone(),
                    payment.amount.to_string(),
                    reader_state(language, reader).to_owned(),
                ]
            })
            .filter(|row| !row.is_empty())
            .collect();
        self.table(&[("When", "时间"), ("Sale", "交易"), ("Amount", "金额"), ("Outcome", "结果")], &rows);
    }

    fn signature(&mut self) {
        let signed_off =
            self.request.case.history.iter().any(|moment| matches!(moment.step, CaseStep::BackedUp { .. }));
        let backed = if signed_off {
            self.say(("The ledger was copied and read back before the reader left.", "读卡器离店前账本已备份并读回。"))
        } else {
            self.say(("No copy of the ledger was made for this case yet.", "此单尚未备份账本。"))
        };
        let (place, name) = (
            self.say(("Place, date, signature of the shop", "地点、日期、店方签字")),
            self.say(("Name of the person who takes the reader", "接收人姓名")),
        );
        self.line(format_args!(
            "<p class=\"none\">{backed}</p>\n<div class=\"sign keep\"><p>{place}</p><p>{name}</p></div>"
        ));
    }
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

fn minute(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests;
