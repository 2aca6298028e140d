// @ts-check
/**
 * An open receipt follows its vote: when the vote is over, or another device of the same person has changed the ballot,
 * the page is read again. Nothing on it is filled in, so nothing is lost.
 */
import { Live, roomOf } from "./live.js";

const SPREAD_MS = 1500; // a whole hall must not ask for its page in the same instant

const root = roomOf();
if (root) {
  const { question, mine } = root.dataset;
  /** @type {number | undefined} */
  let soon;
  const live = new Live(root, {
    onState: ({ room, you }) => {
      const isOver = room?.question?.question === question && room.question.state !== "open";
      const ballot = you?.ballot?.question === question ? you.ballot : null;
      const isOther = mine && ballot && `${ballot.code ?? ""} ${ballot.choice ?? ""}` !== mine;
      if (isOver || isOther) soon ??= setTimeout(() => location.reload(), isOther ? 0 : SPREAD_MS * Math.random());
    },
  });
  live.start();
}
