//! What is asked and tried when a reader fails, as data: a file for each model, read by [`crate::settings`].
//!
//! A question is one that only a person can answer. Each answer gives points to the kinds of trouble it speaks for. A
//! remedy is something that a person can do in the shop; it belongs to the kinds of trouble it may mend.

use std::collections::BTreeMap;

use crate::domain::ladder::Kind;
use crate::domain::receipt::Language;

/// The most questions of a guide.
pub const QUESTIONS_MAX: usize = 40;
/// The most answers of a question: more do not fit a page.
pub const ANSWERS_MAX: usize = 4;
/// The most remedies of a guide.
pub const REMEDIES_MAX: usize = 40;
/// The longest sentence of a guide, in characters.
pub const SENTENCE_CHARS_MAX: usize = 160;
/// The longest answer, in characters: it stands on a button.
pub const ANSWER_CHARS_MAX: usize = 60;
/// The most points that one answer gives to one kind.
pub const POINTS_MAX: u32 = 10;

/// What is asked and tried for some models of readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// How the names of those readers begin; empty for any reader.
    pub models: Vec<String>,
    /// The questions, in the order in which they are asked.
    pub questions: Vec<Question>,
    /// The remedies, the easiest first.
    pub remedies: Vec<Remedy>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its short name, unique in the guide.
    pub id: String,
    /// The question.
    pub text: Sentence,
    /// It is asked only after this answer to an earlier question.
    pub after: Option<(String, String)>,
    /// What can be answered.
    pub answers: Vec<Answer>,
}

/// One answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its short name, unique in the question.
    pub id: String,
    /// What stands on its button.
    pub text: Sentence,
    /// What it speaks for.
    pub points: BTreeMap<Kind, u32>,
    /// It says that somebody may have tampered with the reader: nothing is tried any more, and the acquirer is called.
    pub suspect: bool,
}

/// Something to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// Its short name, unique in the guide.
    pub id: String,
    /// What to do.
    pub text: Sentence,
    /// The kinds of trouble it may mend.
    pub mends: Vec<Kind>,
    /// It restarts the reader, which a supplier's notice may forbid.
    pub restarts: bool,
    /// How long it takes, in minutes.
    pub minutes: u8,
}

/// A sentence in both languages of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Sentence {
    /// The sentence in a language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

impl Guide {
    /// A question by its short name.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// A remedy by its short name.
    #[must_use]
    pub fn remedy(&self, id: &str) -> Option<&Remedy> {
        self.remedies.iter().find(|remedy| remedy.id == id)
    }

    /// How well it fits a reader of this name: the length of the beginning that fits; `None` when it does not.
    fn fits(&self, reader: &str) -> Option<usize> {
        if self.models.is_empty() {
            return Some(0);
        }
        self.models.iter().filter(|model| reader.starts_with(model.as_str())).map(String::len).max()
    }
}

/// The guide for a reader: the one for the longest beginning of its name.
#[must_use]
pub fn for_reader<'g>(guides: &'g [Guide], reader: &str) -> Option<&'g Guide> {
    let fitting = guides.iter().filter_map(|guide| guide.fits(reader).map(|length| (length, guide)));
    fitting.max_by_key(|(length, _)| *length).map(|(_, guide)| guide)
}
