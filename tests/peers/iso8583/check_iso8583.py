#!/usr/bin/env python3
"""ISO 8583 messages of `stopgap iso8583`, read and written by pyiso8583 and dissected by tshark.

Random messages over all fields from 2 to 128, from a seed, in both encodings: what stopgap writes is byte for byte what
pyiso8583 writes, each reads what the other wrote, and tshark finds the same fields in it. Damaged messages are refused
with exit code 2 and one line.

usage: check_iso8583.py STOPGAP [MESSAGES] [SEED]
"""

import copy
import json
import random
import string
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import iso8583
from iso8583.specs import default, default_ascii

PORT = 5000
RAW_IPV4 = 228
# How many messages are damaged, in how many ways each; and how many tshark looks at.
DAMAGED, DAMAGES = 60, 3
DISSECTED = 300
PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))

# The classes of ISO 8583:1987 where they are not digits only. pyiso8583 knows lengths and no classes.
SIGNED = {28, 29, 30, 31, 97}
ALPHANUMERIC = {37, 38, 39, 40, 49, 50, 51, 91, 92, 93, 94, 95}
TRACK = {35, 36}
BINARY = {52, 55, 64, 65, 96, 128}
TEXT = {34, 41, 42, 43, 44, 45, 46, 47, 48, 54, 98} | set(range(56, 64)) | set(range(101, 128))

# Where pyiso8583's table is not the standard's: DE 54 is an...120, and DE 55 has room for 999.
LIMITS = {"54": 120, "55": 999}
# Without DE 65: pyiso8583 takes it for a third bitmap, which the standard of 1987 has no fields for.
FIELDS = sorted(set(range(2, 129)) - {65})
# tshark takes DE 86 to 89 for n15, DE 53 for eight bytes and DE 35 for packed digits; fields with a sign and binary ones
# it writes in its own ways. It calls a message malformed whose characters are not of a class as it understands it: that
# is narrower than the standard's, so it is shown messages of the narrower kind.
TSHARK_FIELDS = sorted(set(FIELDS) - SIGNED - BINARY - {35, 53, 86, 87, 88, 89})
TSHARK_DIGITS = {34, 36, 92, 93}
TSHARK_BYTES_MIN, TSHARK_BYTES_MAX = 20, 1_400


def spec_of(base):
    spec = copy.deepcopy(base)
    for field, limit in LIMITS.items():
        spec[field]["max_len"] = limit
    return spec


SPECS = {"ascii-hex-bitmap": spec_of(default_ascii), "ascii-binary-bitmap": spec_of(default)}


def content(dice, number, spec):
    field = spec[str(number)]
    limit = field["max_len"]
    length = dice.choice([0, 1, limit, dice.randint(0, limit)]) if field["len_type"] else limit
    if number in BINARY:
        # The table counts characters in one encoding and bytes in the other.
        count = length // 2 if field["data_enc"] == "ascii" else length
        return bytes(dice.randrange(256) for _ in range(count)).hex().upper()
    if number in SIGNED:
        return dice.choice("CD") + "".join(dice.choices(string.digits, k=length - 1))
    if number in TRACK:
        return "".join(dice.choices(string.digits + "=", k=length))
    if number in ALPHANUMERIC:
        return "".join(dice.choices(string.ascii_letters + string.digits + " ", k=length))
    return "".join(dice.choices(PRINTABLE if number in TEXT else string.digits, k=length))


def random_message(dice, encoding, numbers):
    fields = {str(number): content(dice, number, SPECS[encoding]) for number in sorted(numbers)}
    return {"mti": "".join(dice.choices(string.digits, k=4)), "fields": fields, "encoding": encoding}


def random_messages(dice, count):
    for _ in range(count):
        last = dice.choice([64, 128, 128])
        free = [number for number in FIELDS if number <= last]
        numbers = dice.sample(free, dice.choice([0, 1, 5, 15, 15, 40, len(free)]))
        yield random_message(dice, dice.choice(list(SPECS)), numbers)


def ask(program, act, objects):
    lines = "".join(json.dumps(one) + "\n" for one in objects)
    done = subprocess.run([program, "iso8583", act], input=lines, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(objects), f"{len(answers)} answers to {len(objects)} objects"
    return answers


def theirs(message):
    """The message as pyiso8583 writes it."""
    raw, _ = iso8583.encode({"t": message["mti"], **message["fields"]}, SPECS[message["encoding"]])
    return bytes(raw)


def read_by_them(raw, encoding):
    decoded, _ = iso8583.decode(raw, SPECS[encoding])
    fields = {name: text for name, text in decoded.items() if name.isdigit() and name != "1"}
    return {"mti": decoded["t"], "fields": fields}


def check_messages(program, messages):
    wrong = 0
    written = [bytes.fromhex(answer["hex"]) for answer in ask(program, "encode", messages)]
    own = [theirs(message) for message in messages]
    read = ask(program, "decode", [{"hex": raw.hex(), "encoding": message["encoding"]}
                                   for raw, message in zip(own, messages)])
    for message, ours, their, ours_read in zip(messages, written, own, read):
        asked = {"mti": message["mti"], "fields": message["fields"]}
        found = read_by_them(ours, message["encoding"])
        for what, one, other in (("bytes", ours, their), ("read by pyiso8583", found, asked),
                                 ("read by stopgap", ours_read, asked)):
            if one != other:
                print(f"{what}: {one!r} and not {other!r}", file=sys.stderr)
                wrong += 1
    return wrong


def check_damage(program, dice, messages):
    """Each damaged message is a run of its own, for a bad line ends the command."""
    wrong = 0
    for message in messages:
        raw = theirs(message).hex()
        bad = [
            ("decode", {"hex": raw[:-2], "encoding": message["encoding"]}),
            ("decode", {"hex": raw + "30", "encoding": message["encoding"]}),
            ("decode", {"hex": raw + "3", "encoding": message["encoding"]}),
            ("decode", {"hex": "", "encoding": message["encoding"]}),
            ("decode", {"hex": raw, "encoding": "ebcdic"}),
            ("encode", {**message, "mti": message["mti"][:3]}),
            ("encode", {**message, "fields": {**message["fields"], "129": "0"}}),
            ("encode", {**message, "fields": {**message["fields"], "1": "0000000000000000"}}),
            ("encode", {**message, "fields": {**message["fields"], "4": "1"}}),
            ("encode", {**message, "fields": {**message["fields"], "11": "00000x"}}),
            ("encode", {**message, "fields": {**message["fields"], "52": "00112233445566"}}),
            ("encode", {**message, "fields": {**message["fields"], "55": "9F2"}}),
            ("encode", {**message, "fields": {**message["fields"], "2": "4" * 20}}),
        ]
        for act, given in dice.sample(bad, DAMAGES):
            done = subprocess.run([program, "iso8583", act], input=json.dumps(given), capture_output=True, text=True)
            if done.returncode != 2 or done.stdout or len(done.stderr.splitlines()) != 1:
                print(f"{act} {given}: exit {done.returncode}, {done.stdout!r}, {done.stderr!r}", file=sys.stderr)
                wrong += 1
    return wrong


def write_capture(path, messages):
    """A capture of one TCP stream, one packet for each message with its length of two bytes."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IPV4))
        sequence = 1
        for message in messages:
            message = struct.pack(">H", len(message)) + message
            tcp = struct.pack(">HHIIBBHHH", 40000, PORT, sequence, 1, 0x50, 0x18, 8192, 0, 0)
            length = 20 + len(tcp) + len(message)
            ip = struct.pack(">BBHHHBBH8s", 0x45, 0, length, 0, 0, 64, 6, 0, bytes([10, 0, 0, 1, 10, 0, 0, 2]))
            packet = ip + tcp + message
            file.write(struct.pack("<IIII", sequence, 0, len(packet), len(packet)) + packet)
            sequence += len(message)


def dissect(messages):
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder, "messages.pcap")
        write_capture(capture, messages)
        command = ["tshark", "-r", str(capture), "-d", f"tcp.port=={PORT},iso8583",
                   "-o", "iso8583.len_endian:Big endian", "-o", "iso8583.binencode:Bin data not encoded",
                   "-T", "json", "-J", "iso8583"]
        packets = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return [packet["_source"]["layers"].get("iso8583", {}) for packet in packets]


def narrow(number, text):
    if number in TSHARK_DIGITS:
        return "".join(char if char.isdigit() else "7" for char in text)
    return "".join(char if char.isalnum() else "x" for char in text) if number in ALPHANUMERIC | {54} else text


def check_dissection(program, dice, count):
    """tshark looks at messages with binary bitmaps that are neither very short nor longer than a packet."""
    messages = []
    while len(messages) < count:
        numbers = dice.sample(TSHARK_FIELDS, dice.choice([3, 8, 15, 25]))
        message = random_message(dice, "ascii-binary-bitmap", numbers)
        # It leaves out empty fields, and blanks at the ends.
        texts = {name: narrow(int(name), text) for name, text in message["fields"].items()}
        message["fields"] = {name: text for name, text in texts.items() if text and text == text.strip()}
        message["mti"] = "0" + message["mti"][1:]
        if TSHARK_BYTES_MIN <= len(theirs(message)) <= TSHARK_BYTES_MAX:
            messages.append(message)
    written = [bytes.fromhex(answer["hex"]) for answer in ask(program, "encode", messages)]
    wrong = unread = 0
    for message, layer in zip(messages, dissect(written)):
        # Of a thousand messages tshark calls one or two malformed at the bitmap and shows nothing of them.
        if not layer:
            unread += 1
            continue
        found = {name.removeprefix("iso8583.bit"): text for name, text in layer.items() if ".bit" in name}
        if found != message["fields"] or layer.get("iso8583.mti") != message["mti"]:
            print(f"tshark reads {layer} and not {message}", file=sys.stderr)
            wrong += 1
    if unread > len(messages) // 100:
        print(f"tshark reads nothing of {unread} messages", file=sys.stderr)
        wrong += unread
    return wrong, unread


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 4_000
    dice = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 8583)
    messages = list(random_messages(dice, count))
    differences = check_messages(program, messages)
    print(f"{count} messages written and read by stopgap and by pyiso8583: {differences} differences")
    taken = check_damage(program, dice, messages[:DAMAGED])
    print(f"{DAMAGED * DAMAGES} damaged messages: {taken} not refused as they should be")
    dissected, unread = check_dissection(program, dice, DISSECTED)
    print(f"{DISSECTED - unread} of {DISSECTED} messages dissected by tshark: {dissected} differences")
    return 1 if differences or taken or dissected else 0


if __name__ == "__main__":
    sys.exit(main())
