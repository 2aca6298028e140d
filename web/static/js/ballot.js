// @ts-check
/**
 * The ballot: asks once more in a sheet, sends over the socket or by POST, keeps the choice while there is no network.
 * One client id for one choice, so that however often it is sent, one vote is stored.
 * A secret ballot is sealed here first; where the device cannot, the server seals.
 */
import { Live } from "./live.js";
import { keep, kept, makeSendId } from "./kept.js";

const RETRY_MS = 3000;
const LONGEST_MS = 30000;
const ANSWER_MS = 10000;

const root = document.getElementById("ballot");
const form = /** @type {HTMLFormElement | null} */ (root?.closest("form"));
const sheet = /** @type {HTMLDialogElement | null} */ (document.getElementById("sure"));

/** @typedef {import("./kept.js").Kept} Ballot */
/** @typedef {typeof import("./seal.js") & typeof import("./box.js")} Box */
/** @typedef {typeof import("./ballot_ways.js")} Ways */
/** @typedef {"stored" | "refused" | "away" | "kept" | "cannot"} Outcome */

/**
 * @param {HTMLElement} booth @param {HTMLFormElement} page @param {HTMLDialogElement} dialog
 * @param {Box | null} box of a secret vote @param {Ways | null} among of a vote among options
 */
function start(booth, page, dialog, box, among) {
  const { question = "", holder = "" } = booth.dataset;
  /** @type {number | undefined} */
  let soon;
  const isHeld = () => pending || isTouched || dialog.open || page.querySelector(":focus");
  const live = new Live(booth, {
    onState: ({ room }) => {
      const asked = room?.question;
      if (asked?.question !== question || asked.state === "open" || isHeld()) return;
      soon ??= setTimeout(() => isHeld() ? soon = undefined : location.reload(), live.turn());
    },
  });
  live.csrf = /** @type {HTMLInputElement | null} */ (page.elements.namedItem("csrf"))?.value ?? "";
  if (live.path) live.start();
  /** @type {Ballot | null} */
  let pending = null;
  let isConfirmed = false; // by a tap on this page; what an earlier one left waits for it
  let isTouched = false;
  let isMaking = false;
  let isSending = false;
  let misses = 0;
  let notBefore = 0;

  /** @param {string} name */
  const value = (name) => /** @type {HTMLInputElement | null} */ (page.elements.namedItem(name))?.value ?? "";
  if (box && !box.canSeal()) return;
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-seal]"))) {
    line.hidden = line.dataset.seal !== "device";
  }

  const ways = among && /** @type {HTMLFieldSetElement | null} */ (page.querySelector("[data-way]"));

  /** @param {string} key What becomes of the ballot, in the sheet and on the page under it. */
  function tell(key) {
    for (const line of document.querySelectorAll("[data-cast-status]")) {
      line.textContent = booth.dataset[key] ?? "";
      line.className = key ? "banner warn" : "";
      if (key) line.closest(".act")?.classList.add("still"); // no choice may hide behind it
    }
    document.getElementById("cast-look")?.toggleAttribute("hidden", key !== "stopped");
  }

  /** @returns {string | null} the ballot as one text; null where the server has to say what is wrong */
  function chosen() {
    if (!among || !ways) {
      const choice = new FormData(page).get("choice");
      return typeof choice === "string" ? choice : null;
    }
    const { choice, fault } = among.ballotOf(ways);
    const how = document.getElementById("f-choice-how");
    if (how) {
      how.classList.toggle("err", fault !== "");
      if (fault) {
        how.setAttribute("role", "alert");
        how.textContent = how.dataset[fault] ?? how.textContent;
        how.scrollIntoView({ block: "center" });
      }
    }
    return fault ? "" : choice;
  }

  /** @param {string} choice @param {string[]} lines it in words, where they are not those of one button */
  function ask(choice, lines) {
    const picked = page.querySelector(`input[name=choice][value="${CSS.escape(choice)}"]`)?.parentElement;
    const icon = lines.length ? null : picked?.querySelector("svg");
    const texts = lines.length ? lines : [picked?.querySelector("label span:not(.said)")?.textContent ?? ""];
    const word = dialog.querySelector("[data-choice-word]");
    if (word && !lines.length) word.className = `choice ${choice}`;
    const said = texts.map((text) => Object.assign(document.createElement("span"), { textContent: text }));
    word?.replaceChildren(...(icon ? [icon.cloneNode(true)] : []), ...said);
    if (!dialog.open) dialog.showModal();
  }

  const lines = () => (among && ways ? among.linesOf(page, ways) : []);

  page.addEventListener("input", () => (isTouched = true));
  page.addEventListener("submit", (event) => {
    if (pending) {
      event.preventDefault();
      dialog.showModal(); // it still says what is on its way, or waits
      return;
    }
    const choice = chosen();
    if (choice === null) return;
    event.preventDefault();
    if (!choice) return;
    tell("");
    ask(choice, lines());
  });

  dialog.querySelector("[data-cast]")?.addEventListener("click", async () => {
    if (!pending && !isMaking) {
      const choice = chosen();
      if (!choice) return;
      isMaking = true;
      const made = await ballotFor(choice).finally(() => (isMaking = false));
      if (!dialog.open) return; // stopped meanwhile
      pending = made;
    }
    isConfirmed = true;
    send();
  });

  // Nothing is sent after this. What has left the phone before may have arrived, and the page says so.
  dialog.querySelector("[data-close]")?.addEventListener("click", () => {
    if (!pending) return;
    tell(pending.tried ? "stopped" : "dropped");
    if (pending.tried) box?.keepStopped(question, holder, pending);
    keep(question, holder, null);
    pending = null;
    isConfirmed = false;
    misses = notBefore = 0;
  });
  dialog.addEventListener("close", () => page.querySelector("[data-cast-status]")?.scrollIntoView({ block: "nearest" }));

  /** @param {string} choice @returns {Promise<Ballot>} */
  async function ballotFor(choice) {
    const rest = { question, replaces: Number(value("replaces")), manifest: value("manifest") || null, client_id: makeSendId(), tried: false };
    if (!box) return { ...rest, choice, sealed: "", code: "", lines: lines() };
    const code = box.makeCode();
    const sealed = await box.seal(booth.dataset.key ?? "", booth.dataset.label ?? "", choice, code);
    return { ...rest, choice: "", sealed, code, lines: [] };
  }

  async function send() {
    const ballot = pending;
    if (!ballot || !isConfirmed || isSending) return;
    isSending = true;
    const button = dialog.querySelector("[data-cast]");
    button?.setAttribute("aria-busy", "true");
    if (!misses) tell("sending");
    ballot.tried ||= navigator.onLine;
    keep(question, holder, ballot);
    const outcome = await deliver(ballot);
    if (outcome === "stored") {
      box?.keepCode(question, holder, ballot.code); // even if stopped meanwhile
      if (!pending || pending === ballot) return stored();
    }
    if (pending === ballot && (outcome === "refused" || outcome === "away")) return again(ballot, outcome);
    isSending = false;
    button?.removeAttribute("aria-busy");
    if (pending !== ballot) return void send(); // chosen anew meanwhile
    tell(outcome);
    misses += 1;
    const pause = outcome === "cannot" ? Math.min(LONGEST_MS, RETRY_MS * 2 ** (misses - 1)) * (0.5 + Math.random()) : 0;
    notBefore = Date.now() + pause;
  }

  /** @param {Ballot} ballot @returns {Promise<Outcome>} what one attempt came to; kept: nobody knows whether it arrived */
  async function deliver(ballot) {
    const answer = await live.cast(ballot);
    if (answer?.type === "ack") return "stored";
    if (answer) return answer.data.reason === "questions-refused-cannot-record" ? "cannot" : "refused";
    if (pending !== ballot) return "kept";
    const stop = new AbortController(); // else a phone that slept meanwhile waits for ever
    const timer = setTimeout(() => stop.abort(), ANSWER_MS);
    try {
      const { choice, sealed, client_id, replaces, manifest } = ballot;
      const body = new URLSearchParams({ csrf: live.csrf, choice, sealed, client_id, replaces: `${replaces}`, manifest: manifest ?? "" });
      const reply = await fetch(`/q/${question}/ballot`, { method: "POST", body, credentials: "same-origin", signal: stop.signal });
      if (reply.status >= 500 || reply.status === 429) return "cannot";
      if (reply.ok && reply.url.endsWith("/receipt")) return "stored";
      return reply.redirected || reply.status === 403 ? "away" : "refused";
    } catch {
      return "kept";
    } finally {
      clearTimeout(timer);
    }
  }

  function stored() {
    keep(question, holder, null);
    location.assign(`/q/${question}/receipt`);
  }

  /**
   * The server says in words why not, and what counts now, or asks to sign in; then the ballot waits here. It is asked
   * with this very send: with the page's own newer numbers an old choice could replace a newer one.
   * @param {Ballot} ballot @param {Outcome} outcome
   */
  function again(ballot, outcome) {
    if (outcome !== "away") keep(question, holder, null);
    page.action = `/q/${question}/ballot`;
    for (const part of page.querySelectorAll("fieldset")) part.disabled = true;
    for (const name of /** @type {const} */ (["client_id", "replaces", "manifest", "choice", "sealed"])) {
      const field = page.querySelector(`input[type=hidden][name=${name}]`) ?? page.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
      if (field instanceof HTMLInputElement) field.value = String(ballot[name] ?? "");
    }
    page.submit();
  }

  pending = kept(question, holder);
  box?.arrived(question, holder, (one) => one.client_id === booth.dataset.send);
  if (pending && pending.client_id === booth.dataset.send) stored(); // it had arrived, and counts
  else if (pending) {
    const picked = page.querySelector(`input[name=choice][value="${CSS.escape(pending.choice)}"]`);
    if (picked instanceof HTMLInputElement) picked.checked = true;
    ask(pending.choice, pending.sealed ? [booth.dataset.sealed ?? ""] : pending.lines);
    tell("waiting");
  }
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => !document.hidden && send());
  window.addEventListener("pageshow", (event) => event.persisted && pending && location.reload()); // who is signed in now?
  setInterval(() => !document.hidden && Date.now() >= notBefore && send(), RETRY_MS);
}

if (root && form && sheet) {
  // Before anything is chosen: a secret ballot must be sealed even when the network goes meanwhile.
  const box = root.dataset.key ? Promise.all([import("./seal.js"), import("./box.js")]) : null;
  const among = form.querySelector("[data-way]") ? import("./ballot_ways.js") : null;
  Promise.all([box, among]).then(([parts, ways]) => start(root, form, sheet, parts && { ...parts[0], ...parts[1] }, ways));
}
