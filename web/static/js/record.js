// @ts-check
/**
 * What this device kept of a vote's record. On each visit it asks the server to prove that today's record begins with what
 * was kept the last time (RFC 9162 section 2.1.4), and says in words when it does not. Nothing here builds markup.
 */

const TAG = "linyue/checkpoint/v1";

/** @typedef {{size: number, root: string, question: string, text: string}} Kept */

/** @param {string} text @returns {Kept | null} the values of a checkpoint; null for anything else */
export function readCheckpoint(text) {
  const lines = text.split("\n");
  const value = (/** @type {number} */ at, /** @type {string} */ name) =>
    lines[at]?.startsWith(`${name}: `) ? lines[at].slice(name.length + 2) : "";
  const size = Number(value(3, "size"));
  const root = value(4, "root");
  if (lines[0] !== TAG || !Number.isSafeInteger(size) || size < 1 || !/^[0-9a-f]{64}$/.test(root)) return null;
  return { size, root, question: value(2, "question"), text };
}

/** @param {string} hex @returns {Uint8Array<ArrayBuffer>} */
function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {string} left @param {string} right @returns {Promise<string>} hash of an inner node */
async function node(left, right) {
  const digest = await crypto.subtle.digest("SHA-256", Uint8Array.from([1, ...bytes(left), ...bytes(right)]));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Kept} first @param {Kept} second @param {string[]} path
 * @returns {Promise<boolean>} whether the second record began with the first; sizes are part of what is proved
 */
export async function isConsistent(first, second, path) {
  if (first.question !== second.question || first.size > second.size) return false;
  if (first.size === second.size) return path.length === 0 && first.root === second.root;
  const isPower = (first.size & (first.size - 1)) === 0;
  const parts = isPower ? [first.root, ...path] : path;
  if (!parts.every((part) => /^[0-9a-f]{64}$/.test(part)) || parts[0] === undefined) return false;
  let here = first.size - 1;
  let last = second.size - 1;
  const halve = () => {
    here = Math.floor(here / 2);
    last = Math.floor(last / 2);
  };
  while (here % 2) halve();
  let older = parts[0];
  let newer = parts[0];
  for (const part of parts.slice(1)) {
    if (last === 0) return false;
    if (here % 2 || here === last) {
      older = await node(part, older);
      newer = await node(part, newer);
      while (here % 2 === 0 && here) halve();
    } else newer = await node(newer, part);
    halve();
  }
  return last === 0 && older === first.root && newer === second.root;
}

/** @param {string} question @returns {Promise<{state: "first" | "same" | "changed" | "unsure", kept: string}>} */
export async function compare(question) {
  const place = `checkpoint:${question}`;
  const kept = readCheckpoint(localStorage.getItem(place) ?? "");
  const address = `/q/${encodeURIComponent(question)}/record/consistency?from=${kept?.size ?? 1}`;
  const answer = await fetch(address, { headers: { accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) return { state: "unsure", kept: kept?.text ?? "" };
  const told = await answer.json();
  const today = readCheckpoint(String(told.checkpoint));
  if (!today || today.question !== question) return { state: "unsure", kept: kept?.text ?? "" };
  if (!kept) {
    localStorage.setItem(place, today.text);
    return { state: "first", kept: today.text };
  }
  if (told.proof !== null && !crypto.subtle && kept.size !== today.size) return { state: "unsure", kept: kept.text };
  const holds = Array.isArray(told.proof) && (await isConsistent(kept, today, told.proof));
  // What contradicts the record stays on the phone: it is the proof.
  if (!holds) return { state: "changed", kept: kept.text };
  localStorage.setItem(place, today.text);
  return { state: "same", kept: today.text };
}

/** @param {HTMLElement} root Show what the comparison found, in the words of the page. */
async function show(root) {
  /** @type {Awaited<ReturnType<typeof compare>>} */
  const found = await compare(root.dataset.device ?? "").catch(() => ({ state: "unsure", kept: "" }));
  for (const state of ["first", "same", "unsure", "changed"]) {
    root.querySelector(`[data-device-${state}]`)?.toggleAttribute("hidden", state !== found.state);
  }
  const text = root.querySelector("[data-device-kept] .pre");
  if (text && found.kept) {
    text.textContent = found.kept;
    text.parentElement?.toggleAttribute("hidden", false);
  }
  root.hidden = false;
}

/**
 * An open receipt follows its vote: it is read again when the vote is over, or when another device of the same person has
 * changed the ballot. Nothing on it is filled in, so nothing is lost.
 * @param {HTMLElement} root the element that names the room
 */
async function follow(root) {
  const { Live } = await import("./live.js");
  const { question, mine } = root.dataset;
  /** @type {number | undefined} */
  let soon;
  const live = new Live(root, {
    onState: ({ room, you }) => {
      const isOver = room?.question?.question === question && room.question.state !== "open";
      const ballot = you?.ballot?.question === question ? you.ballot : null;
      const isOther = mine && ballot && `${ballot.code ?? ""} ${ballot.choice ?? ""}` !== mine;
      if (isOver || isOther) soon ??= setTimeout(() => location.reload(), isOther ? 0 : live.turn());
    },
  });
  live.start();
}

if (typeof document !== "undefined") {
  const room = document.getElementById("live");
  if (room?.dataset.question) void follow(room);
  const root = document.querySelector("[data-device]");
  if (root instanceof HTMLElement) void show(root);
}
