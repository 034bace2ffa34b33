// What independent libraries say of the payment codes: node check_qr.mjs PATH-OF-STOPGAP
//
// The same sale is made by stopgap and by another maker's library, both payloads are taken apart, and the fields are
// compared by what they mean. Where a library is known to be wrong, or cannot make the same, the sale has that in
// `allowed` with the reason; nothing else is loosened. Each code is drawn too, and its picture read by another decoder.
// Exits with 1 and a line for each difference.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

import * as bysquare from "bysquare/pay";
import upiqr from "upiqr";

const require = createRequire(import.meta.url);
const { BakongKHQR, IndividualInfo, MerchantInfo, khqrData } = require("bakong-khqr");
const { Merchant } = require("emv-qrcps");
const { FPS } = require("hkqr-fps");
const jsQR = require("jsqr");
const PaynowQR = require("paynowqr");
const { createStaticPix } = require("pix-utils");
const { PNG } = require("pngjs");
const promptpay = require("promptpay-qr");
const promptparse = require("promptparse");
const sepa = require("sepa-payment-qr-code");
const spayd = require("spayd");
const { QRPay } = require("vietnam-qr-pay");
// The library keeps the maker of the text to itself, beside what it exports.
const inside = path.join(path.dirname(require.resolve("swissqrbill/svg")), "../shared/qr-code.cjs");
const { generateQRData } = require(inside);

const [stopgap] = process.argv.slice(2);
assert.ok(stopgap, "usage: node check_qr.mjs PATH-OF-STOPGAP");

const folder = mkdtempSync(path.join(tmpdir(), "stopgap-qr-"));
const picture = path.join(folder, "code.png");

function ours(request) {
  const run = spawnSync(stopgap, ["qr", "--png", picture], { input: JSON.stringify(request), encoding: "utf8" });
  assert.equal(run.status, 0, `${request.standard}: ${run.stderr}`);
  return JSON.parse(run.stdout).payload;
}

/** The text of the picture of our last code, by another decoder. */
function pictured() {
  const { width, height, data } = PNG.sync.read(readFileSync(picture));
  const code = jsQR(new Uint8ClampedArray(data), width, height);
  return code && Buffer.from(code.binaryData).toString("utf8");
}

// Payloads taken apart.

function crc16(text) {
  let crc = 0xffff;
  for (const byte of Buffer.from(text, "utf8")) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}

function objects(text) {
  const characters = [...text];
  const found = {};
  for (let place = 0; place < characters.length; ) {
    const id = characters.slice(place, place + 2).join("");
    const length = Number(characters.slice(place + 2, place + 4).join(""));
    assert.ok(/^\d\d$/.test(id) && length > 0 && place + 4 + length <= characters.length, `objects of ${text}`);
    assert.ok(!(id in found), `${id} twice in ${text}`);
    found[id] = characters.slice(place + 4, place + 4 + length).join("");
    place += 4 + length;
  }
  return found;
}

const TEMPLATES = [...Array(26).keys()].map((place) => String(place + 26)).concat("62", "64", "80", "99");

/** EMV: the objects by their two digits, templates taken apart too; the CRC has to be right. */
function emv(payload) {
  const found = objects(payload);
  const { 63: crc, ...rest } = found;
  assert.equal(crc, crc16(payload.slice(0, -4)), `CRC of ${payload}`);
  for (const id of TEMPLATES.filter((template) => template in rest)) rest[id] = objects(rest[id]);
  return rest;
}

/** An amount as a number of hundredths, however many decimals it is written with. */
const hundredths = (text) => text && BigInt(Math.round(Number(text) * 100)).toString();
const withAmount = (fields, name) => (fields[name] ? { ...fields, [name]: hundredths(fields[name]) } : fields);

const takeApart = {
  emv: (payload) => withAmount(emv(payload), "54"),
  epc: (payload) => {
    const names = "tag version charset id bic name iban amount purpose structured text information".split(" ");
    const lines = payload.split(/\r?\n/);
    const fields = Object.fromEntries(names.map((name, place) => [name, lines[place] ?? ""]));
    return withAmount({ ...fields, amount: fields.amount.replace("EUR", "") }, "amount");
  },
  swiss: (payload) => ({ ...payload.split(/\r?\n/) }),
  spayd: (payload) => {
    const [tag, version, ...attributes] = payload.replace(/\*$/, "").split("*");
    const pairs = attributes.map((attribute) => attribute.split(/:(.*)/s).slice(0, 2));
    assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length, payload);
    const decoded = pairs.map(([key, value]) => [key, decodeURIComponent(value)]);
    return withAmount({ tag, version, ...Object.fromEntries(decoded) }, "AM");
  },
  upi: (payload) => {
    const { protocol, searchParams } = new URL(payload);
    return withAmount({ protocol, ...Object.fromEntries(searchParams) }, "am");
  },
  bysquare: (payload) => JSON.parse(JSON.stringify(bysquare.decode(payload))),
};

// The sales.

const reference = "2300310425";
const soon = Date.now() + 10 * 60 * 1000;

const fps = (fill) => {
  const code = new FPS();
  fill(code);
  return code.generate().data;
};
const khqr = (made) => {
  assert.equal(made.status.code, 0, JSON.stringify(made.status));
  return made.data.qr;
};
const ownCreation = {
  why: "the time of creation is that of the making, and so of each its own",
  both: (fields) => ({ ...fields, 99: fields[99] && { "01": fields[99]["01"] } }),
};
const shortCrc = {
  why: "its CRC loses leading zeros",
  theirs: (payload) => payload.replace(/6304([0-9A-F]{1,3})$/, (_, crc) => `6304${crc.padStart(4, "0")}`),
};

const swissCreditor = {
  name: "Robert Schneider AG",
  street: "Rue du Lac",
  house_no: "1268",
  postal_code: "2501",
  city: "Biel",
  country: "CH",
};
const swissPeer = ({ street, house_no: house, postal_code: zip, ...rest }) => ({
  ...rest,
  address: street,
  buildingNumber: house,
  zip,
});

const tlv = (id, value) => Merchant.buildTLV(id, value.length, value);

/**
 * Each sale: the library, the form of the payload, our request, what the library makes, and what is allowed to it: its
 * text put right (`theirs`), or a field left out of both (`both`).
 */
const SALES = [
  {
    peer: "pix-utils",
    form: "emv",
    request: {
      standard: "pix",
      amount_minor: 4890,
      currency: "BRL",
      reference,
      message: "Pedido 7",
      merchant: { pix_key: "+5511987654321", name: "PADARIA SAO JOAO", city: "SAO PAULO", country: "BR" },
    },
    theirs: () =>
      createStaticPix({
        merchantName: "PADARIA SAO JOAO",
        merchantCity: "SAO PAULO",
        pixKey: "+5511987654321",
        infoAdicional: "Pedido 7",
        transactionAmount: 48.9,
        txid: reference,
      }).toBRCode(),
  },
  {
    peer: "pix-utils",
    form: "emv",
    request: {
      standard: "pix",
      amount_minor: null,
      currency: "BRL",
      reference: null,
      merchant: { pix_key: "loja@exemplo.com.br", name: "LOJA", city: "RECIFE", country: "BR" },
    },
    theirs: () =>
      createStaticPix({
        merchantName: "LOJA",
        merchantCity: "RECIFE",
        pixKey: "loja@exemplo.com.br",
        transactionAmount: 0,
      }).toBRCode(),
  },
  {
    peer: "paynowqr",
    form: "emv",
    request: {
      standard: "paynow",
      amount_minor: 1050,
      currency: "SGD",
      reference,
      expiry: "20291231",
      amount_editable: false,
      merchant: { proxy_type: "uen", proxy_value: "201403121W", name: "Example Pte Ltd", country: "SG" },
    },
    theirs: () =>
      new PaynowQR({
        uen: "201403121W",
        amount: 10.5,
        editable: false,
        expiry: "20291231",
        refNumber: reference,
        company: "Example Pte Ltd",
      }).output(),
  },
  ...[
    ["mobile", "0812345678"],
    ["national_id", "1234567890121"],
    ["ewallet", "123456789012345"],
  ].map(([proxy_type, proxy_value]) => ({
    peer: "promptpay-qr",
    form: "emv",
    request: {
      standard: "promptpay",
      amount_minor: 4890,
      currency: "THB",
      reference: null,
      merchant: { proxy_type, proxy_value, country: "TH" },
    },
    theirs: () => promptpay(proxy_value, { amount: 48.9 }),
  })),
  {
    peer: "promptparse",
    form: "emv",
    request: {
      standard: "promptpay_bill",
      amount_minor: 4890,
      currency: "THB",
      reference,
      reference2: "SHOP1",
      merchant: { biller_id: "099400015930301", country: "TH" },
    },
    theirs: () =>
      promptparse.generate.billPayment({ billerId: "099400015930301", amount: 48.9, ref1: reference, ref2: "SHOP1" }),
  },
  {
    peer: "vietnam-qr-pay",
    form: "emv",
    request: {
      standard: "vietqr",
      amount_minor: 180000,
      currency: "VND",
      reference,
      merchant: { bank_bin: "970416", account: "257678859", service: "QRIBFTTA", country: "VN" },
    },
    theirs: () =>
      QRPay.initVietQR({ bankBin: "970416", bankNumber: "257678859", amount: "180000", purpose: reference }).build(),
  },
  {
    peer: "bakong-khqr",
    form: "emv",
    request: {
      standard: "khqr",
      amount_minor: 1250,
      currency: "USD",
      reference,
      expires_at_ms: soon,
      merchant: { kind: "individual", bakong_account: "shop_one@devb", name: "Flower Shop", city: "Phnom Penh" },
    },
    theirs: () =>
      khqr(
        new BakongKHQR().generateIndividual(
          new IndividualInfo("shop_one@devb", "Flower Shop", "Phnom Penh", {
            currency: khqrData.currency.usd,
            amount: 12.5,
            billNumber: reference,
            expirationTimestamp: soon,
          }),
        ),
      ),
    allowed: [ownCreation],
  },
  {
    peer: "bakong-khqr",
    form: "emv",
    request: {
      standard: "khqr",
      amount_minor: 5000000,
      currency: "KHR",
      reference,
      expires_at_ms: soon,
      merchant: {
        kind: "merchant",
        bakong_account: "shop_one@devb",
        merchant_id: "123456",
        acquiring_bank: "DEVBKKHP",
        name: "Flower Shop",
        city: "Phnom Penh",
        mcc: "5992",
        store_label: "Market",
        terminal_label: "Till 2",
        mobile: "85587575857",
      },
    },
    theirs: () =>
      khqr(
        new BakongKHQR().generateMerchant(
          new MerchantInfo("shop_one@devb", "Flower Shop", "Phnom Penh", "123456", "DEVBKKHP", {
            currency: khqrData.currency.khr,
            amount: 50000,
            billNumber: reference,
            mobileNumber: "85587575857",
            storeLabel: "Market",
            terminalLabel: "Till 2",
            merchantCategoryCode: "5992",
            expirationTimestamp: soon,
          }),
        ),
      ),
    allowed: [ownCreation],
  },
  ...[
    [{ fps_id: "1234567" }, (code) => code.setFPSId("1234567")],
    [{ mobile: "+852-91234567" }, (code) => code.setMobile("+852-91234567")],
    [{ email: "shop@example.hk" }, (code) => code.setEmail("shop@example.hk")],
  ].map(([merchant, proxy]) => ({
    peer: "hkqr-fps",
    form: "emv",
    request: {
      standard: "fps",
      amount_minor: 2530,
      currency: "HKD",
      reference: null,
      bill_number: reference,
      merchant: { ...merchant, country: "HK" },
    },
    theirs: () =>
      fps((code) => {
        proxy(code);
        code.setHKD();
        code.setDynamic();
        code.setAmount(25.3);
        code.setBillNumber(reference);
      }),
    allowed: [shortCrc],
  })),
  {
    peer: "emv-qrcps",
    form: "emv",
    request: {
      standard: "emvco",
      amount_minor: 2530,
      currency: "EUR",
      reference: null,
      bill_number: reference,
      merchant: {
        account: { tag: 27, guid: "org.example.pay", fields: { "01": "SHOP42" } },
        mcc: "5992",
        name: "Flower Shop",
        city: "Lisbon",
        country: "PT",
        postal_code: "1100",
        terminal: "T2",
      },
    },
    theirs: () => {
      const account = Merchant.buildMerchantAccountInformation();
      account.setGloballyUniqueIdentifier("org.example.pay");
      account.addPaymentNetworkSpecific("01", "SHOP42");
      const additional = Merchant.buildAdditionalDataFieldTemplate();
      additional.setBillNumber(reference);
      additional.setTerminalLabel("T2");
      const code = Merchant.buildEMVQR();
      code.setPayloadFormatIndicator("01");
      code.setPointOfInitiationMethod("12");
      code.addMerchantAccountInformation("27", account);
      code.setMerchantCategoryCode("5992");
      code.setTransactionCurrency("978");
      code.setTransactionAmount("25.30");
      code.setCountryCode("PT");
      code.setMerchantName("Flower Shop");
      code.setMerchantCity("Lisbon");
      code.setPostalCode("1100");
      code.setAdditionalDataFieldTemplate(additional);
      return code.generatePayload();
    },
  },
  {
    peer: "sepa-payment-qr-code",
    form: "epc",
    request: {
      standard: "epc",
      amount_minor: 4890,
      currency: "EUR",
      reference,
      merchant: { name: "Blumen Schmidt GmbH", iban: "DE89370400440532013000" },
    },
    theirs: () =>
      sepa({
        name: "Blumen Schmidt GmbH",
        iban: "DE89370400440532013000",
        amount: 48.9,
        unstructuredReference: reference,
      }),
  },
  {
    peer: "sepa-payment-qr-code",
    form: "epc",
    request: {
      standard: "epc",
      amount_minor: 1,
      currency: "EUR",
      reference: null,
      structured_reference: "RF18539007547034",
      purpose: "GDDS",
      information: "Merci",
      merchant: { name: "Fleurs Élodie", iban: "CH9300762011623852957", bic: "UBSWCHZH80A" },
    },
    theirs: () =>
      sepa({
        name: "Fleurs Élodie",
        iban: "CH9300762011623852957",
        bic: "UBSWCHZH80A",
        amount: 0.01,
        purposeCode: "GDDS",
        structuredReference: "RF18539007547034",
        information: "Merci",
      }),
  },
  {
    peer: "swissqrbill",
    form: "swiss",
    request: {
      standard: "swiss",
      amount_minor: 194975,
      currency: "CHF",
      reference: "210000000003139471430009017",
      message: "Order dated 18.06.2020",
      bill_info: "//S1/10/10201409/11/170309/30/106017086",
      debtor: { ...swissCreditor, name: "Pia Rütschmann" },
      merchant: { ...swissCreditor, iban: "CH4431999123000889012" },
    },
    theirs: () =>
      generateQRData({
        creditor: { ...swissPeer(swissCreditor), account: "CH4431999123000889012" },
        debtor: swissPeer({ ...swissCreditor, name: "Pia Rütschmann" }),
        amount: 1949.75,
        currency: "CHF",
        reference: "210000000003139471430009017",
        message: "Order dated 18.06.2020",
        additionalInformation: "//S1/10/10201409/11/170309/30/106017086",
      }),
  },
  {
    peer: "swissqrbill",
    form: "swiss",
    request: {
      standard: "swiss",
      amount_minor: null,
      currency: "EUR",
      reference: "RF18539007547034",
      merchant: { ...swissCreditor, iban: "CH5800791123000889012" },
    },
    theirs: () =>
      generateQRData({
        creditor: { ...swissPeer(swissCreditor), account: "CH5800791123000889012" },
        currency: "EUR",
        reference: "RF18539007547034",
      }),
  },
  {
    peer: "spayd",
    form: "spayd",
    request: {
      standard: "spayd",
      amount_minor: 48050,
      currency: "CZK",
      reference: "1234567890",
      message: "PLATBA ZA ZBOZI",
      specific_symbol: "77",
      constant_symbol: "3558",
      instant: true,
      merchant: { iban: "CZ5855000000001265098001", bic: "RZBCCZPP", name: "KVETINY" },
    },
    theirs: () =>
      spayd({
        acc: "CZ5855000000001265098001+RZBCCZPP",
        am: "480.50",
        cc: "CZK",
        msg: "PLATBA ZA ZBOZI",
        pt: "IP",
        rn: "KVETINY",
        xvs: "1234567890",
        xss: "77",
        xks: "3558",
      }),
  },
  {
    peer: "upiqr",
    form: "upi",
    request: {
      standard: "upi",
      amount_minor: 49900,
      currency: "INR",
      reference,
      message: "Flowers & more",
      merchant: { vpa: "asha.flowers@okhdfcbank", name: "Asha & Sons", mcc: "5992" },
    },
    theirs: async () => {
      const { intent } = await upiqr({
        payeeVPA: "asha.flowers@okhdfcbank",
        payeeName: "Asha & Sons",
        payeeMerchantCode: "5992",
        transactionRef: reference,
        transactionNote: "Flowers & more",
        amount: "499.00",
        currency: "INR",
      });
      return intent;
    },
  },
  {
    peer: "bysquare",
    form: "bysquare",
    request: {
      standard: "bysquare",
      amount_minor: 1550,
      currency: "EUR",
      reference: "1234567890",
      message: "Nákup v predajni",
      specific_symbol: "77",
      constant_symbol: "0308",
      merchant: { iban: "SK9611000000002918599669", bic: "TATRSKBX", name: "Kvety Žilina s.r.o." },
    },
    theirs: () =>
      bysquare.encode(
        {
          payments: [
            {
              type: bysquare.PaymentOptions.PaymentOrder,
              amount: 15.5,
              currencyCode: "EUR",
              variableSymbol: "1234567890",
              specificSymbol: "77",
              constantSymbol: "0308",
              paymentNote: "Nákup v predajni",
              bankAccounts: [{ iban: "SK9611000000002918599669", bic: "TATRSKBX" }],
              beneficiary: { name: "Kvety Žilina s.r.o." },
            },
          ],
        },
        { deburr: false, validate: true },
      ),
  },
];

let differences = 0;
for (const { peer, form, request, theirs, allowed = [] } of SALES) {
  try {
    const made = ours(request);
    assert.equal(pictured(), made, "the picture of the code is read as another text");
    const same = (value) => value;
    const other = allowed.reduce((text, known) => (known.theirs ?? same)(text), await theirs());
    const meaning = (payload) => allowed.reduce((fields, known) => (known.both ?? same)(fields), takeApart[form](payload));
    assert.deepEqual(meaning(made), meaning(other));
    console.log(`${request.standard}: as ${peer} makes it`);
  } catch (error) {
    differences += 1;
    console.error(`${request.standard} against ${peer}: ${error.message ?? error}`);
  }
}
rmSync(folder, { recursive: true });
console.log(`${SALES.length - differences} passed, ${differences} failed`);
process.exitCode = differences === 0 ? 0 : 1;
