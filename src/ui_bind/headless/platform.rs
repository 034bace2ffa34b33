//! Slint's platform on a thread without a display.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::PlatformError;
use slint::platform::software_renderer::MinimalSoftwareWindow;
use slint::platform::{Platform, WindowAdapter, set_platform};

use super::HeadlessError;

thread_local! {
    static STAGE: OnceCell<Rc<Stage>> = const { OnceCell::new() };
}

/// The one platform of a thread: its clock, and the window that is about to be made.
#[derive(Default)]
pub(super) struct Stage {
    clock: Clock,
    next_window: RefCell<Option<Rc<MinimalSoftwareWindow>>>,
}

impl Stage {
    /// The stage of this thread, which is set up at the first call.
    pub(super) fn of_this_thread() -> Result<Rc<Self>, HeadlessError> {
        STAGE.with(|slot| {
            if let Some(stage) = slot.get() {
                return Ok(Rc::clone(stage));
            }
            let stage = Rc::new(Self::default());
            set_platform(Box::new(HeadlessPlatform(Rc::clone(&stage)))).map_err(|_| HeadlessError::OtherPlatform)?;
            Ok(Rc::clone(slot.get_or_init(|| stage)))
        })
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The window that Slint gets when it asks for the next one.
    pub(super) fn set_next_window(&self, window: Rc<MinimalSoftwareWindow>) {
        self.next_window.replace(Some(window));
    }
}

/// A clock that stands still until it is turned.
#[derive(Clone, Default)]
pub(super) struct Clock(Rc<Cell<Duration>>);

impl Clock {
    pub(super) fn now(&self) -> Duration {
        self.0.get()
    }

    pub(super) fn advance(&self, by: Duration) {
        self.0.set(self.0.get().saturating_add(by));
    }
}

struct HeadlessPlatform(Rc<Stage>);

impl Platform for HeadlessPlatform {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        match self.0.next_window.take() {
            Some(window) => Ok(window),
            None => Err(PlatformError::Other("a screen without a display has exactly one window".to_owned())),
        }
    }

    fn duration_since_start(&self) -> Duration {
        self.0.clock.now()
    }
}
