#!/usr/bin/env python3
"""The stories that `check.sh` plays with the real pcscd. Arguments: the program, a folder, the vpcd driver.

Prints how long each thing took to be noticed, and the first thing that does not hold.
"""

import os
import signal
import statistics
import sys
import time
from pathlib import Path

from peers import PATIENCE_S, Card, Lines, Service, free_port

PROGRAM, FOLDER, DRIVER = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
CONTROL = FOLDER / "control"
PORT = free_port()
ROUNDS = 3
VIRTUAL, BREAKABLE = "Virtual", "Breakable"
SELECT = bytes.fromhex("00A404000E") + b"1PAY.SYS.DDF01"
SLICE_S, LATE_S, HUNG_S = 0.5, 2.0, 3.0

took: dict[str, list[float]] = {}


def noticed(what: str, since: float, at: float, bound_s: float) -> None:
    took.setdefault(what, []).append(at - since)
    assert at - since <= bound_s, f"{what}: noticed after {at - since:.3f} s, bound {bound_s} s"


def control(word: str) -> float:
    """Changes what the breakable reader does; a rename, so that it never reads half a word."""
    fresh = CONTROL.with_suffix(".new")
    fresh.write_text(word + "\n")
    os.replace(fresh, CONTROL)
    return time.monotonic()


def configure() -> Path:
    folder = FOLDER / "readers"
    folder.mkdir()
    readers = [(VIRTUAL, f"/dev/null:0x{PORT:04X}", DRIVER, PORT), (BREAKABLE, CONTROL, FOLDER / "handler.so", 1)]
    for name, device, library, channel in readers:
        text = f'FRIENDLYNAME "{name}"\nDEVICENAME {device}\nLIBPATH {library}\nCHANNELID 0x{channel:X}\n'
        (folder / name).write_text(text)
    return folder


def cards() -> None:
    watch = Lines(PROGRAM, "pcsc-watch")
    watch.wait(event="started")
    watch.wait(event="service_up")
    for _ in range(ROUNDS):
        since = time.monotonic()
        card = Card(PORT)
        noticed("card in", since, watch.wait(event="card_in", reader=VIRTUAL, chip="answers"), 1.0)
        since = time.monotonic()
        card.pull()
        noticed("card out", since, watch.wait(event="card_out", reader=VIRTUAL), 1.0)
        assert card.commands == [], f"a card that was not to be asked was sent {card.commands}"
        since = control("mute")
        noticed("mute card in", since, watch.wait(event="card_in", reader=BREAKABLE, chip="mute"), 1.0)
        since = control("broken")
        noticed("reader broken", since, watch.wait(event="reader_faulty", reader=BREAKABLE), 1.0)
        since = control("empty")
        noticed("reader well again", since, watch.wait(event="reader_well", reader=BREAKABLE), 1.0)
    time.sleep(2)
    beats = [at for at, line in watch.all if line["event"] == "beat"]
    longest = max(later - sooner for sooner, later in zip(beats, beats[1:]))
    took["longest time between beats"] = [longest]
    assert longest < SLICE_S + LATE_S, f"a healthy service had no beat for {longest:.3f} s"
    idle = sum(at > beats[-1] - 1.5 for at in beats)
    assert idle <= 8, f"{idle} beats in 1.5 s of quiet: a hot loop"
    assert watch.end() == 0


def chips() -> None:
    watch = Lines(PROGRAM, "pcsc-watch", "--ask-chip")
    watch.wait(event="service_up")
    watch.wait(event="beat")
    for word, chip, bound_s in [("card", "answers", 1.5), ("deaf", "mute", 1.5), ("slow", "mute", 4.0), ("card", "answers", 1.5)]:
        since = control(word)
        noticed(f"chip asked: {word}", since, watch.wait(event="card_in", reader=BREAKABLE, chip=chip), bound_s)
        control("empty")
        watch.wait(event="card_out", reader=BREAKABLE)
    since = time.monotonic()
    card = Card(PORT)
    noticed("chip asked: virtual card", since, watch.wait(event="card_in", reader=VIRTUAL, chip="answers"), 1.5)
    time.sleep(0.2)
    card.pull()
    # A slow card may still have been asked while this one was put in; then this one is taken at its reset's word.
    assert set(card.commands) <= {SELECT}, f"the card was sent more than the one SELECT: {card.commands}"
    assert watch.end() == 0


def service_goes_and_comes(service: Service) -> None:
    watch = Lines(PROGRAM, "pcsc-watch")
    watch.wait(event="service_up")
    for _ in range(ROUNDS):
        watch.wait(event="beat")
        noticed("service killed", service.kill(), watch.wait(event="service_stopped"), 0.5)
        time.sleep(1.2)
        noticed("service started again", service.start(), watch.wait(event="service_up"), 1.5)
        watch.wait(event="reader_added", reader=BREAKABLE)
    stopped = sum(line["event"] == "service_stopped" for _, line in watch.all)
    assert stopped <= 6 * ROUNDS, f"{stopped} lines about a service that was gone: a hot loop"
    assert watch.end() == 0


def service_hangs(service: Service) -> None:
    """The parent's side as well: only it can notice a hang."""
    watch = Lines(PROGRAM, "pcsc-watch", "--supervised")
    watch.wait(news="Healthy")
    for _ in range(3):
        since = service.signal(signal.SIGSTOP)
        noticed("service frozen, the till is told", since, watch.wait(news="ServiceHung"), HUNG_S)
        time.sleep(1)
        since = service.signal(signal.SIGCONT)
        noticed("service goes on, the till is told", since, watch.wait(news="Healthy"), 5.0)
    since = service.kill()
    noticed("service killed, the till is told", since, watch.wait(news="ServiceStopped"), 0.5)
    noticed("service started, the till is told", service.start(), watch.wait(news="Healthy"), 1.5)
    a_restart_is_told_once(service, watch)
    children = descendants(watch.process.pid)
    assert len(children) == 1, f"{children}"
    assert watch.end() == 0
    assert not Path(f"/proc/{children[0]}").exists(), "the child outlived its parent"


def a_restart_is_told_once(service: Service, watch: Lines) -> None:
    """A service that is back before it is tried again was gone all the same, and that is said once."""
    for _ in range(ROUNDS):
        told = len(watch.all)
        service.kill()
        noticed("service restarted, the till is told", service.start(), watch.wait(news="Healthy"), 1.5)
        stopped = sum("ServiceStopped" in line["news"] for _, line in watch.all[told:])
        assert stopped == 1, f"a restart was told {stopped} times: {watch.all[told:]}"


def a_killed_till_leaves_nothing(service: Service) -> None:
    """Also while the child hangs in a frozen service."""
    for frozen in [False, True]:
        watch = Lines(PROGRAM, "pcsc-watch", "--supervised")
        watch.wait(news="Healthy")
        (child,) = descendants(watch.process.pid)
        if frozen:
            service.signal(signal.SIGSTOP)
            time.sleep(0.7)
        watch.process.kill()
        since = time.monotonic()
        while Path(f"/proc/{child}/exe").exists() and time.monotonic() < since + 3:
            time.sleep(0.01)
        noticed("till killed, its child ends" + (" (frozen service)" if frozen else ""), since, time.monotonic(), 1.0)
        service.signal(signal.SIGCONT)
        watch.process.wait()


def no_library() -> None:
    watch = Lines(PROGRAM, "pcsc-watch", "--library", "libpcsclite-absent.so.1")
    watch.wait(event="library_missing", why="libpcsclite-absent.so.1")
    assert watch.process.wait(PATIENCE_S) == 2
    said = watch.process.stderr.read()
    assert said.count("\n") == 1 and "PC/SC is not installed" in said, said
    watch = Lines(PROGRAM, "pcsc-watch", "--supervised", "--library", "libpcsclite-absent.so.1")
    watch.wait(news="PC/SC is not installed")
    time.sleep(1.5)
    assert len(watch.all) == 1, f"said more than once: {watch.all}"
    assert watch.end() == 0


def descendants(parent: int) -> list[int]:
    threads = Path(f"/proc/{parent}/task").iterdir()
    return [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]


def main() -> int:
    control("empty")
    service = Service(configure())
    service.start()
    try:
        cards()
        chips()
        service_goes_and_comes(service)
        service_hangs(service)
        a_killed_till_leaves_nothing(service)
        no_library()
    except AssertionError as error:
        print(f"does not hold: {error}", file=sys.stderr)
        return 1
    finally:
        service.signal(signal.SIGCONT)
        service.kill()
    for what, seconds in took.items():
        ms = sorted(round(1000 * value) for value in seconds)
        print(f"{what:45} {len(ms)} times  {ms[0]:5} ms  median {round(statistics.median(ms)):5} ms  most {ms[-1]:5} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
