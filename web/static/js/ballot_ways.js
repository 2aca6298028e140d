// @ts-check
/** Reads a ballot among options out of its form: one text in one form only, as server/RECORD.md describes it. */

/** @param {HTMLElement} ways @param {string} selector @returns {HTMLInputElement[]} */
const ticked = (ways, selector) => /** @type {HTMLInputElement[]} */ ([...ways.querySelectorAll(selector + ":checked")]);

/** @param {HTMLElement} ways @returns {[string, number][]} options with the number that stands beside them */
function numbers(ways) {
  const lists = /** @type {HTMLSelectElement[]} */ ([...ways.querySelectorAll("select")]);
  return lists.filter((one) => one.value !== "").map((one) => [one.name.slice(2), Number(one.value)]);
}

/** @param {HTMLElement} ways @returns {{choice: string, fault: string}} fault: "", empty, few, many or over */
export function ballotOf(ways) {
  const { way = "", least = "1", most = "1", dots = "0" } = ways.dataset;
  const single = ticked(ways, "input[name=choice]")[0]?.value;
  if (single) return { choice: single, fault: "" };
  const empty = { choice: "", fault: "empty" };
  if (way === "single") return empty;
  if (way === "several" || way === "money") {
    const picked = ticked(ways, "input[name=pick]").map((one) => one.value);
    const fault = picked.length === 0 ? "empty" : picked.length < Number(least) ? "few" : picked.length > Number(most) ? "many" : "";
    return { choice: picked.join("+"), fault };
  }
  const found = numbers(ways);
  if (way === "dots") {
    const given = found.filter(([, n]) => n > 0);
    const sum = given.reduce((all, [, n]) => all + n, 0);
    return { choice: given.map(([key, n]) => `${key}:${n}`).join("+"), fault: sum === 0 ? "empty" : sum > Number(dots) ? "over" : "" };
  }
  if (!found.length) return empty;
  if (way === "score") {
    const of = new Map(found);
    const keys = [...ways.querySelectorAll("select")].map((one) => one.name.slice(2));
    return { choice: keys.map((key) => `${key}:${of.get(key) ?? 0}`).join("+"), fault: "" };
  }
  const places = [...new Set(found.map(([, n]) => n))].sort((one, other) => one - other);
  const levels = places.map((place) => found.filter(([, n]) => n === place).map(([key]) => key).join("="));
  return { choice: levels.join(">"), fault: "" };
}

/** @param {HTMLFormElement} page @param {HTMLElement} ways @returns {string[]} the ballot in words, line by line, as the page names things */
export function linesOf(page, ways) {
  const label = /** @param {Element} one */ (one) => page.querySelector(`label[for="${one.id}"]`)?.querySelector("span")?.firstChild?.textContent ?? page.querySelector(`label[for="${one.id}"]`)?.textContent ?? "";
  const single = ticked(ways, "input[name=choice]");
  if (single.length) return single.map(label);
  const picked = ticked(ways, "input[name=pick]");
  if (picked.length) return picked.map(label);
  const lists = /** @type {HTMLSelectElement[]} */ ([...ways.querySelectorAll("select")]).filter((one) => one.value !== "");
  const word = /** @param {HTMLSelectElement} one */ (one) => one.selectedOptions[0]?.textContent ?? "";
  if (ways.dataset.way !== "ranked") return lists.map((one) => `${label(one)} ${word(one)}`);
  return [...lists].sort((one, other) => Number(one.value) - Number(other.value)).map((one) => `${word(one)} ${label(one)}`);
}
