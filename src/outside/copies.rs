//! What leaves the ledger as a whole while the till goes on: the support pack, and a copy of it.

use std::sync::PoisonError;

use chrono::{DateTime, FixedOffset};

use crate::domain::ids::PersonId;
use crate::domain::receipt::{Heading, Language};
use crate::domain::service::{Attachment, AttachmentKind, PaperRefused};
use crate::outside::attachments::{embed, take_pictures};
use crate::outside::{World, past, support_pack};
use crate::repair::Letter;
use crate::screens::support::SupportPage;
use crate::store;

impl World {
    /// A repair request with the pictures of its papers in it.
    pub(super) fn write_request(&self, name: String, page: &str, papers: &[Attachment]) -> Result<Vec<String>, String> {
        let data = self.store.lock().unwrap_or_else(PoisonError::into_inner).folder().to_owned();
        self.files.write_report(&[(name, embed(page, &data, papers))])
    }

    /// The support pack and the draft of a mail, where the settings say.
    pub(super) fn write_support_pack(
        &self,
        at: DateTime<FixedOffset>,
        pages: Vec<SupportPage>,
        letter: &Letter,
    ) -> Result<Vec<String>, String> {
        let (reader, data) = {
            let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
            (store.reader().map_err(|error| error.to_string())?, store.folder().to_owned())
        };
        let verified = store::verify(&data).map_err(|error| error.to_string())?;
        let papers = support_pack::papers(&reader, &self.settings, &verified, at, pages, letter);
        let papers = papers.map_err(|error| error.to_string())?;
        self.files.write_pack(self.settings.service.pack.folder.as_deref(), &papers)
    }

    /// What a case cost, from the journal.
    pub(super) fn write_case_report(
        &self,
        (number, heading): (u32, Heading),
        language: Language,
        at: DateTime<FixedOffset>,
    ) -> Result<Vec<String>, String> {
        let reader = self.store.lock().unwrap_or_else(PoisonError::into_inner).reader();
        let reader = reader.map_err(|error| error.to_string())?;
        let page = past::case_page(&reader, &self.settings, (number, heading), at, language)?;
        self.files.write_report(&[(format!("case-{number}-cost.html"), page)])
    }

    /// The pictures in the folder for papers, kept beside the ledger.
    pub(super) fn take_pictures(
        &self,
        kind: AttachmentKind,
        by: &PersonId,
        at: DateTime<FixedOffset>,
    ) -> Result<Vec<Attachment>, PaperRefused> {
        let data = self.store.lock().unwrap_or_else(PoisonError::into_inner).folder().to_owned();
        let folder = self.settings.service.papers_folder.clone().unwrap_or_else(|| data.join("papers"));
        take_pictures(&folder, &data, (kind, by, at)).map_err(PaperRefused::from)
    }

    /// A copy of the ledger beside it, read back.
    pub(super) fn back_up(&self, at: DateTime<FixedOffset>) -> Result<u64, String> {
        let name = format!("{}.db", at.format("%Y%m%dT%H%M%S"));
        let (reader, path) = {
            let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
            (store.reader().map_err(|error| error.to_string())?, store.backup_path(&name))
        };
        // The till goes on saving while the copy is made.
        reader.back_up_and_read(&path).map_err(|error| error.to_string())
    }
}
