// What another JOSE library says of an encrypted support pack: node check_pack.mjs PATH-OF-STOPGAP LEDGER
//
// jose makes the supplier's key pairs and opens what `stopgap support-pack` wrote for the public half: a zip archive in
// which no test card's number stands. Exits with 1 and a line that says what differs.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

globalThis.crypto ??= webcrypto;
const { compactDecrypt, exportJWK, generateKeyPair } = await import("jose");

const [stopgap, ledger] = process.argv.slice(2);
assert.ok(ledger, "usage: node check_pack.mjs PATH-OF-STOPGAP LEDGER");

const sample = new URL("../../../samples/eu.toml", import.meta.url);
const folder = mkdtempSync(path.join(tmpdir(), "stopgap-pack-"));
const inside = (name) => path.join(folder, name);

try {
  const settings = readFileSync(sample, "utf8");
  writeFileSync(inside("stopgap.toml"), settings.replace("[service]\n", '[service]\npack_key = "support.jwk"\n'));
  for (const [alg, options] of [["ECDH-ES", { crv: "X25519" }], ["ECDH-ES", { crv: "P-256" }], ["RSA-OAEP-256", {}]]) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { ...options, extractable: true });
    writeFileSync(inside("support.jwk"), JSON.stringify({ ...(await exportJWK(publicKey)), kid: "support-1" }));
    rmSync(inside("pack.zip.jwe"), { force: true });
    const words = ["support-pack", "--out", inside("pack.zip.jwe"), "--config", inside("stopgap.toml"), "--data", ledger];
    const run = spawnSync(stopgap, words, { encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr);
    const { plaintext, protectedHeader } = await compactDecrypt(readFileSync(inside("pack.zip.jwe"), "utf8"), privateKey);
    assert.deepEqual([protectedHeader.cty, protectedHeader.enc], ["zip", "A256GCM"]);
    writeFileSync(inside("pack.zip"), plaintext);
    const listed = spawnSync("python3", ["-m", "zipfile", "-e", inside("pack.zip"), inside("opened")]);
    assert.equal(listed.status, 0, "no archive came out");
    const cases = readFileSync(path.join(inside("opened"), "cases.json"), "utf8");
    const journal = readFileSync(path.join(inside("opened"), "journal.jsonl"), "utf8");
    assert.ok(JSON.parse(cases).length >= 1, "the demo has a case");
    assert.ok(!/[0-9]{13,19}/.test(journal.replaceAll(/"seq":[0-9]+/g, "")), "a number as long as a card's");
    console.log(`support pack for ${alg} ${options.crv ?? "2048"}: opened by jose, ${plaintext.length} bytes`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
