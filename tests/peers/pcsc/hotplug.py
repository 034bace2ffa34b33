#!/usr/bin/env python3
"""A reader that is plugged in and out while the real pcscd runs; USB is played by umockdev, the driver by `handler.c`.

Arguments: the program, a folder with `handler.so`. Runs under `umockdev-wrapper`, from `check.sh`.
"""

import os
import sys
import time
from pathlib import Path

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev  # noqa: E402  (the version has to be named before)
from peers import Lines, Service  # noqa: E402

PROGRAM, FOLDER = sys.argv[1], Path(sys.argv[2])
CONTROL = FOLDER / "plugged"
BUNDLE = Path("/usr/lib/pcsc/drivers/check.bundle/Contents")
ROUNDS = 3


def install_driver() -> None:
    library = BUNDLE / "Linux"
    library.mkdir(parents=True)
    (library / "handler.so").write_bytes((FOLDER / "handler.so").read_bytes())
    lists = [("ifdVendorID", "0x1234"), ("ifdProductID", "0x5678"), ("ifdFriendlyName", "Plugged")]
    arrays = [f"<key>{key}</key>\n<array>\n<string>{value}</string>\n</array>" for key, value in lists]
    names = ["<key>CFBundleExecutable</key>", "<string>handler.so</string>", "<key>CFBundleName</key>"]
    # The service reads this line by line, so each element has its own.
    lines = ["<plist>", "<dict>", *names, "<string>CHECK</string>", *arrays, "</dict>", "</plist>", ""]
    (BUNDLE / "Info.plist").write_text("\n".join(lines))


def plug(bed: UMockdev.Testbed) -> str:
    attributes = ["idVendor", "1234", "idProduct", "5678", "bConfigurationValue", "1", "bNumInterfaces", "1"]
    device = bed.add_device(
        "usb", "usb1-1", None, attributes, ["DEVTYPE", "usb_device", "DEVNAME", "bus/usb/001/002"]
    )
    interface = ["bInterfaceNumber", "00", "bInterfaceClass", "0b", "interface", "Check"]
    return bed.add_device("usb", "usb1-1:1.0", device, interface, ["DEVTYPE", "usb_interface"])


def main() -> int:
    CONTROL.write_text("card\n")
    install_driver()
    bed = UMockdev.Testbed.new()
    readers = FOLDER / "no-readers"
    readers.mkdir()
    service = Service(readers, {**os.environ, "UMOCKDEV_DIR": bed.get_root_dir(), "READER_CONTROL": str(CONTROL)})
    service.start()
    took: dict[str, list[float]] = {"reader plugged": [], "reader pulled": [], "reader pulled, the till is told": []}
    watch, till = Lines(PROGRAM, "pcsc-watch"), Lines(PROGRAM, "pcsc-watch", "--supervised")
    try:
        watch.wait(event="service_up")
        till.wait(news="NotConnected, hard: false")
        till.wait(news="NotConnected, hard: false")
        child = plug(bed)
        for _ in range(ROUNDS):
            since = time.monotonic()
            bed.uevent(child, "add")
            took["reader plugged"].append(watch.wait(event="reader_added", reader="Plugged") - since)
            watch.wait(event="card_in", reader="Plugged", found=True)
            till.wait(news="Healthy")
            since = time.monotonic()
            bed.uevent(child, "remove")
            watch.wait(event="card_out", reader="Plugged")
            took["reader pulled"].append(watch.wait(event="reader_removed", reader="Plugged") - since)
            took["reader pulled, the till is told"].append(till.wait(news="NotConnected, hard: true") - since)
        for what, seconds in took.items():
            ms = [round(1000 * value) for value in sorted(seconds)]
            print(f"{what:45} {len(ms)} times  {ms[0]:5} ms  most {ms[-1]:5} ms")
            assert max(seconds) < 1.0, f"{what}: bound 1 s"
    except AssertionError as error:
        print(f"does not hold: {error}", file=sys.stderr)
        return 1
    finally:
        watch.end()
        till.end()
        service.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
