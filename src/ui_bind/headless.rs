//! The screen without a display: drawn into memory, pressed by accessible id, on a clock that is turned by hand.
//!
//! The demo plays a whole day through the real pages with it, and the tests look at them. Slint keeps one platform per
//! thread: [`Headless::new`] takes the thread it is called on, for good. So it does not disturb a program that shows
//! its window on another thread, and a thread that has opened a real window cannot have this one as well.

mod elements;
mod gallery;
mod picture;
mod platform;

use std::rc::Rc;
use std::time::Duration;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{PointerEventButton, WindowAdapter, WindowEvent, WindowEventDispatchResult};
use slint::{ComponentHandle, LogicalPosition, PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer};

pub use self::elements::{Element, TapError};
pub use self::gallery::draw;
pub use self::picture::{Picture, PictureError};
use self::platform::{Clock, Stage};
use crate::screens::View;
use crate::ui_bind::Screen;
use crate::ui_bind::wish::Wish;

/// Pixels per row of the screen.
pub const SCREEN_WIDTH: u32 = 1_024;
/// Rows of the screen.
pub const SCREEN_HEIGHT: u32 = 600;

/// How long a finger stays on the screen. Lists wait 100 ms before they let a press through (Slint 1.18), because it
/// may become a swipe; people are slower than that.
const TAP_TIME: Duration = Duration::from_millis(120);

/// The screen of the till without a display.
pub struct Headless {
    screen: Screen,
    window: Rc<MinimalSoftwareWindow>,
    clock: Clock,
}

/// Why there is no screen.
#[derive(Debug, thiserror::Error)]
pub enum HeadlessError {
    /// This thread shows its windows on a display.
    #[error("this thread already opened a real window, and a thread can have only one kind: use another thread")]
    OtherPlatform,
    /// Slint could not make the window.
    #[error("the screen could not be made: {0}")]
    Window(#[from] PlatformError),
}

impl Headless {
    /// A screen that shows nothing yet. Its clock is at 0, or where an earlier screen of this thread left it.
    ///
    /// # Errors
    ///
    /// When this thread already has a real window.
    pub fn new() -> Result<Self, HeadlessError> {
        let stage = Stage::of_this_thread()?;
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        stage.set_next_window(Rc::clone(&window));
        let headless = Self { screen: Screen::new()?, window, clock: stage.clock() };
        headless.screen.window.show()?;
        headless.window.set_size(slint::WindowSize::Physical(PhysicalSize::new(SCREEN_WIDTH, SCREEN_HEIGHT)));
        Ok(headless)
    }

    /// Says where wishes go; see [`Screen::connect`].
    pub fn connect(&self, tell: impl Fn(Wish) + 'static) {
        self.screen.connect(tell);
    }

    /// Puts a view on the screen; see [`Screen::show`].
    pub fn show(&self, view: View) {
        self.screen.show(view);
        slint::platform::update_timers_and_animations();
    }

    /// Lets time pass: animations go on and timers fire. The clock belongs to all screens of this thread.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        slint::platform::update_timers_and_animations();
    }

    /// How much time has passed since the first screen of this thread.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.clock.now()
    }

    /// Draws the screen as it is at this moment of its clock.
    #[must_use]
    pub fn render(&self) -> Picture {
        slint::platform::update_timers_and_animations();
        let size = self.window.size();
        let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(size.width, size.height);
        self.window.request_redraw();
        self.window.draw_if_needed(|renderer| {
            // A row of the buffer has as many pixels as the screen is wide; 1,024 fits every usize.
            renderer.render(pixels.make_mut_slice(), size.width as usize);
        });
        Picture { width: size.width, height: size.height, rgb: pixels.as_bytes().to_vec() }
    }

    /// Presses the one element with this accessible id in its middle, as a finger would. It takes 120 ms of the clock.
    ///
    /// # Errors
    ///
    /// When a person could not press it: it is not there, there are several, it is off, out of sight or covered. Nothing
    /// is pressed then.
    pub fn tap(&self, id: &str) -> Result<(), TapError> {
        let element = elements::pressable(&self.screen.window, id, self.size())?;
        let (x, y) = element.middle();
        let position = LogicalPosition::new(x, y);
        let button = PointerEventButton::Left;
        let taken = self.send(WindowEvent::PointerPressed { position, button });
        self.advance(TAP_TIME);
        self.send(WindowEvent::PointerReleased { position, button });
        // A finger that leaves the glass is nowhere any more.
        self.send(WindowEvent::PointerExited);
        if taken { Ok(()) } else { Err(TapError::Ignored { id: id.to_owned() }) }
    }

    /// Scrolls the list with this accessible id, or the one it stands in, by so many logical pixels: what is further down
    /// comes into sight.
    ///
    /// # Errors
    ///
    /// When it is not there, there are several, or nothing there can be scrolled.
    #[allow(clippy::float_arithmetic, reason = "Slint measures the screen in floating-point pixels")]
    pub fn scroll_down(&self, id: &str, pixels: f32) -> Result<(), TapError> {
        let (list, _) = elements::the_one(&self.screen.window, id)?;
        let (x, y) = list.middle();
        let position = LogicalPosition::new(x, y);
        let taken = self.send(WindowEvent::PointerScrolled { position, delta_x: 0.0, delta_y: -pixels });
        self.send(WindowEvent::PointerExited);
        self.advance(TAP_TIME);
        if taken { Ok(()) } else { Err(TapError::Ignored { id: id.to_owned() }) }
    }

    /// Every element with an accessible role or id that can be seen, in the order in which a screen reader comes to it.
    #[must_use]
    pub fn elements(&self) -> Vec<Element> {
        elements::all(&self.screen.window)
    }

    /// Every text a person can read or hear: labels, values and descriptions, in that order for each element.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let texts = |element: Element| [element.label, element.value, element.description];
        self.elements().into_iter().flat_map(texts).filter(|text| !text.is_empty()).collect()
    }

    fn send(&self, event: WindowEvent) -> bool {
        let answer = self.window.window().dispatch_event_with_result(event);
        matches!(answer, Ok(WindowEventDispatchResult::Accepted))
    }

    fn size(&self) -> (f32, f32) {
        let size = self.window.size().to_logical(self.window.scale_factor());
        (size.width, size.height)
    }
}
