//! What it cost to sell in spite of failures, and what became known of closed days.

use super::page::{Voice, day, minute};
use super::words::{self, Said};
use crate::domain::day::{Adjustment, Costs};

/// One thing that it cost.
pub struct CostRow {
    /// How it looks.
    pub class: &'static str,
    /// What.
    pub label: String,
    /// How much of it.
    pub figure: String,
}

/// What it cost: expected and real loss, fees, minutes of outage and the sales kept in them, declines by reason.
pub fn costs(voice: Voice, costs: &Costs, is_blind: bool) -> Vec<CostRow> {
    let rows: [(Said, String); 8] = [
        (
            ("Time without the reader, line or host", "读卡器、线路或主机中断时间"),
            voice.language.duration(costs.outage_seconds),
        ),
        (("Sales kept in spite of it", "期间保住的销售"), costs.kept.to_string()),
        (("Taken or promised in them", "其中已收或承诺"), voice.money_with_cash(costs.kept_minor, is_blind)),
        (("Cards stored to be sent later", "暂存待发送的银行卡"), voice.money(costs.stored_minor)),
        (("Loss expected of those", "其预期损失"), voice.money_if_known(costs.expected_loss_minor)),
        (("Loss of those so far", "其至今损失"), voice.money(costs.stored_loss_minor)),
        (("All losses written off or missing", "全部核销或缺失"), voice.money(costs.loss_minor)),
        (("Fees kept by providers", "支付机构手续费"), voice.money(costs.fees_minor)),
    ];
    let rows = rows.into_iter().map(|(said, figure)| CostRow { class: "", label: voice.say(said).to_owned(), figure });
    let declines = costs.declines.iter().map(|decline| {
        let (tender, declined) = (voice.say(words::tender(decline.tender)), voice.say(("declined", "被拒绝")));
        CostRow {
            class: "quiet",
            label: format!("{tender} · {declined} · {}", reason(voice, &decline.reason)),
            figure: format!("{} × · {}", decline.count, voice.money(decline.amount_minor)),
        }
    });
    rows.chain(declines).collect()
}

/// What a reader said in the page's language; the code of a host is told as it is.
fn reason(voice: Voice, reason: &str) -> String {
    let said = match reason {
        "bank" => ("by the bank", "发卡行拒绝"),
        "card" => ("this card", "此卡不可用"),
        "unreadable" => ("unreadable", "无法读取"),
        "cancelled" => ("cancelled", "已取消"),
        "written off" => ("written off", "已核销"),
        code => return format!("DE 39 {code}"),
    };
    voice.say(said).to_owned()
}

/// Something that became known of a payment of a closed day.
pub struct AdjustmentRow {
    /// How it looks.
    pub class: &'static str,
    /// Since when it is known.
    pub at: String,
    /// When it was sold.
    pub sold_on: String,
    /// The sale.
    pub reference: String,
    /// What.
    pub what: String,
    /// How much.
    pub amount: String,
}

/// What became known of payments of closed days.
pub fn adjustments(voice: Voice, adjustments: &[Adjustment]) -> Vec<AdjustmentRow> {
    let row = |one: &Adjustment| {
        let what = voice.language.adjustment(one.kind);
        let late = voice.say(("after this close", "本次日结之后"));
        AdjustmentRow {
            class: if one.kind.sign() < 0 { "bad" } else { "" },
            at: minute(one.at),
            sold_on: day(one.sold_on),
            reference: one.reference.to_string(),
            what: if one.after_close { format!("{what} · {late}") } else { what.to_owned() },
            amount: one.amount.to_string(),
        }
    };
    adjustments.iter().map(row).collect()
}
