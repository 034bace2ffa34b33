#!/usr/bin/env python3
"""Has stopgap seal the public test card to fresh keys, and opens it with jwcrypto, which shares no code with Stopgap.

Argument: the stopgap program. Exit: 0 every seal opens and says what it should, 1 otherwise.

    pip install jwcrypto
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from jwcrypto import jwe, jwk

TEST_CARD = {"pan": "4111111111111111", "exp": "9912"}
KEYS = [
    ("X25519", {"kty": "OKP", "crv": "X25519"}, "ECDH-ES"),
    ("P-256", {"kty": "EC", "crv": "P-256"}, "ECDH-ES"),
    ("RSA 2048", {"kty": "RSA", "size": 2048}, "RSA-OAEP-256"),
    ("RSA 3072", {"kty": "RSA", "size": 3072}, "RSA-OAEP-256"),
]
DE_63_BYTES_MAX = 999


def checked(program: str, text: str) -> subprocess.CompletedProcess:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "acquirer.jwk")
        file.write_text(text)
        return subprocess.run([program, "key", "check", str(file)], capture_output=True, text=True, check=False)


def opens(program: str, name: str, key: jwk.JWK, algorithm: str) -> str | None:
    """What is wrong with a seal to this key, or nothing."""
    done = checked(program, key.export_public())
    if done.returncode != 0:
        return done.stderr.strip()
    compact = done.stdout.strip()
    opened = jwe.JWE(algs=[algorithm, "A256GCM"])
    opened.deserialize(compact, key=key)
    card = json.loads(opened.payload)
    header = json.loads(opened.objects["protected"])
    if card != TEST_CARD or header["stopgap"]["till"] != "KEYCHECK" or header["alg"] != algorithm:
        return "opened, but it says something else"
    if len(compact) > DE_63_BYTES_MAX:
        return f"{len(compact)} bytes do not fit DE 63"
    if key.thumbprint() not in done.stderr.replace(" ", ""):
        return f"the fingerprint is {key.thumbprint()}; stopgap says {done.stderr}"
    head, *rest = compact.split(".")
    changed = ".".join([head, *rest[:2], ("B" if rest[2][0] == "A" else "A") + rest[2][1:], rest[3]])
    try:
        jwe.JWE(algs=[algorithm, "A256GCM"]).deserialize(changed, key=key)
    except jwe.InvalidJWEData:
        print(f"{name}: {len(compact)} bytes, opened by jwcrypto, and not when a byte is changed")
        return None
    return "a changed seal opened"


def main() -> int:
    program = sys.argv[1]
    for name, made, algorithm in KEYS:
        key = jwk.JWK.generate(**made, kid=f"check-{made['kty']}")
        if wrong := opens(program, name, key, algorithm):
            print(f"{name}: {wrong}", file=sys.stderr)
            return 1
    # What the till must not take: the private half of a good key, and an RSA key whose seal would not fit DE 63.
    private = jwk.JWK.generate(kty="RSA", size=2048, kid="private").export_private()
    large = jwk.JWK.generate(kty="RSA", size=4096, kid="large").export_public()
    for name, text, says in [("private key", private, "private or secret key"), ("RSA 4096", large, "DE 63 takes 999")]:
        done = checked(program, text)
        if done.returncode != 2 or says not in done.stderr or done.stdout:
            print(f"{name}: exit {done.returncode}, {done.stdout}{done.stderr}", file=sys.stderr)
            return 1
        print(f"{name}: refused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
