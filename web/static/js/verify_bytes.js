// @ts-check
/**
 * Bytes for the recount: hashes, base64, canonical JSON, the tree. Own code without the device's cryptography, so that it
 * also runs on pages that came without TLS. Only public data passes through here. Described in server/RECORD.md.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Uint8Array} */
export const utf8 = (text) => encoder.encode(text);
/** @param {Uint8Array} bytes @returns {string} Throws where the bytes are not UTF-8. */
export const textOf = (bytes) => decoder.decode(bytes);
/** @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
/** @param {unknown} value @returns {value is string} 64 hexadecimal letters in lower case */
export const isHash = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

/** @param {string} text Hexadecimal, of even length. */
export function unhex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let place = 0; place < bytes.length; place++) bytes[place] = parseInt(text.slice(2 * place, 2 * place + 2), 16);
  return bytes;
}

/** @param {string} text @returns {Uint8Array | null} the bytes, or null where this is not the one way to write them */
export function unbase64(text) {
  try {
    const raw = atob(text);
    return btoa(raw) === text ? Uint8Array.from(raw, (letter) => letter.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

/** @param {Uint8Array} one @param {Uint8Array} other */
export function isSame(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

/** @param {Uint8Array} bytes @returns {Uint8Array<ArrayBuffer>} a copy with memory of its own, as the device's cryptography wants it */
export const unshared = (bytes) => new Uint8Array(bytes);

/** @param {...Uint8Array} parts */
export function join(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** FIPS 180-4: the first 32 bits of the fractional parts of the cube and square roots of the first primes. */
const [ROUND, START] = (() => {
  const cubes = [];
  const squares = [];
  for (let n = 2; cubes.length < 64; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
    if (!isPrime) continue;
    cubes.push(fraction(BigInt(n), 3));
    if (squares.length < 8) squares.push(fraction(BigInt(n), 2));
  }
  return [Uint32Array.from(cubes), Uint32Array.from(squares)];
})();

/** @param {bigint} n @param {number} power @returns {number} 32 bits of the fraction of the root, by exact bisection */
function fraction(n, power) {
  const scaled = n << BigInt(32 * power);
  let low = 0n;
  let high = 1n << 37n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(power) <= scaled) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

const words = new Uint32Array(64);

/** @param {Uint8Array} message @returns {Uint8Array} SHA-256 */
export function sha256(message) {
  const state = START.slice();
  const whole = message.length & ~63;
  for (let at = 0; at < whole; at += 64) block(state, message, at);
  const tail = new Uint8Array(message.length - whole < 56 ? 64 : 128);
  tail.set(message.subarray(whole));
  tail[message.length - whole] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(tail.length - 4, (message.length << 3) >>> 0);
  for (let at = 0; at < tail.length; at += 64) block(state, tail, at);
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  state.forEach((word, place) => out.setUint32(4 * place, word));
  return digest;
}

/** @param {Uint32Array} state @param {Uint8Array} bytes @param {number} at One block of 64 bytes. */
function block(state, bytes, at) {
  /** @param {Uint32Array} from @param {number} place */
  const get = (from, place) => /** @type {number} */ (from[place]);
  /** @param {number} word @param {number} by */
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 64);
  for (let t = 0; t < 16; t++) words[t] = view.getUint32(4 * t);
  for (let t = 16; t < 64; t++) {
    const two = get(words, t - 2);
    const fifteen = get(words, t - 15);
    const s1 = turn(two, 17) ^ turn(two, 19) ^ (two >>> 10);
    const s0 = turn(fifteen, 7) ^ turn(fifteen, 18) ^ (fifteen >>> 3);
    words[t] = s1 + get(words, t - 7) + s0 + get(words, t - 16);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + get(ROUND, t) + get(words, t)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => (state[place] = get(state, place) + word));
}

/** @param {Uint8Array} bytes @returns {string} hash of an entry or of the manifest: a leaf of the tree, in hex */
export const leafHash = (bytes) => hex(sha256(join(Uint8Array.of(0), bytes)));

/** Grows leaf by leaf and knows its root at every size (RFC 9162, section 2.1). */
export class Tree {
  size = 0;
  /** @type {[number, Uint8Array][]} full subtrees from the left: leaves in it, its hash */
  full = [];

  /** @param {string} leaf Hash of an entry, in hex. */
  add(leaf) {
    this.size++;
    /** @type {[number, Uint8Array]} */
    let right = [1, unhex(leaf)];
    for (let left = this.full.pop(); left; left = this.full.pop()) {
      if (left[0] !== right[0]) {
        this.full.push(left);
        break;
      }
      right = [2 * right[0], node(left[1], right[1])];
    }
    this.full.push(right);
  }

  /** @returns {string} the root of what is in it now; not asked of an empty one */
  root() {
    return hex(this.full.map(([, hash]) => hash).reduceRight((right, left) => node(left, right)));
  }
}

/** @param {Uint8Array} left @param {Uint8Array} right */
const node = (left, right) => sha256(join(Uint8Array.of(1), left, right));

/** @param {string} text @returns {unknown} the value; throws where the text is not canonical */
export function canonical(text) {
  const value = JSON.parse(text);
  if (written(value) !== text) throw new Error("not canonical");
  return value;
}

/** @param {unknown} value @returns {string} */
function written(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("not an integer of the record");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    encodeURIComponent(value); // throws for half of a surrogate pair
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  const entries = Object.entries(/** @type {object} */ (value)).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, part]) => `${written(key)}:${written(part)}`).join(",")}}`;
}
