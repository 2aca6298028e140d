// @ts-check
/**
 * The room on a phone: fresh counts and clocks. When the meeting goes on, a vote begins or a result is out, the page follows
 * by itself, unless somebody writes in it; so it does when another device of the same person has voted, or the door has let
 * them in. Anything smaller is offered, so that nothing moves under a finger. A full hall fetches its pages over as long as
 * the server says; who may vote is led to the ballot at once.
 */
import { Live } from "./live.js";
import { offerNew, roomOf, showNew } from "./live_page.js";

/** @param {any} you @returns {string} what the page says about its reader, as the page itself writes it down */
const youOf = (you) => `${you.is_present ? "here" : ""} ${you.ballot ? `${you.ballot.question} ${you.ballot.revision}` : ""}`;

const root = roomOf();
if (root) {
  /** @type {number | undefined} */
  let soon; // set while the page is about to be asked for, or on its way
  const live = new Live(root, {
    onNews: (why) => {
      offerNew(live, why === "more" && live.state.room?.merges.length ? "merge" : why); // authors are waited for
      if (why === "more") return;
      clearTimeout(soon);
      soon = setTimeout(follow, live.turn());
    },
    onState: ({ you }, kind) => {
      leadToBallot();
      if (kind !== "you" || !isOutdated(you)) return;
      // When a vote begins everybody hears of their own state too: the page that was planned then says it.
      soon ??= setTimeout(follow, 100); // few phones at once: only those of the person
    },
  });
  live.start();

  /** @param {any} you @returns {boolean} whether the page says something else about its reader */
  function isOutdated(you) {
    const ask = /** @type {HTMLElement | null} */ (document.querySelector("[data-region=ask]"));
    return ask !== null && youOf(you) !== ask.dataset.you;
  }

  function follow() {
    const mine = soon;
    const before = live.held.you;
    showNew(live).then((whole) => {
      const line = document.getElementById("news");
      if (whole && line) line.hidden = true;
      leadToBallot();
    }).catch(() => undefined).finally(() => { // the offer stays
      if (soon !== mine) return; // more news came, and have their own time
      const isNew = live.held.you !== before && isOutdated(live.state.you);
      soon = isNew ? setTimeout(follow, 100) : undefined;
    });
  }

  /** The way to the ballot as long as the page itself does not show it yet. */
  function leadToBallot() {
    const { room, you } = live.state;
    const way = document.getElementById("vote-now");
    const link = way?.querySelector("a");
    if (!way || !link) return;
    const asked = room?.question;
    const isOpen = asked?.state === "open" && asked.ways.includes("online") && you?.may_vote && !you.ballot;
    if (isOpen) link.href = `/q/${asked.question}/ballot`;
    way.hidden = !isOpen || document.querySelector("[data-region=ask] [data-ballot]") !== null;
  }
}
