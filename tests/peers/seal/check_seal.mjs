// What another JOSE library says of sealed cards: node check_seal.mjs PATH-OF-STOPGAP
//
// jose makes the acquirer's key pairs and opens with the private half what stopgap sealed to the public one. Then it
// has to refuse the same with one letter of any part changed. Exits with 1 and a line that says what differs.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

// Node.js 18, which Debian 12 has, keeps its WebCrypto to itself; jose looks for it when it is loaded.
globalThis.crypto ??= webcrypto;
const { calculateJwkThumbprint, compactDecrypt, exportJWK, generateKeyPair } = await import("jose");

const [stopgap] = process.argv.slice(2);
assert.ok(stopgap, "usage: node check_seal.mjs PATH-OF-STOPGAP");

const kinds = [
  ["ECDH-ES", { crv: "X25519" }],
  ["ECDH-ES", { crv: "P-256" }],
  ["RSA-OAEP-256", { modulusLength: 2048 }],
  ["RSA-OAEP-256", { modulusLength: 3072 }],
];
const folder = mkdtempSync(path.join(tmpdir(), "stopgap-seal-"));
const file = path.join(folder, "acquirer.jwk");

try {
  for (const [alg, options] of kinds) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { ...options, extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: "peer-1", use: "enc", alg };
    const name = `${jwk.kty} ${jwk.crv ?? options.modulusLength}`;
    writeFileSync(file, JSON.stringify(jwk));
    const run = spawnSync(stopgap, ["key", "check", file], { encoding: "utf8" });
    assert.equal(run.status, 0, `${name}: ${run.stderr}`);
    const compact = run.stdout.trim();

    const only = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: ["A256GCM"] };
    const { plaintext, protectedHeader } = await compactDecrypt(compact, privateKey, only);
    assert.deepEqual(JSON.parse(new TextDecoder().decode(plaintext)), { pan: "4111111111111111", exp: "9912" }, name);
    assert.equal(protectedHeader.kid, "peer-1", name);
    assert.deepEqual(Object.keys(protectedHeader.stopgap), ["payment", "till", "amount", "currency"], name);
    assert.ok(run.stderr.replaceAll(" ", "").includes(await calculateJwkThumbprint(jwk)), `${name}: ${run.stderr}`);

    const parts = compact.split(".");
    for (const [place, part] of parts.entries()) {
      if (part === "") continue;
      const other = (part[0] === "A" ? "B" : "A") + part.slice(1);
      const changed = [...parts.slice(0, place), other, ...parts.slice(place + 1)].join(".");
      await assert.rejects(compactDecrypt(changed, privateKey, only), `${name}: opened with part ${place + 1} changed`);
    }
    console.log(`${name}: opened by jose, and not when a part is changed`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
