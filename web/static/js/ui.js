// @ts-check
/**
 * Small helps for every page. Each page works without them: the second-tap guard,
 * dialogs, printing, keys printed on buttons, a voice for reading aloud. Nothing here builds markup.
 */

const words = document.getElementById("words")?.dataset ?? {};

/** @param {string} text Say something short at the foot of the page, also to a screen reader. */
export function say(text) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  region.replaceChildren(note);
  setTimeout(() => note.remove(), 6000);
}

/** A form marked data-once goes out once; the server's own key is what really counts. */
function guardSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-once")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      say(words.busy ?? "");
      return;
    }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

export const isEnglish = document.documentElement.lang.startsWith("en");
/** Languages whose voices can read the page, best first. A Cantonese voice would not be understood in Ningbo. */
const TONGUES = isEnglish ? ["en-gb", "en"] : ["zh-cn", "cmn-hans", "cmn", "zh-hans", "zh-tw", "zh-sg", "zh"];

/** @returns {SpeechSynthesisVoice | undefined} a voice of this device for the page's language */
export function findVoice() {
  const fits = /** @param {SpeechSynthesisVoice} one @param {string} tongue */ (one, tongue) => {
    const lang = one.lang.toLowerCase().replace("_", "-");
    return lang === tongue || (lang.startsWith(tongue + "-") && !/-(hk|mo|yue)$/.test(lang));
  };
  const voices = window.speechSynthesis.getVoices();
  for (const tongue of TONGUES) {
    const found = voices.find((one) => fits(one, tongue));
    if (found) return found;
  }
  return undefined;
}

/** Reading aloud is fetched once the device shows a voice; phones make theirs known late, and some without saying so. */
function readAloud() {
  const synth = window.speechSynthesis;
  if (!synth || !document.querySelector("[data-listen]")) return;
  let isWanted = true;
  const look = () => {
    if (!isWanted || !findVoice()) return;
    isWanted = false;
    import("./aloud.js");
  };
  look();
  if (synth.addEventListener) synth.addEventListener("voiceschanged", look);
  else synth.onvoiceschanged = look;
  for (const ms of [300, 1000, 3000]) setTimeout(look, ms);
}

/** Links with data-sheet open their dialog; without a script they lead to a page that asks the same. */
function openSheets() {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest("[data-sheet]");
    const closer = target?.closest("[data-close]");
    const id = opener?.getAttribute("data-sheet") ?? closer?.getAttribute("data-close");
    const dialog = id ? document.getElementById(id) : target;
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (opener && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    } else if (closer || target === dialog) {
      dialog.close();
    }
  });
}

/** Keys printed on buttons press them, except while someone writes. */
function pressKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const inside = event.target instanceof Element ? event.target : document.body;
    if (inside.closest("input, textarea, select, [contenteditable]")) return;
    if ((event.key === "Enter" || event.key === " ") && inside.closest("a, button, summary")) return;
    for (const item of document.querySelectorAll("[data-key]")) {
      const button = /** @type {HTMLElement} */ (item);
      const key = button.dataset.hotkey ?? button.dataset.key ?? "";
      if (key.toLowerCase() !== event.key.toLowerCase() || !button.offsetParent) continue;
      event.preventDefault();
      if (button.matches("input, select, textarea")) button.focus();
      else button.click();
      return;
    }
  });
}

let START = performance.now();

/** @param {string} iso What the server's clock says now: heard over the socket, since a sleeping phone's own clock stands still. */
export function hearNow(iso) {
  words.now = iso;
  START = performance.now();
}

/** @returns {number} the server's time now, in ms: what the page said when it came, plus what has passed since */
function serverNow() {
  return Date.parse(words.now ?? "") + performance.now() - START;
}

/** Counts down every [data-ends]; the last half minute is marked. Nothing but the words of the timer changes. */
export function tick() {
  for (const item of document.querySelectorAll("[data-ends]")) {
    const timer = /** @type {HTMLElement} */ (item);
    const left = Math.floor((Date.parse(timer.dataset.ends ?? "") - serverNow()) / 1000);
    if (left >= 7200) continue; // hours and days are words of the page
    if (Number.isNaN(left)) continue;
    const minutes = String(Math.floor(left / 60));
    const seconds = String(left % 60);
    const text = left >= 60 ? words.minutes : words.seconds;
    const said = left < 0 ? words.over : text?.replace("{m}", minutes).replace("{s}", seconds);
    if (said && timer.textContent !== said) timer.textContent = said;
    timer.classList.toggle("soon", left < 30);
  }
}

function printPages() {
  for (const item of document.querySelectorAll("[data-print]")) {
    const button = /** @type {HTMLElement} */ (item);
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

guardSubmits();
readAloud();
openSheets();
pressKeys();
printPages();
if (document.querySelector("[data-ends]")) {
  tick();
  setInterval(tick, 1000);
}
const errors = document.getElementById("errors");
if (errors) errors.focus();
if (document.querySelector("input[data-shrink]")) import("./photos.js").then((photos) => photos.shrinkAll(words, say));
let isSent = false;
try {
  isSent = sessionStorage.getItem("draft-sent") !== null;
} catch {
  // storage is closed: no drafts
}
if (isSent || document.querySelector("[data-draft], [data-draft-done]")) {
  import("./drafts.js").then((drafts) => drafts.keepDrafts(words, say));
}
