// @ts-check
/** The room on a phone: fresh counts and clocks, and an offer to show what is new. Nothing moves by itself. */
import { Live, offerNew, roomOf } from "./live.js";

const root = roomOf();
if (root) {
  const live = new Live(root, { onNews: (why) => offerNew(live, why) });
  live.start();
}
