"""What the checks run against: the real pcscd, a virtual card for its vpcd driver, and the lines of a program."""

import json
import os
import queue
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

PATIENCE_S = 10


def free_port() -> int:
    """A port whose successor is free too: vpcd takes one for each of its two slots."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


class Card:
    """A card in the vpcd reader from its making until `pull`. Keeps every command it was sent."""

    ATR = bytes.fromhex("3B00")
    POWER_OFF, POWER_ON, RESET, GET_ATR = 0, 1, 2, 4

    def __init__(self, port: int):
        self.commands: list[bytes] = []
        self.line = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self.line.settimeout(None)
        threading.Thread(target=self._serve, daemon=True).start()

    def _read(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            more = self.line.recv(length - len(data))
            if not more:
                raise ConnectionError
            data += more
        return data

    def _serve(self) -> None:
        try:
            while True:
                message = self._read(struct.unpack(">H", self._read(2))[0])
                if len(message) != 1:
                    self.commands.append(message)
                    answer = b"\x6a\x82"
                elif message[0] == self.GET_ATR:
                    answer = self.ATR
                else:
                    continue
                self.line.sendall(struct.pack(">H", len(answer)) + answer)
        except OSError:
            pass

    def pull(self) -> None:
        self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()


class Service:
    """pcscd with its own readers."""

    SOCKET = Path("/run/pcscd/pcscd.comm")

    def __init__(self, configuration: Path, environment: dict[str, str] | None = None):
        self.configuration = configuration
        self.environment = environment
        self.process = None

    def start(self) -> float:
        """Starts it and returns when it was ready."""
        self.process = subprocess.Popen(
            ["pcscd", "--foreground", "--config", str(self.configuration)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment,
        )
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                with socket.socket(socket.AF_UNIX) as line:
                    line.connect(str(self.SOCKET))
                return time.monotonic()
            except OSError:
                time.sleep(0.005)
        raise SystemExit("not run: pcscd does not start")

    def signal(self, number: int) -> float:
        os.kill(self.process.pid, number)
        return time.monotonic()

    def kill(self) -> float:
        at = self.signal(signal.SIGKILL)
        self.process.wait()
        return at


class Lines:
    """A running program and its lines of JSON, each with the moment it came."""

    def __init__(self, *command: str):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines: queue.Queue = queue.Queue()
        self.all: list[tuple[float, dict]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for text in self.process.stdout:
            entry = (time.monotonic(), json.loads(text))
            self.all.append(entry)
            self.lines.put(entry)

    def wait(self, timeout_s: float = PATIENCE_S, **wanted) -> float:
        """Waits for a line with these fields, drops the ones before it, and returns when it came."""
        until = time.monotonic() + timeout_s
        passed = []
        while True:
            try:
                at, line = self.lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{wanted} did not come within {timeout_s} s; instead {passed}") from None
            if all(str(value) in str(line.get(key)) for key, value in wanted.items()):
                return at
            passed.append(line)

    def end(self) -> int:
        """Closes its standard input, which must end it."""
        self.process.stdin.close()
        return self.process.wait(PATIENCE_S)
