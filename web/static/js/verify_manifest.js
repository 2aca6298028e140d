// @ts-check
/** The frozen question: its options, rule and roll (server/RECORD.md, section 3). */
import { canonical, isHash } from "./verify_bytes.js";
import { must } from "./verify_bundle.js";

/**
 * @typedef {Record<string, unknown>} Data
 * @typedef {{choices: string[], majority: string, base: string, numerator: number, denominator: number, moreThan: boolean, counts: string}} Rule
 * @typedef {{question: string, isSecret: boolean, roll: Set<string>, rule: Rule, leastRoll: number, leastBox: number, hash: string, text_zh: string, text_en: string}} Manifest
 */

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
  return {
    question: String(value.question),
    isSecret,
    roll: new Set(value.roll),
    rule: readRule(value.rule),
    leastRoll: Number(value.least_roll),
    leastBox: Number(value.least_box),
    hash,
    text_zh: String(value.text_zh),
    text_en: String(value.text_en),
  };
}

/** @param {unknown} rule @returns {Rule} */
function readRule(rule) {
  must(isObject(rule) && isObject(rule.quorum) && typeof rule.system === "string", "no rule");
  const { choices, majority, base, quorum } = rule;
  must(Array.isArray(choices) && choices.every((one) => typeof one === "string"), "no choices");
  must(new Set(choices).size === choices.length && choices.includes("for") && choices.includes("against"), "choices");
  must(["simple", "absolute", "two_thirds", "three_quarters"].includes(String(majority)), "unknown majority");
  must(["cast", "present", "entitled"].includes(String(base)), "unknown base");
  const { numerator, denominator, more_than, counts } = quorum;
  must(isCount(numerator) && isCount(denominator) && denominator > 0 && numerator <= denominator, "quorum");
  must(typeof more_than === "boolean" && (counts === "cast" || counts === "present"), "quorum");
  return { choices, majority: String(majority), base: String(base), numerator, denominator, moreThan: more_than, counts };
}
