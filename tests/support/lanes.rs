//! Which effects wait for each other.

use stopgap::app::effect::Effect;
use stopgap::domain::ladder::Side;

/// What is done one after the other; see `outside::lanes`.
pub fn lane_of(effect: &Effect) -> &'static str {
    match effect {
        Effect::Save(_) => "store",
        Effect::PayOnReader(_) => "reader",
        Effect::AskReader(_) | Effect::ReverseOnReader { .. } => "reader's status",
        Effect::TryRung(rung) => match rung.side() {
            Side::Reader => "reader's diagnosis",
            Side::Network => "network's diagnosis",
        },
        Effect::ProbeReader => "reader's health",
        Effect::AbortReader(_) => "reader's stop",
        Effect::ProbeLine => "line",
        Effect::AskHost(_)
        | Effect::ReverseAtHost(_)
        | Effect::VoidAtHost(_)
        | Effect::AdviseHost(_)
        | Effect::AskBatch(_) => "host",
        Effect::EchoHost { .. } => "host's health",
        Effect::ReadStatement(_) => "statements",
        Effect::SealCard { .. }
        | Effect::ReadKeyFile
        | Effect::WriteHandover { .. }
        | Effect::ReadOutcomes
        | Effect::FindSale { .. }
        | Effect::ReadContact { .. }
        | Effect::ForgetCard
        | Effect::CheckPin(_)
        | Effect::LookForStatements
        | Effect::AskStatementProgress
        | Effect::CancelStatement
        | Effect::ForgetMapping(_)
        | Effect::WriteReport { .. }
        | Effect::BackUp { .. }
        | Effect::WriteCaseReport { .. }
        | Effect::WriteRequest { .. }
        | Effect::TakePictures { .. }
        | Effect::WriteSupportPack { .. }
        | Effect::StartAgain
        | Effect::Practise { .. } => "files",
        Effect::PrintReceipt { .. } | Effect::AskPrinter | Effect::Print { .. } | Effect::KickDrawer(_) => "printer",
    }
}
