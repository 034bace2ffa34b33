//! The mail that goes with a support pack: to whom, about what, and the few sentences that a support desk asks for first.

use crate::domain::ladder::Kind;
use crate::domain::ledger::Ledger;
use crate::domain::receipt::Language;
use crate::domain::service::{Case, finding, guide, provider};
use crate::repair::{minute, words};
use crate::settings::Settings;

/// A mail that nobody has sent yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The provider's address; none where the directory has none.
    pub to: Option<String>,
    /// What it is about, one line.
    pub subject: String,
    /// What it says, in lines.
    pub text: String,
}

impl Letter {
    /// The mail about a case, or about the reader where there is no case, to whoever repairs it.
    #[must_use]
    pub fn of(settings: &Settings, ledger: &Ledger, case: Option<&Case>, language: Language) -> Self {
        let say = |said| words::say(language, said);
        let reader = case.map_or(settings.reader.device_name(), |case| case.reader.as_str());
        let order = case.and_then(|case| case.state.order());
        let kind = case.map_or(Kind::Hardware, Case::kind);
        let directory = provider::for_kind(&settings.service.providers, kind);
        let ordered = directory.iter().find(|one| order.is_none_or(|order| order.provider == one.name)).copied();
        let device = settings.service.devices.iter().map(|one| &one.device).find(|one| one.name == reader);

        let mut facts: Vec<(words::Said, String)> = Vec::new();
        let mut add = |said, value: Option<String>| facts.extend(value.map(|value| (said, value)));
        add(("Shop", "商店"), Some(format!("{}, {}", settings.shop.name, settings.shop.address)));
        add(("Contract", "合同"), ordered.and_then(|one| one.contract.clone()));
        add(("Ticket", "工单"), order.and_then(|order| order.ticket.clone()));
        add(("Reader", "读卡器"), Some(reader.to_owned()));
        add(("Model", "型号"), device.and_then(|one| one.model.clone()));
        let read = ledger.devices.get(reader).and_then(|record| record.serial.clone());
        add(("Serial number", "序列号"), read.or_else(|| device.and_then(|one| one.serial.clone())));
        let other = case.and_then(Case::serial_of_another).map(str::to_owned);
        add(("Serial number read off it, not this one", "机身上读到的序列号，与此不同"), other);
        add(("Terminal id", "终端号"), device.and_then(|one| one.terminal.clone()));
        add(("Case opened", "建单时间"), case.map(|case| minute(case.opened())));
        let guide = case.and_then(|case| guide::for_reader(&settings.service.guides, &case.reader));
        let cause = case.zip(guide).and_then(|(case, guide)| {
            finding(case, guide, &ledger.patterns_of(case, settings.is_main_reader(&case.reader)))
        });
        let cause = cause.map(|found| format!("{}, {} %", words::kind(language, found.kind), found.percent));
        add(("Probable cause", "可能原因"), cause);

        let subject = match case {
            Some(case) => format!("{} {}: {reader}", say(("Reader case", "读卡器工单")), case.number),
            None => format!("{}: {reader}", say(("Reader", "读卡器"))),
        };
        let colon = say((": ", "："));
        let facts: Vec<String> = facts.iter().map(|(said, value)| format!("{}{colon}{value}", say(*said))).collect();
        let opening = say((
            "our card reader does not work as it should. The support pack of our till is attached; it holds no card data.",
            "我们的读卡器无法正常工作。附件是收银机的支持包，其中不含任何银行卡数据。",
        ));
        let sealed =
            say(("The pack is encrypted to the public key that you gave us.", "支持包已用贵方提供的公钥加密。"));
        let sealed = if settings.service.pack.key.is_some() { format!("{sealed}\n") } else { String::new() };
        let text = format!(
            "{}\n\n{opening}\n{sealed}\n{}\n\n{}\n{}\n",
            say(("Hello,", "您好：")),
            facts.join("\n"),
            say(("Kind regards", "此致")),
            settings.shop.name,
        );
        Self { to: ordered.and_then(|one| one.mail.clone()), subject, text }
    }
}
