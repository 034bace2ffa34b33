//! The till's own network, as far as the system tells it without asking anybody: link, address, router.
//!
//! On Linux it is read from `/sys/class/net` and `/proc/net`; elsewhere only the address can be told.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

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
/// How often the neighbours are looked at while the router is asked.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The flag of a neighbour whose hardware address is known (Linux `ATF_COM`).
const NEIGHBOUR_COMPLETE: u32 = 0x2;

/// Whether there is a link on the way to `to`: on the interface that the way takes, or on any when there is no way.
#[must_use]
pub fn carrier(to: IpAddr) -> Found {
    let Some(links) = links(Path::new(INTERFACES)) else { return Found::NotTried(NotTried::NotKnownHere) };
    let on_the_way = interface_to(to).filter(|_| local_address(to).is_some());
    let judged = links.into_iter().filter(|link| on_the_way.as_ref().is_none_or(|name| *name == link.name));
    let up = judged.filter(|link| link.is_up).map(|link| link.name).next();
    up.map_or(Found::Bad(Evidence::NoLink), |interface| Found::Good(Evidence::LinkUp { interface }))
}

/// Whether the till has a link at all, for the watcher; `None` where the system does not say.
#[must_use]
pub fn has_link() -> Option<bool> {
    links(Path::new(INTERFACES)).map(|links| links.iter().any(|link| link.is_up))
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
    let Some((_, router)) = default_route(&routes) else { return Found::Unclear(Evidence::NoGateway) };
    let address = router.to_string();
    let began = Instant::now();
    // Whatever is at that port, the system has to find the router's hardware address first.
    let asked = thread::spawn(move || {
        TcpStream::connect_timeout(&SocketAddr::from((router, ROUTER_PORT)), bound).map_err(|error| error.kind())
    });
    while began.elapsed() < bound {
        if asked.is_finished() || is_neighbour(router) {
            break;
        }
        thread::sleep(LOOK_EVERY);
    }
    let answered =
        asked.is_finished() && matches!(asked.join(), Ok(Ok(_) | Err(std::io::ErrorKind::ConnectionRefused)));
    if answered || is_neighbour(router) {
        Found::Good(Evidence::GatewayAnswers { address })
    } else {
        Found::Bad(Evidence::GatewaySilent { address })
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

/// The interface that the way to `to` takes: the one of the longest route that contains it.
fn interface_to(to: IpAddr) -> Option<String> {
    let IpAddr::V4(to) = to else { return None };
    let routes = fs::read_to_string(ROUTES).ok()?;
    let best = routes_of(&routes).filter(|route| u32::from(to) & route.mask == route.network);
    best.max_by_key(|route| route.mask).map(|route| route.interface)
}

/// The interface and the router of the default route.
fn default_route(routes: &str) -> Option<(String, Ipv4Addr)> {
    let mut defaults = routes_of(routes).filter(|route| route.mask == 0 && !route.router.is_unspecified());
    defaults.next().map(|route| (route.interface, route.router))
}

struct Route {
    interface: String,
    network: u32,
    mask: u32,
    router: Ipv4Addr,
}

/// The lines of `/proc/net/route`: addresses are hexadecimal in the byte order of the machine that wrote them.
fn routes_of(text: &str) -> impl Iterator<Item = Route> {
    let number = |text: &str| u32::from_str_radix(text, 16).ok().map(|bits| u32::from_be_bytes(bits.to_ne_bytes()));
    text.lines().skip(1).filter_map(move |line| {
        let mut columns = line.split_ascii_whitespace();
        let interface = columns.next()?.to_owned();
        let network = number(columns.next()?)?;
        let router = Ipv4Addr::from(number(columns.next()?)?);
        // Flags, references, uses, metric; then the mask.
        let mask = number(columns.nth(4)?)?;
        Some(Route { interface, network, mask, router })
    })
}

/// Whether the system knows the router's hardware address.
fn is_neighbour(router: Ipv4Addr) -> bool {
    fs::read_to_string(NEIGHBOURS).is_ok_and(|neighbours| is_complete(&neighbours, router))
}

/// Whether `/proc/net/arp` has a complete entry for `address`.
fn is_complete(neighbours: &str, address: Ipv4Addr) -> bool {
    neighbours.lines().skip(1).any(|line| {
        let mut columns = line.split_ascii_whitespace();
        let is_it = columns.next().and_then(|text| text.parse::<Ipv4Addr>().ok()) == Some(address);
        let flags = columns.nth(1).and_then(|text| u32::from_str_radix(text.trim_start_matches("0x"), 16).ok());
        is_it && flags.is_some_and(|flags| flags & NEIGHBOUR_COMPLETE != 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    const TABLE: &str = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
        eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
        eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n\
        broken line\n";

    #[test]
    #[cfg(target_endian = "little")]
    fn the_default_route_is_read_as_linux_writes_it() {
        assert_eq!(default_route(TABLE), Some(("eth0".to_owned(), Ipv4Addr::new(192, 0, 2, 1))));
        assert_eq!(routes_of(TABLE).count(), 2);
        assert_eq!(default_route(""), None);
    }

    #[test]
    fn a_neighbour_counts_only_when_its_hardware_address_is_known() {
        let table = "IP address HW type Flags HW address Mask Device\n\
            192.0.2.1 0x1 0x2 02:00:00:00:00:01 * eth0\n192.0.2.9 0x1 0x0 00:00:00:00:00:00 * eth0\n";
        assert!(is_complete(table, Ipv4Addr::new(192, 0, 2, 1)));
        assert!(!is_complete(table, Ipv4Addr::new(192, 0, 2, 9)));
        assert!(!is_complete(table, Ipv4Addr::new(192, 0, 2, 7)));
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
