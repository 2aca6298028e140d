// @ts-check
/** Counts a vote again from its record: ballots, batches, the sealed box, close and result (server/RECORD.md, section 7, 9 to 15). */
import { canonical, hex, isHash, sha256, utf8 } from "./verify_bytes.js";
import { must } from "./verify_bundle.js";
import { CHANNELS, isCount, isObject, isRising } from "./verify_manifest.js";
import { isBallot, listed } from "./verify_ways.js";

/**
 * @typedef {import("./verify_manifest.js").Data} Data
 * @typedef {import("./verify_manifest.js").Manifest} Manifest
 * @typedef {{seq: number, kind: string, data: Data, hash: string}} Entry
 * @typedef {{entry: Entry, voter: string, choice: string, revision: number, channel: string}} Ballot
 * @typedef {{manifest: Manifest, entries: Entry[], openedText: string, opened: {choice: string, code: string}[], counted: Map<string, Ballot>}} Vote
 */

const OFF_ROLL = ["paper", "hands"];
/** The check ends here: it needs something that this bundle does not have. */
export class NotHere extends Error {}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
/** @param {Entry[]} entries @param {string} kind */
export const only = (entries, kind) => entries.find((entry) => entry.kind === kind);
/** @param {Entry[]} entries @param {string} kind */
export const all = (entries, kind) => entries.filter((entry) => entry.kind === kind);
/** @param {Entry[]} entries */
export const isVoid = (entries) => entries[entries.length - 1]?.kind === "VOID";

/** Check 9: who counts in the end, by voter. @param {Manifest} manifest @param {Entry[]} entries @returns {Map<string, Ballot>} Throws. */
export function replay(manifest, entries) {
  /** @type {Map<string, Ballot>} */
  const counted = new Map();
  const highest = new Map();
  const codes = new Set();
  for (const entry of entries) {
    const { voter, revision } = entry.data;
    if (entry.kind === "BALLOT") {
      const ballot = readBallot(manifest, entry);
      const before = counted.get(ballot.voter);
      const last = highest.get(ballot.voter) ?? 0;
      if (before) must(ballot.revision === before.revision + 1 && ballot.channel === before.channel, "not the next ballot", entry.seq);
      else must(ballot.revision > last, "an old ballot", entry.seq);
      codes.add(codeOf(entry.hash));
      counted.set(ballot.voter, ballot);
      highest.set(ballot.voter, ballot.revision);
    } else if (entry.kind === "WITHDRAWN" && manifest.isSecret) {
      must(typeof voter === "string" && manifest.roll.has(voter), "not on the roll", entry.seq);
    } else if (entry.kind === "WITHDRAWN") {
      must(typeof voter === "string" && isCount(revision), "nothing to take back", entry.seq);
      must(counted.get(voter)?.revision === revision, "nothing to take back", entry.seq);
      counted.delete(voter);
    }
  }
  must(codes.size === all(entries, "BALLOT").length, "two ballots with one code");
  return counted;
}

/** @param {Manifest} manifest @param {Entry} entry @returns {Ballot} */
function readBallot(manifest, entry) {
  const { voter, choice, revision, channel = "online" } = entry.data;
  must(typeof voter === "string" && manifest.roll.has(voter), "not on the roll", entry.seq);
  must(typeof choice === "string" && isBallot(manifest.rule, choice), "no such choice", entry.seq);
  must(isCount(revision) && revision >= 1, "no revision", entry.seq);
  must(typeof channel === "string" && CHANNELS.includes(channel) && !OFF_ROLL.includes(channel), "no such channel", entry.seq);
  must(manifest.ways.includes(channel), "a way that was not offered", entry.seq);
  return { entry, voter, choice, revision, channel };
}

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** @param {string} hash @returns {string} the receipt code of a ballot: the first 40 bits of its entry's hash */
export function codeOf(hash) {
  const bits = BigInt("0x" + hash.slice(0, 10));
  return Array.from({ length: 8 }, (_, place) => LETTERS[Number((bits >> BigInt(5 * (7 - place))) & 31n)]).join("");
}

/** @param {Data} batch @returns {Record<string, number>} none in a secret vote, whose papers come out with the box */
const countsOf = (batch) => /** @type {Record<string, number>} */ (batch.counts ?? {});

/** @param {Entry[]} entries @returns {number} valid sheets of all batches of a secret vote */
function papersOf(entries) {
  return sum(all(entries, "BATCH").map(({ seq, data }) => {
    must(isCount(data.returned), "no numbers", seq);
    return data.returned;
  }));
}

/** Check 10. @param {Vote} vote */
export function checkBatches({ manifest, entries, counted }) {
  const seen = new Set();
  /** @type {Set<string>} voters of all sheets */
  const sheets = new Set();
  for (const { seq, data } of all(entries, "BATCH")) {
    must(isCount(data.batch) || (typeof data.batch === "string" && data.batch !== ""), "no batch", seq);
    must(!seen.has(data.batch), "a batch stands there twice", seq);
    seen.add(data.batch);
    must(data.channel === "paper" || data.channel === "hands", "no such channel", seq);
    must(manifest.ways.includes(data.channel), "a way that was not offered", seq);
    if (manifest.isSecret) {
      must(data.channel === "paper" && !("counts" in data) && !("sheets" in data), "a secret batch that tells choices", seq);
    }
    if (!manifest.isSecret) must(isObject(data.counts) && Object.values(data.counts).every(isCount), "no counts", seq);
    must(Object.keys(countsOf(data)).every((key) => isBallot(manifest.rule, key)), "no such choice", seq);
    if (data.channel !== "paper") continue;
    if (data.sheets !== undefined) checkSheets(manifest, data, seq, sheets, counted);
    const { issued, returned, spoiled, unreturned, note = "" } = data;
    must(isCount(issued) && isCount(returned) && isCount(spoiled) && isCount(unreturned), "no numbers", seq);
    must(manifest.isSecret || returned === sum(Object.values(countsOf(data))), "returned are not those counted", seq);
    const isExplained = typeof note === "string" && note !== "";
    must(issued === returned + spoiled + unreturned || isExplained, "issued do not add up", seq);
  }
}

/**
 * Sheets bound to the roll: each of somebody on it, once in all batches, who has no counted ballot; together they are the counts.
 * @param {Manifest} manifest @param {Data} data @param {number} seq @param {Set<string>} seen @param {Map<string, Ballot>} counted
 */
function checkSheets(manifest, data, seq, seen, counted) {
  must(Array.isArray(data.sheets), "no sheets", seq);
  /** @type {Record<string, number>} */
  const again = {};
  for (const sheet of data.sheets) {
    must(Array.isArray(sheet) && sheet.length === 2, "not a sheet", seq);
    const [voter, choice] = sheet;
    must(typeof voter === "string" && manifest.roll.has(voter), "a sheet of nobody on the roll", seq);
    must(typeof choice === "string" && isBallot(manifest.rule, choice), "no such choice", seq);
    must(!seen.has(voter) && !counted.has(voter), "somebody counts twice", seq);
    seen.add(voter);
    again[choice] = (again[choice] ?? 0) + 1;
  }
  for (const choice of Object.keys({ ...countsOf(data), ...again })) {
    must((countsOf(data)[choice] ?? 0) === (again[choice] ?? 0), "counts are not the sheets", seq);
  }
}

/** Check 11, for a secret vote. @param {Vote} vote */
export function checkBox({ manifest, entries, openedText, opened: rows }) {
  /** @type {string[]} */
  const sealed = [];
  for (const { seq, data } of all(entries, "SEALED")) {
    must(manifest.ways.includes("online"), "a way that was not offered", seq);
    must(Array.isArray(data.boxes) && data.boxes.every(isHash) && isRising(data.boxes), "boxes not in order", seq);
    for (const box of data.boxes) sealed.push(box);
  }
  must(new Set(sealed).size === sealed.length, "a box was sealed twice");
  const close = only(entries, "CLOSE");
  if (!close) return void needs(isVoid(entries));
  const { boxes, box_set } = close.data;
  must(isCount(boxes) && boxes <= sealed.length && boxes <= manifest.roll.size, "more boxes than sealed", close.seq);
  must(isHash(box_set), "no set of boxes", close.seq);
  if (boxes === sealed.length) must(box_set === hex(sha256(utf8(sealed.sort().join("\n")))), "other boxes", close.seq);
  const entry = only(entries, "OPENED");
  const held = boxes + papersOf(entries);
  if (!entry) return void needs(held === 0 || isVoid(entries));
  const { opened, duds, list } = entry.data;
  must(isCount(opened) && isCount(duds) && opened + duds === held, "not as many opened as closed", entry.seq);
  must(isHash(list), "no list", entry.seq);
  must(list === hex(sha256(utf8(openedText))), "another list", entry.seq);
  must(rows.length === opened && rows.every((row) => isBallot(manifest.rule, row.choice)), "not the rows", entry.seq);
  must(manifest.roll.size >= manifest.leastRoll, "the roll is too short to open the box", entry.seq);
  must(opened === 0 || opened >= manifest.leastBox, "too few to be opened", entry.seq);
}

/** @param {boolean} holds */
function needs(holds) {
  if (!holds) throw new NotHere();
}

/** @param {string} text opened.json @returns {{choice: string, code: string}[]} Throws. */
export function readOpened(text) {
  const rows = canonical(text);
  must(Array.isArray(rows), "not a list");
  for (const row of rows) {
    must(isObject(row) && Object.keys(row).length === 2, "not a row");
    must(typeof row.choice === "string" && typeof row.code === "string", "not a row");
  }
  /** @param {{choice: string, code: string}} one @param {{choice: string, code: string}} next */
  const isAfter = (one, next) => one.code < next.code || (one.code === next.code && one.choice <= next.choice);
  must(rows.every((row, place) => place === 0 || isAfter(rows[place - 1], row)), "not in order");
  return rows;
}

/** @param {Vote} vote @param {string} channel @returns {number} ballots of a roll channel, or those of its batches */
function numberOf({ entries, counted }, channel) {
  if (!OFF_ROLL.includes(channel)) return [...counted.values()].filter((ballot) => ballot.channel === channel).length;
  const batches = all(entries, "BATCH").filter(({ data }) => data.channel === channel);
  return sum(batches.flatMap(({ data }) => Object.values(countsOf(data))));
}

/** @param {Vote} vote @param {unknown} by @param {number} seq @param {boolean} withBatches @returns {Record<string, number>} */
function channelsOf(vote, by, seq, withBatches) {
  must(isObject(by) && Object.keys(by).every((name) => CHANNELS.includes(name)), "unknown channel", seq);
  must(Object.values(by).every(isCount), "no number", seq);
  for (const channel of CHANNELS) {
    if (OFF_ROLL.includes(channel) ? !withBatches : vote.manifest.isSecret) continue;
    must((by[channel] ?? 0) === numberOf(vote, channel), `channel ${channel} does not fit`, seq);
  }
  return /** @type {Record<string, number>} */ (by);
}

/** @param {Vote} vote @param {unknown} by @param {number} seq @returns {unknown} a secret vote tells no division, or an empty one */
function division(vote, by, seq) {
  if (!vote.manifest.isSecret) return by;
  must(by === undefined || (isObject(by) && Object.keys(by).length === 0), "a secret vote divided by channel", seq);
  return undefined;
}

/** Check 12. @param {Vote} vote */
export function checkClose(vote) {
  const close = only(vote.entries, "CLOSE");
  if (!close) throw new NotHere();
  const { entitled, present, cast, boxes } = close.data;
  const by = division(vote, close.data.by_channel, close.seq);
  must(isCount(cast) && isCount(present) && isCount(entitled), "no numbers", close.seq);
  must(entitled === vote.manifest.roll.size && cast <= present && present <= entitled, "numbers", close.seq);
  const bound = vote.manifest.isSecret ? Number(boxes) + papersOf(vote.entries) : vote.counted.size;
  must(isCount(bound) && cast >= bound, "fewer cast than there are", close.seq);
  const named = by === undefined ? {} : channelsOf(vote, by, close.seq, false);
  const isNamedAlone = !only(vote.entries, "BATCH") && !OFF_ROLL.some((channel) => channel in named);
  const isAlone = vote.manifest.isSecret || isNamedAlone;
  if (isAlone) must(cast === bound, "more cast than there are", close.seq);
}

/** Check 13. @param {Vote} vote @returns {Record<string, number>} the numbers counted again. Throws. */
export function checkResult(vote) {
  const result = only(vote.entries, "RESULT");
  if (!result) throw new NotHere();
  const { counts, cast, present, entitled } = result.data;
  const by = division(vote, result.data.by_channel, result.seq);
  const { rule } = vote.manifest;
  must(isObject(counts) && Object.values(counts).every(isCount), "no counts", result.seq);
  const isNamed = listed(rule).every((choice) => choice in counts);
  must(isNamed && Object.keys(counts).every((choice) => isBallot(rule, choice)), "not the choices", result.seq);
  must(isCount(cast) && isCount(present) && isCount(entitled), "no numbers", result.seq);
  must(entitled === vote.manifest.roll.size && cast <= present && present <= entitled, "numbers", result.seq);
  must(cast === sum(Object.values(/** @type {Record<string, number>} */ (counts))), "cast is not the sum", result.seq);
  if (by !== undefined) {
    must(sum(Object.values(channelsOf(vote, by, result.seq, true))) === cast, "channels do not add up", result.seq);
  }
  const batches = all(vote.entries, "BATCH").map(({ data }) => countsOf(data));
  /** @type {Record<string, number>} */
  const again = Object.fromEntries(listed(rule).map((choice) => [choice, 0]));
  for (const batch of batches) for (const choice of Object.keys(batch)) again[choice] = (again[choice] ?? 0) + Number(batch[choice]);
  for (const ballot of [...vote.counted.values(), ...vote.opened]) {
    again[ballot.choice] = (again[ballot.choice] ?? 0) + 1;
  }
  for (const choice of Object.keys({ ...counts, ...again })) {
    must((counts[choice] ?? 0) === (again[choice] ?? 0), `another number for ${choice}`, result.seq);
  }
  return again;
}

/** Check 15. @param {Entry[]} entries */
export function checkVoid(entries) {
  const last = /** @type {Entry} */ (entries[entries.length - 1]);
  const { why, by } = last.data;
  must(typeof why === "string" && why !== "", "no reason", last.seq);
  must(Array.isArray(by) && by.length === 2 && by.every(isHash) && by[0] !== by[1], "not two people", last.seq);
}
