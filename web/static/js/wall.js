// @ts-check
/** The wall: put up anew whenever a topic, a group or a note changes. Nobody writes here, so nothing can be lost. */
import { Live } from "./live.js";
import { notesOf, roomOf, showNew } from "./live_page.js";

const root = roomOf();
if (root) {
  /** @type {number | undefined} */
  let soon;
  const again = () => {
    clearTimeout(soon);
    soon = setTimeout(() => showNew(live).catch(() => undefined), 300);
  };
  let notes = "";
  const live = new Live(root, {
    onNews: again,
    onState: (state) => {
      const now = notesOf(state);
      if (notes && now !== notes) again();
      notes = now;
    },
  });
  live.start();
}
