// @ts-check
/** Check 14 (server/RECORD.md): quorum, majority, the double count of owners and who is chosen, from the published numbers. */
import { must } from "./verify_bundle.js";
import { isCount, isObject } from "./verify_manifest.js";
import { NotHere, all, only } from "./verify_vote.js";
import { choose, isAyeOrNo, tally } from "./verify_ways.js";

/**
 * @typedef {import("./verify_vote.js").Vote} Vote
 * @typedef {import("./verify_manifest.js").Rule} Rule
 * @typedef {import("./verify_vote.js").Entry} Entry
 */

/** @type {Record<string, [number, number]>} */
const SHARES = { third: [1, 3], two_thirds: [2, 3], three_quarters: [3, 4], all: [1, 1] };

/** @param {number} top @param {number} of @param {number} bottom @param {boolean} isMore @returns {number} least whole number above or at the share */
function least(top, of, bottom, isMore) {
  const share = BigInt(top) * BigInt(of);
  const down = share / BigInt(bottom);
  if (isMore) return Number(down) + 1;
  return Number(down * BigInt(bottom) === share ? down : down + 1n);
}

/** @param {Rule} rule @param {number} entitled */
const quorumOf = (rule, entitled) => (rule.numerator === 0 ? 0 : least(rule.numerator, entitled, rule.denominator, rule.moreThan));

/** @param {string} majority @param {number} base @param {number} against */
function neededOf(majority, base, against) {
  if (majority === "simple") return against + 1;
  if (majority === "absolute") return least(1, base, 2, true);
  const [top, bottom] = /** @type {[number, number]} */ (SHARES[majority]);
  return Math.max(1, least(top, base, bottom, false));
}

/** Check 14. @param {Vote} vote */
export function checkOutcome(vote) {
  const { manifest, entries } = vote;
  const result = only(entries, "RESULT");
  if (!result) throw new NotHere();
  const { rule } = manifest;
  const { data, seq } = result;
  if (rule.isWeighed) return checkOwners(vote, result);
  const of = /** @param {string} name */ (name) => Number(data[name]);
  const counts = /** @type {Record<string, number>} */ (data.counts);
  must(data.base === rule.base && data.base_count === of(rule.base), "another base", seq);
  const quorum = quorumOf(rule, of("entitled"));
  must(data.quorum_needed === quorum, "another quorum", seq);
  const isValid = of(rule.counts) >= quorum;
  if (!isAyeOrNo(rule)) return checkChosen(vote, result, isValid);
  const needed = neededOf(rule.majority, of(rule.base), Number(counts.against));
  must(data.needed === needed, "another majority", seq);
  must(data.verdict === (!isValid ? "no_quorum" : Number(counts.for) >= needed ? "passed" : "failed"), "another outcome", seq);
}

/** @param {unknown} value @param {unknown} other */
const same = (value, other) => JSON.stringify(value) === JSON.stringify(other);

/** @param {Vote} vote @param {Entry} result @param {boolean} isValid */
function checkChosen({ manifest, entries }, { data, seq }, isValid) {
  const { rule } = manifest;
  const needed = neededOf(rule.majority, Number(data[rule.base]), 0);
  must(data.needed === needed, "another majority", seq);
  const counts = /** @type {Record<string, number>} */ (data.counts);
  must(isObject(data.tally), "no tally", seq);
  const told = data.tally;
  const again = tally(rule, counts);
  must(Object.keys(told).length === rule.choices.length && rule.choices.every((key) => told[key] === again[key]), "another tally", seq);
  const seed = only(entries, "CLOSE")?.hash ?? "";
  const found = isValid ? choose(rule, counts, needed, seed) : { chosen: [], tied: [], drawn: [] };
  must(same([data.chosen, data.tied, data.drawn], [found.chosen, found.tied, found.drawn]), "others are chosen", seq);
  must(!found.drawn.length || data.seed === seed, "another seed", seq);
  const verdict = found.tied.length ? "tied" : found.chosen.length ? "passed" : "failed";
  must(data.verdict === (isValid ? verdict : "no_quorum"), "another outcome", seq);
}

/** @param {Vote} vote @param {Entry} result */
function checkOwners({ manifest, entries, counted }, { data, seq }) {
  const { rule, weights } = manifest;
  const votes = new Map([...counted].map(([mark, ballot]) => [mark, ballot.choice]));
  for (const batch of all(entries, "BATCH")) for (const [mark, choice] of /** @type {[string, string][]} */ (batch.data.sheets ?? [])) votes.set(mark, choice);
  const weighed = data.weighed;
  must(isObject(weighed), "not weighed", seq);
  const sides = ["area", "heads"].map((name, side) => {
    const told = weighed[name];
    must(isObject(told) && isObject(told.counts) && isCount(told.entitled), "not weighed", seq);
    const weight = /** @param {string} mark */ (mark) => Number(weights.get(mark)?.[side]);
    const sum = /** @param {string[]} marks */ (marks) => marks.reduce((whole, mark) => whole + weight(mark), 0);
    const counts = told.counts;
    for (const choice of rule.choices) must(counts[choice] === sum([...votes.keys()].filter((mark) => votes.get(mark) === choice)), `another ${name}`, seq);
    const cast = sum([...votes.keys()]);
    const entitled = sum([...weights.keys()]);
    const quorum = quorumOf(rule, entitled);
    const needed = neededOf(rule.majority, cast, 0);
    must(same([told.entitled, told.cast, told.quorum_needed, told.needed], [entitled, cast, quorum, needed]), `another ${name}`, seq);
    return { cast, quorum, needed, isEnough: cast >= quorum, isCarried: Number(counts.for) >= needed };
  });
  const heads = sides[1];
  must(same([data.base_count, data.quorum_needed, data.needed], [heads?.cast, heads?.quorum, heads?.needed]), "other figures", seq);
  const verdict = !sides.every((side) => side.isEnough) ? "no_quorum" : sides.every((side) => side.isCarried) ? "passed" : "failed";
  must(data.verdict === verdict, "another outcome", seq);
}
