//! The acceptance test on the paper: each check, and what it was taken to hold by.

use super::{Page, words};
use crate::domain::service::CaseStep;

impl Page<'_, '_> {
    /// The checks of the last test; a check that only a manager's word stands for says so.
    pub(super) fn tested(&mut self) {
        let (case, language) = (self.request.case, self.language);
        let tested = case.tested();
        if tested.is_empty() {
            return;
        }
        self.heading(("Acceptance test", "验收测试"));
        let row =
            |check, proof| vec![words::check(language, check).to_owned(), words::proof(language, proof).to_owned()];
        let rows: Vec<Vec<String>> = tested.into_iter().map(|(check, proof)| row(check, proof)).collect();
        self.table(&[("Check", "检查"), ("Shown by", "依据")], &rows);
        let signed = case.history.iter().rev().find(|moment| matches!(moment.step, CaseStep::Accepted {}));
        if let Some(moment) = signed {
            let by = moment.by.as_ref().map(|by| self.name(&by.0)).unwrap_or_default();
            let (words, at) = (self.say(("Signed", "签字")), super::minute(moment.at));
            self.line(format_args!("<p>{words}: {} · {at}</p>", quick_xml::escape::escape(by.as_str())));
        }
    }
}
