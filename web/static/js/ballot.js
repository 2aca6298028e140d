// @ts-check
/**
 * The ballot: asks once more in a sheet, sends over the socket or by POST, and keeps the choice while there is no network.
 * One client id for one choice, so that however often it is sent, one vote is stored.
 * A secret ballot is sealed here first; where the device cannot, the server seals.
 */
import { Live, isInUse } from "./live.js";
import { ballotOf, linesOf } from "./ballot_ways.js";

const root = document.getElementById("ballot");
const form = /** @type {HTMLFormElement | null} */ (root?.closest("form"));
const sheet = /** @type {HTMLDialogElement | null} */ (document.getElementById("sure"));

/** @typedef {import("./live.js").Ballot & {code: string}} Ballot with the code of a secret one, which stays here */

/** @typedef {typeof import("./seal.js") & typeof import("./box.js")} Box */

/** @param {HTMLElement} holder @param {HTMLFormElement} page @param {HTMLDialogElement} dialog @param {Box | null} box */
function start(holder, page, dialog, box) {
  const question = holder.dataset.question ?? "";
  const key = "ballot:" + question;
  const status = dialog.querySelector("[data-cast-status]");
  const live = new Live(holder, {
    onState: ({ room }) => {
      const asked = room?.question;
      if (asked?.question === question && asked.state !== "open" && !pending && !isInUse(page)) location.reload();
    },
  });
  live.csrf = /** @type {HTMLInputElement | null} */ (page.elements.namedItem("csrf"))?.value ?? "";
  if (live.path) live.start();
  /** @type {Ballot | null} */
  let pending = null;
  let isSending = false;

  /** @param {string} name */
  const value = (name) => /** @type {HTMLInputElement | null} */ (page.elements.namedItem(name))?.value ?? "";
  if (box && !box.canSeal()) return;
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-seal]"))) {
    line.hidden = line.dataset.seal !== "device";
  }
  const receipt = () => location.assign(`/q/${question}/receipt`);

  const ways = /** @type {HTMLFieldSetElement | null} */ (page.querySelector("[data-way]"));

  /** @returns {string | null} the ballot as one text; null where the server has to say what is wrong */
  function chosen() {
    if (!ways) {
      const choice = new FormData(page).get("choice");
      return typeof choice === "string" ? choice : null;
    }
    const { choice, fault } = ballotOf(ways);
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

  /** @param {string} choice */
  function ask(choice) {
    if (ways) {
      const word = dialog.querySelector("[data-choice-word]");
      const lines = linesOf(page, ways).map((line) => Object.assign(document.createElement("span"), { textContent: line }));
      word?.replaceChildren(...lines);
      if (!dialog.open) dialog.showModal();
      return;
    }
    const picked = page.querySelector(`input[name=choice][value="${CSS.escape(choice)}"]`);
    const label = picked?.parentElement?.querySelector("label span:not(.said)");
    const word = dialog.querySelector("[data-choice-word]");
    const icon = picked?.parentElement?.querySelector("svg");
    if (word) {
      const said = document.createElement("span");
      said.textContent = label?.textContent ?? "";
      word.className = `choice ${choice}`;
      word.replaceChildren(...(icon ? [icon.cloneNode(true)] : []), said);
    }
    if (!dialog.open) dialog.showModal();
  }

  page.addEventListener("submit", (event) => {
    const choice = chosen();
    if (choice === null || pending) return;
    event.preventDefault();
    if (choice) ask(choice);
  });

  dialog.querySelector("[data-cast]")?.addEventListener("click", async () => {
    const choice = chosen();
    if (!choice) return;
    pending ??= await ballotFor(choice);
    keep(pending);
    send();
  });

  /** @param {string} choice @returns {Promise<Ballot>} */
  async function ballotFor(choice) {
    const rest = { question, replaces: Number(value("replaces")), manifest: value("manifest") || null };
    if (!box) return { ...rest, choice, client_id: value("client_id"), sealed: "", code: "" };
    const code = box.makeCode();
    const sealed = await box.seal(holder.dataset.key ?? "", holder.dataset.label ?? "", choice, code);
    return { ...rest, choice: "", client_id: box.makeSendId(), sealed, code };
  }

  /** @param {Ballot | null} ballot */
  function keep(ballot) {
    try {
      if (ballot) sessionStorage.setItem(key, JSON.stringify(ballot));
      else sessionStorage.removeItem(key);
    } catch {
      // no storage: the page itself still holds it
    }
  }

  async function send() {
    if (!pending || isSending) return;
    isSending = true;
    dialog.querySelector("[data-cast]")?.setAttribute("aria-busy", "true");
    const answer = await live.cast(pending);
    if (answer?.type === "ack") return finish(stored);
    if (answer?.type === "refused") return finish(again);
    try {
      const body = new URLSearchParams({
        csrf: live.csrf,
        choice: pending.choice,
        sealed: pending.sealed,
        client_id: pending.client_id,
        replaces: String(pending.replaces),
        manifest: pending.manifest ?? "",
      });
      const reply = await fetch(`/q/${question}/ballot`, { method: "POST", body, credentials: "same-origin" });
      if (reply.status >= 500) throw new Error("not recorded");
      return finish(reply.ok && reply.url.endsWith("/receipt") ? stored : again);
    } catch {
      isSending = false;
      dialog.querySelector("[data-cast]")?.removeAttribute("aria-busy");
      if (status) status.textContent = holder.dataset.kept ?? "";
    }
  }

  function stored() {
    if (pending?.code) box?.keepCode(question, holder.dataset.holder ?? "", pending.code);
    receipt();
  }

  /** @param {() => void} then */
  function finish(then) {
    keep(null);
    then();
  }

  /** The server says in words why not, and what counts now. */
  function again() {
    if (!pending) return;
    page.action = `/q/${question}/ballot`;
    const sealed = page.elements.namedItem("sealed");
    if (pending.sealed && sealed instanceof HTMLInputElement) {
      sealed.disabled = false; // what goes to the server is what was sealed, never the choice
      sealed.value = pending.sealed;
      for (const one of page.querySelectorAll("fieldset input, fieldset select")) one.setAttribute("disabled", "");
    } else if (ways) {
      ways.disabled = true; // the whole ballot is sent instead of its fields
      const whole = Object.assign(document.createElement("input"), { type: "hidden", name: "choice", value: pending.choice });
      page.append(whole);
    }
    page.submit();
  }

  try {
    const kept = sessionStorage.getItem(key);
    if (kept) {
      pending = JSON.parse(kept);
      const picked = page.querySelector(`input[name=choice][value="${CSS.escape(pending?.choice ?? "")}"]`);
      if (picked instanceof HTMLInputElement) picked.checked = true;
      if (pending?.sealed || ways) dialog.showModal();
      else ask(pending?.choice ?? "");
      send();
    }
  } catch {
    pending = null;
  }
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => !document.hidden && send());
  setInterval(() => pending && !document.hidden && send(), 3000);
}

if (root && form && sheet) {
  // Before anything is chosen: a secret ballot must be sealed even when the network goes meanwhile.
  if (root.dataset.key) {
    Promise.all([import("./seal.js"), import("./box.js")]).then(([seal, box]) => start(root, form, sheet, { ...seal, ...box }));
  } else start(root, form, sheet, null);
}
