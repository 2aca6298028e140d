// @ts-check
/** The big screen: shows the slide of the moment, keeps the last one while the network is gone, stays awake. */
import { Live } from "./live.js";
import { notesOf, roomOf, showNew } from "./live_page.js";

const root = roomOf();
if (root) {
  /** @type {number | undefined} */
  let soon;
  const live = new Live(root, {
    onNews: () => {
      clearTimeout(soon);
      soon = setTimeout(() => {
        showNew(live).catch(() => undefined);
      }, 100);
    },
  });
  let blank = document.querySelector(".screen")?.classList.contains("blank") ?? false;
  let notes = "";
  live.hooks.onState = (state) => {
    const written = notesOf(state);
    if (notes && written !== notes) live.hooks.onNews?.("more");
    notes = written;
    const now = Boolean(state.room?.blank);
    if (state.room && now !== blank) {
      blank = now;
      document.querySelector(".screen")?.classList.toggle("blank", now);
      showNew(live).catch(() => undefined);
    }
  };
  live.start();
  const awake = () => {
    if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", awake);
  awake();
}
