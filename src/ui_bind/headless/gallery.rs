//! Pages drawn into pictures on a thread of their own, whatever the program shows meanwhile.

use std::thread;
use std::time::Duration;

use super::Headless;
use crate::screens::View;

/// What animations get to come to rest.
const SETTLE: Duration = Duration::from_secs(1);

/// Draws each view as a PNG file. A thread that has a window cannot draw without one, so this one is made for it and
/// ends with it.
///
/// # Errors
///
/// Says why there are no pictures.
pub fn draw(views: Vec<View>) -> Result<Vec<Vec<u8>>, String> {
    let drawn = thread::spawn(move || {
        let screen = Headless::new().map_err(|error| error.to_string())?;
        let picture = |view: View| {
            screen.show(view);
            screen.advance(SETTLE);
            screen.render().png().map_err(|error| error.to_string())
        };
        views.into_iter().map(picture).collect::<Result<Vec<_>, String>>()
    });
    drawn.join().unwrap_or_else(|_| Err("drawing broke off".to_owned()))
}
