//! The till's own network, as far as the system tells it without asking anybody: link, address, router.
//!
//! On Linux it is read from `/sys/class/net` and `/proc/net`; elsewhere only the address can be told.

use std::cmp::Reverse;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::time::Duration;

use crate::domain::ladder::{Evidence, Found, NotTried};

/// Where Linux lists the interfaces.
const INTERFACES: &str = "/sys/class/net";
/// Where Linux lists the routes of IP version 4.
const ROUTES: &str = "/proc/net/route";
/// Where Linux lists the neighbours of IP version 4.
const NEIGHBOURS: &str = "/proc/net/arp";
/// The most interfaces that are looked at.
const INTERFACES_MAX: usize = 64;
/// A port at the router that anything may be said to: the answer, or the refusal, is what counts.
const ROUTER_PORT: u16 = 53;
/// The flag of a neighbour whose hardware address is known (Linux `ATF_COM`).
const NEIGHBOUR_COMPLETE: u32 = 0x2;

/// Whether there is a link on the way to `to`: on the interface that the way takes, or on any when there is no way.
#[must_use]
pub fn carrier(to: IpAddr) -> Found {
    let Some(links) = links(Path::new(INTERFACES)) else { return Found::NotTried(NotTried::NotKnownHere) };
    let way = interface_to(to).filter(|_| local_address(to).is_some());
    let up = on_the_way(&links, way.as_deref()).find(|link| link.is_up).map(|link| link.name.clone());
    up.map_or(Found::Bad(Evidence::NoLink), |interface| Found::Good(Evidence::LinkUp { interface }))
}

/// The link on the way out, for the watcher.
#[derive(Debug)]
pub struct WayOut {
    to: Option<IpAddr>,
    /// The interface that the way took when there was one. A cable that is pulled may take the route with it, and then
    /// the link of another interface says nothing of the way that was lost.
    interface: Option<String>,
}

impl WayOut {
    /// The way to `to`; without one any link counts.
    #[must_use]
    pub fn new(to: Option<IpAddr>) -> Self {
        Self { to, interface: None }
    }

    /// Whether there is a link on it now; `None` where the system does not say.
    #[must_use]
    pub fn has_link(&mut self) -> Option<bool> {
        let routes = fs::read_to_string(ROUTES).unwrap_or_default();
        links(Path::new(INTERFACES)).map(|links| self.has_link_among(&links, &routes))
    }

    fn has_link_among(&mut self, links: &[Link], routes: &str) -> bool {
        if let Some(interface) = self.to.and_then(|to| interface_among(routes, to)) {
            self.interface = Some(interface);
        }
        on_the_way(links, self.interface.as_deref()).any(|link| link.is_up)
    }
}

/// Those of the links that the way takes: one, or all where it is not known.
fn on_the_way<'l>(links: &'l [Link], way: Option<&str>) -> impl Iterator<Item = &'l Link> {
    links.iter().filter(move |link| way.is_none_or(|name| name == link.name))
}

/// Whether the till has an address on the way to `to`. Asking for one sends nothing.
#[must_use]
pub fn address(to: IpAddr) -> Found {
    match local_address(to) {
        Some(address) => Found::Good(Evidence::HasAddress { address: address.to_string() }),
        None => Found::Bad(Evidence::NoAddress),
    }
}

/// Whether the router answers within `bound`.
#[must_use]
pub fn gateway(bound: Duration) -> Found {
    let Ok(routes) = fs::read_to_string(ROUTES) else { return Found::NotTried(NotTried::NotKnownHere) };
    let Some(router) = default_router(&routes) else { return Found::Unclear(Evidence::NoGateway) };
    let before = neighbour(router);
    // Whatever is at that port, the system has to find the router's hardware address first.
    let attempt = TcpStream::connect_timeout(&SocketAddr::from((router, ROUTER_PORT)), bound);
    judged(router, attempt.map(drop).map_err(|error| error.kind()), before, neighbour(router))
}

/// What an attempt to connect to the router says of it, and what the system knew of its hardware address before and
/// after.
///
/// A connection that is made or refused is an answer. A known hardware address by itself is none: the system keeps it
/// for many seconds after the router has died. It is one where it was not known before, because then the router has
/// just said it; and a router that is asked for it and does not say it is dead. Silence of a router whose address is
/// known may be the wish of its firewall.
fn judged(router: Ipv4Addr, attempt: Result<(), io::ErrorKind>, before: Neighbour, after: Neighbour) -> Found {
    let address = router.to_string();
    let has_answered = match attempt {
        Ok(()) => true,
        Err(kind) => matches!(kind, io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset),
    };
    match (before, after) {
        _ if has_answered => Found::Good(Evidence::GatewayAnswers { address }),
        (Neighbour::Absent | Neighbour::Asked, Neighbour::Known) => Found::Good(Evidence::GatewayAnswers { address }),
        (Neighbour::Absent | Neighbour::Asked | Neighbour::Known, Neighbour::Asked) => {
            Found::Bad(Evidence::GatewaySilent { address })
        }
        // Absent also after it was asked: a link on which nobody has a hardware address, such as a tunnel.
        (Neighbour::Known, Neighbour::Known)
        | (Neighbour::Absent | Neighbour::Asked | Neighbour::Known, Neighbour::Absent) => {
            Found::Unclear(Evidence::GatewaySilent { address })
        }
    }
}

/// One network interface.
struct Link {
    name: String,
    is_up: bool,
}

/// The interfaces other than the loopback; `None` where the system does not list them.
fn links(folder: &Path) -> Option<Vec<Link>> {
    let entries = fs::read_dir(folder).ok()?.flatten().take(INTERFACES_MAX);
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name != "lo");
    let link = |name: String| {
        // The file of an interface that is switched off cannot be read.
        let carrier = fs::read_to_string(folder.join(&name).join("carrier")).unwrap_or_default();
        Link { is_up: carrier.trim() == "1", name }
    };
    Some(names.map(link).collect())
}

/// The address this till would have towards `to`; a datagram socket is bound to it without a packet being sent.
fn local_address(to: IpAddr) -> Option<IpAddr> {
    let any: SocketAddr = match to {
        IpAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
        IpAddr::V6(_) => ([0_u16; 8], 0).into(),
    };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(SocketAddr::new(to, ROUTER_PORT)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_unspecified())
}

/// The interface that the way to `to` takes.
fn interface_to(to: IpAddr) -> Option<String> {
    interface_among(&fs::read_to_string(ROUTES).ok()?, to)
}

/// The interface of the longest route that contains `to`, and of those the one with the least metric.
fn interface_among(routes: &str, to: IpAddr) -> Option<String> {
    let IpAddr::V4(to) = to else { return None };
    let fitting = routes_of(routes).filter(|route| u32::from(to) & route.mask == route.network);
    fitting.min_by_key(|route| (Reverse(route.mask), route.metric)).map(|route| route.interface)
}

/// The router of the default route with the least metric.
fn default_router(routes: &str) -> Option<Ipv4Addr> {
    let defaults = routes_of(routes).filter(|route| route.mask == 0 && !route.router.is_unspecified());
    defaults.min_by_key(|route| route.metric).map(|route| route.router)
}

struct Route {
    interface: String,
    network: u32,
    mask: u32,
    router: Ipv4Addr,
    metric: u32,
}

/// The lines of `/proc/net/route`: addresses are hexadecimal in the byte order of the machine that wrote them.
fn routes_of(text: &str) -> impl Iterator<Item = Route> {
    let number = |text: &str| u32::from_str_radix(text, 16).ok().map(|bits| u32::from_be_bytes(bits.to_ne_bytes()));
    text.lines().skip(1).filter_map(move |line| {
        let mut columns = line.split_ascii_whitespace();
        let interface = columns.next()?.to_owned();
        let network = number(columns.next()?)?;
        let router = Ipv4Addr::from(number(columns.next()?)?);
        // Flags, references and uses; then the metric, a decimal number.
        let metric = columns.nth(3)?.parse().ok()?;
        let mask = number(columns.next()?)?;
        Some(Route { interface, network, mask, router, metric })
    })
}

/// What the system knows of a neighbour's hardware address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Neighbour {
    /// It has not asked for it.
    Absent,
    /// It has asked and got no answer.
    Asked,
    /// It has it, from now or from a while ago.
    Known,
}

/// What the system knows of the router's.
fn neighbour(router: Ipv4Addr) -> Neighbour {
    neighbour_among(&fs::read_to_string(NEIGHBOURS).unwrap_or_default(), router)
}

/// What `/proc/net/arp` has for `address`: it lists no neighbours on links without hardware addresses.
fn neighbour_among(neighbours: &str, address: Ipv4Addr) -> Neighbour {
    let flags_of = |line: &str| {
        let mut columns = line.split_ascii_whitespace();
        let is_it = columns.next()?.parse() == Ok(address);
        let flags = columns.nth(1).and_then(|text| u32::from_str_radix(text.trim_start_matches("0x"), 16).ok())?;
        is_it.then_some(flags)
    };
    let known = |flags: u32| if flags & NEIGHBOUR_COMPLETE == 0 { Neighbour::Asked } else { Neighbour::Known };
    neighbours.lines().skip(1).find_map(flags_of).map_or(Neighbour::Absent, known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    const TABLE: &str = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
        wlan0\t00000000\t016433C6\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
        eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
        wlan1\t00000000\t017100CB\t0003\t0\t0\t700\t00000000\t0\t0\t0\n\
        eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n\
        broken line\n";

    #[test]
    #[cfg(target_endian = "little")]
    fn routes_are_read_as_linux_writes_them() {
        assert_eq!(default_router(TABLE), Some(Ipv4Addr::new(192, 0, 2, 1)));
        assert_eq!(routes_of(TABLE).count(), 4);
        assert_eq!(default_router(""), None);
        let way = |to: [u8; 4]| interface_among(TABLE, to.into());
        assert_eq!([way([192, 0, 2, 20]), way([203, 0, 113, 53])], [Some("eth0".to_owned()), Some("eth0".to_owned())]);
        assert_eq!(interface_among("", [192, 0, 2, 20].into()), None);
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn only_the_link_on_the_way_out_counts() {
        let link = |name: &str, is_up| Link { name: name.to_owned(), is_up };
        let links = |eth0| [link("docker0", true), link("eth0", eth0), link("wlan0", true)];
        let mut way = WayOut::new(Some([198, 51, 100, 10].into()));
        assert!(way.has_link_among(&links(true), TABLE));
        assert!(!way.has_link_among(&links(false), TABLE));
        assert!(!way.has_link_among(&links(false), ""), "its route went with the cable");
        let by_radio: String = TABLE.lines().filter(|line| !line.starts_with("eth0")).collect::<Vec<_>>().join("\n");
        assert!(way.has_link_among(&links(false), &by_radio), "there is another way now");
        for mut anywhere in [WayOut::new(None), WayOut::new(Some([0_u16; 8].into()))] {
            assert!(anywhere.has_link_among(&links(false), TABLE));
        }
    }

    #[test]
    fn the_system_says_what_it_knows_of_a_hardware_address() {
        let table = "IP address HW type Flags HW address Mask Device\n\
            192.0.2.1 0x1 0x2 02:00:00:00:00:01 * eth0\n192.0.2.9 0x1 0x0 00:00:00:00:00:00 * eth0\n";
        for (last, expected) in [(1, Neighbour::Known), (9, Neighbour::Asked), (7, Neighbour::Absent)] {
            assert_eq!(neighbour_among(table, Ipv4Addr::new(192, 0, 2, last)), expected);
        }
    }

    #[test]
    fn a_router_answers_only_by_what_it_has_just_said() {
        use Neighbour::{Absent, Asked, Known};
        let router = Ipv4Addr::new(192, 0, 2, 1);
        let (answers, silent) = (
            Evidence::GatewayAnswers { address: router.to_string() },
            Evidence::GatewaySilent { address: router.to_string() },
        );
        let (refused, nothing) = (Err(io::ErrorKind::ConnectionRefused), Err(io::ErrorKind::TimedOut));
        for (attempt, before, after, expected) in [
            (Ok(()), Known, Known, Found::Good(answers.clone())),
            (refused, Known, Known, Found::Good(answers.clone())),
            (nothing, Absent, Known, Found::Good(answers.clone())),
            (nothing, Asked, Known, Found::Good(answers)),
            (nothing, Known, Known, Found::Unclear(silent.clone())),
            (nothing, Absent, Absent, Found::Unclear(silent.clone())),
            (Err(io::ErrorKind::PermissionDenied), Known, Absent, Found::Unclear(silent.clone())),
            (nothing, Absent, Asked, Found::Bad(silent.clone())),
            (nothing, Known, Asked, Found::Bad(silent.clone())),
            (Err(io::ErrorKind::HostUnreachable), Asked, Asked, Found::Bad(silent)),
        ] {
            assert_eq!(judged(router, attempt, before, after), expected, "{attempt:?} {before:?} {after:?}");
        }
    }

    #[test]
    fn a_link_is_up_where_its_carrier_says_so() {
        let folder = tempfile::tempdir().unwrap();
        for (name, carrier) in [("lo", Some("1\n")), ("eth0", Some("0\n")), ("wlan0", None)] {
            fs::create_dir(folder.path().join(name)).unwrap();
            if let Some(carrier) = carrier {
                fs::write(folder.path().join(name).join("carrier"), carrier).unwrap();
            }
        }
        let any_up = || links(folder.path()).unwrap().iter().any(|link| link.is_up);
        assert!(!any_up());
        fs::write(folder.path().join("eth0/carrier"), "1\n").unwrap();
        assert!(any_up());
        assert!(links(&folder.path().join("missing")).is_none());
    }

    #[test]
    fn the_way_to_this_machine_has_an_address() {
        let here = IpAddr::from([127, 0, 0, 1]);
        assert_eq!(address(here), Found::Good(Evidence::HasAddress { address: "127.0.0.1".to_owned() }));
    }
}
