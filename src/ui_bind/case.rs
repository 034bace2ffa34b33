//! The case page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, CaseApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, same_words};
use crate::app::event::{CaseTouch, Touch};
use crate::domain::ladder::Kind;
use crate::domain::reader::EntryMode;
use crate::domain::service::{Check, MisreadCause, PaperWhy, Pattern, Work};
use crate::screens::case::{
    CaseAsk, CaseLabel, CaseOption, CaseRow, CaseSaid, CaseStage, CaseView, NumberIs, ProviderView,
};

same_words! {
    CaseStage => CaseStage {
        Opened, Diagnosed, Reported, Visited, Away, InRepair, Back, UnderTest, Accepted, Rejected, Closed,
    }
    CaseAsk => CaseAsk {
        NoCase, Question, TryThis, DidItHelp, Confirm, NameTheCause, OnlyTheCard, OnlyTheHost, Call, HowTheyHelp,
        Promised, Technician, Ticket, VisitorName, VisitorFits, VisitorDiffers, VisitorUnknown, VisitorAgain, OrderDiffers, Refuse, RefuseWhich, AwaitVisit, AwaitSwap,
        AwaitRemote, MakeBackup, AskHeld, SignHeld, HoldsSome, HoldsKnown, SendAway, GiveBack, Suspect, Inspect,
        VisitIsHere, IsAway, Work, Serial, SerialKnown, CheckSeen, CheckPayment, CheckWithPictures, CheckOnWord, CheckElsewhere,
        SealsOfAnother, Sign, Close,
    }
    CaseSaid => CaseSaid {
        Opened, OpenedToGiveBack, CardFailed, OutageJoined, LadderFound, LadderFoundNothing, Answered, RestartForbidden, RestartAllowed,
        TryBegan, TryHelped, TryHelpedNot, TrySkipped, Diagnosed, CauseNamed, NobodyAnswered, WrongNumber, AgreedVisit, AgreedSendIn,
        AgreedSwap, AgreedRemote, BackedUp, HeldNone, HeldSome, HeldSigned, HeldKnown, Sent, Received, VisitBegan,
        VisitorFits, VisitorAskedBack, DoubtedName, DoubtedUnannounced, DoubtedBefore, DoubtedOrder, VisitorRefused, WasWhole,
        WasNotWhole, Worked, WorkTold, SerialFits, SerialDiffers, SerialNoted, SerialConfirmed, MendedHere,
        MendedByProvider, Repaired, Replaced, Lent, CheckSeen, CheckWithPictures, CheckSaid, CheckAbsent, Accepted, Rejected, ClosedAccepted,
        ClosedAsCard, ClosedAsHost, ClosedAsMistake, ClosedGivenBack,
    }
    Check => CaseCheck {
        Seals, Diagnosis, Contact, Contactless, Stripe, Payment, Reversal, Receipt, PowerCut,
    }
}

same_words! {
    MisreadCause => CaseMisread { Unreadable, NoAnswer, Broken, NoHost, Program }
    EntryMode => CaseEntry { Contact, Contactless, Stripe }
    NumberIs => CaseNumber { Compared, NotCompared, Wrong }
    PaperWhy => CasePaper {
        Unreadable, NoFile, TooLarge, Name, NotWhatItSays, NoFolder, NoPicture, TooMany, Changed, NoRoom,
    }
}

same_words! {
    Work => CaseWork { Cleaned, Slot, Antenna, Keypad, Power, Cable, Program, Settings }
}

fn work(work: Option<Work>) -> generated::CaseWork {
    work.map_or(generated::CaseWork::None, Into::into)
}

fn kind(kind: Option<Kind>) -> generated::TroubleKind {
    kind.map_or(generated::TroubleKind::None, Into::into)
}

fn check(check: Option<Check>) -> generated::CaseCheck {
    check.map_or(generated::CaseCheck::None, Into::into)
}

impl From<&CaseOption> for generated::CaseOption {
    fn from(option: &CaseOption) -> Self {
        let (word, argument, trouble) = label(&option.label);
        let done = if let CaseLabel::Worked(work) = option.label { Some(work) } else { None };
        let fails = if let CaseLabel::RefuseFor(check) = option.label { Some(check) } else { None };
        Self { id: (&option.id).into(), word, argument, kind: kind(trouble), work: work(done), check: check(fails) }
    }
}

/// The word on a button, what stands in it, and the kind of trouble it names.
#[allow(clippy::too_many_lines, reason = "one arm for each label")]
fn label(label: &CaseLabel) -> (generated::CaseWord, SharedString, Option<Kind>) {
    use generated::CaseWord as Word;
    let word = match label {
        CaseLabel::Text(text) => return (Word::Text, text.into(), None),
        CaseLabel::Cause(kind) => return (Word::Cause, SharedString::default(), Some(*kind)),
        CaseLabel::InHours(hours) => return (Word::InHours, hours.to_string().into(), None),
        CaseLabel::InDays(days) => return (Word::InDays, days.to_string().into(), None),
        CaseLabel::OpenCase => Word::OpenCase,
        CaseLabel::BeginTry => Word::BeginTry,
        CaseLabel::SkipTry => Word::SkipTry,
        CaseLabel::ForbidRestart => Word::ForbidRestart,
        CaseLabel::AllowRestart => Word::AllowRestart,
        CaseLabel::Helped => Word::Helped,
        CaseLabel::HelpedNot => Word::HelpedNot,
        CaseLabel::Reached => Word::Reached,
        CaseLabel::NoAnswer => Word::NoAnswer,
        CaseLabel::WrongNumber => Word::WrongNumber,
        CaseLabel::OtherProvider => Word::OtherProvider,
        CaseLabel::DoNotCall => Word::DoNotCall,
        CaseLabel::HelpVisit => Word::HelpVisit,
        CaseLabel::HelpSendIn => Word::HelpSendIn,
        CaseLabel::HelpSwap => Word::HelpSwap,
        CaseLabel::HelpRemote => Word::HelpRemote,
        CaseLabel::NoPromise => Word::NoPromise,
        CaseLabel::NameTyped => Word::NameTyped,
        CaseLabel::NoTechnician => Word::NoTechnician,
        CaseLabel::CallDone => Word::CallDone,
        CaseLabel::CallAgain => Word::CallAgain,
        CaseLabel::MakeBackup => Word::MakeBackup,
        CaseLabel::HeldSaid => Word::HeldSaid,
        CaseLabel::HeldSigned => Word::HeldSigned,
        CaseLabel::HeldSent => Word::HeldSent,
        CaseLabel::HeldKnown => Word::HeldKnown,
        CaseLabel::Exchange => Word::Exchange,
        CaseLabel::GiveBack => Word::GiveBack,
        CaseLabel::SendAway => Word::SendAway,
        CaseLabel::Arrived => Word::Arrived,
        CaseLabel::TechnicianHere => Word::TechnicianHere,
        CaseLabel::VisitorRight => Word::VisitorRight,
        CaseLabel::OrderDiffers => Word::OrderDiffers,
        CaseLabel::AskedBack => Word::AskedBack,
        CaseLabel::VisitorRefused => Word::VisitorRefused,
        CaseLabel::NotNow => Word::NotNow,
        CaseLabel::TakePictures => Word::TakePictures,
        CaseLabel::Whole => Word::Whole,
        CaseLabel::NotWhole => Word::NotWhole,
        CaseLabel::Worked(_) => Word::Worked,
        CaseLabel::NothingDone => Word::NothingDone,
        CaseLabel::WorkTold => Word::WorkTold,
        CaseLabel::SerialTyped => Word::SerialTyped,
        CaseLabel::SerialKnown => Word::SerialKnown,
        CaseLabel::MendedHere => Word::MendedHere,
        CaseLabel::MendedByProvider => Word::MendedByProvider,
        CaseLabel::MendedRepaired => Word::MendedRepaired,
        CaseLabel::MendedReplaced => Word::MendedReplaced,
        CaseLabel::Holds => Word::Holds,
        CaseLabel::OnMyWord => Word::OnMyWord,
        CaseLabel::SentByProvider => Word::SentByProvider,
        CaseLabel::Absent => Word::Absent,
        CaseLabel::Fails => Word::Fails,
        CaseLabel::OneFails => Word::OneFails,
        CaseLabel::RefuseIt => Word::RefuseIt,
        CaseLabel::Refuse => Word::Refuse,
        CaseLabel::RefuseFor(_) => Word::RefuseFor,
        CaseLabel::QuestionBack => Word::QuestionBack,
        CaseLabel::GoToReader => Word::GoToReader,
        CaseLabel::GoToSale => Word::GoToSale,
        CaseLabel::SwitchTo => Word::SwitchTo,
        CaseLabel::Sign => Word::Sign,
        CaseLabel::CloseAccepted => Word::CloseAccepted,
        CaseLabel::CloseAsCard => Word::CloseAsCard,
        CaseLabel::CloseAsHost => Word::CloseAsHost,
        CaseLabel::CloseAsMistake => Word::CloseAsMistake,
        CaseLabel::ItStays => Word::ItStays,
    };
    (word, SharedString::default(), None)
}

impl From<&CaseRow> for generated::CaseRow {
    fn from(row: &CaseRow) -> Self {
        Self {
            time_text: (&row.time_text).into(),
            who: or_empty(row.who.as_ref()),
            said: row.said.into(),
            first: (&row.first).into(),
            second: (&row.second).into(),
            kind: kind(row.kind),
            check: check(row.check),
            work: work(row.work),
            misread: row.misread.map_or(generated::CaseMisread::None, |(cause, _)| cause.into()),
            entry: row.misread.and_then(|(_, entry)| entry).map_or(generated::CaseEntry::None, Into::into),
        }
    }
}

impl From<&Pattern> for generated::CasePattern {
    fn from(pattern: &Pattern) -> Self {
        use generated::CasePatternWord as Word;
        let (word, argument) = match pattern {
            Pattern::OnlyEntry(EntryMode::Contact) => (Word::OnlyContact, SharedString::default()),
            Pattern::OnlyEntry(EntryMode::Contactless) => (Word::OnlyContactless, SharedString::default()),
            Pattern::OnlyEntry(EntryMode::Stripe) => (Word::OnlyStripe, SharedString::default()),
            Pattern::OnlyBrand(brand) => (Word::OnlyBrand, brand.label().into()),
            Pattern::OnlyAfter(minutes) => (Word::OnlyAfter, minutes.to_string().into()),
            Pattern::OnlyCause(MisreadCause::Unreadable) => (Word::OnlyUnreadable, SharedString::default()),
            Pattern::OnlyCause(MisreadCause::NoAnswer) => (Word::OnlyNoAnswer, SharedString::default()),
            Pattern::OnlyCause(MisreadCause::Broken) => (Word::OnlyBroken, SharedString::default()),
            Pattern::OnlyCause(MisreadCause::NoHost) => (Word::OnlyNoHost, SharedString::default()),
            Pattern::OnlyCause(MisreadCause::Program) => (Word::OnlyProgram, SharedString::default()),
        };
        Self { word, argument }
    }
}

impl From<&ProviderView> for generated::CaseProvider {
    fn from(provider: &ProviderView) -> Self {
        Self {
            name: (&provider.name).into(),
            phone: or_empty(provider.phone.as_ref()),
            hours: or_empty(provider.hours.as_ref()),
            contract: or_empty(provider.contract.as_ref()),
            licence: or_empty(provider.licence.as_ref()),
            answers_by: or_empty(provider.answers_by.as_ref()),
            closed_until: or_empty(provider.closed_until.as_ref()),
            number: provider.number.into(),
            loaner: provider.loaner,
            response_hours: provider.response_hours.map_or(0, i32::from),
            swap_hours: provider.swap_hours.map_or(0, i32::from),
            mail: or_empty(provider.mail.as_ref()),
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &CaseView) {
    let api = window.global::<CaseApi>();
    let head = view.case.as_ref();
    api.set_number(head.map_or(0, |head| count(head.number)));
    api.set_reader(or_empty(head.map(|head| &head.reader)));
    api.set_stage(head.map_or(generated::CaseStage::None, |head| head.stage.into()));
    api.set_opened_text(or_empty(head.map(|head| &head.opened_text)));
    api.set_age_text(or_empty(head.map(|head| &head.age_text)));
    api.set_kind(kind(head.and_then(|head| head.finding).map(|(kind, _)| kind)));
    api.set_percent(head.and_then(|head| head.finding).map_or(0, |(_, percent)| i32::from(percent)));
    api.set_ticket_number(or_empty(head.and_then(|head| head.ticket.as_ref())));
    api.set_promised_text(or_empty(head.and_then(|head| head.promised_text.as_ref())));
    api.set_overdue_text(or_empty(head.and_then(|head| head.overdue_text.as_ref())));
    api.set_outage_count(head.map_or(0, |head| count(head.outage_count)));
    api.set_ask(view.ask.ask.into());
    api.set_ask_first((&view.ask.first).into());
    api.set_ask_second((&view.ask.second).into());
    api.set_ask_kind(kind(view.ask.kind));
    api.set_ask_check(check(view.ask.check));
    api.set_main(view.main.as_ref().map(Into::into).unwrap_or_default());
    rows::put(&api.get_options(), view.options.iter().map(Into::into), |list| api.set_options(list));
    api.set_typing(view.typed.is_some());
    api.set_typed(or_empty(view.typed.as_ref()));
    api.set_refused(view.refused.as_ref().map_or(generated::CasePaper::None, |refused| refused.why.into()));
    api.set_refused_what(or_empty(view.refused.as_ref().map(|refused| &refused.what)));
    api.set_other_cases(count(view.other_cases));
    api.set_calling(view.provider.is_some());
    api.set_provider(view.provider.as_ref().map(Into::into).unwrap_or_default());
    rows::put(&api.get_patterns(), view.patterns.iter().map(Into::into), |list| api.set_patterns(list));
    api.set_misread_count(count(view.misread_count));
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<CaseApi>();
    let touch = |touch| wishes.touch(Touch::Case(touch));
    api.on_choose(wishes.touch_with(|id: SharedString| Touch::Case(CaseTouch::Choose(id.into()))));
    api.on_digits(wishes.touch_with(|digits: SharedString| Touch::Case(CaseTouch::Digits(digits.into()))));
    api.on_line(wishes.touch_with(|line: SharedString| Touch::Case(CaseTouch::Line(line.into()))));
    api.on_erase(touch(CaseTouch::Erase));
    api.on_next_case(touch(CaseTouch::NextCase));
    api.on_write_request(touch(CaseTouch::WriteRequest));
    api.on_write_pack(touch(CaseTouch::WritePack));
    api.on_to_care(touch(CaseTouch::ToCare));
    api.on_to_learn(touch(CaseTouch::ToLearn));
    api.on_leave(touch(CaseTouch::Leave));
}
