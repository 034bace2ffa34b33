//! What `[cash]` says.

use super::{read, sample};
use crate::escpos::DrawerPin;

#[test]
fn drawers_have_names_of_their_own() {
    let with = |tables: &str| {
        let text = sample("eu.toml").replace("drawer_manager_above = \"10.00\"\n", &format!("{tables}\n"));
        read(&text).map(|settings| settings.cash.drawers)
    };
    let two = "[[cash.drawer]]\nname = \"Left\"\n[[cash.drawer]]\nname = \"Right\"\npin = \"5\"";
    let drawers = with(two).unwrap();
    let found: Vec<_> = drawers.iter().map(|drawer| (drawer.name.as_str(), drawer.pin)).collect();
    assert_eq!(found, [("Left", None), ("Right", Some(DrawerPin::Five))]);
    for (tables, why) in [
        (two.replace("Right", "Left"), "cash.drawer[2].name is “Left”: expected a name that no other drawer has"),
        (two.replace("\"5\"", "\"3\""), "cash.drawer[2].pin is “3”: expected 2 or 5"),
        (two.replace("Left", "A drawer with too long a name"), "cash.drawer[1].name"),
        ("[[cash.drawer]]\nname = \"x\"\n".repeat(5), "a list of 1 to 4 drawers"),
    ] {
        let wrong = with(&tables).unwrap_err();
        assert!(wrong.contains(why), "{wrong}");
    }
}
