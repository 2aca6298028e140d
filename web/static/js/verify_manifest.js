// @ts-check
/** The frozen question: its options, rule and roll (server/RECORD.md, section 3). */
import { canonical, isHash } from "./verify_bytes.js";
import { must } from "./verify_bundle.js";

/**
 * @typedef {Record<string, unknown>} Data
 * @typedef {{choices: string[], majority: string, base: string, numerator: number, denominator: number, moreThan: boolean, counts: string, way: string, least: number, most: number, dots: number, seats: number, budget: number, costs: Record<string, number>, tie: string, isWeighed: boolean}} Rule
 * @typedef {{question: string, isSecret: boolean, roll: Set<string>, rule: Rule, ways: string[], leastRoll: number, leastBox: number, weights: Map<string, number[]>, hash: string, text_zh: string, text_en: string}} Manifest
 */

const WAYS = ["for_against", "roll_call", "single", "several", "dots", "score", "ranked", "money"];
export const CHANNELS = ["online", "proxy", "paper", "hands", "door", "telephone", "desk"];
const LETTERS = "abcdefghijklmnop";

/** @param {unknown} value @returns {value is number} a whole number of zero or more */
export const isCount = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
/** @param {unknown} value @returns {value is Data} */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {string[]} texts @returns {boolean} whether they rise, none twice */
export const isRising = (texts) => texts.every((text, place) => place === 0 || /** @type {string} */ (texts[place - 1]) < text);

/** @param {string} text @param {string} hash @returns {Manifest} Check 3. Throws. */
export function readManifest(text, hash) {
  const value = /** @type {Data} */ (canonical(text));
  must(isObject(value) && value.tag === "linyue/question/v1", "not a manifest");
  for (const name of ["question", "text_zh", "text_en", "opened_at"]) must(typeof value[name] === "string", `no ${name}`);
  must(value.question !== "" && "closes_at" in value, "no question");
  must(value.kind === "named" || value.kind === "secret", "no kind");
  must(Array.isArray(value.options) && value.options.every((one) => isObject(one) && typeof one.key === "string"), "no options");
  must(Array.isArray(value.roll) && value.roll.every(isHash) && isRising(value.roll), "the roll is not in order");
  const isSecret = value.kind === "secret";
  if (isSecret) must(typeof value.box_key === "string" && isCount(value.least_roll) && isCount(value.least_box), "no box");
  const rule = readRule(value.rule);
  return {
    question: String(value.question),
    isSecret,
    roll: new Set(value.roll),
    rule,
    weights: readWeights(rule, value),
    ways: readWays(value),
    leastRoll: Number(value.least_roll),
    leastBox: Number(value.least_box),
    hash,
    text_zh: String(value.text_zh),
    text_en: String(value.text_en),
  };
}

/** @param {Data} value @returns {string[]} channels that were offered; all where nothing is said */
function readWays(value) {
  if (!("channels" in value)) return CHANNELS;
  const { channels } = value;
  must(Array.isArray(channels) && channels.length > 0 && channels.every((one) => CHANNELS.includes(one)), "unknown channels");
  must(new Set(channels).size === channels.length, "a channel twice");
  return channels;
}

/** @param {unknown} rule @returns {Rule} */
function readRule(rule) {
  must(isObject(rule) && isObject(rule.quorum) && typeof rule.system === "string", "no rule");
  const { choices, majority, base, quorum } = rule;
  must(Array.isArray(choices) && choices.every((one) => typeof one === "string"), "no choices");
  must(new Set(choices).size === choices.length, "choices");
  must(["simple", "third", "absolute", "two_thirds", "three_quarters", "all"].includes(String(majority)), "unknown majority");
  must(["cast", "present", "entitled"].includes(String(base)), "unknown base");
  const { numerator, denominator, more_than, counts } = quorum;
  must(isCount(numerator) && isCount(denominator) && denominator > 0 && numerator <= denominator, "quorum");
  must(typeof more_than === "boolean" && (counts === "cast" || counts === "present"), "quorum");
  const plain = { choices, majority: String(majority), base: String(base), numerator, denominator, moreThan: more_than, counts };
  return { ...plain, ...readWay(rule, choices) };
}

/** What a rule of version 1 did not say. @type {Data} */
const FIRST = {
  version: 2,
  decision: "",
  source: "",
  measure: "heads",
  call: 1,
  call_of: "",
  way: "for_against",
  least: 1,
  most: 1,
  dots: 0,
  seats: 1,
  budget: 0,
  costs: {},
  tie: "named",
};

/** @param {Data} rule @param {string[]} choices the way to vote: its options and its numbers; version 1 knew for and against only */
function readWay(rule, choices) {
  const said = "version" in rule ? rule : FIRST;
  const { version, decision, source, measure, call, call_of, way, least, most, dots, seats, budget, costs, tie } = said;
  must(version === 2 && WAYS.includes(String(way)) && (tie === "named" || tie === "lot"), "way");
  must([way, tie, decision, source, call_of].every((word) => typeof word === "string") && (call === 1 || call === 2), "way");
  must(measure === "heads" || measure === "area_and_heads", "measure");
  must(isCount(least) && isCount(most) && isCount(dots) && isCount(seats) && isCount(budget), "numbers of the way");
  must(isObject(costs) && Object.values(costs).every(isCount), "costs");
  const named = /** @type {Record<string, number>} */ (costs);
  const isWeighed = measure === "area_and_heads";
  if (way === "for_against" || way === "roll_call") must(choices.includes("for") && choices.includes("against"), "choices");
  else {
    must(choices.length >= 2 && choices.length <= 16 && choices.every((key, n) => key === LETTERS[n]) && !isWeighed, "choices");
  }
  if (way === "money") {
    must(tie === "lot" && Object.keys(named).length === choices.length, "costs");
    must(choices.every((key) => Number(named[key]) > 0 && Number(named[key]) <= budget), "costs");
  }
  return { way: String(way), least, most, dots, seats, budget, costs: named, tie: String(tie), isWeighed };
}

/** @param {Rule} rule @param {Data} value @returns {Map<string, number[]>} area and heads by mark on the roll, in an owners' vote */
function readWeights(rule, value) {
  if (!rule.isWeighed) return new Map();
  const { weights, roll, kind } = value;
  must(kind === "named" && Array.isArray(weights) && Array.isArray(roll) && weights.length === roll.length, "weights");
  return new Map(
    roll.map((mark, place) => {
      const row = weights[place];
      must(Array.isArray(row) && row.length === 2 && row.every((one) => isCount(one) && one > 0), "weights");
      return [mark, row];
    }),
  );
}
