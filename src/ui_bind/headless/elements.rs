//! What is on the screen, as a person finds it: by its accessible id, its place and whether it can be pressed.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};

use crate::ui_bind::generated::AppWindow;

/// Something on the screen that has a role or an id.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The accessible id; empty when it has none.
    pub id: String,
    /// What kind of thing it is, such as `Button`.
    pub role: String,
    /// What it is called.
    pub label: String,
    /// What it holds.
    pub value: String,
    /// What else is said about it.
    pub description: String,
    /// Whether it does something when it is pressed; true for what is never off.
    pub enabled: bool,
    /// Its left edge, in logical pixels from the left of the window.
    pub x: f32,
    /// Its upper edge, in logical pixels from the top of the window.
    pub y: f32,
    /// Its width in logical pixels.
    pub width: f32,
    /// Its height in logical pixels.
    pub height: f32,
}

/// Why something could not be pressed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TapError {
    /// Nothing has this id.
    #[error("nothing on the screen has the accessible id “{id}”")]
    Missing {
        /// The id that was looked for.
        id: String,
    },
    /// Several things have this id.
    #[error("{count} things on the screen have the accessible id “{id}”, so it names none of them")]
    NotUnique {
        /// The id that was looked for.
        id: String,
        /// How many have it.
        count: usize,
    },
    /// It is off.
    #[error("“{id}” is on the screen but is off")]
    Disabled {
        /// The id.
        id: String,
    },
    /// Its middle is not in sight: outside the window, or scrolled away.
    #[error("the middle of “{id}” is out of sight, at {x}, {y}")]
    OutOfSight {
        /// The id.
        id: String,
        /// Where its middle is, in logical pixels.
        x: f32,
        /// Where its middle is, in logical pixels.
        y: f32,
    },
    /// Something lies over it, such as a sheet.
    #[error("something lies over “{id}” and would be pressed instead")]
    Covered {
        /// The id.
        id: String,
    },
    /// It is in sight, but nothing there wants to be pressed.
    #[error("“{id}” does not take a press")]
    Ignored {
        /// The id.
        id: String,
    },
}

impl Element {
    fn of(handle: &ElementHandle) -> Self {
        let (position, size) = (handle.absolute_position(), handle.size());
        Self {
            id: handle.accessible_id().unwrap_or_default().into(),
            role: handle.accessible_role().map(|role| format!("{role:?}")).unwrap_or_default(),
            label: handle.accessible_label().unwrap_or_default().into(),
            value: handle.accessible_value().unwrap_or_default().into(),
            description: handle.accessible_description().unwrap_or_default().into(),
            enabled: handle.accessible_enabled().unwrap_or(true),
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
        }
    }

    /// The middle, in logical pixels.
    #[must_use]
    #[allow(clippy::float_arithmetic, reason = "Slint measures the screen in floating-point pixels")]
    pub fn middle(&self) -> (f32, f32) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    #[allow(clippy::float_arithmetic, reason = "Slint measures the screen in floating-point pixels")]
    fn covers(&self, (x, y): (f32, f32)) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }

    fn same_place(&self, other: &Self) -> bool {
        (self.x, self.y, self.width, self.height) == (other.x, other.y, other.width, other.height)
    }
}

/// Everything with a role or an id. Slint comes to the parts of nested repetitions more than once; they count once.
pub(super) fn all(window: &AppWindow) -> Vec<Element> {
    let handles = ElementQuery::from_root(window)
        .match_descendants()
        .match_predicate(|handle| {
            let has_role = handle.accessible_role().is_some_and(|role| role != AccessibleRole::None);
            has_role || handle.accessible_id().is_some_and(|id| !id.is_empty())
        })
        .find_all();
    once_each(handles.iter().map(Element::of))
}

/// The one element with this id, if a person could press it in a window of this size.
pub(super) fn pressable(window: &AppWindow, id: &str, size: (f32, f32)) -> Result<Element, TapError> {
    let (element, handle) = the_one(window, id)?;
    let id = id.to_owned();
    let (x, y) = element.middle();
    let in_window = (0.0..size.0).contains(&x) && (0.0..size.1).contains(&y);
    if !element.enabled {
        Err(TapError::Disabled { id })
    } else if !in_window || is_scrolled_away(window, &element) {
        Err(TapError::OutOfSight { id, x, y })
    } else if is_covered(window, &handle, &element) {
        Err(TapError::Covered { id })
    } else {
        Ok(element)
    }
}

/// The one element with this id, whether it can be pressed or not.
pub(super) fn the_one(window: &AppWindow, id: &str) -> Result<(Element, ElementHandle), TapError> {
    let wanted = id.to_owned();
    let handles = ElementQuery::from_root(window)
        .match_descendants()
        .match_predicate(move |handle| handle.accessible_id().is_some_and(|id| id == wanted.as_str()))
        .find_all();
    let elements = once_each(handles.iter().map(Element::of));
    let count = elements.len();
    match (elements.into_iter().next(), handles.into_iter().next()) {
        (Some(element), Some(handle)) if count == 1 => Ok((element, handle)),
        (Some(_), _) => Err(TapError::NotUnique { id: id.to_owned(), count }),
        (None, _) => Err(TapError::Missing { id: id.to_owned() }),
    }
}

/// Whether a scrolled area that holds the element does not show its middle.
fn is_scrolled_away(window: &AppWindow, element: &Element) -> bool {
    let areas = ElementQuery::from_root(window).match_descendants().match_inherits("Flickable").find_all();
    areas.iter().any(|area| {
        let id = element.id.clone();
        let holds = area
            .query_descendants()
            .match_predicate(move |handle| handle.accessible_id().is_some_and(|found| found == id.as_str()))
            .find_first()
            .is_some();
        holds && !Element::of(area).covers(element.middle())
    })
}

/// Whether the last touch area drawn at the element's middle is not one of its own.
///
/// Slint visits what it draws first before what it draws over it, so the last one is on top.
fn is_covered(window: &AppWindow, handle: &ElementHandle, element: &Element) -> bool {
    let touch_areas = |query: ElementQuery| -> Vec<Element> {
        let areas = query.match_inherits("TouchArea").find_all();
        areas.iter().map(Element::of).filter(|area| area.covers(element.middle())).collect()
    };
    let own = touch_areas(handle.query_descendants());
    let top = touch_areas(ElementQuery::from_root(window).match_descendants()).pop();
    // An element may also be a touch area itself, which is not among its own descendants.
    top.is_some_and(|top| !top.same_place(element) && !own.iter().any(|area| area.same_place(&top)))
}

fn once_each(elements: impl Iterator<Item = Element>) -> Vec<Element> {
    let mut kept: Vec<Element> = Vec::new();
    for element in elements {
        if !kept
            .iter()
            .any(|other| other.id == element.id && other.label == element.label && other.same_place(&element))
        {
            kept.push(element);
        }
    }
    kept
}
