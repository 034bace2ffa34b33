//! libpcsclite, loaded at run time: the only unsafe code of the project beside `large_pages`.
//!
//! The library is not linked, so that the till starts on a machine without it. Layouts and types are those of
//! pcsc-lite on Linux (`winscard.h`, `pcsclite.h`, `wintypes.h`): `DWORD` is `unsigned long`, `LONG`, `SCARDCONTEXT` and
//! `SCARDHANDLE` are `long`. macOS and Windows have others, so this file is compiled on Linux only.
//!
//! What is not here cannot be sent: the only command to a card is [`SELECT_PAYMENT_DIRECTORY`].
#![allow(unsafe_code, reason = "libpcsclite is a C library; every call into it is in this file and is explained")]

use std::ffi::{CStr, CString, c_char, c_long, c_ulong, c_void};
use std::fmt;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use super::readers::Watched;

/// The room for the names of all readers, in bytes: four times what pcsc-lite can have (16 names of 128).
const NAMES_BYTES_MAX: usize = 8192;
/// The room for a card's answer, in bytes (pcsc-lite, `MAX_BUFFER_SIZE`: a short APDU).
const ANSWER_BYTES_MAX: usize = 264;
/// The bytes of an answer's status words, SW1 and SW2 (ISO/IEC 7816-4).
const STATUS_WORD_BYTES: usize = 2;

/// The name of the entry that stands for "a reader came or went".
const PNP_NOTIFICATION: &CStr = c"\\\\?PnP?\\Notification";
/// `SCARD_SCOPE_SYSTEM`.
const SCOPE_SYSTEM: c_ulong = 2;
/// `SCARD_SHARE_SHARED`: a payment program that uses the reader goes on using it.
const SHARE_SHARED: c_ulong = 2;
/// `SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1`.
const PROTOCOL_ANY: c_ulong = 3;
/// `SCARD_LEAVE_CARD`: the card is left as it is.
const LEAVE_CARD: c_ulong = 0;

/// SELECT by name of the directory that every EMV contact card may have (EMV book 1, section 12.2.2), without a length
/// of the answer: the card says whether it has one, and nothing of what is in it. A card without it says so (6A82), which
/// proves as well that its chip is alive.
const SELECT_PAYMENT_DIRECTORY: &[u8] = b"\x00\xA4\x04\x00\x0E1PAY.SYS.DDF01";

/// What a call of PC/SC returned when it did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code(u32);

impl Code {
    pub(super) const UNKNOWN_READER: Self = Self(0x8010_0009);
    const TIMEOUT: Self = Self(0x8010_000A);
    const NO_READERS: Self = Self(0x8010_002E);
    const NOT_TRANSACTED: Self = Self(0x8010_0016);
    const UNRESPONSIVE_CARD: Self = Self(0x8010_0066);
    const UNPOWERED_CARD: Self = Self(0x8010_0067);

    /// Whether it says that the chip, and nothing else, failed.
    pub(super) fn says_mute(self) -> bool {
        [Self::NOT_TRANSACTED, Self::UNRESPONSIVE_CARD, Self::UNPOWERED_CARD].contains(&self)
    }

    fn check(returned: c_long) -> Result<(), Self> {
        // A LONG has 32 or 64 bits; the codes have 32, and stand in the lower ones.
        match returned.to_le_bytes() {
            [0, 0, 0, 0, ..] => Ok(()),
            [a, b, c, d, ..] => Err(Self(u32::from_le_bytes([a, b, c, d]))),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}", self.0)
    }
}

/// `SCARD_READERSTATE`.
#[repr(C)]
struct ReaderState {
    name: *const c_char,
    user_data: *mut c_void,
    current_state: c_ulong,
    event_state: c_ulong,
    atr_length: c_ulong,
    atr: [u8; 33],
}

/// `SCARD_IO_REQUEST`.
#[repr(C)]
struct IoRequest {
    protocol: c_ulong,
    length: c_ulong,
}

type Establish = unsafe extern "C" fn(c_ulong, *const c_void, *const c_void, *mut c_long) -> c_long;
type Release = unsafe extern "C" fn(c_long) -> c_long;
type ListReaders = unsafe extern "C" fn(c_long, *const c_char, *mut c_char, *mut c_ulong) -> c_long;
type GetStatusChange = unsafe extern "C" fn(c_long, c_ulong, *mut ReaderState, c_ulong) -> c_long;
type Connect = unsafe extern "C" fn(c_long, *const c_char, c_ulong, c_ulong, *mut c_long, *mut c_ulong) -> c_long;
type Transmit =
    unsafe extern "C" fn(c_long, *const IoRequest, *const u8, c_ulong, *mut IoRequest, *mut u8, *mut c_ulong) -> c_long;
type Disconnect = unsafe extern "C" fn(c_long, c_ulong) -> c_long;

/// The library. It is never unloaded while one of its functions can be called: they are only reached through it.
pub(super) struct Library {
    establish: Establish,
    release: Release,
    list_readers: ListReaders,
    get_status_change: GetStatusChange,
    connect: Connect,
    transmit: Transmit,
    disconnect: Disconnect,
    _loaded: libloading::Library,
}

impl Library {
    /// Loads the library of this file name.
    pub(super) fn open(name: &str) -> Result<Arc<Self>, libloading::Error> {
        // SAFETY: loading runs the initialisers of the library. libpcsclite has none that need anything of us; the name
        // comes from the command line of this process, never from the network.
        let loaded = unsafe { libloading::Library::new(name) }?;
        // SAFETY: the types of the seven functions are those that `winscard.h` declares on Linux. The pointers outlive
        // neither this struct nor `loaded`, because both are dropped together and the pointers are private.
        unsafe {
            Ok(Arc::new(Self {
                establish: *loaded.get::<Establish>(b"SCardEstablishContext\0")?,
                release: *loaded.get::<Release>(b"SCardReleaseContext\0")?,
                list_readers: *loaded.get::<ListReaders>(b"SCardListReaders\0")?,
                get_status_change: *loaded.get::<GetStatusChange>(b"SCardGetStatusChange\0")?,
                connect: *loaded.get::<Connect>(b"SCardConnect\0")?,
                transmit: *loaded.get::<Transmit>(b"SCardTransmit\0")?,
                disconnect: *loaded.get::<Disconnect>(b"SCardDisconnect\0")?,
                _loaded: loaded,
            }))
        }
    }
}

/// A connection to the service. Never shared between threads, because a call that waits blocks all others on it.
pub(super) struct Context {
    library: Arc<Library>,
    handle: c_long,
}

impl Context {
    /// Connects to the service. Blocks for as long as the service is frozen.
    pub(super) fn establish(library: &Arc<Library>) -> Result<Self, Code> {
        let mut handle = 0;
        // SAFETY: the two reserved pointers may be null, and `handle` is a place for one SCARDCONTEXT.
        Code::check(unsafe { (library.establish)(SCOPE_SYSTEM, ptr::null(), ptr::null(), &raw mut handle) })?;
        Ok(Self { library: Arc::clone(library), handle })
    }

    /// The names of all readers.
    pub(super) fn list_readers(&self) -> Result<Vec<CString>, Code> {
        let mut names = [0_u8; NAMES_BYTES_MAX];
        let mut length = names.len() as c_ulong;
        // SAFETY: the groups may be null, which means all; `names` has room for `length` bytes, and the library writes
        // no more and puts the number it wrote into `length`.
        let returned = unsafe {
            (self.library.list_readers)(self.handle, ptr::null(), names.as_mut_ptr().cast(), &raw mut length)
        };
        match Code::check(returned) {
            Ok(()) => {}
            Err(Code::NO_READERS) => return Ok(Vec::new()),
            Err(code) => return Err(code),
        }
        let written = usize::try_from(length).map_or(&names[..], |length| &names[..length.min(NAMES_BYTES_MAX)]);
        let each = written.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        // A name that was split at its zero bytes has none left inside.
        Ok(each.filter_map(|name| CString::new(name).ok()).collect())
    }

    /// Waits until one of the readers changed, or one came or went, at most for `bound`; a frozen service exceeds it.
    /// Returns the state of each reader of `watched`, in its order.
    pub(super) fn wait_for_change(&self, watched: &[Watched], bound: Duration) -> Result<Vec<u32>, Code> {
        let entry = |name: &CStr, known: u32| ReaderState {
            name: name.as_ptr(),
            user_data: ptr::null_mut(),
            current_state: c_ulong::from(known),
            event_state: 0,
            atr_length: 0,
            atr: [0; 33],
        };
        let readers = watched.iter().map(|reader| entry(&reader.name, reader.known));
        let mut states: Vec<ReaderState> = [entry(PNP_NOTIFICATION, 0)].into_iter().chain(readers).collect();
        let bound_ms = c_ulong::try_from(bound.as_millis()).unwrap_or(c_ulong::MAX);
        // SAFETY: `states` has as many entries as is said; the names they point to are borrowed from `watched`, which
        // outlives the call, and end in a zero byte.
        let returned = unsafe {
            (self.library.get_status_change)(self.handle, bound_ms, states.as_mut_ptr(), states.len() as c_ulong)
        };
        match Code::check(returned) {
            Ok(()) | Err(Code::TIMEOUT) => {}
            Err(code) => return Err(code),
        }
        let low = |state: &ReaderState| match state.event_state.to_le_bytes() {
            [a, b, c, d, ..] => u32::from_le_bytes([a, b, c, d]),
        };
        Ok(states.iter().skip(1).map(low).collect())
    }

    /// Sends the card in a reader [`SELECT_PAYMENT_DIRECTORY`] and says whether it answered anything at all. What it
    /// answered is not kept. Blocks for as long as the card or its driver does.
    pub(super) fn select_payment_directory(&self, reader: &CStr) -> Result<bool, Code> {
        let mut card = 0;
        let mut protocol = 0;
        // SAFETY: the name ends in a zero byte; `card` and `protocol` are places for one SCARDHANDLE and one DWORD.
        let returned = unsafe {
            (self.library.connect)(
                self.handle,
                reader.as_ptr(),
                SHARE_SHARED,
                PROTOCOL_ANY,
                &raw mut card,
                &raw mut protocol,
            )
        };
        Code::check(returned)?;
        let header = IoRequest { protocol, length: size_of::<IoRequest>() as c_ulong };
        let mut answer = [0_u8; ANSWER_BYTES_MAX];
        let mut length = answer.len() as c_ulong;
        // SAFETY: the command has as many bytes as is said; the header of the answer may be null; `answer` has room for
        // `length` bytes, and the library writes no more and puts the number it wrote into `length`.
        let returned = unsafe {
            (self.library.transmit)(
                card,
                &raw const header,
                SELECT_PAYMENT_DIRECTORY.as_ptr(),
                SELECT_PAYMENT_DIRECTORY.len() as c_ulong,
                ptr::null_mut(),
                answer.as_mut_ptr(),
                &raw mut length,
            )
        };
        // SAFETY: `card` was given by the call above and is not used again. That it cannot be given back changes nothing.
        let _ = unsafe { (self.library.disconnect)(card, LEAVE_CARD) };
        Code::check(returned)?;
        Ok(length >= STATUS_WORD_BYTES as c_ulong)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the handle was given by `establish` and is not used again. A dead service refuses, which is as good.
        let _ = unsafe { (self.library.release)(self.handle) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn the_layouts_are_those_of_the_headers() {
        assert_eq!(size_of::<ReaderState>(), 80);
        assert_eq!(std::mem::offset_of!(ReaderState, atr), 40);
        assert_eq!(size_of::<IoRequest>(), 16);
    }

    #[test]
    fn a_code_is_the_lower_half_of_what_was_returned() {
        assert_eq!(Code::check(0), Ok(()));
        let service_is_gone = c_long::from(i32::from_ne_bytes(0x8010_001D_u32.to_ne_bytes()));
        assert_eq!(Code::check(service_is_gone).unwrap_err().to_string(), "8010001D");
    }

    #[test]
    fn the_command_is_the_one_select_and_its_length_is_right() {
        assert_eq!(usize::from(SELECT_PAYMENT_DIRECTORY[4]), SELECT_PAYMENT_DIRECTORY.len() - 5);
        assert_eq!(SELECT_PAYMENT_DIRECTORY[..4], [0x00, 0xA4, 0x04, 0x00]);
    }

    #[test]
    fn a_library_that_is_not_there_is_an_error_that_names_it() {
        let error = Library::open("libstopgap-absent.so.1").err().unwrap();
        assert!(error.to_string().contains("libstopgap-absent.so.1"), "{error}");
    }
}
