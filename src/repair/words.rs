//! The words of the repair request, in both languages.

use crate::domain::card::Brand;
use crate::domain::ladder::Kind;
use crate::domain::outage::{OutageCause, ReaderCause};
use crate::domain::reader::EntryMode;
use crate::domain::receipt::Language;
use crate::domain::service::{
    AttachmentKind, CallOutcome, Case, CaseStep, Check, Doubt, Ending, Guide, Help, Mended, Misread, MisreadCause,
    Outstanding, Pattern, Proof, Work,
};

/// A text in both languages: English, Chinese.
pub(super) type Said = (&'static str, &'static str);

/// The words in this language.
pub(super) fn say(language: Language, (english, chinese): Said) -> &'static str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// A sentence with its `{}` filled, in their order.
pub(super) fn put(language: Language, said: Said, values: &[&str]) -> String {
    let mut rest = say(language, said);
    let mut text = String::new();
    for value in values {
        let Some((before, after)) = rest.split_once("{}") else { break };
        text.push_str(before);
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    text
}

pub(super) fn kind(language: Language, kind: Kind) -> &'static str {
    say(
        language,
        match kind {
            Kind::Hardware => ("Hardware", "硬件"),
            Kind::Card => ("This card", "这张卡"),
            Kind::Network => ("Network", "网络"),
            Kind::Software => ("Software", "软件"),
            Kind::Host => ("At the bank", "银行方面"),
        },
    )
}

pub(super) fn outage_cause(language: Language, cause: OutageCause) -> &'static str {
    let said = match cause {
        OutageCause::Reader(ReaderCause::NotConnected) => ("reader not connected", "读卡器未连接"),
        OutageCause::Reader(ReaderCause::NoAnswer) => ("reader does not answer", "读卡器无应答"),
        OutageCause::Reader(ReaderCause::CardReaderFault) => ("card slot broken", "读卡部件故障"),
        OutageCause::Reader(ReaderCause::PinPadFault) => ("PIN pad broken", "密码键盘故障"),
        OutageCause::Reader(ReaderCause::OutOfOrder) => ("reader out of order", "读卡器停用"),
        OutageCause::Reader(ReaderCause::Tampered) => ("tamper alarm", "防拆报警"),
        OutageCause::Reader(ReaderCause::SoftwareFault) => ("reader's program refuses", "读卡器程序拒绝"),
        OutageCause::Reader(ReaderCause::Maintenance) => ("reader is being updated", "读卡器更新中"),
        OutageCause::Reader(ReaderCause::ServiceStopped) => ("reader's service stopped", "读卡服务停止"),
        OutageCause::Reader(ReaderCause::ServiceHung) => ("reader's service hangs", "读卡服务挂起"),
        OutageCause::Reader(ReaderCause::ReportedByHand) => ("said by the cashier", "收银员报告"),
        OutageCause::Reader(ReaderCause::NotAccepted) => ("not accepted yet", "尚未验收"),
        OutageCause::Line(_) => ("internet line", "网络线路"),
        OutageCause::Host(_) => ("bank's host", "银行主机"),
    };
    say(language, said)
}

pub(super) fn entry(language: Language, entry: EntryMode) -> &'static str {
    say(
        language,
        match entry {
            EntryMode::Contact => ("put in", "插卡"),
            EntryMode::Contactless => ("held to it", "感应"),
            EntryMode::Stripe => ("swiped", "刷磁条"),
        },
    )
}

pub(super) fn misread(language: Language, cause: MisreadCause) -> &'static str {
    say(
        language,
        match cause {
            MisreadCause::Unreadable => ("card not readable", "卡读不出"),
            MisreadCause::NoAnswer => ("no answer", "没有应答"),
            MisreadCause::Broken => ("a part is broken", "部件损坏"),
            MisreadCause::NoHost => ("bank not reached", "连不上银行"),
            MisreadCause::Program => ("refused by its program", "被程序拒绝"),
        },
    )
}

pub(super) fn pattern(language: Language, pattern: Pattern) -> String {
    match pattern {
        Pattern::OnlyEntry(EntryMode::Contact) => say(language, ("only cards put in", "只有插卡")).to_owned(),
        Pattern::OnlyEntry(EntryMode::Contactless) => say(language, ("only cards held to it", "只有感应")).to_owned(),
        Pattern::OnlyEntry(EntryMode::Stripe) => say(language, ("only cards swiped", "只有刷磁条")).to_owned(),
        Pattern::OnlyBrand(brand) => put(language, ("only {}", "只有 {}"), &[brand.label()]),
        Pattern::OnlyAfter(minutes) => {
            put(language, ("only after {} min on", "只在开机 {} 分钟后"), &[&minutes.to_string()])
        }
        Pattern::OnlyCause(cause) => put(language, ("all: {}", "都是：{}"), &[misread(language, cause)]),
    }
}

pub(super) fn paper(language: Language, kind: AttachmentKind) -> &'static str {
    say(
        language,
        match kind {
            AttachmentKind::PurchaseProof => ("proof of purchase", "购买凭证"),
            AttachmentKind::WarrantyCard => ("warranty card", "保修卡"),
            AttachmentKind::Manual => ("manual", "说明书"),
            AttachmentKind::SealsBefore => ("seals and serial number before", "维修前的封条和序列号"),
            AttachmentKind::SealsAfter => ("seals and serial number afterwards", "维修后的封条和序列号"),
            AttachmentKind::Part => ("a part", "部件"),
            AttachmentKind::Trouble => ("the trouble", "故障情况"),
        },
    )
}

pub(super) fn proof(language: Language, proof: Proof) -> &'static str {
    say(
        language,
        match proof {
            Proof::Till => ("seen by the till", "收银机看到"),
            Proof::Pictures => ("a manager looked, with pictures", "店长查看并留有照片"),
            Proof::Manager => ("on the manager's word: the till cannot see it", "凭店长确认：收银机看不到"),
            Proof::Absent => ("the reader has no part for it, a manager says", "店长确认：读卡器无此部件"),
        },
    )
}

pub(super) fn check(language: Language, check: Check) -> &'static str {
    say(
        language,
        match check {
            Check::Seals => ("seals and serial number", "封条和序列号"),
            Check::Diagnosis => ("diagnosis clean", "诊断无异常"),
            Check::Contact => ("card put in", "插卡"),
            Check::Contactless => ("card held to it", "感应"),
            Check::Stripe => ("card swiped", "刷磁条"),
            Check::Payment => ("smallest payment", "最小金额付款"),
            Check::Reversal => ("payment taken back", "撤销付款"),
            Check::Receipt => ("receipt printed", "打印小票"),
            Check::PowerCut => ("back after a power cut", "断电后恢复"),
        },
    )
}

fn work(language: Language, work: Work) -> &'static str {
    say(
        language,
        match work {
            Work::Cleaned => ("Cleaned", "已清洁"),
            Work::Slot => ("Another card slot", "更换插卡槽"),
            Work::Antenna => ("Another contactless antenna", "更换感应天线"),
            Work::Keypad => ("Another keypad or screen", "更换键盘或屏幕"),
            Work::Power => ("Another battery or power supply", "更换电池或电源"),
            Work::Cable => ("Another cable", "更换线缆"),
            Work::Program => ("Its program updated", "程序已更新"),
            Work::Settings => ("Its settings or keys renewed", "设置或密钥已更新"),
        },
    )
}

/// What a step says.
#[allow(clippy::too_many_lines, reason = "one sentence for each step")]
pub(super) fn step(language: Language, case: &Case, guide: Option<&Guide>, step: &CaseStep) -> String {
    let plain = |said| say(language, said).to_owned();
    let remedy = |said, id: &String| {
        let known = guide.and_then(|guide| guide.remedy(id));
        put(language, said, &[known.map_or(id.as_str(), |remedy| remedy.text.of(language))])
    };
    match step {
        CaseStep::Opened { reader, gives_back: true, .. } => put(language, ("{} goes back", "归还 {}"), &[reader]),
        CaseStep::CardFailed { misread } => failed(language, misread),
        CaseStep::Opened { reader, gives_back: false, .. } => {
            put(language, ("Case opened for {}", "为 {} 建立维修单"), &[reader])
        }
        CaseStep::Joined { .. } => plain(("Another outage", "又一次故障")),
        CaseStep::Seen { kind: Some(kind), .. } => {
            put(language, ("The diagnosis finds: {}", "诊断结果：{}"), &[self::kind(language, *kind)])
        }
        CaseStep::Seen { kind: None, .. } => plain(("The diagnosis finds nothing wrong", "诊断未发现问题")),
        CaseStep::Answered { question, answer, suspect: _ } => {
            let asked = guide.and_then(|guide| guide.question(question));
            let known = asked.and_then(|asked| asked.answers.iter().find(|one| one.id == *answer));
            let text = asked.map_or(question.as_str(), |asked| asked.text.of(language));
            format!("{text} — {}", known.map_or(answer.as_str(), |known| known.text.of(language)))
        }
        CaseStep::Warned { do_not_restart: true } => plain(("The supplier says: do not restart", "供应商说：不要重启")),
        CaseStep::Warned { do_not_restart: false } => plain(("It may be restarted", "可以重启")),
        CaseStep::TryBegan { remedy: id } => remedy(("Tried: {}", "尝试：{}"), id),
        CaseStep::TryEnded { remedy: id, helped: true } => remedy(("It helped: {}", "有用：{}"), id),
        CaseStep::TryEnded { remedy: id, helped: false } if !case.was_begun(id) => {
            remedy(("Not possible here: {}", "这里做不到：{}"), id)
        }
        CaseStep::TryEnded { remedy: id, helped: false } => remedy(("It did not help: {}", "没用：{}"), id),
        CaseStep::Diagnosed { kind, percent: 0 } => {
            put(language, ("Cause named by a person: {}", "人工指定原因：{}"), &[self::kind(language, *kind)])
        }
        CaseStep::Diagnosed { kind, percent } => put(
            language,
            ("Cause confirmed: {}, {} %", "原因确认：{}，{}%"),
            &[self::kind(language, *kind), &percent.to_string()],
        ),
        CaseStep::Called { provider, outcome } => called(language, provider, outcome),
        CaseStep::BackedUp { entries } => put(
            language,
            ("Ledger copied and read back: {} entries", "账本已备份并读回：{} 条"),
            &[&entries.to_string()],
        ),
        CaseStep::HeldAsked { held: Outstanding::Said { count: 0 } } => {
            plain(("The reader holds no payments", "读卡器里没有付款"))
        }
        CaseStep::HeldAsked { held: Outstanding::Said { count } } => {
            put(language, ("The reader holds {} payments", "读卡器里有 {} 笔付款"), &[&count.to_string()])
        }
        CaseStep::HeldAsked { held: Outstanding::Known } => {
            plain(("A person says that the reader holds payments", "有人确认读卡器里有付款"))
        }
        CaseStep::HeldAsked { held: Outstanding::Signed } => {
            plain(("Signed: no payments known of in the reader", "已签字：未知读卡器里有付款"))
        }
        CaseStep::Sent {} => plain(("The reader left the shop", "读卡器已寄出")),
        CaseStep::Received {} => plain(("They have the reader", "对方已收到读卡器")),
        CaseStep::VisitorDoubted { visitor, why: Doubt::Name } => {
            put(language, ("{} came: not the name that was announced", "{} 到店：与预告的姓名不符"), &[visitor])
        }
        CaseStep::VisitorDoubted { visitor, why: Doubt::Unannounced } => {
            put(language, ("{} came: nobody was announced by this name", "{} 到店：此姓名未预告"), &[visitor])
        }
        CaseStep::VisitorDoubted { visitor, why: Doubt::Before } => {
            put(language, ("{} came after somebody who did not fit", "{} 在不符者之后到店"), &[visitor])
        }
        CaseStep::VisitorDoubted { visitor, why: Doubt::Order } => {
            put(language, ("{} came: company or order number did not fit", "{} 到店：公司或工单号不符"), &[visitor])
        }
        CaseStep::VisitorRefused { visitor: None } => {
            plain(("Somebody else came and was sent away", "来人不符，已拒绝"))
        }
        CaseStep::VisitorRefused { visitor: Some(name) } => {
            put(language, ("{} came, does not fit the order and was sent away", "{} 到店，与预约不符，已拒绝"), &[name])
        }
        CaseStep::VisitBegan { visitor: None, .. } => plain(("The technician is here", "技术员到店")),
        CaseStep::VisitBegan { visitor: Some(name), asked_back: false } => {
            put(language, ("{} is here: name, company and order fit", "{} 到店：姓名、公司、工单均相符"), &[name])
        }
        CaseStep::VisitBegan { visitor: Some(name), asked_back: true } => put(
            language,
            ("{} is here: not announced, confirmed on the number of the contract", "{} 到店：未预告，已按合同电话确认"),
            &[name],
        ),
        CaseStep::Inspected { whole: true } => {
            plain(("Before the work: seals and housing whole", "维修前：封条和外壳完好"))
        }
        CaseStep::Inspected { whole: false } => {
            plain(("Before the work: something broken or missing", "维修前：有破损或缺失"))
        }
        CaseStep::Worked { work } => self::work(language, *work).to_owned(),
        CaseStep::WorkTold {} => plain(("Nothing else was done to it", "没有做其他工作")),
        CaseStep::SerialRead { serial, fits: Some(true) } => {
            put(language, ("Serial number as in the register: {}", "序列号与登记一致：{}"), &[serial])
        }
        CaseStep::SerialRead { serial, fits: Some(false) } => {
            put(language, ("Another serial number: {}", "序列号不同：{}"), &[serial])
        }
        CaseStep::SerialRead { serial, fits: None } => put(language, ("Serial number: {}", "序列号：{}"), &[serial]),
        CaseStep::SerialConfirmed { serial } => {
            put(language, ("The provider confirms that it sent {}", "服务商确认寄出了 {}"), &[serial])
        }
        CaseStep::Mended { how: Mended::Lent } => plain(("It came from whoever lends it", "借用机已到")),
        CaseStep::Mended { how: Mended::Here } => plain(("It works again", "又能用了")),
        CaseStep::Mended { how: Mended::ByProvider } => plain(("It is mended", "已修好")),
        CaseStep::Mended { how: Mended::Repaired } => plain(("The same reader is back", "原机已送回")),
        CaseStep::Mended { how: Mended::Replaced } => plain(("Another reader is here", "换来了另一台")),
        CaseStep::Checked { check, proof: Proof::Till } => {
            put(language, ("Seen by the till: {}", "收银机看到：{}"), &[self::check(language, *check)])
        }
        CaseStep::Checked { check, proof: Proof::Pictures } => put(
            language,
            ("Looked at by a manager, with pictures: {}", "店长查看并留有照片：{}"),
            &[self::check(language, *check)],
        ),
        CaseStep::Checked { check, proof: Proof::Manager } => {
            put(language, ("On the manager's word: {}", "凭店长确认：{}"), &[self::check(language, *check)])
        }
        CaseStep::Checked { check, proof: Proof::Absent } => put(
            language,
            ("No part for it, a manager says: {}", "店长确认无此部件：{}"),
            &[self::check(language, *check)],
        ),
        CaseStep::Accepted {} => plain(("The test is signed", "测试已签字")),
        CaseStep::Rejected { check } => {
            put(language, ("Refused, does not hold: {}", "拒收，未通过：{}"), &[self::check(language, *check)])
        }
        CaseStep::Closed { ending: Ending::Accepted } => plain(("Case closed", "已结案")),
        CaseStep::Closed { ending: Ending::OnlyTheCard } => plain(("Closed: it was the card", "结案：是卡的问题")),
        CaseStep::Closed { ending: Ending::OnlyTheHost } => plain(("Closed: it was the bank", "结案：是银行的问题")),
        CaseStep::Closed { ending: Ending::GivenBack } => plain(("Closed: it went back", "结案：已归还")),
        CaseStep::Closed { ending: Ending::Mistake } => plain(("Closed: opened by mistake", "结案：误开")),
    }
}

/// A card that was not read: brand, how it was presented, and the error.
fn failed(language: Language, misread: &Misread) -> String {
    let brand = misread.card.brand.map(Brand::label);
    let entry = misread.card.entry.map(|entry| self::entry(language, entry));
    let what = [brand, entry, Some(self::misread(language, misread.cause))];
    let what = what.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    put(language, ("Not read at {}: {}", "{} 未读出：{}"), &[&super::minute(misread.at), &what])
}

fn called(language: Language, provider: &str, outcome: &CallOutcome) -> String {
    match outcome {
        CallOutcome::NoAnswer => put(language, ("{} was called: nobody answered", "致电 {}：无人接听"), &[provider]),
        CallOutcome::WrongNumber => {
            put(language, ("{} was called: the number is wrong", "致电 {}：号码不对"), &[provider])
        }
        CallOutcome::Agreed { help, ticket, promised, technician } => {
            let said = match help {
                Help::Visit => ("{}: a technician comes", "{}：技术员上门"),
                Help::SendIn => ("{}: the reader is sent in", "{}：寄修"),
                Help::Swap => ("{}: another reader comes", "{}：寄来替换机"),
                Help::Remote => ("{}: mended from afar", "{}：远程修复"),
            };
            let agreed = put(language, said, &[provider]);
            let by = promised.map(|at| put(language, ("promised by {}", "承诺 {} 之前"), &[&super::minute(at)]));
            let by = by.unwrap_or_else(|| say(language, ("no time was promised", "未承诺时间")).to_owned());
            [Some(agreed), Some(by), technician.clone(), ticket.clone()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · ")
        }
    }
}
