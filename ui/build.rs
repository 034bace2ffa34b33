//! Compiles the screen: `app_window.slint` and everything it imports become the Rust code of this package.

use slint_build::{CompileError, CompilerConfiguration, EmbedResourcesKind};

fn main() -> Result<(), CompileError> {
    let configuration = CompilerConfiguration::new()
        // The translations travel inside the program, so that the language can be switched while it runs and no file
        // has to be installed beside it.
        .with_bundled_translations("../lang")
        // Fonts travel inside the program too: pictures and texts are then the same on every machine.
        .embed_resources(EmbedResourcesKind::EmbedFiles)
        // The style of Slint's own list views. Said here, it does not depend on the machine that builds.
        .with_style("fluent-light".to_owned())
        // The demo and the tests press buttons by their accessible id. Slint lets its elements be walked only when it
        // was compiled with their names, so the names stay in release builds as well: the demo runs there.
        .with_debug_info(true);
    slint_build::compile_with_config("app_window.slint", configuration)
}
