//! Why a paper or picture is not kept, in words that every language has.

use serde::Serialize;

/// A paper that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaperRefused {
    /// Why.
    pub why: PaperWhy,
    /// What it is about: the name of a file or a folder, or the reader's.
    pub what: String,
}

/// Why a paper is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperWhy {
    /// It cannot be read, or not be written where papers are kept.
    Unreadable,
    /// It is a link, a folder, a pipe or a device.
    NoFile,
    /// It is larger than a paper may be.
    TooLarge,
    /// Its name says none of the formats, or is too long.
    Name,
    /// Its content is not what its name says.
    NotWhatItSays,
    /// The folder is not there: the stick is not plugged in.
    NoFolder,
    /// The folder has no picture.
    NoPicture,
    /// The folder has too many pictures to mean this reader alone.
    TooMany,
    /// What is kept under its name was changed.
    Changed,
    /// The reader has as many papers as are kept.
    NoRoom,
}
