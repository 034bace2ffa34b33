"""What independent Python libraries say of the payment codes: check_qr.py PATH-OF-STOPGAP

Like check_qr.mjs: the same sale is made by stopgap and by another maker's library, both payloads are taken apart, and the
fields are compared by what they mean. What is known of a library stands beside its sale with the reason. Exits with 1 and
a line for each difference.
"""

import base64
import binascii
import json
import lzma
import subprocess
import sys
import urllib.parse
from decimal import Decimal

import chqr
import qrbill
import qriskit
from hkqr import HKQR
from pyPayNowSg import PayNowConfigFactory, PayNowSerializer
from qriskit.model import parse_payload
from qrplatba.spayd import SpaydGenerator
from segno import helpers
from sgqrgen import SgQRGenerator

STOPGAP = sys.argv[1]
REFERENCE = "2300310425"


def run(arguments, text):
    return subprocess.run([STOPGAP, "qr", *arguments], input=text, capture_output=True, text=True, check=False)


def ours(**request):
    made = run([], json.dumps(request))
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)["payload"]


def refused(**request):
    made = run([], json.dumps(request))
    assert made.returncode == 2 and made.stdout == "" and made.stderr.count("\n") == 1, made
    return made.stderr


# Payloads taken apart.


def objects(text):
    found, place = {}, 0
    while place < len(text):
        name, length = text[place : place + 2], int(text[place + 2 : place + 4])
        assert length > 0 and place + 4 + length <= len(text) and name not in found, text
        found[name] = text[place + 4 : place + 4 + length]
        place += 4 + length
    return found


def emv(payload):
    found = objects(payload)
    crc = binascii.crc_hqx(payload[:-4].encode(), 0xFFFF)
    assert found.pop("63") == f"{crc:04X}", payload
    for name in [*map(str, range(26, 52)), "62", "64", "99"]:
        if name in found:
            found[name] = objects(found[name])
    if "54" in found:
        found["54"] = Decimal(found["54"])
    return found


def epc(payload):
    lines = payload.split("\n") + [""] * 12
    lines[7] = lines[7] and Decimal(lines[7].removeprefix("EUR"))
    return lines[:12]


def swiss(payload):
    return payload.replace("\r\n", "\n").split("\n")


def spayd(payload):
    tag, version, *attributes = payload.rstrip("*").split("*")
    found = dict(attribute.split(":", 1) for attribute in attributes)
    assert len(found) == len(attributes), payload
    return tag, version, {key: urllib.parse.unquote(value) for key, value in found.items()}


# The sales. Each yields its name and the two payloads taken apart.


def transfers():
    made = ours(
        standard="epc",
        amount_minor=4890,
        currency="EUR",
        reference=REFERENCE,
        merchant={"name": "Blumen Schmidt GmbH", "iban": "DE89370400440532013000"},
    )
    # The public function returns a drawn code; the text is made by the one it calls.
    theirs = helpers._make_epc_qr_data(
        "Blumen Schmidt GmbH", "DE89370400440532013000", Decimal("48.90"), text=REFERENCE, encoding=1
    )
    yield "epc as segno makes it", epc(made), epc(theirs.decode())
    made = ours(
        standard="spayd",
        amount_minor=500000,
        currency="CZK",
        reference="1234567890123456",
        variable_symbol="0987654321",
        specific_symbol="77",
        constant_symbol="0558",
        message="MIMORADNY VKLAD",
        merchant={"iban": "CZ2508000000000300300232", "name": "KVETINY"},
    )
    theirs = SpaydGenerator(
        "CZ2508000000000300300232",
        amount=Decimal("5000"),
        currency="CZK",
        reference="1234567890123456",
        recipient_name="KVETINY",
        message="MIMORADNY VKLAD",
        x_vs="0987654321",
        x_ss="77",
        x_ks="0558",
    )
    yield "spayd as qrplatba makes it", spayd(made), spayd(theirs.get_text())


def bills():
    address = {"name": "Robert Schneider AG", "postal_code": "2501", "city": "Biel", "country": "CH"}
    street = {"street": "Rue du Lac", "house_no": "1268"}
    message, info = "Order dated 18.06.2020", "//S1/10/10201409/11/170309"
    iban, reference = "CH4431999123000889012", "210000000003139471430009017"
    made = ours(
        standard="swiss",
        amount_minor=194975,
        currency="CHF",
        reference=reference,
        message=message,
        bill_info=info,
        merchant={**address, **street, "iban": iban},
    )
    creditor = chqr.Creditor(**address, street="Rue du Lac", building_number="1268")
    theirs = chqr.QRBill(
        account=iban,
        creditor=creditor,
        currency="CHF",
        amount=Decimal("1949.75"),
        reference_type="QRR",
        reference=reference,
        additional_information=message,
        billing_information=info,
    ).build_data_string()
    # It always writes the two lines of alternative schemes, which may be left out when they are empty.
    assert theirs.endswith("\n\n"), theirs
    yield "swiss as chqr makes it", swiss(made), swiss(theirs.removesuffix("\n\n"))
    other = {"street": "Rue du Lac", "house_num": "1268", "pcode": "2501", "city": "Biel", "country": "CH"}
    theirs = qrbill.QRBill(
        account=iban,
        creditor={"name": "Robert Schneider AG", **other},
        currency="CHF",
        amount="1949.75",
        reference_number=reference,
        additional_information=message,
        billing_information=info,
    ).qr_data()
    yield "swiss as qrbill makes it", swiss(made), swiss(theirs)
    made = ours(
        standard="swiss",
        amount_minor=None,
        currency="EUR",
        reference="RF18539007547034",
        merchant={**address, "iban": "CH5800791123000889012"},
    )
    theirs = qrbill.QRBill(
        account="CH5800791123000889012",
        creditor={"name": "Robert Schneider AG", "pcode": "2501", "city": "Biel", "country": "CH"},
        currency="EUR",
        reference_number="RF18539007547034",
    ).qr_data()
    yield "swiss without an amount as qrbill makes it", swiss(made), swiss(theirs)


def by_square():
    """Taken apart with Python's own LZMA and base32, and not with a library for by square."""
    made = ours(
        standard="bysquare",
        amount_minor=1550,
        currency="EUR",
        reference="1234567890",
        message="Nákup",
        merchant={"iban": "SK9611000000002918599669", "bic": "TATRSKBX", "name": "Kvety Žilina"},
    )
    packed = base64.b32hexdecode(made + "=" * (-len(made) % 8))
    filters = [{"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 128 * 1024}]
    plain = lzma.decompress(packed[4:], format=lzma.FORMAT_RAW, filters=filters)
    head = (packed[:2], int.from_bytes(packed[2:4], "little"), int.from_bytes(plain[:4], "little"))
    fields = "\t1\t1\t15.50\tEUR\t\t1234567890\t\t\t\tNákup\t1\tSK9611000000002918599669\tTATRSKBX\t0\t0\tKvety Žilina\t\t"
    content = fields.encode()
    yield "bysquare as Python unpacks it", (head, plain[4:]), ((b"\x02\x00", len(plain), binascii.crc32(content)), content)


def emv_built():
    made = ours(
        standard="paynow",
        amount_minor=None,
        currency="SGD",
        reference=REFERENCE,
        amount_editable=True,
        merchant={"proxy_type": "mobile", "proxy_value": "+6591234567", "name": "Example Pte Ltd", "country": "SG"},
    )
    account = PayNowConfigFactory.build_merchant_account_info(proxy_type=0, proxy_value="+6591234567", editable_txn=True)
    bill = PayNowConfigFactory.build_additional_data(REFERENCE)
    theirs = PayNowSerializer.serialize("Example Pte Ltd", account, additional_info=bill)
    yield "paynow as pyPayNowSg makes it", emv(made), emv(theirs)
    made = ours(
        standard="fps",
        amount_minor=2530,
        currency="HKD",
        reference=None,
        bill_number=REFERENCE,
        merchant={"fps_id": "1234567", "country": "HK"},
    )
    theirs = emv(HKQR("1234567").create_hkqr_code("25.30", bill_number=REFERENCE))
    yield "fps as hkqr makes it", emv(made), theirs


def sealed(*fields):
    """A static code of a shop, put together here: pairs of digits and values, templates as lists of such pairs."""

    def text(fields):
        values = ((name, text(value) if isinstance(value, list) else value) for name, value in fields)
        return "".join(f"{name}{len(value):02d}{value}" for name, value in values)

    open_text = f"{text(fields)}6304"
    return f"{open_text}{binascii.crc_hqx(open_text.encode(), 0xFFFF):04X}"


QRIS = sealed(
    ("00", "01"),
    ("01", "11"),
    ("26", [("00", "ID.CO.EXAMPLE.WWW"), ("01", "936000090000000001"), ("02", "000000001"), ("03", "UMI")]),
    ("51", [("00", "ID.CO.QRIS.WWW"), ("02", "ID1020000000001"), ("03", "UMI")]),
    ("52", "5812"),
    ("53", "360"),
    ("58", "ID"),
    ("59", "WARUNG AB"),
    ("60", "JAKARTA"),
    ("61", "10310"),
    ("62", [("07", "A01")]),
)
DUITNOW = sealed(
    ("00", "02"),
    ("01", "11"),
    ("26", [("00", "A0000006150001"), ("01", "501664"), ("02", "123456789")]),
    ("52", "5812"),
    ("53", "458"),
    ("58", "MY"),
    ("59", "Warung AB"),
    ("60", "KL"),
    ("61", "50000"),
)
SGQR = sealed(
    ("00", "01"),
    ("01", "11"),
    ("26", [("00", "SG.PAYNOW"), ("01", "2"), ("02", "201403121W"), ("03", "1")]),
    ("51", [("00", "SG.SGQR"), ("01", "180307510317"), ("02", "070001.0001"), ("04", "02"), ("05", "03")]),
    ("52", "0000"),
    ("53", "702"),
    ("58", "SG"),
    ("59", "EXAMPLE PTE LTD"),
    ("60", "Singapore"),
)


def injected(standard, minor, currency, static, reference=None):
    merchant = {"static_payload": static}
    return ours(
        standard=standard, op="inject", amount_minor=minor, currency=currency, reference=reference, merchant=merchant
    )


def emv_injected():
    made = injected("qris", 1500000, "IDR", QRIS, REFERENCE)
    theirs = qriskit.parse(QRIS).to_dynamic(15000, reference=REFERENCE).dumps()
    yield "qris as qriskit fills it in", emv(made), emv(theirs)
    yield "qris is taken by qriskit", qriskit.is_valid(made), True
    made = injected("duitnow", 4890, "MYR", DUITNOW, REFERENCE)
    # Its rules for amounts are those of QRIS, so the objects are set one by one.
    theirs = parse_payload(DUITNOW).with_tag("01", "12").with_tag("54", "48.90").with_tag("62.05", REFERENCE).dumps()
    yield "duitnow as qriskit fills it in", emv(made), emv(theirs)
    made = injected("sgqr", 4890, "SGD", SGQR, REFERENCE)
    theirs = emv(SgQRGenerator(SGQR).change_price(Decimal("48.90")).change_comment(REFERENCE).qr)
    # It leaves the code marked as one that is used again and again.
    yield "sgqr as sgqrgen fills it in", emv(made), {**theirs, "01": "12"}
    broken = SGQR[:-1] + ("0" if SGQR[-1] != "0" else "1")
    merchant = {"static_payload": broken}
    said = refused(standard="sgqr", op="inject", amount_minor=4890, currency="SGD", merchant=merchant)
    yield "sgqr with a broken CRC is refused", "static_payload" in said, True


CASES = [transfers, bills, by_square, emv_built, emv_injected]

differences = passed = 0
for case in CASES:
    try:
        for name, mine, theirs in case():
            if mine == theirs:
                passed += 1
                print(name)
            else:
                differences += 1
                print(f"{name}: not the same:\n  {mine}\n  {theirs}", file=sys.stderr)
    except Exception as error:  # A library that fails is a difference too; the other sales are compared all the same.
        differences += 1
        print(f"{case.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
print(f"{passed} passed, {differences} failed")
sys.exit(1 if differences else 0)
