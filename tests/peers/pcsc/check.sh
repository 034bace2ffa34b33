#!/usr/bin/env bash
# Checks the watch over PC/SC readers against the real pcscd, with a virtual card and a reader that can be broken.
# Argument: the stopgap program. Exit: 0 all holds, 1 something does not, 2 not run (a peer is missing), which is a
# failure too: a check that did not run has shown nothing.
set -euo pipefail
program=$(realpath "${1:?usage: check.sh STOPGAP}")
here=$(cd "$(dirname "$0")" && pwd)
driver=/usr/lib/pcsc/drivers/serial/libifdvpcd.so

not_run() {
  echo "not run: $1" >&2
  exit 2
}

[ "$(uname)" = Linux ] || not_run "pcscd is checked on Linux only"
[ "$(id -u)" = 0 ] || not_run "a private folder for pcscd needs root"
python=/usr/bin/python3
has_umockdev() { "$python" -c 'import gi; gi.require_version("UMockdev", "1.0")' 2>/dev/null; }
if ! command -v pcscd >/dev/null || [ ! -e "$driver" ] || ! has_umockdev; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    pcscd vsmartcard-vpcd umockdev gir1.2-umockdev-1.0 python3-gi; } >/dev/null 2>&1 ||
    not_run "pcscd, vsmartcard-vpcd and umockdev cannot be installed"
fi
command -v cc >/dev/null || not_run "no C compiler for the reader that can be broken"
has_umockdev || not_run "no umockdev for $python"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cc -shared -fPIC -Wall -Wextra -o "$folder/handler.so" "$here/handler.c" || not_run "the handler does not compile"

# pcscd has one fixed folder for its socket and one for its drivers. Private ones for each run, so that checks can run
# beside each other and beside a real pcscd; they go with the last process in them.
mkdir -p /run/pcscd /run/udev
unshare --mount --propagation private true 2>/dev/null || not_run "this machine allows no private mounts"
private() {
  unshare --mount --propagation private sh -c 'mount -t tmpfs tmpfs /run/pcscd && exec "$@"' sh "$@"
}
private "$python" "$here/check.py" "$program" "$folder" "$driver"
# Plugging in goes through libudev, which hears nothing where this file is missing.
private sh -c 'mount -t tmpfs tmpfs /run/udev && touch /run/udev/control && mount -t tmpfs tmpfs /usr/lib/pcsc/drivers &&
  exec umockdev-wrapper "$@"' sh "$python" "$here/hotplug.py" "$program" "$folder"
