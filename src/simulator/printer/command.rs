//! Faults of the simulated printer as one JSON line each, so that a script can set them while it runs.

use serde::Deserialize;
use serde_json::json;

use super::{Printed, PrinterSimulator};

/// What `--help` says of the commands.
pub const COMMANDS: &str = "\
Commands on standard input, one JSON object a line; each is answered by one line {\"done\":…} or {\"error\":…}.
  {\"fault\":\"paper_ends\",\"after_lines\":3}      the paper ends after so many more lines
  {\"fault\":\"load_paper\"}                     a new roll; what is in the buffer is printed
  {\"fault\":\"open_cover\"} {\"fault\":\"close_cover\"}
  {\"fault\":\"jam_cutter\"} {\"fault\":\"free_cutter\"}
  {\"fault\":\"freeze\"} {\"fault\":\"thaw\"}          connections are taken, nothing is read
  {\"fault\":\"mute\"} {\"fault\":\"speak\"}           all is printed, nothing is answered
  {\"fault\":\"unplug\"} {\"fault\":\"plug\"}
  {\"fault\":\"drop\",\"after_bytes\":100}          the connection ends, once
  {\"printed\":true}                            what came out of it
The end of standard input ends the simulator.";

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Command {
    Fault(Fault),
    Printed {
        #[serde(rename = "printed")]
        _wanted: bool,
    },
}

// Empty braces: serde takes surplus fields of a variant without any, and a misspelt command must not be obeyed.
#[derive(Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
enum Fault {
    PaperEnds { after_lines: usize },
    LoadPaper {},
    OpenCover {},
    CloseCover {},
    JamCutter {},
    FreeCutter {},
    Freeze {},
    Thaw {},
    Mute {},
    Speak {},
    Unplug {},
    Plug {},
    Drop { after_bytes: usize },
}

impl PrinterSimulator {
    /// Obeys one line and returns the line to answer with.
    ///
    /// # Errors
    ///
    /// It is not a command.
    pub fn obey_command(&self, line: &str) -> Result<String, serde_json::Error> {
        match serde_json::from_str(line)? {
            Command::Fault(fault) => self.suffer(&fault),
            Command::Printed { .. } => {
                let printed: Vec<_> = self.printed().iter().map(shown).collect();
                return Ok(json!({ "done": printed }).to_string());
            }
        }
        Ok(json!({"done": true}).to_string())
    }

    fn suffer(&self, fault: &Fault) {
        match fault {
            Fault::PaperEnds { after_lines } => self.end_paper_after(*after_lines),
            Fault::LoadPaper {} => self.load_paper(),
            Fault::OpenCover {} => self.set_cover_open(true),
            Fault::CloseCover {} => self.set_cover_open(false),
            Fault::JamCutter {} => self.set_cutter_jammed(true),
            Fault::FreeCutter {} => self.set_cutter_jammed(false),
            Fault::Freeze {} => self.set_frozen(true),
            Fault::Thaw {} => self.set_frozen(false),
            Fault::Mute {} => self.set_mute(true),
            Fault::Speak {} => self.set_mute(false),
            Fault::Unplug {} => self.set_unplugged(true),
            Fault::Plug {} => self.set_unplugged(false),
            Fault::Drop { after_bytes } => self.drop_after(*after_bytes),
        }
    }
}

fn shown(printed: &Printed) -> serde_json::Value {
    match printed {
        Printed::Line(text) => json!({"line": text}),
        Printed::Picture { width, height, dark } => {
            json!({"picture": {"width": width, "height": height, "dark": dark}})
        }
        Printed::Code(data) => json!({"code": data}),
        Printed::Cut => json!({"cut": true}),
        Printed::Kick(pin) => json!({"kick": pin}),
        Printed::Asked => json!({"asked": true}),
        Printed::Unknown(bytes) => json!({"unknown": bytes}),
    }
}
