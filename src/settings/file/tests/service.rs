//! Where support packs go and who opens them.

use std::fs;
use std::path::Path;

use super::{parse, sample};

/// What the sample's settings say of packs, with the lines `pack` in `[service]`, read from `folder`.
fn pack(folder: &Path, pack: &str) -> Result<crate::settings::PackSettings, String> {
    let text = sample("eu.toml").replacen("[service]\n", &format!("[service]\n{pack}\n"), 1);
    let read = parse(&text, &folder.join("stopgap.toml"), Path::new("/data"));
    read.map(|settings| settings.service.pack).map_err(|error| error.to_string())
}

#[test]
fn a_key_that_nothing_can_be_sealed_to_is_refused_at_the_start_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let key = r#"{"kty":"OKP","crv":"X25519","kid":"support-1","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;
    fs::write(folder.path().join("support.jwk"), key).unwrap();
    fs::write(folder.path().join("private.jwk"), key.replace("\"x\"", "\"d\":\"AA\",\"x\"")).unwrap();
    let read = pack(folder.path(), "pack_key = \"support.jwk\"\npack_folder = \"/media/stick\"").unwrap();
    assert_eq!(read.key.map(|key| key.kid().to_owned()).as_deref(), Some("support-1"));
    assert_eq!(read.folder.as_deref(), Some(Path::new("/media/stick")));
    let read = pack(folder.path(), "pack_folder = \"packs\"").unwrap();
    assert_eq!((read.key, read.folder.as_deref()), (None, Some(Path::new("/data/packs"))));
    for (file, why) in [("gone.jwk", "gone.jwk"), ("private.jwk", "private or secret key (“d”)")] {
        let error = pack(folder.path(), &format!("pack_key = \"{file}\"")).unwrap_err();
        assert!(error.contains(why) && error.contains("line ") && error.lines().count() == 1, "{error}");
    }
}
