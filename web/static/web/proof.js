/*
 * Checks in the reader's own browser that a sheet is what the public log recorded.
 *
 * Formats: C2SP tlog-proof, tlog-checkpoint, signed-note. Arithmetic: RFC 9162,
 * §2.1.3.2 and §2.1.4.2. Every refusal is one word, for which the page has a sentence.
 */

const MEMORY = "flashsesame.log";
const TRIES = 12;
const FILE =
  /^c2sp\.org\/tlog-proof@v1\n(?:extra (\S+)\n)?index (0|[1-9]\d{0,14})\n((?:\S{44}\n){0,63})\n(([^\s+]+)\n([1-9]\d{0,14})\n(\S{44})\n)\n((?:— \S+ \S+\n){1,100})$/;
const KEY = /^([^\s+]+)\+([0-9a-f]{8})\+(\S{44})$/;

export class Refused extends Error {}

function demand(holds, reason) {
  if (!holds) throw new Refused(reason);
}

const bytes = (text) => new TextEncoder().encode(text);
const read = (data) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
const hex = (data) => Array.from(data, (one) => one.toString(16).padStart(2, "0")).join("");
const same = (one, other) => hex(one) === hex(other);

async function sha256(...parts) {
  const whole = await new Blob(parts).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/* Strict: what could be written otherwise is refused, so that no bit goes unseen. */
function unbase64(text, length) {
  let raw = "";
  try {
    raw = atob(text);
  } catch {}
  demand(raw && btoa(raw) === text && raw.length === (length ?? raw.length), "format");
  return Uint8Array.from(raw, (one) => one.charCodeAt(0));
}

/* Each hash of a proof, and whether it stands on the left, up to the root. */
function* climb(node, last, hashes) {
  const up = () => ([node, last] = [Math.floor(node / 2), Math.floor(last / 2)]);
  for (const hash of hashes) {
    demand(last, "path");
    const isLeft = node % 2 === 1 || node === last;
    yield [hash, isLeft];
    while (isLeft && node && node % 2 === 0) up();
    up();
  }
  demand(!last, "path");
}

async function checkInclusion({ index, size, root, hashes, hash }) {
  demand(index < size, "path");
  for (const [other, isLeft] of climb(index, size - 1, hashes)) {
    hash = await (isLeft ? nodeHash(other, hash) : nodeHash(hash, other));
  }
  demand(same(hash, root), "path");
}

/* That the tree `after` is the tree `before` with nothing changed, only added to. */
export async function checkConsistency(before, after, hashes) {
  demand(before.size > 0 && before.size <= after.size, "fork");
  if (before.size === after.size) {
    return demand(!hashes.length && same(before.root, after.root), "fork");
  }
  let [node, last] = [before.size - 1, after.size - 1];
  while (node % 2) [node, last] = [(node - 1) / 2, Math.floor(last / 2)];
  const [start, ...path] = node ? hashes : [before.root, ...hashes];
  demand(start, "fork");
  let [old, now] = [start, start];
  for (const [other, isLeft] of climb(node, last, path)) {
    if (isLeft) old = await nodeHash(other, old);
    now = await (isLeft ? nodeHash(other, now) : nodeHash(now, other));
  }
  demand(same(old, before.root) && same(now, after.root), "fork");
}

/* Which of our keys signed, all of them rightly; null when Ed25519 is unknown here. */
async function signers(text, origin, lines, keys) {
  const signed = [];
  for (const key of keys) {
    const [, name, id, value] = KEY.exec(key) ?? [];
    demand(name === origin, "signature");
    const material = unbase64(value, 33);
    const own = await sha256(bytes(`${name}\n`), material);
    demand(material[0] === 1 && hex(own.slice(0, 4)) === id, "signature");
    for (const line of lines) {
      const [, signer, note] = line.split(" ");
      const data = unbase64(note);
      if (signer !== name || hex(data.slice(0, 4)) !== id) continue;
      let verifier;
      try {
        verifier = await crypto.subtle.importKey("raw", material.slice(1), "Ed25519", false, ["verify"]);
      } catch {
        return null;
      }
      demand(await crypto.subtle.verify("Ed25519", verifier, data.slice(4), bytes(text)), "signature");
      signed.push(key);
    }
  }
  demand(signed.length, "signature");
  return signed;
}

/* Checks a proof file; `leaf` stands in where the file does not bring its own. */
export async function checkProof(file, keys, leaf) {
  const found = FILE.exec(file);
  demand(found, "format");
  const [, extra, index, hashes, text, origin, size, root, notes] = found;
  const proof = {
    origin,
    leaf: extra ? unbase64(extra) : leaf,
    index: Number(index),
    size: Number(size),
    root: unbase64(root, 32),
    hashes: hashes.split("\n").slice(0, -1).map((one) => unbase64(one, 32)),
  };
  proof.hash = await sha256(Uint8Array.of(0), proof.leaf);
  await checkInclusion(proof);
  proof.keys = await signers(text, origin, notes.trimEnd().split("\n"), keys);
  return proof;
}

/* Checks that a leaf is of these bytes under this salt; returns what it says. */
export async function checkContent(leaf, salt, body) {
  const text = read(leaf);
  const said = JSON.parse(text);
  demand(JSON.stringify(said) === text && said.kind === "sheet.revision", "format");
  demand(/^[0-9a-f]{64}$/.test(salt), "content");
  const salted = Uint8Array.from(salt.match(/../g), (pair) => parseInt(pair, 16));
  demand(said.digest === `sha-256:${hex(await sha256(salted, body))}`, "content");
  return said;
}

/* That the page shows what these bytes say, value by value. */
async function checkPage({ gtin, revision, language, etag }, body) {
  demand(hex(await sha256(body)).startsWith(etag), "page");
  const sheet = JSON.parse(read(body));
  const named = [sheet.gtin, String(sheet.revision), sheet.language];
  demand(named.join() === [gtin, revision, language].join(), "page");
  for (const one of document.querySelectorAll("[data-said]")) {
    const path = one.dataset.said.split(".");
    const value = path.reduce((at, name) => at?.[name], sheet);
    demand(one.textContent === String(value).replace(/\r\n?/g, "\n"), "page");
  }
}

/* --- What this browser saw at the last visit ----------------------------------- */

function recalled() {
  try {
    const known = JSON.parse(localStorage.getItem(MEMORY));
    return { ...known, root: unbase64(known.root, 32) };
  } catch {
    return null;
  }
}

function remember({ origin, size, root, keys }) {
  try {
    const kept = { origin, size, keys, root: btoa(String.fromCharCode(...root)), at: Date.now() };
    localStorage.setItem(MEMORY, JSON.stringify(kept));
  } catch {}
}

/* Compares with the last visit; returns what is to be said of it, if anything. */
async function compare(proof, address) {
  const known = recalled();
  if (!known) return proof.keys && remember(proof), "";
  demand(known.origin === proof.origin, "fork");
  const [before, after] = known.size <= proof.size ? [known, proof] : [proof, known];
  let hashes = [];
  if (before.size < after.size) {
    const answer = await got(`${address}?first=${before.size}&second=${after.size}`);
    // Only a log that was cut off does not know a size that it had.
    if (!answer || answer.status === 429 || answer.status >= 500) return "uncompared";
    demand(answer.status === 200, "fork");
    hashes = JSON.parse(read(answer.data)).hashes.map((one) => unbase64(one, 32));
  }
  await checkConsistency(before, after, hashes).catch(() => demand(false, "fork"));
  if (!proof.keys) return "";
  remember({ ...after, keys: proof.keys });
  return known.keys.some((one) => proof.keys.includes(one)) ? "" : "rekeyed";
}

/* --- The page ------------------------------------------------------------------- */

/* The whole answer, or null when there is none: a lost network refuses nothing. */
async function got(address) {
  try {
    const answer = await fetch(address);
    return { status: answer.status, headers: answer.headers, data: await answer.arrayBuffer() };
  } catch {
    return null;
  }
}

function show(place, state, filled = {}) {
  const template = (name) => place.querySelector(`template[data-state="${name}"]`).content.cloneNode(true);
  const told = place.querySelector("[role=status]");
  told.replaceChildren(template(state));
  if (filled.reason) told.append(template(filled.reason));
  place.dataset.state = state;
  for (const one of place.querySelectorAll("[data-fill]")) {
    one.textContent = filled[one.dataset.fill] ?? "–";
  }
}

export async function check(place, tries = TRIES) {
  if (!globalThis.crypto?.subtle) return show(place, "insecure");
  const { body, proof, keys, consistency } = place.dataset;
  const [sheet, file] = await Promise.all([got(body), got(proof)]);
  const wait = Number(file?.headers.get("Retry-After"));
  if (file?.status === 404) {
    if (wait && tries) setTimeout(() => check(place, tries - 1), wait * 1000);
    return show(place, wait ? "pending" : "unlogged");
  }
  if (sheet?.status !== 200 || file?.status !== 200) return show(place, "unreachable");
  try {
    const found = await checkProof(read(file.data), keys.split(" "));
    const salt = sheet.headers.get("Flashsesame-Salt") ?? "";
    const leaf = await checkContent(found.leaf, salt, sheet.data);
    await checkPage(place.dataset, sheet.data);
    const doubt = await compare(found, consistency);
    const language = document.documentElement.lang;
    const at = (style) => new Date(leaf.at).toLocaleString(language, style);
    show(place, found.keys ? doubt || "verified" : "unsigned", {
      index: found.index,
      size: found.size,
      hash: hex(found.hash),
      day: at({ dateStyle: "long" }),
      time: at({ dateStyle: "long", timeStyle: "long" }),
    });
  } catch (error) {
    show(place, "refused", { reason: error instanceof Refused ? error.message : "format" });
  }
}

const place = document.getElementById("proof");
if (place) {
  if (document.readyState === "complete") check(place);
  else addEventListener("load", () => check(place));
}

/* Where people look after what their browser remembers. */
const memory = document.getElementById("memory");
const forget = memory?.querySelector("button");
if (memory) {
  const tell = () => {
    const known = recalled();
    const at = known && new Date(known.at).toLocaleString(document.documentElement.lang);
    show(memory, known ? "known" : "nothing", { size: known?.size, at });
  };
  forget.hidden = false;
  forget.onclick = () => {
    localStorage.removeItem(MEMORY);
    tell();
  };
  tell();
}
