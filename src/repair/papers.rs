//! The papers and pictures that go with a repair request.

use quick_xml::escape::escape;

use super::{Page, minute, words};
use crate::domain::service::Attachment;

impl Page<'_, '_> {
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
