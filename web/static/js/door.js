// @ts-check
/**
 * Ticking people at the door without a page for each: the form goes out in the background, and the list and the count
 * come back as the server draws them. Without this, or when anything fails, the form is sent as usual.
 */
import { say } from "./ui.js";

const PARTS = ["door", "door-roll"];

/** @param {HTMLFormElement} form Send it and put the fresh parts in the place of the old ones. */
async function tick(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) fields.append(name, String(value));
  const answer = await fetch(form.action, { method: "POST", body: fields, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = PARTS.map((id) => ({ old: document.getElementById(id), next: fresh.getElementById(id) }));
  if (parts.some(({ old, next }) => !old || !next)) throw new Error("not the door");
  const others = ticked(form);
  const place = forms().indexOf(form);
  for (const { old, next } of parts) if (old && next) old.replaceWith(document.importNode(next, true));
  for (const box of boxes()) box.checked = others.has(box.value);
  const search = document.getElementById("f-q");
  if (search instanceof HTMLInputElement) search.value = "";
  forms()[Math.min(place, forms().length - 1)]?.querySelector("button")?.focus({ preventScroll: true });
  say(document.querySelector("#door .lead")?.textContent ?? "");
}

/** @returns {HTMLInputElement[]} the boxes of those who have not come yet */
function boxes() {
  return [...document.querySelectorAll("#door-roll input[type=checkbox]")].filter((one) => one instanceof HTMLInputElement);
}

/** @returns {HTMLFormElement[]} the forms that note somebody, in the order of the list; those that take a tick back are folded */
function forms() {
  const all = [...document.querySelectorAll("#door-roll form")].filter((one) => one instanceof HTMLFormElement);
  return all.filter((one) => !one.closest("details"));
}

/** @param {HTMLFormElement} form @returns {Set<string>} who stays ticked: the others, when one alone was sent */
function ticked(form) {
  return new Set(form.id === "several" ? [] : boxes().filter((one) => one.checked).map((one) => one.value));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !form.closest("#door-roll")) return;
  event.preventDefault();
  tick(form).catch(() => form.submit());
});
