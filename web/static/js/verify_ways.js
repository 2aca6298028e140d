// @ts-check
/** Ways to vote counted again (server/RECORD.md, section 8): what a ballot may say, and who is chosen by it. */
import { hex, sha256, utf8 } from "./verify_bytes.js";

/**
 * @typedef {import("./verify_manifest.js").Rule} Rule
 * @typedef {Record<string, number>} Counts
 * @typedef {{chosen: string[], tied: string[], drawn: string[]}} Chosen
 * @typedef {[bigint, bigint]} Share a fraction: top, bottom > 0
 */

/** @param {Rule} rule */
export const isAyeOrNo = (rule) => rule.way === "for_against" || rule.way === "roll_call";
/** @param {Rule} rule @returns {string[]} ballots that every result names, voted or not */
export const listed = (rule) => (isAyeOrNo(rule) ? rule.choices : ["abstain"]);
/** @param {string[]} named @param {string[]} keys */
const isInOrder = (named, keys) => named.every((one, n) => keys.includes(one) && (n === 0 || String(named[n - 1]) < one));

/** @param {Rule} rule @param {string} text @returns {boolean} whether this is the text of a ballot */
export function isBallot(rule, text) {
  const { way, choices } = rule;
  if (isAyeOrNo(rule)) return choices.includes(text);
  if (text === "abstain") return true;
  if (way === "single") return choices.includes(text);
  const parts = text.split("+");
  if (way === "several" || way === "money") return isInOrder(parts, choices) && parts.length >= rule.least && parts.length <= rule.most;
  if (way === "ranked") {
    const levels = text.split(">").map((level) => level.split("="));
    const named = levels.flat();
    return new Set(named).size === named.length && levels.every((level) => isInOrder(level, choices));
  }
  if (!parts.every((part) => /^[a-p]:(0|[1-9][0-9]?)$/.test(part))) return false;
  const named = parts.map((part) => part.slice(0, 1));
  const numbers = parts.map((part) => Number(part.slice(2)));
  if (!isInOrder(named, choices) || numbers.some((n) => n > rule.most)) return false;
  if (way === "score") return named.length === choices.length;
  return numbers.every((n) => n > 0) && numbers.reduce((all, n) => all + n, 0) <= rule.dots;
}

/** @param {Rule} rule @param {Counts} counts @returns {Counts} votes, points or supporters; in a ranking how many others it stands above */
export function tally(rule, counts) {
  const found = Object.fromEntries(rule.choices.map((key) => [key, 0]));
  if (rule.way === "ranked") {
    for (const [one] of above(rule.choices, counts)) found[one] = Number(found[one]) + 1;
    return found;
  }
  for (const [text, number] of Object.entries(counts)) {
    for (const part of text === "abstain" ? [] : text.split("+")) {
      const key = part.slice(0, 1);
      found[key] = Number(found[key]) + number * Number(part.slice(2) || 1);
    }
  }
  return found;
}

/** @param {Rule} rule @param {Counts} counts @param {number} needed @param {string} seed @returns {Chosen} */
export function choose(rule, counts, needed, seed) {
  if (rule.way === "money") return shares(rule, counts, seed);
  const points = tally(rule, counts);
  const of = /** @param {string} key */ (key) => Number(points[key]);
  if (rule.way === "ranked") {
    const isAny = Object.entries(counts).some(([text, number]) => text !== "abstain" && number > 0);
    return isAny ? seated(peeled(rule.choices, above(rule.choices, counts)), rule, seed) : { chosen: [], tied: [], drawn: [] };
  }
  const least = rule.way === "single" || rule.way === "several" ? Math.max(1, needed) : 1;
  const heights = [...new Set(Object.values(points))].filter((n) => n >= least).sort((one, other) => other - one);
  return seated(heights.map((height) => rule.choices.filter((key) => of(key) === height)), rule, seed);
}

/** @param {string[][]} levels @param {Rule} rule @param {string} seed @returns {Chosen} */
function seated(levels, rule, seed) {
  /** @type {string[]} */
  const chosen = [];
  for (const level of levels) {
    const free = rule.seats - chosen.length;
    if (free >= level.length) chosen.push(...level);
    else if (free > 0) {
      if (rule.tie === "named") return { chosen, tied: level, drawn: [] };
      const order = drawLot(level, seed);
      return { chosen: [...chosen, ...order.slice(0, free)], tied: [], drawn: order };
    }
  }
  return { chosen, tied: [], drawn: [] };
}

/** @param {string[]} keys @param {string} seed @returns {string[]} in the order of the lot */
function drawLot(keys, seed) {
  const digest = /** @param {string} key */ (key) => hex(sha256(utf8(`linyue/lot/v1\n${seed}\n${key}`)));
  return [...keys].sort((one, other) => (digest(one) < digest(other) ? -1 : 1));
}

/** @param {string[]} keys @param {Counts} counts @returns {[string, string][]} pairs (upper, lower) of Schulze's order */
function above(keys, counts) {
  const size = keys.length;
  const wins = keys.map(() => new Array(size).fill(0));
  const at = /** @param {number[][]} table @param {number} i @param {number} j */ (table, i, j) => Number(table[i]?.[j]);
  for (const [text, number] of Object.entries(counts)) {
    const levels = text === "abstain" ? [] : text.split(">").map((level) => level.split("="));
    const places = keys.map((key) => levels.findIndex((level) => level.includes(key))).map((n) => (n < 0 ? size : n));
    for (const [i, row] of wins.entries()) for (let j = 0; j < size; j++) if (Number(places[i]) < Number(places[j])) row[j] += number;
  }
  const chain = wins.map((row, i) => row.map((n, j) => (n > at(wins, j, i) ? n : 0)));
  for (let via = 0; via < size; via++)
    for (const [i, row] of chain.entries())
      for (let j = 0; j < size; j++)
        if (i !== j && i !== via && j !== via) row[j] = Math.max(Number(row[j]), Math.min(Number(row[via]), at(chain, via, j)));
  /** @type {[string, string][]} */
  const pairs = [];
  for (const [i, one] of keys.entries()) for (const [j, other] of keys.entries()) if (i !== j && at(chain, i, j) > at(chain, j, i)) pairs.push([one, other]);
  return pairs;
}

/** @param {string[]} keys @param {[string, string][]} pairs @returns {string[][]} levels, best first */
function peeled(keys, pairs) {
  const levels = [];
  let left = [...keys];
  while (left.length) {
    const top = left.filter((key) => !pairs.some(([one, other]) => other === key && left.includes(one)));
    levels.push(top);
    left = left.filter((key) => !top.includes(key));
  }
  return levels;
}

/** @param {Share} one @param {Share} other @returns {number} below, at or above zero */
const compare = (one, other) => Number(one[0] * other[1] - other[0] * one[1] > 0n) - Number(one[0] * other[1] - other[0] * one[1] < 0n);

/** @param {Share} one @param {Share} other @returns {Share} */
const minus = (one, other) => reduced([one[0] * other[1] - other[0] * one[1], one[1] * other[1]]);

/** @param {Share} value @returns {Share} */
function reduced([top, bottom]) {
  let [a, b] = [top < 0n ? -top : top, bottom];
  while (b) [a, b] = [b, a % b];
  return [top / a, bottom / a];
}

/** Equal shares, then the most named that still fits. @param {Rule} rule @param {Counts} counts @param {string} seed @returns {Chosen} */
function shares(rule, counts, seed) {
  const votes = tally(rule, counts);
  const order = drawLot(rule.choices, seed);
  const ballots = Object.entries(counts).filter(([text, number]) => text !== "abstain" && number > 0);
  const voters = BigInt(ballots.reduce((all, [, number]) => all + number, 0));
  const purses = ballots.map(([text, number]) => ({ named: text.split("+"), number: BigInt(number), money: /** @type {Share} */ ([BigInt(rule.budget), voters]) }));
  /** @type {string[]} */
  const taken = [];
  /** @type {string[]} */
  const lots = [];
  const cost = /** @param {string} key */ (key) => Number(rule.costs[key]);
  /** @param {Map<string, Share>} offers */
  const take = (offers) => {
    /** @param {string} one @param {string} other */
    const rank = (one, other) =>
      compare(/** @type {Share} */ (offers.get(one)), /** @type {Share} */ (offers.get(other))) || Number(votes[other]) - Number(votes[one]) || cost(one) - cost(other);
    const open = order.filter((key) => offers.has(key));
    const best = /** @type {string} */ ([...open].sort(rank)[0]);
    const level = open.filter((key) => rank(key, best) === 0);
    if (level.length > 1) lots.push(...level.filter((key) => !lots.includes(key)));
    taken.push(/** @type {string} */ (level[0]));
    return /** @type {string} */ (level[0]);
  };
  for (;;) {
    /** @type {Map<string, Share>} what payers give, and the same for each fen of the cost */
    const prices = new Map();
    /** @type {Map<string, Share>} */
    const offers = new Map();
    for (const key of rule.choices) {
      const each = taken.includes(key) ? null : price(BigInt(cost(key)), purses.filter((one) => one.named.includes(key)));
      if (!each) continue;
      prices.set(key, each);
      offers.set(key, [each[0], each[1] * BigInt(cost(key))]);
    }
    if (!offers.size) break;
    const key = take(offers);
    const each = /** @type {Share} */ (prices.get(key));
    for (const one of purses) if (one.named.includes(key)) one.money = compare(one.money, each) > 0 ? minus(one.money, each) : [0n, 1n];
  }
  for (;;) {
    const left = rule.budget - taken.reduce((all, key) => all + cost(key), 0);
    const fitting = rule.choices.filter((key) => !taken.includes(key) && Number(votes[key]) > 0 && cost(key) <= left);
    if (!fitting.length) return { chosen: taken, tied: [], drawn: lots };
    take(new Map(fitting.map((key) => [key, /** @type {Share} */ ([0n, 1n])])));
  }
}

/** @param {bigint} cost @param {{number: bigint, money: Share}[]} fans @returns {Share | null} what those pay who keep something */
function price(cost, fans) {
  const sorted = [...fans].sort((one, other) => compare(one.money, other.money));
  /** @type {Share} */
  let owed = [cost, 1n];
  let payers = sorted.reduce((all, one) => all + one.number, 0n);
  for (const { number, money } of sorted) {
    /** @type {Share} */
    const each = [owed[0], owed[1] * payers];
    if (compare(each, money) <= 0) return reduced(each);
    owed = minus(owed, [money[0] * number, money[1]]);
    payers -= number;
  }
  return null;
}
