// @ts-check
/**
 * The room on a phone: fresh counts and clocks. When the meeting goes on, a vote begins or a result is out, the page follows
 * by itself, unless somebody writes in it; anything smaller is offered, so that nothing moves under a finger.
 */
import { Live, offerNew, roomOf, showNew } from "./live.js";

const SPREAD_MS = 1500; // a whole hall must not ask for its page in the same instant

const root = roomOf();
if (root) {
  /** @type {number | undefined} */
  let soon;
  const live = new Live(root, {
    onNews: (why) => {
      offerNew(live, why);
      if (why === "more") return;
      clearTimeout(soon);
      soon = setTimeout(() => {
        showNew(live).then((whole) => {
          const line = document.getElementById("news");
          if (whole && line) line.hidden = true;
        }).catch(() => undefined); // the offer stays
      }, SPREAD_MS * Math.random());
    },
  });
  live.start();
}
