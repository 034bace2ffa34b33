//! The display that the touchscreen opens on: whether there is one, and whether the pages fill it.

use std::path::Path;
use std::{env, fs};

use crate::cli::Failure;
use crate::ui_bind::Screen;

/// Whether a window can be opened. Only Unix desktops say so in the environment.
pub(super) fn is_named() -> bool {
    let named = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(unix)) || cfg!(target_os = "macos") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// The window, not shown yet. It is made before anything else, so that a display that is not there leaves nothing behind.
pub(super) fn screen(full_screen: bool) -> Result<Screen, Failure> {
    let dead = |error: &dyn std::fmt::Display| {
        // A library that names the line of its own source has said everything a person needs after it.
        let said = error.to_string();
        let why = said.rsplit_once(".rs:").and_then(|(_, rest)| rest.split_once(": ")).map_or(&*said, |(_, why)| why);
        let words: Vec<&str> = why.split_whitespace().collect();
        Failure::Input(format!("the touchscreen cannot be opened: {}", words.join(" ")))
    };
    let screen = Screen::new().map_err(|error| dead(&error))?;
    screen.set_full_screen(full_screen || is_small(Path::new(DISPLAYS)));
    Ok(screen)
}

/// Where Linux lists its displays: one folder for each connector, with `status` and `modes`, the best mode first.
const DISPLAYS: &str = "/sys/class/drm";
/// The display that the pages are made for, in pixels.
const PAGE: (u32, u32) = (1_024, 600);

/// Whether displays are connected and none of them has room for more than the pages: a window with a frame would not fit.
fn is_small(displays: &Path) -> bool {
    let Ok(connectors) = fs::read_dir(displays) else { return false };
    let best = |connector: fs::DirEntry| {
        let said = |file: &str| fs::read_to_string(connector.path().join(file)).unwrap_or_default();
        if said("status").trim() != "connected" {
            return None;
        }
        let modes = said("modes");
        let (width, height) = modes.lines().next()?.split_once('x')?;
        Some((width.parse::<u32>().ok()?, height.trim_end_matches('i').parse::<u32>().ok()?))
    };
    let best: Vec<(u32, u32)> = connectors.flatten().filter_map(best).collect();
    !best.is_empty() && best.iter().all(|(width, height)| *width <= PAGE.0 && *height <= PAGE.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_display_is_taken_where_no_display_has_room_for_more() {
        let folder = tempfile::tempdir().unwrap();
        let connect = |name: &str, status: &str, modes: &str| {
            let connector = folder.path().join(name);
            fs::create_dir_all(&connector).unwrap();
            fs::write(connector.join("status"), status).unwrap();
            fs::write(connector.join("modes"), modes).unwrap();
        };
        assert!(!is_small(folder.path()), "nobody knows how large it is");
        connect("card0-HDMI-A-1", "disconnected\n", "");
        assert!(!is_small(folder.path()));
        connect("card0-DSI-1", "connected\n", "1024x600\n800x600\n");
        assert!(is_small(folder.path()));
        connect("card0-HDMI-A-1", "connected\n", "1280x600\n1024x600\n");
        assert!(!is_small(folder.path()), "it is wider");
        connect("card0-HDMI-A-1", "connected\n", "1920x1080i\n1024x600\n");
        assert!(!is_small(folder.path()));
        assert!(!is_small(&folder.path().join("none")));
    }
}
