// What an independent client says of the simulated reader: node check_nexo.mjs PATH-OF-STOPGAP
//
// The makers' own library asks the simulated reader for a diagnosis, a payment and its status, over TLS with its own
// check of the certificate and with its own encryption; then its encryption opens what ours sealed, and the other way
// round. Exits with 1 and a line that says what differs.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";

const require = createRequire(import.meta.url);
const { Client, EnvironmentEnum, HttpURLConnectionClient, TerminalLocalAPI } = require("@adyen/api-library");
const NexoCrypto = require("@adyen/api-library/lib/src/security/nexoCrypto").default;

const [stopgap] = process.argv.slice(2);
assert.ok(stopgap, "usage: node check_nexo.mjs PATH-OF-STOPGAP");

const key = { Passphrase: "a passphrase for tests", KeyIdentifier: "peer-key", KeyVersion: 2, AdyenCryptoVersion: 1 };
const folder = mkdtempSync(path.join(tmpdir(), "stopgap-nexo-"));
const keyFile = path.join(folder, "passphrase");
const rootFile = path.join(folder, "root.pem");
writeFileSync(keyFile, `${key.Passphrase}\n`, { mode: 0o600 });
const keyNames = ["--key-identifier", key.KeyIdentifier, "--key-version", String(key.KeyVersion)];

const ways = ["--tls", "--name-suffix", "test.terminal.adyen.com", "--encrypt", keyFile, ...keyNames];
const reader = spawn(stopgap, ["simulate", "reader", "--protocol", "nexo", ...ways], {
  stdio: ["pipe", "pipe", "inherit"],
});
const lines = readline.createInterface({ input: reader.stdout })[Symbol.asyncIterator]();
const nextLine = async () => JSON.parse((await lines.next()).value);
const command = async (order) => {
  reader.stdin.write(`${JSON.stringify(order)}\n`);
  return nextLine();
};

let service = 0;
const header = (category, poiId) => ({
  ProtocolVersion: "3.0",
  MessageClass: "Service",
  MessageCategory: category,
  MessageType: "Request",
  SaleID: "peer-till",
  ServiceID: `N${(service += 1)}`,
  POIID: poiId,
});

async function talk() {
  const place = await nextLine();
  writeFileSync(rootFile, place.root_pem);
  // The library appends the port and path of a real reader; after "#" they are no part of what it connects to.
  const client = new Client({
    apiKey: "unused",
    environment: EnvironmentEnum.TEST,
    certificatePath: rootFile,
    terminalApiLocalEndpoint: `https://${place.address}/nexo/#`,
  });
  client.httpClient = new HttpURLConnectionClient();
  const api = new TerminalLocalAPI(client);
  const ask = async (category, body) => {
    const MessageHeader = header(category, place.poi_id);
    const answer = await api.request({ SaleToPOIRequest: { MessageHeader, ...body } }, key);
    assert.equal(answer.SaleToPOIResponse.MessageHeader.ServiceID, MessageHeader.ServiceID);
    return { answer: answer.SaleToPOIResponse, id: MessageHeader.ServiceID };
  };

  const diagnosis = await ask("Diagnosis", { DiagnosisRequest: { HostDiagnosisFlag: true } });
  assert.equal(diagnosis.answer.DiagnosisResponse.Response.Result, "Success");
  assert.equal(diagnosis.answer.DiagnosisResponse.POIStatus.GlobalStatus, "OK");
  assert.equal(diagnosis.answer.DiagnosisResponse.HostStatus[0].IsReachableFlag, true);

  const payment = await ask("Payment", {
    PaymentRequest: {
      SaleData: { SaleTransactionID: { TransactionID: "2300310427", TimeStamp: "2026-11-20T13:00:00Z" } },
      PaymentTransaction: { AmountsReq: { Currency: "EUR", RequestedAmount: 48.9 } },
    },
  });
  const paid = payment.answer.PaymentResponse;
  assert.equal(paid.Response.Result, "Success");
  assert.equal(paid.PaymentResult.AmountsResp.AuthorizedAmount, 48.9);

  const reference = (category, id) => ({
    TransactionStatusRequest: {
      MessageReference: { MessageCategory: category, SaleID: "peer-till", ServiceID: id },
    },
  });
  const status = await ask("TransactionStatus", reference("Payment", payment.id));
  const repeated = status.answer.TransactionStatusResponse.RepeatedMessageResponse;
  assert.equal(repeated.MessageHeader.ServiceID, payment.id);
  assert.deepEqual(repeated.RepeatedResponseMessageBody.PaymentResponse, paid);

  const reversal = await ask("Reversal", {
    ReversalRequest: {
      OriginalPOITransaction: { POITransactionID: paid.POIData.POITransactionID },
      ReversalReason: "MerchantCancel",
    },
  });
  assert.equal(reversal.answer.ReversalResponse.Response.Result, "Success");
  const booked = (await command({ bookings: true })).done;
  assert.deepEqual(booked.map((one) => [one.amount_minor, one.approved, one.reversed]), [[4890, true, true]]);

  assert.deepEqual(await command({ fault: "next_answer", fate: "other_hmac" }), { done: true });
  await assert.rejects(ask("Diagnosis", { DiagnosisRequest: {} }), { message: "Hmac validation failed" });
  const other = { ...key, Passphrase: "another passphrase" };
  const message = { MessageHeader: header("Diagnosis", place.poi_id), DiagnosisRequest: {} };
  await assert.rejects(api.request({ SaleToPOIRequest: message }, other), "a message sealed with another key");
  console.log("nexo: diagnosis, payment, status and reversal over TLS, sealed, by an independent client");
}

function run(act, message) {
  const args = ["nexo", act, "--key", keyFile, ...keyNames];
  const done = spawnSync(stopgap, args, { input: JSON.stringify(message), encoding: "utf8" });
  return { ok: done.status === 0, status: done.status, text: done.stdout.trim(), why: done.stderr.trim() };
}

function sealAndOpen() {
  const MessageHeader = header("Payment", "V400m-1");
  const clear = { SaleToPOIRequest: { MessageHeader, PaymentRequest: { Text: "Größe 42 € 💳", Amount: 0.3 } } };
  for (let round = 0; round < 20; round += 1) {
    clear.SaleToPOIRequest.PaymentRequest.Text += "x".repeat(round);
    const theirs = { SaleToPOIRequest: NexoCrypto.encrypt(MessageHeader, JSON.stringify(clear), key) };
    const opened = run("open", theirs);
    assert.ok(opened.ok, opened.why);
    assert.equal(opened.text, JSON.stringify(clear));

    const sealed = run("seal", clear);
    assert.ok(sealed.ok, sealed.why);
    const ours = JSON.parse(sealed.text).SaleToPOIRequest;
    assert.deepEqual(JSON.parse(new NexoCrypto().decrypt(ours, key)), clear);
  }
  const changed = { SaleToPOIRequest: NexoCrypto.encrypt(MessageHeader, JSON.stringify(clear), key) };
  changed.SaleToPOIRequest.SecurityTrailer.Hmac = Buffer.alloc(32).toString("base64");
  const refused = run("open", changed);
  assert.equal(refused.status, 1);
  assert.match(refused.why, /does not open with our key/);
  console.log("nexo: 20 messages sealed here and opened there, and 20 the other way round");
}

try {
  await talk();
  sealAndOpen();
} finally {
  reader.stdin.end();
  rmSync(folder, { recursive: true });
}
