//! One child process and the thread that reads its lines.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::SyncSender;
use std::thread;
use std::{env, io};

use crate::outside::pcsc_child::line::{LINE_BYTES_MAX, LineError, WatchLine};

/// The program that is started, with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildProgram {
    /// The program's file.
    pub file: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl ChildProgram {
    /// The program that runs now, as `stopgap pcsc-watch`.
    ///
    /// # Errors
    ///
    /// Where the system does not say which program runs.
    pub fn own(library: Option<&str>, ask_chip: bool) -> io::Result<Self> {
        let mut arguments = vec!["pcsc-watch".to_owned()];
        arguments.extend(library.map(|library| format!("--library={library}")));
        arguments.extend(ask_chip.then(|| "--ask-chip".to_owned()));
        Ok(Self { file: env::current_exe()?, arguments })
    }
}

/// What is sent to the thread that watches over the child.
#[derive(Debug)]
pub(super) enum Message {
    /// Something of the child with this number, which tells an ended child's last words from those of its successor.
    Child(u64, Heard),
    /// The till ends.
    Stop,
}

/// What was heard from a child.
#[derive(Debug)]
pub(super) enum Heard {
    Line(WatchLine),
    /// It wrote something else; nothing after it is read.
    Nonsense(LineError),
    /// Its standard output ended: it is over.
    End,
}

/// A running child. Dropping it kills and buries it.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// Held open: the child ends by itself when it is closed, also when this process is killed.
    _stdin: Option<ChildStdin>,
}

impl Running {
    /// Starts a child; each of its lines is sent to `heard`.
    pub(super) fn start(program: &ChildProgram, number: u64, heard: SyncSender<Message>) -> io::Result<Self> {
        let mut command = Command::new(&program.file);
        // Standard error has nothing that the lines do not say, and a child that is started again and again would fill
        // the log with it.
        command.args(&program.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let running = Self { child, _stdin: stdin };
        let stdout = stdout.ok_or_else(|| io::Error::other("it has no standard output"))?;
        thread::Builder::new().name("pcsc-lines".to_owned()).spawn(move || {
            let mut lines = BufReader::new(stdout);
            loop {
                let next = next_line(&mut lines);
                let last = !matches!(next, Heard::Line(_));
                // Nobody listens any more when the till has ended.
                if heard.send(Message::Child(number, next)).is_err() || last {
                    break;
                }
            }
        })?;
        Ok(running)
    }

    /// Kills the child and says how it ended, for people.
    pub(super) fn end(&mut self) -> String {
        // A child that is over already cannot be killed, and need not be.
        let _ = self.child.kill();
        self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads the next line, at most [`LINE_BYTES_MAX`] of it.
fn next_line(lines: &mut impl BufRead) -> Heard {
    let mut text = Vec::new();
    let bound = LINE_BYTES_MAX as u64 + 1;
    match lines.take(bound).read_until(b'\n', &mut text) {
        Ok(0) | Err(_) => Heard::End,
        Ok(_) if text.len() <= LINE_BYTES_MAX && !text.ends_with(b"\n") => Heard::End,
        Ok(_) => WatchLine::parse(&text).map_or_else(Heard::Nonsense, Heard::Line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Vec<String> {
        let mut lines = text.as_bytes();
        let mut all = Vec::new();
        loop {
            let next = next_line(&mut lines);
            let last = !matches!(next, Heard::Line(_));
            all.push(format!("{next:?}"));
            if last {
                return all;
            }
        }
    }

    #[test]
    fn lines_are_read_up_to_their_bound() {
        let beat = "{\"event\":\"beat\"}\n";
        assert_eq!(heard(&beat.repeat(2)), ["Line(Beat)", "Line(Beat)", "End"]);
        assert_eq!(heard(&format!("{beat}{{\"event\":")), ["Line(Beat)", "End"]);
        let endless = " ".repeat(5 * LINE_BYTES_MAX);
        let mut rest = endless.as_bytes();
        assert!(matches!(next_line(&mut rest), Heard::Nonsense(LineError::TooLong)));
        assert_eq!(rest.len(), 4 * LINE_BYTES_MAX - 1, "no more is read than it takes to know");
        assert!(heard("tea\n")[0].starts_with("Nonsense(Json"), "{:?}", heard("tea\n"));
    }
}
