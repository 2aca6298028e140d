// @ts-check
/**
 * Reading aloud, loaded only where the device has a voice for the page's language. A button with data-listen reads the
 * part it names: the pieces marked data-say in their order, or else everything in it. A ballot also says the choice as it
 * is made. Nothing starts by itself unless the reader has asked for that on this device.
 */
import { findVoice, isEnglish } from "./ui.js";

const synth = window.speechSynthesis;
const KEPT = "aloud";
/** Whether this page's reader wants to hear what happens next: the button was pressed here, or the setting is on. */
let isListening = false;

/** @param {string[]} parts Say these one after the other, in place of whatever is being said. @param {() => void} [done] */
function speak(parts, done) {
  synth.cancel();
  const texts = parts.map((part) => part.trim()).filter(Boolean);
  texts.forEach((text, place) => {
    const speech = new SpeechSynthesisUtterance(text);
    speech.voice = findVoice() ?? null;
    speech.lang = speech.voice?.lang.replace("_", "-") ?? (isEnglish ? "en-GB" : "zh-CN");
    speech.rate = 0.9;
    if (done && place === texts.length - 1) speech.onend = speech.onerror = done;
    synth.speak(speech);
  });
}

/** @param {HTMLElement} part @returns {string[]} what there is to say in it, in the order of the page */
function wordsOf(part) {
  const pieces = /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-say]"));
  if (!pieces.length) return [part.innerText];
  const said = [...pieces].filter((piece) => piece.closest("dialog") === part.closest("dialog"));
  return said.map((piece) => {
    const form = piece.dataset.say || "{text}";
    if (piece.dataset.sayChosen === undefined) return form.replace("{text}", piece.innerText);
    const options = [...piece.querySelectorAll("input + label")].map((label) => label.querySelector("span")?.textContent);
    return [form.replace("{options}", options.join(piece.dataset.sayComma ?? ", ")), chosenWords(piece)].join(" ");
  });
}

/** @param {HTMLElement} group @returns {string} "you have chosen …", or nothing while nothing is chosen */
function chosenWords(group) {
  const word = group.querySelector("input:checked + label span")?.textContent;
  return word ? (group.dataset.sayChosen ?? "").replace("{choice}", word) : "";
}

/** @returns {boolean} whether the reader wants ballots read on opening; only care mode asks */
function isAutomatic() {
  try {
    return document.documentElement.dataset.mode === "care" && localStorage.getItem(KEPT) === "1";
  } catch {
    return false;
  }
}

/** @param {HTMLElement} button */
function listenTo(button) {
  const label = button.querySelector("span");
  const start = label?.textContent ?? "";
  const reset = () => label && (label.textContent = start);
  button.hidden = false;
  button.addEventListener("click", () => {
    const isBusy = synth.speaking;
    if (isBusy) synth.cancel();
    reset();
    if (isBusy) return;
    isListening = true;
    if (label) label.textContent = button.dataset.stop ?? "";
    speak(wordsOf(document.getElementById(button.dataset.listen ?? "main") ?? document.body), reset);
  });
}

/** The switch that makes ballots read themselves on this device. It is heard at once, so that one knows what it does. */
function offerSwitch() {
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector("input[data-aloud]"));
  if (!box) return;
  box.checked = isAutomatic();
  /** @type {HTMLElement} */ (box.closest("[hidden]"))?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    try {
      if (box.checked) localStorage.setItem(KEPT, "1");
      else localStorage.removeItem(KEPT);
    } catch {
      // no storage: it holds for this page
    }
    isListening = box.checked;
    if (box.checked) speak(wordsOf(document.getElementById("main") ?? document.body));
    else synth.cancel();
  });
}

/** Reads the page by itself where that was asked for; a browser that wants a tap first gets it at the first tap. */
function readOnOpening() {
  const main = document.getElementById("main");
  if (!main?.querySelector("[data-say]") || !isAutomatic()) return;
  isListening = true;
  if (navigator.userActivation?.hasBeenActive ?? true) speak(wordsOf(main));
  /** @param {Event} event */
  const first = (event) => {
    for (const kind of ["pointerup", "keyup"]) document.removeEventListener(kind, first);
    const target = event.target instanceof Element ? event.target : main;
    if (!synth.speaking && !target.closest("a, button, label, input, dialog")) speak(wordsOf(main));
  };
  for (const kind of ["pointerup", "keyup"]) document.addEventListener(kind, first);
}

/** Says a choice as it is made, and the question "are you sure" when it comes. In a secret vote neither: others would hear it. */
function followBallot() {
  if (document.querySelector("[data-say-quiet]")) return;
  for (const item of document.querySelectorAll("[data-say-chosen]")) {
    const group = /** @type {HTMLElement} */ (item);
    group.addEventListener("change", () => isListening && speak([chosenWords(group)]));
  }
  for (const dialog of document.querySelectorAll("dialog")) {
    if (!dialog.querySelector("[data-say]")) continue;
    new MutationObserver(() => {
      if (!dialog.open) synth.cancel();
      else if (isListening) speak(wordsOf(dialog));
    }).observe(dialog, { attributes: true, attributeFilter: ["open"] });
  }
}

/** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-listen]")).forEach(listenTo);
offerSwitch();
followBallot();
readOnOpening();
window.addEventListener("pagehide", () => synth.cancel());
