//! The QR page.

use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer, SharedString};

use super::generated::{self, AppWindow, QrApi};
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{QrTouch, Touch};
use crate::qr::QUIET_ZONE;
use crate::screens::qr::{QrChoiceView, QrPicture, QrState, QrView, QrWarning};

same_words! {
    QrState => QrState { Preparing, Shown, CustomerSaysPaid, WithdrawAsked, CardCharged, Expired }
}

/// Shows the page; the picture is made again only when it is another one than `before`.
pub(super) fn show(window: &AppWindow, view: &QrView, before: Option<&QrView>) {
    let api = window.global::<QrApi>();
    if before.is_none_or(|before| before.code != view.code) {
        api.set_code(view.code.as_ref().map(picture).unwrap_or_default());
    }
    api.set_amount((&view.amount).into());
    api.set_currency((&view.currency).into());
    api.set_payee((&view.payee).into());
    api.set_account((&view.account).into());
    api.set_reference((&view.reference).into());
    api.set_state(view.state.into());
    api.set_expires_text((&view.expires_text).into());
    api.set_has_expired(view.has_expired);
    api.set_elapsed_text((&view.elapsed_text).into());
    let (warning, argument) = match &view.warning {
        None => (generated::QrWarning::None, None),
        Some(QrWarning::ClockWrong) => (generated::QrWarning::ClockWrong, None),
        Some(QrWarning::AboveLimit(limit)) => (generated::QrWarning::AboveLimit, Some(limit)),
    };
    api.set_warning(warning);
    api.set_warning_argument(or_empty(argument));
    api.set_amount_is_typed(view.amount_is_typed);
    api.set_unseen_needs_manager(view.unseen_needs_manager);
}

/// Shows the page on which a way is chosen.
pub(super) fn show_choice(window: &AppWindow, view: &QrChoiceView) {
    let api = window.global::<QrApi>();
    api.set_amount((&view.amount).into());
    api.set_currency((&view.currency).into());
    let ways = view.ways.iter().map(|way| generated::QrWay {
        label: (&way.label).into(),
        account: (&way.account).into(),
        above_limit: or_empty(way.above_limit.as_ref()),
        fee: or_empty(way.fee.as_ref()),
        arrives_days: way.arrives_days.map_or(-1, i32::from),
    });
    rows::put(&api.get_ways(), ways, |list| api.set_ways(list));
}

/// The widest picture the page shows pixel for pixel; see `ui/api/qr_api.slint`.
const PICTURE_WIDTH_MAX: u32 = 372;

/// The code as large as the page can show it with every module a whole number of pixels.
pub(super) fn picture(code: &QrPicture) -> Image {
    let size = u32::from(code.size);
    // A code without modules has no pixels, whatever their scale is.
    let scale = PICTURE_WIDTH_MAX.checked_div(size).unwrap_or(1).clamp(1, 32);
    let width = size * scale;
    let fineness = usize::try_from(scale).unwrap_or(1);
    let (raster, quiet) = (code.modules.raster(fineness), QUIET_ZONE * fineness);
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(width, width);
    // The raster has the quiet zone, which the page's own white takes the place of.
    let rows = raster.chunks(code.modules.size * fineness).skip(quiet);
    let inside = rows.flat_map(|row| row.iter().skip(quiet).take(usize::from(code.size) * fineness));
    for (pixel, dark) in pixels.make_mut_slice().iter_mut().zip(inside) {
        let shade = if *dark { 0 } else { u8::MAX };
        *pixel = Rgb8Pixel::new(shade, shade, shade);
    }
    Image::from_rgb8(pixels)
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<QrApi>();
    let touch = |touch| wishes.touch(Touch::Qr(touch));
    api.on_confirm(touch(QrTouch::Confirm));
    api.on_announce(touch(QrTouch::Announce));
    api.on_accept_unseen(touch(QrTouch::AcceptUnseen));
    api.on_withdraw(touch(QrTouch::Withdraw));
    api.on_withdraw_surely(touch(QrTouch::WithdrawSurely));
    api.on_keep(touch(QrTouch::Keep));
    api.on_choose(wishes.touch_with(|label: SharedString| Touch::Qr(QrTouch::Choose(label.into()))));
    api.on_leave(touch(QrTouch::Leave));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qr::Modules;

    #[test]
    fn every_module_is_a_square_of_whole_pixels() {
        for (size, width) in [(21, 357), (29, 348), (37, 370), (69, 345), (177, 354)] {
            let (inner, whole) = (usize::from(size), usize::from(size) + 2 * QUIET_ZONE);
            let is_inside = |place: usize| (QUIET_ZONE..QUIET_ZONE + inner).contains(&place);
            let dark: Vec<bool> = (0..whole * whole)
                .map(|place| is_inside(place % whole) && is_inside(place / whole) && place % 3 == 0)
                .collect();
            let modules = Modules { size: whole, dark, cross: false };
            let pixels = picture(&QrPicture { size, modules: modules.clone() }).to_rgb8().unwrap();
            assert_eq!((pixels.width(), pixels.height()), (width, width), "size {size}");
            let scale = width / u32::from(size);
            for (place, pixel) in (0..).zip(pixels.as_slice()) {
                let (x, y) = (place % width / scale, place / width / scale);
                let place = |at: u32| usize::try_from(at).unwrap() + QUIET_ZONE;
                let module = modules.is_dark(place(x), place(y));
                assert_eq!(pixel.r == 0, module, "size {size} at module {x}, {y}");
            }
        }
    }
}
