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
CURVES = [("OKP", "X25519"), ("EC", "P-256")]


def sealed_by(program: str, public: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "acquirer.jwk")
        file.write_text(public)
        done = subprocess.run([program, "key", "check", str(file)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> int:
    for kind, curve in CURVES:
        key = jwk.JWK.generate(kty=kind, crv=curve, kid=f"check-{curve}")
        compact = sealed_by(sys.argv[1], key.export_public())
        opened = jwe.JWE(algs=["ECDH-ES", "A256GCM"])
        opened.deserialize(compact, key=key)
        card = json.loads(opened.payload)
        header = json.loads(opened.objects["protected"])
        if card != TEST_CARD or header["stopgap"]["till"] != "KEYCHECK":
            print(f"{curve}: opened, but it says something else", file=sys.stderr)
            return 1
        head, *rest = compact.split(".")
        changed = ".".join([head, *rest[:2], ("B" if rest[2][0] == "A" else "A") + rest[2][1:], rest[3]])
        try:
            jwe.JWE(algs=["ECDH-ES", "A256GCM"]).deserialize(changed, key=key)
        except jwe.InvalidJWEData:
            print(f"{curve}: opened by jwcrypto, and not when a byte is changed")
            continue
        print(f"{curve}: a changed seal opened", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
