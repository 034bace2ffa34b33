#!/usr/bin/env python3
"""Has stopgap write ZVT messages of every kind, and compares what tshark's own ZVT dissector reads in them with what
stopgap reads in them. The two share no code.

Arguments: the stopgap program, and optionally a folder with captured messages, one in each file (the crate zvt 0.1.0
brings some of a real terminal in its folder data). Exit: 0 both read the same, 1 otherwise.

    apt-get install tshark
"""

import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

PORT = 20007
RAW_IPV4 = 101
FIELDS = ["frame.number", "control_field", "length_field", "bmp", "tlv.tag", "amount", "cc", "trace_number", "time",
          "date", "card_number", "result_code", "card_type", "terminal_id", "int_status", "password",
          "reg.config_byte", "ccrc", "aprc", "tlv.text_lines.line", "tlv.permitted_command", "tlv.receipt_type"]


def bmp(number, value):
    return {"bmp": number, "value": value}


def tlv(*objects):
    return {"bmp": "06", "tlv": list(objects)}


def obj(tag, value):
    return {"tag": tag, "tlv" if isinstance(value, list) else "value": value}


def text(words):
    return words.encode().hex()


RESULT = [bmp("27", "00"), bmp("04", "000000004890"), bmp("49", "0978"), bmp("0c", "225558"), bmp("0d", "1120"),
          bmp("22", "eeeeeeeeeeee1111"), bmp("87", "0231"), bmp("3b", "3735303037310000"), bmp("0b", "000975"),
          bmp("29", "12345678"), bmp("8a", "06")]
BLOCK = [obj("1f07", "02"), obj("25", [obj("07", text("Beleg 0231")), obj("07", text("Danke")), obj("09", "ff")])]

# Each kind of message that Stopgap or its simulated terminal sends. "all": tshark knows every BMP in it.
MESSAGES = [
    ("status enquiry", {"control": "0501"}, False),
    ("registration", {"control": "0600", "head": "080978", "fields": [bmp("03", "00")]}, True),
    ("registration with permitted commands", {"control": "0600", "head": "9e0978", "fields": [
        bmp("03", "00"), tlv(obj("26", [obj("0a", "06d3")]))]}, False),
    ("authorisation", {"control": "0601", "fields": [bmp("04", "000000004890"), bmp("49", "0978")]}, True),
    ("authorisation of the largest amount", {"control": "0601", "fields": [bmp("04", "999999999999")]}, True),
    ("authorisation with reference", {"control": "0601", "fields": [
        bmp("04", "000000000001"), bmp("49", "0978"),
        tlv(obj("e9", [obj("1f62", text("AC")), obj("1f63", text("P0123456"))]))]}, False),
    ("log-off", {"control": "0602"}, False),
    ("repeat receipt", {"control": "0620", "fields": [bmp("03", "03")]}, False),
    ("reversal", {"control": "0630", "fields": [bmp("87", "0231")]}, False),
    ("end of day", {"control": "0650"}, True),
    ("diagnosis", {"control": "0670"}, True),
    ("stop", {"control": "06b0"}, False),
    ("acknowledgement", {"control": "8000"}, True),
    ("refusal", {"control": "849c"}, True),
    ("intermediate status", {"control": "04ff", "head": "0a"}, True),
    ("intermediate status with time-out", {"control": "04ff", "head": "0a03"}, True),
    ("result", {"control": "040f", "fields": RESULT}, True),
    ("result with container", {"control": "040f", "fields": RESULT + [tlv(*BLOCK)]}, True),
    ("refused result", {"control": "040f", "fields": [bmp("27", "05"), bmp("04", "000000004890")]}, True),
    ("completion", {"control": "060f"}, True),
    ("completion of a registration", {"control": "060f", "fields": [
        bmp("19", "00"), bmp("29", "12345678"), bmp("49", "0978")]}, False),
    ("completion with status", {"control": "060f", "head": "f0f0f253319c"}, False),
    ("abort", {"control": "061e", "head": "6c"}, False),
    ("line", {"control": "06d1", "head": "40" + text("Beleg 0231")}, False),
    ("text block", {"control": "06d3", "fields": [tlv(*BLOCK)]}, True),
    ("long text block", {"control": "06d3", "fields": [tlv(obj("25", [obj("07", text("x" * 40))] * 20))]}, True),
]


def ask(program, act, lines):
    done = subprocess.run([program, "zvt", act], input="\n".join(lines), capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1]


def write_capture(path, messages):
    """A capture of one TCP stream to the protocol's port, one packet for each message."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IPV4))
        sequence = 1
        for message in messages:
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
        command = ["tshark", "-r", str(capture), "-d", f"tcp.port=={PORT},zvt", "-T", "fields", "-E", "occurrence=a",
                   "-E", "aggregator=|", "-E", "separator=/t"]
        for field in FIELDS:
            command += ["-e", field if "." in field and field.startswith("frame") else f"zvt.{field}"]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    read = []
    for line in lines:
        values = line.split("\t")
        read.append({name: [one for one in value.split("|") if one] for name, value in zip(FIELDS, values)})
    return read


def objects(containers):
    for one in containers:
        yield one["tag"], one.get("value")
        yield from objects(one.get("tlv", []))


def ours(shown, message):
    """What stopgap read, in tshark's terms."""
    long = message[2] == 0xFF
    fields = shown.get("fields", [])
    values = {field["bmp"]: field.get("value") for field in fields}
    nested = [pair for field in fields for pair in objects(field.get("tlv", []))]
    head = shown.get("head", "")
    control = shown["control"]
    answer = control[:2] in ("80", "84")
    result = head[:2] if control == "061e" else values.get("27")
    said = {
        # tshark has fields of their own for the two bytes of an acknowledgement.
        "control_field": [] if answer else [int(control, 16)],
        "ccrc": [int(control[:2], 16)] if answer else [],
        "aprc": [int(control[2:], 16)] if answer else [],
        "length_field": [int.from_bytes(message[3:5], "little") if long else message[2]],
        "bmp": [int(field["bmp"], 16) for field in fields],
        "tlv.tag": [int(tag, 16) for tag, _ in nested],
        "amount": [int(values["04"])] if "04" in values else [],
        "cc": [int(values["49"], 16)] if "49" in values else [],
        "trace_number": [values["0b"]] if "0b" in values else [],
        "time": [":".join(values["0c"][at:at + 2] for at in (0, 2, 4))] if "0c" in values else [],
        "date": ["/".join((values["0d"][:2], values["0d"][2:]))] if "0d" in values else [],
        "card_number": [values["22"].replace("e", "?").replace("f", "?")] if "22" in values else [],
        "result_code": [int(result, 16)] if result else [],
        "card_type": [int(values["8a"], 16)] if "8a" in values else [],
        "terminal_id": [values["29"]] if "29" in values else [],
        "int_status": [int(head[:2], 16)] if control == "04ff" else [],
        # Lines in the protocol's own code page; empty ones are lost between tshark and here.
        "tlv.text_lines.line": [bytes.fromhex(value).decode("cp437") for tag, value in nested if tag == "07" and value],
    }
    if control == "0600":
        said["reg.config_byte"] = [int(head[:2], 16)]
        said["cc"] = [int(head[2:6], 16)] if len(head) >= 6 else []
    return said


def number(value):
    return int(value, 16) if value.startswith("0x") else int(value)


def differences(read, said, whole, masked):
    """Where tshark contradicts stopgap. It stops at the first BMP it does not know, so it may say less, never else."""
    texts = {"trace_number", "time", "date", "card_number", "terminal_id", "tlv.text_lines.line"}
    for name, expected in said.items():
        found = read[name] if name in texts else [number(value) for value in read[name]]
        if name == "card_number" and masked:
            found, expected = [value[-4:] for value in found], [value[-4:] for value in expected]
        if found != expected[:len(found)]:
            yield f"{name}: tshark reads {found}, stopgap {expected}"
        elif whole and found != expected:
            yield f"{name}: tshark reads only {found} of {expected}"


def compare(names, messages, shown, whole, masked):
    read = dissect(messages)
    if len(read) != len(messages):
        print(f"tshark sees {len(read)} messages in {len(messages)}", file=sys.stderr)
        return 1
    wrong = 0
    for name, found, message, text_shown, all_known in zip(names, read, messages, shown, whole):
        for difference in differences(found, ours(json.loads(text_shown), message), all_known, masked):
            print(f"{name}: {difference}", file=sys.stderr)
            wrong += 1
    return wrong


def main():
    program = sys.argv[1]
    lines = ask(program, "encode", [json.dumps(shown) for _, shown, _ in MESSAGES])
    messages = [bytes.fromhex(line) for line in lines]
    shown = ask(program, "decode", lines)
    wrong = compare([name for name, _, _ in MESSAGES], messages, shown, [known for *_, known in MESSAGES], False)
    if ask(program, "encode", shown) != lines:
        print("what stopgap reads it does not write the same again", file=sys.stderr)
        wrong += 1
    print(f"{len(messages)} messages of stopgap, read by tshark: {wrong} differences")
    if len(sys.argv) > 2:
        captured, readable = [], []
        for file in sorted(Path(sys.argv[2]).iterdir()):
            try:
                readable += ask(program, "decode", [file.read_bytes().hex()])
                captured.append((file.name, file.read_bytes()))
            except subprocess.CalledProcessError as error:
                print(f"{file.name}: {error.stderr.strip()}")
        count = len(captured)
        wrong += compare([name for name, _ in captured], [bytes_ for _, bytes_ in captured], readable,
                         [False] * count, True)
        print(f"{count} captured messages, read by both: {wrong} differences in all")
        wrong += count == 0
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
