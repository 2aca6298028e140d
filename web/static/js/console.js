// @ts-check
/** The chair's console: counts and clocks, and the queue and agenda by themselves, but never a part the chair writes in. */
import { Live } from "./live.js";
import { offerNew, roomOf, showNew } from "./live_page.js";

const root = roomOf();
if (root) {
  /** @type {number | undefined} */
  let soon;
  const live = new Live(root, {
    onNews: (why) => {
      clearTimeout(soon);
      soon = setTimeout(() => {
        showNew(live).then((whole) => {
          if (!whole) offerNew(live, why);
        });
      }, 300);
    },
  });
  live.start();
}
