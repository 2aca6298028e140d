// @ts-check
/**
 * "Count it yourself" on the page of a result: fetches the record, counts it on this device with verify.js, and shows line
 * by line in words what is proved and what is not. A receipt code that is typed in stays on the device.
 */
/** @typedef {import("./verify.js").Check} Check */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-recount]"));

/** @param {HTMLFormElement} page */
function start(page) {
  const words = page.dataset;
  const section = /** @type {HTMLElement} */ (page.parentElement);
  const found = /** @type {HTMLElement} */ (section.querySelector("[data-found]"));
  const marks = /** @type {HTMLTemplateElement} */ (section.querySelector("[data-marks]")).content;
  const status = page.querySelector("[data-status]");
  const button = page.querySelector("button");
  page.hidden = false;

  /** @param {string} text */
  const tell = (text) => status && (status.textContent = text);
  /** @param {string | undefined} text @param {number | string} n */
  const fill = (text, n) => (text ?? "").replace("{n}", String(n));

  /** @param {Check} check @returns {string} what there is to say beyond the sentence of the check */
  function more({ no, state, words: found, entry }) {
    const [place = "", end = ""] = found.split(" ");
    if (no === 16 && state === "wrong") return words.absent ?? "";
    if (no === 16) return end ? fill(words[end], place) : words.opened ?? "";
    if (state === "not_here") return found === "signature" ? words.unsigned ?? "" : "";
    return state === "wrong" && entry !== undefined ? fill(words.entry, entry) : "";
  }

  /** @param {Check} check */
  async function show(check) {
    const line = /** @type {HTMLElement | null} */ (found.querySelector(`[data-check="${check.no}"]`));
    const mark = marks.querySelector(`[data-state="${check.state}"]`);
    if (line && mark) {
      line.querySelector("[data-mark]")?.replaceChildren(document.importNode(mark, true));
      const rest = line.querySelector("[data-more]");
      if (rest) rest.textContent = more(check);
      line.hidden = false;
    }
    found.hidden = false;
    tell(fill(words.wait, check.no).replace("{all}", String(found.querySelectorAll("[data-check]").length)));
    await new Promise((done) => setTimeout(done)); // lets the page be drawn between two checks
  }

  /** @param {import("./verify.js").Recount} result */
  function conclude({ verdict, size, root, keys }) {
    const said = /** @type {HTMLElement | null} */ (found.querySelector(`[data-verdict="${verdict.replace("_", "-")}"]`));
    if (said) said.hidden = false;
    const point = found.querySelector("[data-checkpoint]");
    const groups = root.slice(0, 16).match(/.{4}/g) ?? [];
    if (point) point.textContent = root ? `${size} · ${groups.join(" ")}` : "";
    const key = found.querySelector("[data-key-id]");
    if (key) key.textContent = keys.join(" ");
    tell("");
    said?.scrollIntoView({ block: "nearest" });
  }

  /** @returns {string[]} the checkpoint that this device kept at an earlier visit of the record, where it kept one */
  function kept() {
    try {
      const text = localStorage.getItem(`checkpoint:${words.record?.split("/")[2]}`);
      return text ? [text] : [];
    } catch {
      return [];
    }
  }

  async function count() {
    for (const part of found.querySelectorAll("[data-check], [data-verdict]")) /** @type {HTMLElement} */ (part).hidden = true;
    tell(words.fetching ?? "");
    const code = String(new FormData(page).get("code") ?? "").trim();
    const reply = await fetch(words.record ?? "", { credentials: "same-origin" });
    if (!reply.ok) throw new Error(String(reply.status));
    const bytes = new Uint8Array(await reply.arrayBuffer());
    const { recount } = await import("./verify.js");
    conclude(await recount(bytes, { codes: code ? [code] : [], checkpoints: kept(), onCheck: show }));
  }

  page.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button?.getAttribute("aria-busy")) return;
    button?.setAttribute("aria-busy", "true");
    try {
      await count();
    } catch {
      tell(words.failed ?? "");
    }
    button?.removeAttribute("aria-busy");
  });
}

if (form) start(form);
