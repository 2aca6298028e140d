// @ts-check
/**
 * The room's connection: a ticket, a socket, the newest state of each kind, and what fills the slots of the page.
 * It patches counts, clocks and the status line only, never a form somebody is filling (live_page.js puts whole regions in).
 * The protocol is server/PROTOCOL.md.
 */
import { hearNow, tick } from "./ui.js";

/** @typedef {{type: string, version: number, data: any}} Frame */
/** @typedef {{question: string, choice: string, sealed: string, client_id: string, replaces: number, manifest: string | null}} Ballot */
/** @typedef {{room?: any, turnout?: any, you?: any}} State */
/** @typedef {{onState?: (state: State, kind: string) => void, onNews?: (why: string) => void}} Hooks */

const SILENT_MS = 25000;
const TICKET_MS = 5000;
const CALM_MS = 5000;
const EACH_MS = 4; // so much more spread for each person present
const SPREAD_MS = 4000;
const words = document.getElementById("live-words")?.dataset ?? {};

export class Live {
  /** @param {HTMLElement} root the element that names the room @param {Hooks} hooks */
  constructor(root, hooks = {}) {
    this.path = root.dataset.room ?? "";
    this.csrf = root.dataset.csrf ?? "";
    this.structure = root.dataset.structure ?? "";
    this.hooks = hooks;
    /** @type {State} */
    this.state = {};
    /** @type {Record<string, number>} */
    this.held = {};
    /** @type {WebSocket | null} */
    this.socket = null;
    this.isReady = false;
    this.isOver = false;
    this.heard = 0;
    this.tries = 0;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {Map<string, (frame: Frame) => void>} */
    this.waiting = new Map();
  }

  start() {
    this.connect();
    const wake = () => {
      if (document.hidden || this.isOver) return;
      this.tries = 0;
      if (!this.isReady || Date.now() - this.heard > SILENT_MS) this.reconnectNow();
    };
    document.addEventListener("visibilitychange", wake);
    document.addEventListener("resume", wake);
    window.addEventListener("pageshow", wake);
    window.addEventListener("online", wake);
    window.addEventListener("offline", () => this.tell("off"));
    window.addEventListener("pagehide", () => this.socket?.close());
    setInterval(() => {
      // An open socket that has been silent for long is dead, whatever it says (phones freeze them).
      if (this.isReady && Date.now() - this.heard > SILENT_MS) this.reconnectNow();
      else if (!this.isReady && !this.isOver && !document.hidden) this.look();
    }, CALM_MS);
    setInterval(tick, 1000);
  }

  reconnectNow() {
    clearTimeout(this.timer);
    const old = this.socket;
    this.socket = null;
    this.isReady = false;
    old?.close();
    this.connect();
  }

  async connect() {
    if (this.socket || this.isOver || !this.path) return;
    /** @type {string} */
    let ticket;
    try {
      ticket = (await this.ask("/ticket", { method: "POST", body: new URLSearchParams({ csrf: this.csrf }) })).ticket;
    } catch {
      this.later();
      return;
    }
    if (this.socket) return;
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + this.path + "/socket");
    this.socket = socket;
    const slow = setTimeout(() => socket.close(), TICKET_MS);
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ type: "hello", data: { protocol: 1, ticket } }));
    });
    socket.addEventListener("message", (event) => {
      clearTimeout(slow); // an open socket on which nobody says hello is no connection yet
      if (this.socket === socket) this.hear(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      clearTimeout(slow);
      if (this.socket !== socket) return;
      this.socket = null;
      this.isReady = false;
      for (const answer of [...this.waiting.values()]) answer({ type: "lost", version: 0, data: {} });
      if (event.reason === "over") {
        this.isOver = true;
        this.tell("over");
      } else if (event.reason === "signed-out") {
        this.isOver = true;
        this.hooks.onNews?.("more");
      } else {
        // Told to wait: this page is one too many, or the line is too slow for it just now.
        if (event.code === 1008 || event.code === 1013) this.tries = Math.max(this.tries, 3);
        this.later(event.code === 1012 ? SPREAD_MS : EACH_MS * (this.state.turnout?.present ?? 0));
      }
    });
  }

  /**
   * Connect again after a growing, jittered pause; not at all while nobody looks. A server that dies sends its
   * whole hall back at once: the first try is spread, by the people present.
   * @param {number} [spread] ms
   */
  later(spread = 0) {
    this.tell(navigator.onLine ? "again" : "off");
    if (document.hidden) return;
    const first = 250 + Math.min(SPREAD_MS, Math.max(500, spread)) * Math.random();
    const pause = this.tries ? Math.min(30000, 500 * 2 ** this.tries) * (0.5 + Math.random()) : first;
    this.tries++;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), pause);
  }

  /** Milliseconds until this phone's turn to ask for its page: not a whole hall at once. */
  turn() {
    return (this.state.room?.spread_ms ?? 1500) * Math.random();
  }

  /** The way round a socket that cannot be had: ask for the state, cheaply when nothing is new. */
  async look() {
    try {
      const answer = await this.ask("/state", { headers: this.etag ? { "If-None-Match": this.etag } : {} });
      if (!answer) return;
      for (const kind of ["room", "turnout", "you"]) {
        if (answer[kind]) this.hear({ type: kind, version: answer.version, data: answer[kind] }, false);
      }
      hearNow(answer.now);
    } catch {
      this.tell(navigator.onLine ? "again" : "off");
    }
  }

  /** @param {string} end @param {RequestInit} init */
  async ask(end, init) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TICKET_MS);
    try {
      const answer = await fetch(this.path + end, { ...init, signal: stop.signal, credentials: "same-origin" });
      if (answer.status === 304) return null;
      if (answer.status === 404) {
        this.isOver = true;
        this.tell("over");
        this.hooks.onNews?.("more");
      }
      if (!answer.ok) throw new Error(String(answer.status));
      this.etag = answer.headers.get("ETag") ?? this.etag;
      return await answer.json();
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Frame} frame @param {boolean} [overSocket] */
  hear(frame, overSocket = true) {
    if (overSocket) this.heard = Date.now();
    const { type, version, data } = frame;
    if (data.now) hearNow(data.now);
    if (type === "hello") {
      this.isReady = true;
      this.tries = 0;
      this.tell("ok");
    } else if (type === "ack" || type === "refused") {
      this.waiting.get(data.client_id ?? data.about)?.(frame);
    } else if (version >= (this.held[type] ?? -1)) {
      this.held[type] = version;
      if (type === "room" || type === "turnout" || type === "you") this.show(type, data);
    }
  }

  /** @param {"room" | "turnout" | "you"} kind @param {any} data */
  show(kind, data) {
    const before = this.state.room;
    this.state[kind] = data;
    fillSlots(this.state);
    if (kind === "room" && data.structure !== this.structure) this.hooks.onNews?.(whyNew(before, data));
    this.hooks.onState?.(this.state, kind);
  }

  /** @param {string} key Put a sentence into the status line, unless it stands there already. */
  tell(key) {
    for (const line of document.querySelectorAll("[data-live=connection]")) {
      const slot = line.querySelector("span") ?? line;
      const text = words[key] ?? "";
      if (slot.textContent !== text) slot.textContent = text;
      line.classList.toggle("bad", key !== "ok");
    }
  }

  /**
   * Send a ballot. Gives the server's ack or refusal, or null when there is no answer and the caller has to try
   * another way with the same client id.
   * @param {Ballot} ballot
   * @returns {Promise<Frame | null>}
   */
  cast(ballot) {
    const socket = this.socket;
    if (!socket || !this.isReady || socket.readyState !== WebSocket.OPEN) return Promise.resolve(null);
    return new Promise((resolve) => {
      const done = (/** @type {Frame | null} */ frame) => {
        clearTimeout(timer);
        this.waiting.delete(ballot.client_id);
        resolve(frame && frame.type === "lost" ? null : frame);
      };
      const timer = setTimeout(() => done(null), 5000);
      this.waiting.set(ballot.client_id, done);
      const { question, choice, sealed, client_id, replaces, manifest } = ballot;
      const data = { question, ...(sealed ? { sealed } : { choice }), client_id, replaces, manifest };
      socket.send(JSON.stringify({ type: "cast", data }));
    });
  }
}

/** @param {any} before @param {any} now @returns {string} what the reader should know first */
function whyNew(before, now) {
  const was = before?.question?.state;
  const is = now.question?.state;
  if (is === "open" && was !== "open") return "vote";
  if (is === "published" && was !== "published") return "result";
  return before && before.position !== now.position ? "moved" : "more";
}

/** @param {State} state Counts and clocks into their slots; nothing else on the page changes. */
export function fillSlots(state) {
  const { room, turnout, you } = state;
  /** @type {Record<string, number>} */
  const numbers = {};
  if (turnout) {
    Object.assign(numbers, { "turnout.present": turnout.present, "turnout.hall": turnout.hall, "turnout.online": turnout.online });
    for (const one of turnout.council ? ["seven", "all"] : []) numbers["turnout.council." + one] = turnout.council[one].present;
    if (turnout.ballots) numbers["turnout.cast"] = turnout.ballots.cast;
  }
  for (const group of room?.groups ?? []) numbers["group." + group.group] = group.people;
  for (const [name, value] of Object.entries(numbers)) {
    for (const slot of document.querySelectorAll(`[data-live="${name}"]`)) {
      if (slot.textContent !== String(value)) slot.textContent = String(value);
    }
    for (const meter of document.querySelectorAll(`[data-meter="${name}"]`)) {
      const total = Number(/** @type {SVGElement} */ (meter).dataset.total) || 1;
      meter.querySelector(".fg")?.setAttribute("width", `${Math.min(100, (100 * value) / total)}%`);
    }
    for (const item of document.querySelectorAll(`[data-until="${name}"]`)) {
      const wait = /** @type {HTMLElement} */ (item);
      wait.hidden = value >= Number(wait.dataset.needed); // what is waited for has come
    }
  }
  if (room) setClock(room.timer);
  if (room && you) setAhead(room.queue, you.speaker);
}

/** @param {{ends_at: string | null, left: number | null}} timer */
function setClock(timer) {
  for (const item of document.querySelectorAll("[data-live=timer], .count[data-ends]:not([data-fixed]), .count[data-paused]")) {
    const slot = /** @type {HTMLElement} */ (item);
    if (timer.ends_at && timer.left === null) {
      slot.dataset.ends = timer.ends_at;
      delete slot.dataset.paused;
    } else {
      slot.dataset.paused = "1";
      delete slot.dataset.ends;
    }
  }
  tick();
}

/** @param {{waiting: {speaker: number}[]}} queue @param {number | null} mine */
function setAhead(queue, mine) {
  const at = queue.waiting.findIndex((one) => one.speaker === mine);
  const ahead = at < 0 ? queue.waiting.length : at;
  for (const item of document.querySelectorAll("[data-ahead]")) {
    const slot = /** @type {HTMLElement} */ (item);
    const words = [slot.dataset.none, slot.dataset.one][ahead] ?? slot.dataset.many ?? "";
    const text = words.replace("{n}", String(ahead));
    if (slot.textContent !== text) slot.textContent = text;
  }
}
