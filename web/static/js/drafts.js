// @ts-check
/**
 * Drafts: what somebody writes into a long form stays on this phone until the server has taken it. For pages with
 * such a form, and the page after it.
 */

const KEPT = "input[type=text], input[type=date], input[type=time], input:not([type]), textarea, select, input[type=radio], input[type=checkbox]";

/** @param {HTMLFormElement} form @returns {Record<string, string[]>} what was written, without phone numbers, codes and files */
function written(form) {
  /** @type {Record<string, string[]>} */
  const values = {};
  for (const part of form.querySelectorAll(KEPT)) {
    const field = /** @type {HTMLInputElement} */ (part);
    if (!field.name || field.autocomplete === "one-time-code" || field.hasAttribute("data-no-draft")) continue;
    if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
    if (field.value) (values[field.name] ??= []).push(field.value);
  }
  return values;
}

/** @param {HTMLFormElement} form @param {Record<string, string[]>} values @returns {boolean} whether anything changed */
function putBack(form, values) {
  let changed = false;
  for (const part of form.querySelectorAll(KEPT)) {
    const field = /** @type {HTMLInputElement} */ (part);
    const kept = values[field.name];
    if (!kept || field.hasAttribute("data-no-draft")) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked !== kept.includes(field.value)) changed = true;
      field.checked = kept.includes(field.value);
    } else if (!field.value) {
      field.value = kept[0] ?? "";
      changed = true;
    }
  }
  return changed;
}

const SENT = "draft-sent";

/** The form that was sent last: the server sends the browser on only after taking it, so its words may go. */
function dropTaken() {
  try {
    const key = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    const [way] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    const isAsked = location.pathname.startsWith("/sign-in") || document.querySelector(".errors") !== null;
    if (key && way?.redirectCount && !isAsked) localStorage.removeItem(key);
  } catch {
    // nothing kept, nothing to drop
  }
}

/**
 * form[data-draft=key] keeps its words on this phone until they are taken, and never sends them by itself.
 * @param {DOMStringMap} words texts of the page
 * @param {(text: string) => void} say
 */
export function keepDrafts(words, say) {
  dropTaken();
  for (const item of document.querySelectorAll("form[data-draft]")) {
    const form = /** @type {HTMLFormElement} */ (item);
    const key = "draft:" + form.dataset.draft;
    const note = form.querySelector("[data-draft-note]");
    const refilled = document.querySelector(".errors") !== null;
    /** @type {HTMLInputElement | null} under form[data-draft-id] the server keeps photos that were sent */
    const id = form.hasAttribute("data-draft-id") ? form.querySelector("[name=form_id]") : null;
    const fresh = id?.value ?? "";
    const keep = () => localStorage.setItem(key, JSON.stringify({ ...written(form), ...(id ? { form_id: [id.value] } : {}) }));
    try {
      const kept = localStorage.getItem(key);
      if (kept && !refilled && putBack(form, JSON.parse(kept))) {
        if (id) id.value = JSON.parse(kept).form_id?.[0] ?? fresh;
        note?.removeAttribute("hidden");
        say(words.draftBack ?? "");
      }
    } catch {
      return; // storage is closed: the page goes on without drafts
    }
    if ([...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue)) keep();
    form.addEventListener("input", () => {
      keep();
      note?.removeAttribute("hidden");
    });
    form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
    form.querySelector("[data-draft-drop]")?.addEventListener("click", () => {
      localStorage.removeItem(key);
      form.reset();
      if (id) id.value = fresh;
      note?.setAttribute("hidden", "");
    });
  }
  for (const done of document.querySelectorAll("[data-draft-done]")) {
    try {
      localStorage.removeItem("draft:" + /** @type {HTMLElement} */ (done).dataset.draftDone);
    } catch {
      // nothing kept, nothing to drop
    }
  }
}
