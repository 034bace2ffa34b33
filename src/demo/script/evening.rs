//! The evening: the manager explains everything and closes the day.

use chrono::TimeDelta;

use crate::demo::till::{Till, TillError};
use crate::domain::access::Role;
use crate::domain::cash::denominations;
use crate::screens::day::{OpenAction, OpenItem, OpenKind};
use crate::screens::{OverlayView, PageView};
use crate::simulator::shop::{DemoShop, PEOPLE};

/// Who looks at a loss beside the manager who decides.
const SECOND_MANAGER: &str = "manager-2";

/// The most items a day can have that the script decides.
const ITEMS_MAX: usize = 40;

/// The bank's statement lies in the inbox; the manager brings it in.
pub(super) fn bring_in_statement(till: &mut Till, shop: &DemoShop) -> Result<(), TillError> {
    let hour = till.dice.between(1, 3);
    till.pass(TimeDelta::hours(hour));
    {
        let bank = shop.bank.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let inbox = till.world.settings.statement_inbox.clone();
        std::fs::create_dir_all(&inbox)?;
        let file = inbox.join("camt053-today.xml");
        std::fs::write(&file, bank.statement(till.now))?;
        // The page tells when the file was made, and this day has a clock of its own.
        std::fs::File::options().write(true).open(&file)?.set_modified(till.now.into())?;
    }
    // An hour without a touch has locked the till.
    if matches!(till.view().page, PageView::Sell(_)) {
        till.lock()?;
    }
    till.sign_in(Role::Manager)?;
    till.tap("sell-more")?;
    till.picture("menu")?;
    till.tap("menu-day")?;
    till.picture("day-open-items")?;
    till.tap("day-statement")?;
    till.picture("statement-choose")?;
    let PageView::Statement(page) = till.view().page else { return Ok(()) };
    if let crate::screens::statement::StatementStage::Choose { files } = page.stage
        && let Some(file) = files.first()
    {
        till.tap(&format!("statement-file-{}", file.id))?;
    }
    till.wait_for("the statement", |_, view| {
        matches!(&view.page, PageView::Statement(page)
            if matches!(page.stage, crate::screens::statement::StatementStage::Read { .. }))
    })?;
    till.picture("statement-read")?;
    till.tap("statement-finish")
}

/// Every open item but the drawer is decided by the manager, by name and with a reason.
pub(super) fn decide_what_is_open(till: &mut Till) -> Result<(), TillError> {
    till.picture("day-after-statement")?;
    till.picture_in_chinese("day-after-statement-chinese")?;
    for round in 0..ITEMS_MAX {
        let PageView::Day(page) = till.view().page else { return Ok(()) };
        // What was decided can be taken back, which nobody wants here.
        let decidable = |item: &&OpenItem| !matches!(item.action, None | Some(OpenAction::Count | OpenAction::Undo));
        let Some(item) = page.items.iter().find(decidable).cloned() else { return Ok(()) };
        till.tap(&format!("item-{}", item.id))?;
        if matches!(till.view().overlay, Some(OverlayView::Decide(_))) {
            decide(till, &item, round == 0)?;
        }
    }
    Ok(())
}

fn decide(till: &mut Till, item: &OpenItem, picture: bool) -> Result<(), TillError> {
    let choice = match item.kind {
        OpenKind::TransferSuggested | OpenKind::CreditWithoutSale => "confirm-matched",
        _ => "write-off",
    };
    till.tap(&format!("decide-{choice}"))?;
    if choice == "write-off" {
        till.tap("decide-reason-customer-unknown")?;
    }
    if picture {
        till.picture("decide")?;
    }
    till.tap("decide-confirm")?;
    if matches!(till.view().overlay, Some(OverlayView::Approve(_))) {
        // A loss takes four eyes.
        if picture {
            till.picture("approve-loss")?;
        }
        let pin = PEOPLE.iter().find(|(id, ..)| *id == SECOND_MANAGER).map_or("", |(.., pin)| *pin);
        till.tap(&format!("approve-person-{SECOND_MANAGER}"))?;
        till.keys("approve", pin)?;
        till.tap("approve-enter")?;
        till.wait_for("the loss", |_, view| view.overlay.is_none())?;
    }
    Ok(())
}

/// The manager counts the drawer without seeing what should be in it, and closes the day.
pub(super) fn count_and_close(till: &mut Till) -> Result<(), TillError> {
    let PageView::Day(page) = till.view().page else { return Ok(()) };
    if let Some(drawer) = page.items.iter().find(|item| item.action == Some(OpenAction::Count)) {
        till.tap(&format!("item-{}", drawer.id))?;
    }
    // One coin went missing over the day, on some days.
    let missing = till.dice.between(0, 1) * 100;
    let mut rest = till.app.ledger().drawer_expected_minor() - missing;
    for piece in denominations("EUR") {
        let pieces = rest / piece;
        rest %= piece;
        if pieces > 0 {
            till.tap(&format!("count-row-{piece}"))?;
            till.keys("key", &pieces.to_string())?;
        }
    }
    till.picture("count-blind")?;
    till.tap("count-commit")?;
    till.wait_for(
        "the result of the count",
        |_, view| matches!(&view.page, PageView::Count(page) if page.result.is_some()),
    )?;
    till.picture("count-result")?;
    till.tap("count-accept")?;
    till.wait_for("the day", |_, view| matches!(view.page, PageView::Day(_)))?;
    till.picture("day-ready")?;
    till.tap("day-toggle-charts")?;
    till.picture("day-as-bars")?;
    till.picture_in_chinese("day-as-bars-chinese")?;
    till.tap("day-toggle-charts")?;
    till.tap("day-close")?;
    till.picture("day-close-asked")?;
    till.tap("close-confirm")?;
    till.wait_for("the closed day", |_, view| matches!(&view.page, PageView::Report(page) if page.close.is_some()))?;
    till.picture("report-closed")
}
