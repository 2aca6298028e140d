// @ts-check
/** On the page one signs out from: says that a ballot on this device was never sent, and forgets it with the sign-out. */

import { START, STOPPED, forget } from "./kept.js";

/** @returns {string | undefined} the question of one that waits */
function waiting() {
  try {
    const waits = (/** @type {string} */ key) => key.startsWith(START) && !key.startsWith(START + STOPPED);
    return Object.keys(sessionStorage).find(waits)?.split(":")[1];
  } catch {
    return undefined; // no storage: nothing was kept
  }
}

const question = waiting();
const notice = document.querySelector("[data-unsent]");
if (question && notice instanceof HTMLElement) {
  for (const link of notice.querySelectorAll("a")) link.href = `/q/${encodeURIComponent(question)}/ballot`;
  notice.hidden = false;
}
document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", () => {
  try {
    forget(START);
  } catch {
    // nothing was kept
  }
});
