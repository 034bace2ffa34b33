//! What it cost to sell in spite of failures, and what became known of closed days.

use super::page::{Page, day, minute};
use super::words::{self, Said};
use crate::domain::day::{Adjustment, Costs};

/// What it cost: expected and real loss, fees, minutes of outage and the sales kept in them, declines by reason.
pub fn costs<R>(page: &mut Page<'_, R>, costs: &Costs, is_blind: bool) {
    page.heading(("What it cost", "代价"));
    page.table(&[(("What", "项目"), ""), (("Sum or number", "金额或数量"), "number")]);
    let duration = page.language.duration(costs.outage_seconds);
    let rows: [(Said, String); 8] = [
        (("Time without the reader, line or host", "读卡器、线路或主机中断时间"), duration),
        (("Sales kept in spite of it", "期间保住的销售"), costs.kept.to_string()),
        (("Taken or promised in them", "其中已收或承诺"), page.money_with_cash(costs.kept_minor, is_blind)),
        (("Cards stored to be sent later", "暂存待发送的银行卡"), page.money(costs.stored_minor)),
        (("Loss expected of those", "其预期损失"), page.money(costs.expected_loss_minor)),
        (("Loss of those so far", "其至今损失"), page.money(costs.stored_loss_minor)),
        (("All losses written off or missing", "全部核销或缺失"), page.money(costs.loss_minor)),
        (("Fees kept by providers", "支付机构手续费"), page.money(costs.fees_minor)),
    ];
    for (said, figure) in rows {
        let label = page.say(said);
        page.row("", &[(label, ""), (&figure, "number")]);
    }
    for decline in &costs.declines {
        let tender = page.say(words::tender(decline.tender));
        let declined = page.say(("declined", "被拒绝"));
        let label = format!("{tender} · {declined} · {}", reason(page, &decline.reason));
        let figure = format!("{} × · {}", decline.count, page.money(decline.amount_minor));
        page.row("", &[(&label, "quiet"), (&figure, "number")]);
    }
    page.end_table();
}

/// What a reader said in the page's language; the code of a host is told as it is.
fn reason<R>(page: &Page<'_, R>, reason: &str) -> String {
    let said = match reason {
        "bank" => ("by the bank", "发卡行拒绝"),
        "card" => ("this card", "此卡不可用"),
        "unreadable" => ("unreadable", "无法读取"),
        "cancelled" => ("cancelled", "已取消"),
        "written off" => ("written off", "已核销"),
        code => return format!("DE 39 {code}"),
    };
    page.say(said).to_owned()
}

/// What became known of payments of closed days.
pub fn adjustments<R>(page: &mut Page<'_, R>, adjustments: &[Adjustment]) {
    if adjustments.is_empty() {
        return;
    }
    page.heading(("Adjustments of closed days", "已结营业日的调整"));
    page.table(&[
        (("Known since", "得知时间"), "tight"),
        (("Sold on", "销售日"), "tight"),
        (("Reference", "参考号"), "tight"),
        (("What", "事项"), ""),
        (("Amount", "金额"), "number"),
    ]);
    for one in adjustments {
        let what = page.language.adjustment(one.kind);
        let late = page.say(("after this close", "本次日结之后"));
        let what = if one.after_close { format!("{what} · {late}") } else { what.to_owned() };
        let class = if one.kind.sign() < 0 { "bad" } else { "" };
        page.row(
            "",
            &[
                (&minute(one.at), "tight"),
                (&day(one.sold_on), "tight"),
                (&one.reference.to_string(), "tight"),
                (&what, class),
                (&one.amount.to_string(), "number"),
            ],
        );
    }
    page.end_table();
}
