//! The papers of a case: the request and the report that are written, and the pictures that are taken in.

use crate::app::effect::Effect;
use crate::app::notice::NoticeKind;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::service::device::DeviceError;
use crate::domain::service::{Attachment, DeviceRecord, PaperRefused, PaperWhy};
use crate::repair::{self, RepairRequest};

impl App {
    /// Writes the repair request of the case that is shown, in the language of the screen.
    pub(super) fn write_request(&mut self, turn: &mut Turn) {
        let Some(case) = self.shown_case() else { return };
        let request = RepairRequest::of(&self.settings, &self.ledger, case, self.demo, self.now);
        let papers = request.record.map(|record| record.attachments.clone()).unwrap_or_default();
        if case.is_closed() {
            turn.ask(Effect::WriteCaseReport {
                number: case.number,
                heading: self.heading(false),
                language: self.language,
                at: self.now,
            });
        }
        turn.ask(Effect::WriteRequest {
            name: request.file_name(),
            page: repair::html(&request, self.language),
            papers,
        });
    }

    /// Pictures of the reader of the case are kept, and belong to its papers now; those that do already stay as they are.
    pub(in crate::app) fn pictures_taken(&mut self, result: Result<Vec<Attachment>, PaperRefused>, turn: &mut Turn) {
        let Some(reader) = self.open_case().map(|case| case.reader.clone()) else { return };
        let taken = match result {
            Ok(taken) => taken,
            Err(refused) => return self.refuse_pictures(refused),
        };
        let mut record = self.device_record(&reader).cloned().unwrap_or_else(|| DeviceRecord::new(&reader));
        let mut facts = Vec::new();
        for attachment in taken {
            match record.attach(attachment.clone()) {
                Ok(()) => facts.push(Fact::DeviceAttached { device: reader.clone(), attachment }),
                Err(DeviceError::Twice(..)) => {}
                Err(DeviceError::TooManyPapers(what)) => {
                    return self.refuse_pictures(PaperRefused { why: PaperWhy::NoRoom, what });
                }
            }
        }
        self.talk_of_case(|talk| talk.refused = None);
        self.tell(NoticeKind::PicturesKept(u32::try_from(facts.len()).unwrap_or(u32::MAX)));
        if !facts.is_empty() {
            self.save(facts, turn);
        }
    }

    /// Why pictures were not kept, at length on the page: the notice in the bar has room for a few words.
    fn refuse_pictures(&mut self, refused: PaperRefused) {
        self.talk_of_case(|talk| talk.refused = Some(refused));
        self.tell(NoticeKind::PicturesNotKept);
    }
}
