// @ts-check
/**
 * The voter's own code of a secret vote, kept on this device and nowhere else: stored when the ballot is in, shown on the
 * receipt, found in the published list. Kept for one question and one person, so that two of a family do not mix.
 */
import { STOPPED, keep, kept } from "./kept.js";

/** @param {string} question @param {string} holder @returns {string} */
const keyOf = (question, holder) => `code:${question}:${holder}`;

/** @param {string} question @param {string} holder @param {string} code */
export function keepCode(question, holder, code) {
  try {
    localStorage.setItem(keyOf(question, holder), code);
  } catch {
    // no storage: the page has asked to write the code down
  }
}

/** @param {string} question @param {string} holder @returns {string} */
export function keptCode(question, holder) {
  try {
    return localStorage.getItem(keyOf(question, holder)) ?? "";
  } catch {
    return "";
  }
}

/** @typedef {import("./kept.js").Kept} Kept */
/** @typedef {Kept & {before?: Stopped | null}} Stopped before: what the same voter stopped earlier */

/** @param {string} question */
const stoppedOf = (question) => STOPPED + question;

/**
 * Its voter thought again after it had been tried: it is never sent or asked about again, but it may be in the box.
 * @param {string} question @param {string} holder @param {Kept} ballot
 */
export function keepStopped(question, holder, ballot) {
  const stopped = { ...ballot, before: kept(stoppedOf(question), holder) };
  keep(stoppedOf(question), holder, stopped);
}

/**
 * A ballot whose answer was lost on the way is still kept, to be sent again or stopped, its code with it. Once the server
 * shows that very send in the box, or its code in the list, the code is this device's like any other.
 * @param {string} question @param {string} holder @param {(ballot: Kept) => boolean} isIn
 * @returns {string} the code, or nothing
 */
export function arrived(question, holder, isIn) {
  for (const place of [question, stoppedOf(question)]) {
    for (let ballot = /** @type {Stopped | null} */ (kept(place, holder)); ballot; ballot = ballot.before ?? null) {
      if (!ballot.code || !isIn(ballot)) continue;
      keep(place, holder, null);
      keepCode(question, holder, ballot.code);
      return ballot.code;
    }
  }
  return "";
}

/** @param {string} code @returns {string} in fours, as it is read out */
const inFours = (code) => `${code.slice(0, 4)} ${code.slice(4)}`;

/** @param {HTMLElement} root The receipt: fill in the code this device holds; let the reader take it off the device. */
function showReceipt(root) {
  const { question = "", holder = "", send = "" } = root.dataset;
  const code = arrived(question, holder, (pending) => pending.client_id === send) || keptCode(question, holder);
  const here = root.querySelector("[data-code-here]");
  const gone = root.querySelector("[data-code-gone]");
  const slot = root.querySelector("[data-code]");
  if (!code || !(here instanceof HTMLElement) || !(gone instanceof HTMLElement) || !slot) return;
  slot.textContent = inFours(code);
  here.hidden = false;
  gone.hidden = true;
  root.querySelector("[data-forget]")?.addEventListener("click", () => {
    try {
      localStorage.removeItem(keyOf(question, holder));
    } catch {
      // nothing was kept
    }
    here.hidden = true;
    gone.hidden = false;
  });
}

/** @param {HTMLElement} root The list: say whether this device's code is in it, and mark its row. */
function findInList(root) {
  const { question = "", holder = "", found = "", missing = "" } = root.dataset;
  /** @param {string} wanted */
  const rowOf = (wanted) =>
    [...root.querySelectorAll("tbody tr")].find((one) => one.firstElementChild?.textContent?.trim() === inFours(wanted));
  const code = holder && (arrived(question, holder, (pending) => Boolean(rowOf(pending.code))) || keptCode(question, holder));
  const line = root.querySelector("[data-code-found]");
  if (!code || !(line instanceof HTMLElement)) return;
  const row = rowOf(code);
  line.textContent = (row ? found : missing)
    .replace("{code}", inFours(code))
    .replace("{choice}", row?.lastElementChild?.textContent?.trim() ?? "");
  line.hidden = false;
  row?.classList.add("own");
}

for (const root of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-box]"))) {
  if (root.dataset.box === "receipt") showReceipt(root);
  else if (root.dataset.box === "list") findInList(root);
  else if (root.dataset.box === "confirm") {
    const { question = "", holder = "", code = "" } = root.dataset;
    root.closest("form")?.addEventListener("submit", () => keepCode(question, holder, code));
  }
}
