// @ts-check
/**
 * A note several people write at once: what is typed goes to the server after a pause, what others wrote comes back
 * joined to it, and the cursor stays at its line. Without this script the form does the same, one save at a time.
 */
import { Live } from "./live.js";
import { roomOf } from "./live_page.js";

const PAUSE_MS = 900;
const root = roomOf();
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("note"));
const area = /** @type {HTMLTextAreaElement | null} */ (form?.querySelector("textarea") ?? null);
const seen = /** @type {HTMLInputElement | null} */ (form?.querySelector("[name=seen]") ?? null);
const state = document.getElementById("note-state");

if (root && form && area && seen) {
  /** @type {number | undefined} */
  let soon;
  let isBusy = false;
  let isSending = false;
  let known = Number(seen.value);
  /** What this page last knew to stand on the server, its own lines included: what others changed is told from it. */
  let base = area.defaultValue;

  /** @param {string} key */
  const tell = (key) => {
    const text = state?.dataset[key] ?? "";
    if (state && text && state.textContent !== text) state.textContent = text;
  };
  const later = (pause = PAUSE_MS) => {
    clearTimeout(soon);
    soon = setTimeout(sync, pause);
  };

  /** Send what stands here and take what comes back, unless somebody typed on meanwhile: then once more. */
  async function sync() {
    if (isBusy || isSending || !area || !seen || !form) return;
    isBusy = true;
    const sent = area.value;
    try {
      const answer = await fetch(form.action + "/sync", {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ csrf: root?.dataset.csrf ?? "", seen: seen.value, base, text: sent }),
        credentials: "same-origin",
        keepalive: true,
      });
      if (!answer.ok) {
        tell(answer.status >= 500 ? "lost" : "refused");
        return;
      }
      const now = await answer.json();
      known = Math.max(known, now.version);
      if (area.value !== sent) {
        if (!now.is_clash) base = sent;
        later(200);
        return;
      }
      const isOthers = now.text !== tidy(sent);
      if (isOthers) put(area, now.text);
      seen.value = String(now.version);
      base = now.base;
      tell(now.is_clash ? "clash" : isOthers ? "joined" : "saved");
      if (now.is_clash) later(4000);
    } catch {
      tell("lost");
      later(4000);
    } finally {
      isBusy = false;
    }
  }

  area.addEventListener("input", () => {
    tell("waits");
    later();
  });
  form.addEventListener("submit", () => {
    isSending = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && tidy(area.value) !== tidy(base)) sync();
  });
  const group = Number(root.dataset.group);
  new Live(root, {
    onState: (all) => {
      const mine = (all.room?.groups ?? []).find((/** @type {any} */ one) => one.group === group);
      if (mine && mine.note_version > known) {
        known = mine.note_version;
        later(100);
      }
    },
  }).start();
}

/** @param {string} text @returns {string} as the server keeps it */
function tidy(text) {
  return text
    .trim()
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd())
    .join("\n");
}

/**
 * Put another text into the field; the cursor stays in the line it was in, at its place in that line.
 * @param {HTMLTextAreaElement} field @param {string} text
 */
function put(field, text) {
  const before = field.value.slice(0, field.selectionStart).split("\n");
  const line = field.value.split("\n")[before.length - 1] ?? "";
  const column = before[before.length - 1]?.length ?? 0;
  const had = document.activeElement === field;
  field.value = text;
  const lines = text.split("\n");
  const at = nearest(lines, line, before.length - 1);
  const start = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  const place = Math.min(start + Math.min(column, lines[at]?.length ?? 0), text.length);
  if (had) field.setSelectionRange(place, place);
}

/** @param {string[]} lines @param {string} line @param {number} was @returns {number} where the line stands now */
function nearest(lines, line, was) {
  let best = Math.min(was, lines.length - 1);
  let far = Infinity;
  for (const [n, one] of lines.entries()) {
    if (one === line && Math.abs(n - was) < far) {
      best = n;
      far = Math.abs(n - was);
    }
  }
  return best;
}
