//! What leaves the ledger as a whole, made by the code of the real world.

use chrono::{DateTime, FixedOffset};
use stopgap::outside::support_pack;
use stopgap::repair::Letter;
use stopgap::screens::support::SupportPage;
use stopgap::store::verify;

use super::FakeWorld;

impl FakeWorld {
    /// The support pack, kept among the papers.
    pub(super) fn write_support_pack(
        &mut self,
        at: DateTime<FixedOffset>,
        pages: Vec<SupportPage>,
        letter: &Letter,
    ) -> Result<Vec<String>, String> {
        let store = self.store.as_ref().ok_or("the store is closed")?;
        let reader = store.reader().map_err(|error| error.to_string())?;
        let verified = verify(&self.data()).map_err(|error| error.to_string())?;
        self.pages.clone_from(&pages);
        let papers = support_pack::papers(&reader, &self.settings, &verified, at, pages, letter);
        self.pack = papers.map_err(|error| error.to_string())?;
        Ok(self.pack.iter().map(|(name, _)| name.clone()).collect())
    }

    /// A copy of the ledger, as the real world makes it.
    pub(super) fn back_up(&self, at: DateTime<FixedOffset>) -> Result<u64, String> {
        let store = self.store.as_ref().ok_or("the store is closed")?;
        let path = store.backup_path(&format!("{}.db", at.format("%Y%m%dT%H%M%S")));
        let reader = store.reader().map_err(|error| error.to_string())?;
        reader.back_up_and_read(&path).map_err(|error| error.to_string())
    }
}
