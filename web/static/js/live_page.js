// @ts-check
/**
 * What a page of the room does with news: it puts its own new markup into the regions nobody is writing in, or offers to.
 */
import { fillSlots } from "./live.js";

/** @typedef {import("./live.js").Live} Live */
/** @typedef {import("./live.js").State} State */

const words = document.getElementById("live-words")?.dataset ?? {};

/** @param {Element} region @returns {boolean} whether somebody writes or has written in it */
function isInUse(region) {
  if (region.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select")) return true;
  for (const part of region.querySelectorAll("input:not([type=hidden]), textarea")) {
    const field = /** @type {HTMLInputElement} */ (part);
    if (field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue) return true;
  }
  for (const part of region.querySelectorAll("select")) {
    const chosen = [...part.options].findIndex((option) => option.defaultSelected);
    if (part.selectedIndex !== Math.max(0, chosen)) return true;
  }
  return region.querySelector("dialog[open]") !== null;
}

/**
 * Put the page's own new markup into the regions nobody is writing in.
 * @param {Live} live @returns {Promise<boolean>} whether every region shows the new state
 */
export async function showNew(live) {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    location.assign(answer.url);
    return false;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  let whole = true;
  for (const region of document.querySelectorAll("[data-region]")) {
    const name = /** @type {HTMLElement} */ (region).dataset.region;
    const next = fresh.querySelector(`[data-region="${name}"]`);
    if (!next || region.innerHTML === next.innerHTML) continue;
    if (isInUse(region)) {
      whole = false;
      continue;
    }
    const hadFocus = region.contains(document.activeElement);
    region.replaceChildren(...[...next.childNodes].map((node) => document.importNode(node, true)));
    for (const { name: key, value } of next.attributes) region.setAttribute(key, value);
    if (hadFocus) region.closest("main")?.focus();
  }
  const root = /** @type {HTMLElement | null} */ (fresh.getElementById("live"));
  if (!root) location.reload(); // the meeting has ended: the page lives no more
  else if (whole) {
    live.structure = root.dataset.structure ?? live.structure;
    document.querySelector(".flash")?.replaceChildren(); // what was done belongs to what was shown before
  }
  fillSlots(live.state);
  return whole;
}

/** @param {State} state @returns {string} which versions the groups' notes have */
export function notesOf(state) {
  return (state.room?.groups ?? []).map((/** @type {any} */ one) => `${one.group}:${one.note_version}`).join(" ");
}

/** The line that says something is new, with a link that shows it. @param {Live} live @param {string} why */
export function offerNew(live, why) {
  const line = document.getElementById("news");
  const link = line?.querySelector("a");
  if (!line || !link) return;
  const text = words[why] ?? words.more ?? "";
  if (!line.hidden && link.textContent === text) return;
  link.textContent = text;
  line.hidden = false;
  link.onclick = (event) => {
    event.preventDefault();
    showNew(live).then((whole) => {
      if (whole) line.hidden = true;
    });
  };
}

/** @returns {HTMLElement | null} the element that names the room of this page */
export function roomOf() {
  return document.getElementById("live");
}
