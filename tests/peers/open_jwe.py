#!/usr/bin/env python3
"""Opens a sealed card with jwcrypto, a JOSE library that shares no code with Stopgap.

Standard input: the private key as a JWK, on one line, then the compact JWE, on the next.
Standard output: the protected header on one line, then the plaintext on the next.
Exit: 0 opened, 1 it does not open, 2 the input is not two lines.

    pip install jwcrypto
"""

import sys

from jwcrypto import jwe, jwk
from jwcrypto.common import JWException


def main() -> int:
    lines = sys.stdin.read().split("\n")
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) != 2:
        print("expected two lines: a private JWK and a compact JWE", file=sys.stderr)
        return 2
    try:
        key = jwk.JWK.from_json(lines[0])
        sealed = jwe.JWE(algs=["ECDH-ES", "A256GCM"])
        sealed.deserialize(lines[1], key=key)
    except (JWException, ValueError) as error:
        print(f"it does not open: {error}", file=sys.stderr)
        return 1
    print(sealed.objects["protected"])
    print(sealed.payload.decode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
