// @ts-check
/**
 * Keys of the triage desk: J and K go down and up the queue; the letter printed on a way opens it, and Escape closes it
 * again; T goes to the answers often given. Buttons with a printed key are pressed by ui.js. Without this file every
 * link, way and button still works.
 */

/** @param {EventTarget | null} target @returns {boolean} whether the reader is writing */
function isWriting(target) {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** @param {number} by one down or up from the present matter */
function move(by) {
  const links = [...document.querySelectorAll(".qlist a")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[at + by];
  if (next instanceof HTMLAnchorElement) next.click();
}

/** @param {string} key @returns {boolean} whether a way with this letter was opened */
function openWay(key) {
  const summary = document.querySelector(`summary[data-way-key="${CSS.escape(key)}"]`);
  if (!(summary instanceof HTMLElement) || !(summary.parentElement instanceof HTMLDetailsElement)) return false;
  summary.parentElement.open = true;
  const first = summary.parentElement.querySelector("select, textarea, input:not([type=hidden])");
  if (first instanceof HTMLElement) first.focus();
  return true;
}

/** @param {EventTarget | null} target @returns {boolean} whether a way that was open around it is closed now */
function closeWay(target) {
  const way = target instanceof HTMLElement ? target.closest("details[open]") : null;
  const summary = way?.querySelector("summary[data-way-key]");
  if (!(way instanceof HTMLDetailsElement) || !(summary instanceof HTMLElement)) return false;
  way.open = false;
  summary.focus();
  return true;
}

/** To the answers that the open way can take; with none open, to the page where they are kept. */
function goToAnswers() {
  const choices = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("select[name=template]"));
  const seen = [...choices].find((one) => !one.closest("details:not([open])"));
  if (seen) seen.focus();
  else /** @type {HTMLElement | null} */ (document.querySelector("a[data-answers]"))?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && closeWay(event.target)) {
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  const key = event.key.toUpperCase();
  if (key === "J") move(1);
  else if (key === "K") move(-1);
  else if (key === "/") /** @type {HTMLElement | null} */ (document.getElementById("f-q"))?.focus();
  else if (key === "T") goToAnswers();
  else if (!openWay(key)) return;
  event.preventDefault();
});
