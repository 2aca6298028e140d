// @ts-check
/**
 * Counts a vote again from its bundle, by the description in server/RECORD.md alone: no page, no network, no code of the
 * server. Runs in a browser and under node.
 */
import { Tree, canonical, leafHash, unshared, utf8 } from "./verify_bytes.js";
import { MOMENT, Wrong, must, openBundle, readCheckpoints, readKeys, readSeal } from "./verify_bundle.js";
import { isObject, readManifest } from "./verify_manifest.js";
import { checkOutcome } from "./verify_outcome.js";
import * as vote from "./verify_vote.js";

/**
 * @typedef {"proved" | "wrong" | "not_here"} State
 * @typedef {{no: number, state: State, words: string, entry?: number | undefined}} Check `words` are for whoever looks closely
 * @typedef {{verdict: State, checks: Check[], counts: Record<string, number> | null, size: number, root: string, keys: string[]}} Recount
 * @typedef {(raw: Uint8Array, signature: Uint8Array, signed: Uint8Array) => Promise<boolean | null>} Verify null where this device cannot tell
 * @typedef {{codes?: string[], checkpoints?: string[], verify?: Verify, onCheck?: (check: Check) => unknown}} Asked
 */

/** @type {Verify} Ed25519 of the device; null where it has none, as in old web views and on pages without TLS. */
export async function deviceVerify(raw, signature, signed) {
  const subtle = globalThis.crypto?.subtle;
  try {
    const key = await subtle.importKey("raw", unshared(raw), "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", key, unshared(signature), unshared(signed));
  } catch {
    return (await hasEd25519(subtle)) ? false : null;
  }
}

/** @param {SubtleCrypto | undefined} subtle @returns {Promise<boolean>} */
async function hasEd25519(subtle) {
  try {
    await subtle?.importKey("raw", new Uint8Array([1, ...new Uint8Array(31)]), "Ed25519", false, ["verify"]);
    return subtle !== undefined;
  } catch {
    return false;
  }
}

/** @param {Uint8Array} bytes The bundle. @param {Asked} [asked] @returns {Promise<Recount>} */
export async function recount(bytes, asked = {}) {
  const run = new Run(bytes, asked);
  await run.all();
  const states = run.checks.map((check) => check.state);
  const verdict = states.includes("wrong") ? "wrong" : states.includes("not_here") ? "not_here" : "proved";
  return { verdict, checks: run.checks, counts: run.counts, size: run.hashes.length, root: run.root, keys: [...run.keys.keys()] };
}

class Run {
  /** @type {Check[]} */
  checks = [];
  /** @type {Map<string, Uint8Array>} */
  keys = new Map();
  /** @type {string[]} */
  hashes = [];
  /** @type {vote.Entry[]} */
  entries = [];
  /** @type {import("./verify_bundle.js").Checkpoint[]} */
  checkpoints = [];
  /** @type {Record<string, number> | null} */
  counts = null;
  root = "";

  /** @param {Uint8Array} bytes @param {Asked} asked */
  constructor(bytes, asked) {
    this.bytes = bytes;
    this.asked = asked;
    this.verify = asked.verify ?? deviceVerify;
  }

  /** @param {number} no @param {() => unknown} look @returns {Promise<boolean>} whether one can go on from here */
  async check(no, look) {
    /** @type {Check} */
    let found = { no, state: "proved", words: "" };
    try {
      const words = await look();
      if (typeof words === "string") found = { no, state: "proved", words };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (error instanceof vote.NotHere) found = { no, state: "not_here", words };
      else found = { no, state: "wrong", words, entry: error instanceof Wrong ? error.entry : undefined };
    }
    this.checks.push(found);
    await this.asked.onCheck?.(found);
    return found.state !== "wrong";
  }

  async all() {
    if (!(await this.check(1, () => this.open()))) return;
    const seal = await this.check(2, () => this.seal());
    const manifest = await this.check(3, () => this.readManifest());
    const chain = await this.check(4, () => this.readChain());
    if (!(seal && manifest && chain)) return;
    await this.check(5, () => this.opening());
    const isOrdered = await this.check(6, () => this.order());
    await this.check(7, () => this.signatures());
    await this.check(8, () => this.roots(this.checkpoints, true));
    // Where entries stand at wrong places, counting them would only repeat that.
    if (isOrdered) await this.counting();
    for (const code of this.asked.codes ?? []) await this.check(16, () => this.receipt(code));
    for (const text of this.asked.checkpoints ?? []) await this.check(17, () => this.kept(text));
  }

  /** Check 1. */
  open() {
    this.bundle = openBundle(this.bytes);
    const opened = this.bundle.lines.map(parsed).find((entry) => entry?.kind === "OPENED");
    must((opened !== undefined) === this.bundle.texts.has("opened.json"), "opened.json must be there exactly when the box was opened");
  }

  /** @param {string} name */
  text(name) {
    return this.bundle?.texts.get(name) ?? "";
  }

  /** Check 2. The question is compared once the manifest is read. */
  async seal() {
    this.keys = readKeys(this.text("key.txt"));
    const seal = readSeal(/** @type {import("./verify_bundle.js").Bundle} */ (this.bundle));
    must(seal.question === parsed(this.text("manifest.json"))?.question, "the seal is of another question");
    await this.signed(seal);
  }

  /** @param {{key: string, signature: Uint8Array, signed: Uint8Array}} what */
  async signed(what) {
    const raw = this.keys.get(what.key);
    must(raw, "the key is not in the bundle");
    const holds = await this.verify(raw, what.signature, what.signed);
    if (holds === null) throw new vote.NotHere("signature");
    must(holds, "the signature does not fit");
  }

  /** Check 3. */
  readManifest() {
    this.manifest = readManifest(this.text("manifest.json"), leafHash(utf8(this.text("manifest.json"))));
  }

  /** Check 4. */
  readChain() {
    let prev = "0".repeat(64);
    const lines = this.bundle?.lines ?? [];
    must(lines.length, "no entries");
    lines.forEach((line, place) => {
      const fields = /** @type {import("./verify_manifest.js").Data} */ (readLine(line, place));
      must(isObject(fields) && Object.keys(fields).join() === "at,chain,data,kind,prev,seq,tag", "not an entry", place);
      must(fields.tag === "linyue/question/v1" && fields.seq === place && fields.prev === prev, "not the next entry", place);
      must(fields.chain === parsed(this.text("manifest.json"))?.question, "an entry of another question", place);
      must(typeof fields.at === "string" && MOMENT.test(fields.at), "no time", place);
      must(typeof fields.kind === "string" && isObject(fields.data), "not an entry", place);
      prev = leafHash(utf8(line));
      this.hashes.push(prev);
      this.entries.push({ seq: place, kind: fields.kind, data: fields.data, hash: prev });
    });
  }

  /** Check 5. */
  opening() {
    const first = this.entries[0];
    must(first?.kind === "OPEN" && first.data.manifest === this.manifest?.hash, "another question was opened", 0);
  }

  /** Check 6. */
  order() {
    /** @type {Record<string, (seen: Set<string>, seq: number) => boolean>} */
    const allowed = {
      OPEN: (_seen, seq) => seq === 0,
      BALLOT: (seen) => !this.manifest?.isSecret && !seen.has("CLOSE"),
      WITHDRAWN: (seen) => !seen.has("CLOSE"),
      SEALED: (seen) => this.manifest?.isSecret === true && !seen.has("CLOSE"),
      BATCH: (seen) => !seen.has("RESULT"),
      CLOSE: (seen) => !seen.has("CLOSE"),
      OPENED: (seen) => this.manifest?.isSecret === true && seen.has("CLOSE") && !seen.has("RESULT") && !seen.has("OPENED"),
      RESULT: (seen) => seen.has("CLOSE") && !seen.has("RESULT"),
      VOID: (_seen, seq) => seq > 0 && seq === this.entries.length - 1,
    };
    const seen = new Set();
    for (const { kind, seq } of this.entries) {
      must(Object.keys(allowed).includes(kind) && allowed[kind]?.(seen, seq), `${kind} stands at a wrong place`, seq);
      seen.add(kind);
    }
  }

  /** Check 7. */
  async signatures() {
    this.checkpoints = readCheckpoints(this.text("checkpoints.txt"));
    must(new Set(this.checkpoints.map((one) => one.origin)).size === 1, "checkpoints of two sites");
    for (const one of this.checkpoints) {
      must(one.question === this.manifest?.question, "a checkpoint of another question");
      await this.signed(one);
    }
  }

  /** Check 8. @param {import("./verify_bundle.js").Checkpoint[]} checkpoints @param {boolean} isWhole whether the last must cover all */
  roots(checkpoints, isWhole) {
    const tree = new Tree();
    for (const { size, root } of checkpoints) {
      must(size >= tree.size && size <= this.hashes.length, "a checkpoint of another size");
      while (tree.size < size) tree.add(/** @type {string} */ (this.hashes[tree.size]));
      must(tree.root() === root, "a checkpoint does not fit the record");
    }
    if (!isWhole) return;
    must(tree.size === this.hashes.length, "the last checkpoint does not cover all");
    this.root = tree.root();
  }

  /** Checks 9 to 15. */
  async counting() {
    const manifest = /** @type {import("./verify_manifest.js").Manifest} */ (this.manifest);
    /** @type {vote.Vote} */
    const all = { manifest, entries: this.entries, openedText: this.text("opened.json"), opened: [], counted: new Map() };
    this.vote = all;
    const isVoid = vote.isVoid(this.entries);
    const has = /** @param {string} kind */ (kind) => vote.only(this.entries, kind) !== undefined;
    const isReplayed = await this.check(9, () => void (all.counted = vote.replay(manifest, this.entries)));
    const isBatched = !has("BATCH") || (await this.check(10, () => vote.checkBatches(all)));
    let isOpened = true;
    if (manifest.isSecret) {
      isOpened = await this.check(11, () => {
        if (this.bundle?.texts.has("opened.json")) all.opened = vote.readOpened(all.openedText);
        vote.checkBox(all);
      });
    }
    if (!(isReplayed && isBatched && isOpened)) return;
    if (has("CLOSE") || !isVoid) await this.check(12, () => vote.checkClose(all));
    if (has("RESULT") || !isVoid) await this.check(13, () => void (this.counts = vote.checkResult(all)));
    if (has("RESULT") || !isVoid) await this.check(14, () => checkOutcome(all));
    if (isVoid) await this.check(15, () => vote.checkVoid(this.entries));
  }

  /** Check 16. @param {string} typed */
  receipt(typed) {
    const code = typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
    const ballot = this.entries.find((entry) => entry.kind === "BALLOT" && vote.codeOf(entry.hash) === code);
    const row = this.vote?.opened.find((one) => one.code === code);
    must(ballot || row, "the code is not in the record");
    if (!ballot) return "counts";
    const counted = [...(this.vote?.counted.values() ?? [])].some((one) => one.entry === ballot);
    const hers = this.entries.filter((entry) => ["BALLOT", "WITHDRAWN"].includes(entry.kind) && entry.data.voter === ballot.data.voter);
    const next = hers[hers.indexOf(ballot) + 1];
    return `${ballot.seq} ${counted ? "counts" : next?.kind === "WITHDRAWN" ? "withdrawn" : "replaced"}`;
  }

  /** Check 17. @param {string} text */
  async kept(text) {
    const given = readCheckpoints(text);
    for (const one of given) {
      must(one.question === this.manifest?.question && one.origin === this.checkpoints[0]?.origin, "of another vote");
      await this.signed(one);
    }
    this.roots(given, false);
  }
}

/** @param {string} line @param {number} place @returns {unknown} */
function readLine(line, place) {
  try {
    return canonical(line);
  } catch (error) {
    throw new Wrong(error instanceof Error ? error.message : "", place);
  }
}

/** @param {string} text @returns {import("./verify_manifest.js").Data | undefined} an object, where it is one */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
