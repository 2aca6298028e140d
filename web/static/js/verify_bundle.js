// @ts-check
/** Reads a bundle: the zip in its one form, its files, keys and checkpoints (server/RECORD.md, sections 5 and 6). */
import { hex, isHash, isSame, join, sha256, textOf, unbase64, utf8 } from "./verify_bytes.js";

const MIB = 2 ** 20;
const LARGEST = 64 * MIB;
const MOST_ENTRIES = 200_000;
const MOST_CHECKPOINTS = 20_000;
const MOST_KEYS = 16;
const ORDER = ["README.txt", "manifest.json", "chain.jsonl", "opened.json", "checkpoints.txt", "key.txt", "seal.txt"];
const LIMITS = { "README.txt": MIB / 16, "manifest.json": 8 * MIB };
/** How the record writes a time. */
export const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

/** Something does not hold. The words are for whoever looks closely; `entry` is the number of the entry, where it is one. */
export class Wrong extends Error {
  /** @param {string} words @param {number} [entry] */
  constructor(words, entry) {
    super(words);
    this.entry = entry;
  }
}

/** @param {unknown} holds @param {string} words @param {number} [entry] @returns {asserts holds} */
export function must(holds, words, entry) {
  if (!holds) throw new Wrong(words, entry);
}

/** CRC-32 as zip files have it. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ /** @type {number} */ (REMAINDERS[(rest ^ byte) & 255]);
  return (rest ^ 0xffffffff) >>> 0;
}

/** @param {...[bytes: 2 | 4, value: number]} numbers @returns {Uint8Array} little-endian */
function packed(...numbers) {
  const view = new DataView(new ArrayBuffer(numbers.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

/** @param {[string, Uint8Array][]} files @returns {Uint8Array} the one zip of these files */
export function zipOf(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [title, bytes] of files) {
    const name = utf8(title);
    /** @type {[2 | 4, number][]} */
    const about = [[2, 0], [2, 0], [2, 0], [2, 0x21], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]];
    const head = join(packed([4, 0x04034b50], [2, 20], ...about), name);
    const more = packed([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
    directory.push(join(packed([4, 0x02014b50], [2, 20], [2, 20], ...about), more, name));
    parts.push(head, bytes);
    offset += head.length + bytes.length;
  }
  const list = join(...directory);
  const count = files.length;
  return join(...parts, list, packed([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, list.length], [4, offset], [2, 0]));
}

/** @param {Uint8Array} zip @returns {[string, Uint8Array][]} its files, read from the front; then the whole must be their one zip */
function unzip(zip) {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  /** @type {[string, Uint8Array][]} */
  const files = [];
  let at = 0;
  while (at + 30 <= zip.length && view.getUint32(at, true) === 0x04034b50) {
    must(files.length < ORDER.length, "too many files");
    const start = at + 30 + view.getUint16(at + 26, true);
    const end = start + view.getUint32(at + 22, true);
    must(end <= zip.length, "a file runs over the end");
    files.push([textOf(zip.subarray(at + 30, start)), zip.subarray(start, end)]);
    at = end;
  }
  must(isSame(zipOf(files), zip), "not the one form of a zip");
  return files;
}

/**
 * @typedef {{key: string, raw: Uint8Array}} Key
 * @typedef {{origin: string, question: string, size: number, root: string, signed: Uint8Array, key: string, signature: Uint8Array}} Checkpoint
 * @typedef {{files: Map<string, Uint8Array>, texts: Map<string, string>, lines: string[]}} Bundle
 */

/** @param {Uint8Array} zip @returns {Bundle} Check 1, without the question whether opened.json must be there. Throws Wrong. */
export function openBundle(zip) {
  must(zip.length <= LARGEST, "the bundle is too large");
  const files = unzip(zip);
  const names = files.map(([name]) => name);
  const expected = ORDER.filter((name) => name !== "opened.json" || names.includes(name));
  must(names.join("\n") === expected.join("\n"), "not the files of a bundle");
  const texts = new Map(files.map(([name, bytes]) => [name, textOf(bytes)]));
  for (const [name, limit] of Object.entries(LIMITS)) {
    must((files.find(([one]) => one === name)?.[1].length ?? 0) <= limit, `${name} is too large`);
  }
  const chain = texts.get("chain.jsonl") ?? "";
  must(chain === "" || chain.endsWith("\n"), "chain.jsonl does not end a line");
  const lines = chain === "" ? [] : chain.slice(0, -1).split("\n");
  must(lines.length <= MOST_ENTRIES, "too many entries");
  must(lines.every((line) => utf8(line).length <= MIB), "an entry is too large");
  return { files: new Map(files), texts, lines };
}

/** @param {string} text @returns {string[][]} blocks of lines, one empty line between two, every line ended */
function blocksOf(text) {
  must(text.endsWith("\n"), "a text does not end its last line");
  return text.slice(0, -1).split("\n\n").map((part) => part.split("\n"));
}

/** @param {string | undefined} line @param {string} name @returns {string} what stands behind `name: ` */
export function field(line, name) {
  must(line !== undefined && line.startsWith(`${name}: `) && line.length > name.length + 2, `no ${name}`);
  return line.slice(name.length + 2);
}

/** @param {string} text @returns {number} a whole number as the record writes it */
export function whole(text) {
  const value = Number(text);
  must(/^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(value), `not a number: ${text}`);
  return value;
}

/** @param {string} text @param {number} length @returns {Uint8Array} */
function base64(text, length) {
  const bytes = unbase64(text);
  must(bytes?.length === length, "not base64 of the right length");
  return bytes;
}

/** @param {string} text key.txt @returns {Map<string, Uint8Array>} public keys by key id. Throws Wrong. */
export function readKeys(text) {
  const keys = new Map();
  const blocks = blocksOf(text);
  must(blocks.length <= MOST_KEYS, "too many keys");
  for (const lines of blocks) {
    must(lines.length === 3 && lines[0] === "linyue/key/v1", "not a key");
    const id = field(lines[1], "key");
    const raw = base64(field(lines[2], "public"), 32);
    must(id === hex(sha256(raw)).slice(0, 16), "a key id does not fit its key");
    must(!keys.has(id), "a key stands there twice");
    keys.set(id, raw);
  }
  return keys;
}

/** @param {string} text @returns {Checkpoint[]} one or more checkpoints. Throws Wrong. */
export function readCheckpoints(text) {
  const blocks = blocksOf(text);
  must(blocks.length <= MOST_CHECKPOINTS, "too many checkpoints");
  return blocks.map((lines) => {
    must(lines.length === 8 && lines[0] === "linyue/checkpoint/v1", "not a checkpoint");
    const root = field(lines[4], "root");
    must(isHash(root), "not a root");
    must(MOMENT.test(field(lines[5], "time")), "not a time");
    const size = whole(field(lines[3], "size"));
    must(size >= 1, "a checkpoint of nothing");
    return {
      origin: field(lines[1], "origin"),
      question: field(lines[2], "question"),
      size,
      root,
      signed: utf8(lines.slice(0, 7).join("\n") + "\n"),
      key: field(lines[6], "key"),
      signature: base64(field(lines[7], "signature"), 64),
    };
  });
}

/** @param {Bundle} bundle @returns {{question: string, key: string, signed: Uint8Array, signature: Uint8Array}} the seal, its list of files compared. Throws Wrong. */
export function readSeal(bundle) {
  const text = bundle.texts.get("seal.txt") ?? "";
  must(text.endsWith("\n"), "seal.txt does not end its last line");
  const lines = text.slice(0, -1).split("\n");
  const listed = [...bundle.files].filter(([name]) => name !== "seal.txt");
  must(lines.length === listed.length + 4 && lines[0] === "linyue/bundle/v1", "not a seal");
  listed.forEach(([name, bytes], place) => {
    must(lines[place + 2] === `file: ${name} ${bytes.length} ${hex(sha256(bytes))}`, `${name} is not the one that was sealed`);
  });
  return {
    question: field(lines[1], "question"),
    key: field(lines[lines.length - 2], "key"),
    signed: utf8(lines.slice(0, -1).join("\n") + "\n"),
    signature: base64(field(lines[lines.length - 1], "signature"), 64),
  };
}
