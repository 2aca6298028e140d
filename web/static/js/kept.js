// @ts-check
/**
 * A confirmed ballot stays in this tab until its answer is known. It belongs to one question and one voter: on a shared
 * phone nobody's ballot goes out under the next person's name. Signing out forgets all (unsent.js).
 */

/**
 * @typedef {{question: string, choice: string, sealed: string, client_id: string, replaces: number, manifest: string | null,
 *   code: string, tried: boolean, lines: string[]}} Kept tried: it may have reached the server; code: of a secret one,
 *   which has neither choice nor words (lines)
 */

export const START = "ballot:";
/** What a question's stopped ballots are kept under (box.js), apart from the one that waits to be sent. */
export const STOPPED = "stopped:";

/** @param {string} question @param {string} holder @param {Kept | null} ballot null: forget it */
export function keep(question, holder, ballot) {
  const key = `${START}${question}:${holder}`;
  try {
    if (ballot) sessionStorage.setItem(key, JSON.stringify(ballot));
    else sessionStorage.removeItem(key);
  } catch {
    // no storage: the page itself still holds it
  }
}

/** @param {string} question @param {string} holder @returns {Kept | null} this voter's; what somebody else left here is removed */
export function kept(question, holder) {
  try {
    forget(START + question, `${START}${question}:${holder}`);
    return JSON.parse(sessionStorage.getItem(`${START}${question}:${holder}`) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} start @param {string} [but] */
export function forget(start, but) {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(start) && key !== but) sessionStorage.removeItem(key);
}

/** @returns {string} an id for one send, and for each time it is sent again */
export function makeSendId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
