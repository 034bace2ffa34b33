//! The device register: the shop's readers, their papers, who has each, and which one the till uses.
//!
//! What a device is stands in the settings. What happens to it is journaled: papers that were attached, into whose hands
//! it went, and that the till was switched over to it.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::domain::ids::PersonId;
use crate::domain::money::Money;

/// The most devices of a shop.
pub const DEVICES_MAX: usize = 12;
/// The most papers of one device.
pub const ATTACHMENTS_MAX: usize = 40;
/// The largest paper, in bytes: a scan of a few pages, or a picture of a telephone.
pub const ATTACHMENT_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// The longest name of a file that is kept, in characters.
pub const FILE_NAME_CHARS_MAX: usize = 80;
/// So long before its end a warranty is pointed out, and so long after it.
pub const WARRANTY_POINTED_OUT: TimeDelta = TimeDelta::days(30);
/// How many of the last times in use are kept of one device; the journal has all.
pub const USES_MAX: usize = 40;
/// How many of the last changes of hands are kept of one device; the journal has all.
pub const HANDS_MAX: usize = 20;

/// A device as the settings describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// As the reader names itself or people call it: what cases and payments know it by.
    pub name: String,
    /// What the shop has it for.
    pub role: DeviceRole,
    /// The maker's name of the model.
    pub model: Option<String>,
    /// The maker's number.
    pub serial: Option<String>,
    /// The version of its program.
    pub firmware: Option<String>,
    /// The acquirer's number of it.
    pub terminal: Option<String>,
    /// When it was bought.
    pub bought: Option<NaiveDate>,
    /// The last day of its warranty.
    pub warranty_until: Option<NaiveDate>,
    /// Who supplied it and repairs it, as the directory names them.
    pub provider: Option<String>,
    /// What was left with the provider for it.
    pub deposit: Option<Money>,
}

/// What the shop has a device for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceRole {
    /// The reader of this till.
    Main,
    /// Another reader of the shop's, often of another maker.
    Second,
    /// One that belongs to the provider.
    Loaner,
}

/// What is known of a device from what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// Its name.
    pub name: String,
    /// Its papers, oldest first.
    pub attachments: Vec<Attachment>,
    /// Into whose hands it went, oldest first; the last one has it.
    pub hands: Vec<Custody>,
    /// The till was switched over to it.
    pub in_use: bool,
    /// When the till used it, oldest first; of the reader that the till began with, from the first time that it was
    /// switched back to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
    /// Its number, as it was read off it when it was accepted last: another device may have taken its place since the
    /// settings were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

/// A time in which the till used a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// From then on.
    pub from: DateTime<FixedOffset>,
    /// Until the till was switched over to another; nothing while it is used.
    pub until: Option<DateTime<FixedOffset>>,
}

/// A paper or a picture of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it shows.
    pub kind: AttachmentKind,
    /// What its content is.
    pub format: AttachmentFormat,
    /// SHA-256 of its content, in hex: where it is kept, and that it is the same.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// What the file was called.
    pub name: String,
    /// When it was attached.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: PersonId,
}

/// What a paper or picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// The invoice or receipt.
    PurchaseProof,
    /// The warranty card.
    WarrantyCard,
    /// The maker's manual.
    Manual,
    /// Seals and serial number before somebody worked on it.
    SealsBefore,
    /// Seals and serial number afterwards.
    SealsAfter,
    /// A part that was taken out or put in.
    Part,
    /// What the trouble looks like.
    Trouble,
}

/// What the content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentFormat {
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A PDF document.
    Pdf,
}

/// Who has a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    /// Who.
    pub holder: Holder,
    /// Since when.
    pub since: DateTime<FixedOffset>,
    /// When it is due back to whoever it belongs to.
    pub due: Option<DateTime<FixedOffset>>,
    /// Who handed it over.
    pub by: PersonId,
    /// It is about the device that stood here before, under the same name, until another one took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Former>,
}

/// A device that another one took the place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// Its serial number, where the shop knew it.
    pub serial: Option<String>,
}

/// In whose hands a device is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "holder", rename_all = "snake_case")]
pub enum Holder {
    /// The shop's.
    Shop {},
    /// A provider's.
    Provider {
        /// Whose.
        name: String,
    },
}

/// Why a fact about a device does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// It has too many papers.
    #[error("{0} has {ATTACHMENTS_MAX} papers already")]
    TooManyPapers(String),
    /// The same paper is there.
    #[error("{0} has this paper already, as “{1}”")]
    Twice(String, String),
}

impl Device {
    /// Days until its warranty ends, negative afterwards, while that is pointed out.
    #[must_use]
    pub fn warranty_days(&self, today: NaiveDate) -> Option<i64> {
        let left = self.warranty_until?.signed_duration_since(today);
        (left.abs() <= WARRANTY_POINTED_OUT).then_some(left.num_days())
    }
}

impl Attachment {
    /// The name of the file that it is kept in.
    #[must_use]
    pub fn kept_as(&self) -> String {
        format!("{}.{}", self.sha256, self.format.extension())
    }
}

impl DeviceRecord {
    /// A device of which nothing is known yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Takes a paper.
    ///
    /// # Errors
    ///
    /// It is there already, or there are too many.
    pub fn attach(&mut self, attachment: Attachment) -> Result<(), DeviceError> {
        if let Some(same) = self.attachments.iter().find(|one| one.sha256 == attachment.sha256) {
            return Err(DeviceError::Twice(self.name.clone(), same.name.clone()));
        }
        if self.attachments.len() >= ATTACHMENTS_MAX {
            return Err(DeviceError::TooManyPapers(self.name.clone()));
        }
        self.attachments.push(attachment);
        Ok(())
    }

    /// It goes into other hands.
    pub fn hand(&mut self, custody: Custody) {
        if self.hands.len() >= HANDS_MAX {
            self.hands.remove(0);
        }
        self.hands.push(custody);
    }

    /// The till begins or ends to use it.
    pub fn use_it(&mut self, at: DateTime<FixedOffset>, in_use: bool) {
        match (self.in_use, in_use) {
            (false, true) => {
                if self.uses.len() >= USES_MAX {
                    self.uses.remove(0);
                }
                self.uses.push(Use { from: at, until: None });
            }
            (true, false) => {
                if let Some(last) = self.uses.last_mut() {
                    last.until = Some(at);
                }
            }
            (true, true) | (false, false) => {}
        }
        self.in_use = in_use;
    }

    /// Whether the till used it at this moment.
    #[must_use]
    pub fn was_in_use(&self, at: DateTime<FixedOffset>) -> bool {
        self.uses.iter().any(|one| one.from <= at && one.until.is_none_or(|until| at < until))
    }

    /// Who has it; `None` before it was ever handed over: it is where its role says.
    #[must_use]
    pub fn custody(&self) -> Option<&Custody> {
        self.hands.iter().rfind(|custody| custody.former.is_none())
    }

    /// Who has the devices that stood here before, each as it was told last; the latest first.
    #[must_use]
    pub fn formers(&self) -> Vec<(&Former, &Custody)> {
        let mut found: Vec<(&Former, &Custody)> = Vec::new();
        for custody in self.hands.iter().rev() {
            if let Some(former) = &custody.former
                && !found.iter().any(|(known, _)| *known == former)
            {
                found.push((former, custody));
            }
        }
        found
    }

    /// The one of them that is still in the shop, or else the last one.
    #[must_use]
    pub fn former(&self) -> Option<(&Former, &Custody)> {
        let formers = self.formers();
        let here = formers.iter().find(|(_, custody)| matches!(custody.holder, Holder::Shop {}));
        here.or(formers.first()).copied()
    }

    /// For how long it has been due back.
    #[must_use]
    pub fn overdue(&self, now: DateTime<FixedOffset>) -> Option<TimeDelta> {
        let due = self.custody()?.due?;
        (now > due).then(|| now - due)
    }
}

/// Whether a device is in the shop: one of the shop's own until it goes away, a loaner once it has come.
#[must_use]
pub fn is_here(role: DeviceRole, record: Option<&DeviceRecord>) -> bool {
    match record.and_then(DeviceRecord::custody) {
        Some(Custody { holder: Holder::Shop {}, .. }) => true,
        Some(Custody { holder: Holder::Provider { .. }, .. }) => false,
        None => match role {
            DeviceRole::Main | DeviceRole::Second => true,
            DeviceRole::Loaner => false,
        },
    }
}

impl AttachmentFormat {
    /// What the end of a file's name says that its content is.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        match end.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }

    /// What the content is by its first and last bytes (PNG: W3C PNG 5.2 and 5.6; JPEG: ITU-T T.81 B.1.1.3; PDF: ISO
    /// 32000-1, 7.5.2 and 7.5.5). A file that was cut off is none of them.
    #[must_use]
    pub fn of_content(content: &[u8]) -> Option<Self> {
        const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
        /// The last chunk of every PNG: no content, its name, its check sum.
        const PNG_END: &[u8] = &[0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82];
        /// How far from its end a PDF may say that it ends.
        const PDF_TAIL: usize = 1_024;
        let tail = &content[content.len().saturating_sub(PDF_TAIL)..];
        if content.starts_with(PNG) && content.ends_with(PNG_END) {
            Some(Self::Png)
        } else if content.starts_with(&[0xFF, 0xD8, 0xFF]) && content.ends_with(&[0xFF, 0xD9]) {
            Some(Self::Jpeg)
        } else if content.starts_with(b"%PDF-") && tail.windows(5).any(|part| part == b"%%EOF") {
            Some(Self::Pdf)
        } else {
            None
        }
    }

    /// The media type of a picture; none of a document.
    #[must_use]
    pub const fn picture(self) -> Option<&'static str> {
        match self {
            Self::Png => Some("image/png"),
            Self::Jpeg => Some("image/jpeg"),
            Self::Pdf => None,
        }
    }

    /// How the name of such a file ends.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Pdf => "pdf",
        }
    }
}

#[cfg(test)]
mod tests;
