//! The papers and pictures that go with a repair request.

use quick_xml::escape::escape;

use super::{Page, minute, words};
use crate::domain::service::{Attachment, Custody, Holder};

impl Page<'_, '_> {
    /// What the contract promises, as one row of the table of the device.
    pub(super) fn promises(&mut self) {
        let Some(provider) = self.request.provider else { return };
        let hours =
            |said, hours: Option<u16>| hours.map(|hours| words::put(self.language, said, &[&hours.to_string()]));
        let all = [
            hours(("answers within {} h", "{} 小时内答复"), provider.response_hours),
            hours(("another reader within {} h", "{} 小时内换机"), provider.swap_hours),
            provider.loaner.then(|| self.say(("a loaner", "提供借用机")).to_owned()),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        self.pair(("The contract promises", "合同承诺"), &all.join(" · "));
    }

    /// Who had the device, and the one that stood here before it.
    pub(super) fn hands(&mut self) {
        let Some(record) = self.request.record.filter(|record| !record.hands.is_empty()) else { return };
        self.heading(("Who had it", "经手"));
        let row = |custody: &Custody| {
            let holder = match &custody.holder {
                Holder::Shop {} => self.say(("the shop", "本店")).to_owned(),
                Holder::Provider { name } => name.clone(),
            };
            let which = match &custody.former {
                None => self.say(("this one", "此机")).to_owned(),
                Some(former) => {
                    let serial = former.serial.as_deref().unwrap_or("–");
                    words::put(self.language, ("the one before it, {}", "此前的一台，{}"), &[serial])
                }
            };
            let due = custody.due.map_or_else(|| "–".to_owned(), minute);
            vec![minute(custody.since), which, holder, due, self.name(&custody.by.0)]
        };
        let rows: Vec<Vec<String>> = record.hands.iter().map(row).collect();
        self.table(
            &[("Since", "自"), ("Which", "设备"), ("With", "在"), ("Due back", "应还"), ("Noted by", "登记人")],
            &rows,
        );
    }

    /// What goes with the request, by the name that each file is kept under.
    pub(super) fn papers(&mut self) {
        let Some(record) = self.request.record.filter(|record| !record.attachments.is_empty()) else { return };
        self.heading(("Papers and pictures to send along", "随附单据和图片"));
        let language = self.language;
        let row = |paper: &Attachment| {
            vec![words::paper(language, paper.kind).to_owned(), paper.name.clone(), minute(paper.at), paper.kept_as()]
        };
        let rows: Vec<Vec<String>> = record.attachments.iter().map(row).collect();
        self.table(
            &[
                ("What", "内容"),
                ("File", "文件"),
                ("Kept", "存档时间"),
                ("In the folder attachments", "attachments 文件夹内"),
            ],
            &rows,
        );
        // The content comes in where the page is written: here only the files are named.
        for paper in record.attachments.iter().filter(|paper| paper.format.picture().is_some()) {
            let said = format!("{}: {}", words::paper(language, paper.kind), paper.name);
            let (said, kept) = (escape(said.as_str()), paper.kept_as());
            self.line(format_args!(
                "<figure><img src=\"{kept}\" alt=\"{said}\"><figcaption>{said}</figcaption></figure>"
            ));
        }
    }
}
