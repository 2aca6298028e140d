// What a script can measure on a page as it stands. Each function returns sentences about what is wrong; none means fine.
(() => {
  const CARE_MAIN = ".btn.main, .btn.panel-btn, .tabs a, .opt label";
  const CONTROLS =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex]:not([tabindex='-1'])";

  const name = (element) => {
    const words = (element.getAttribute("aria-label") || element.textContent || element.name || "").trim();
    const kind = element.className && typeof element.className === "string" ? "." + element.className.split(" ").join(".") : "";
    return `${element.tagName.toLowerCase()}${kind} “${words.replace(/\s+/g, " ").slice(0, 24)}”`;
  };

  const shown = (element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || box.bottom + scrollY <= 0) return false;
    return element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true });
  };

  // The target of a choice is its label too.
  const reach = (element) => {
    const boxes = [element.getBoundingClientRect(), ...[...(element.labels ?? [])].map((l) => l.getBoundingClientRect())];
    return {
      width: Math.max(...boxes.map((b) => b.right)) - Math.min(...boxes.map((b) => b.left)),
      height: Math.max(...boxes.map((b) => b.bottom)) - Math.min(...boxes.map((b) => b.top)),
    };
  };

  // A link within a sentence is as high as its line: WCAG 2.5.8 leaves it out, and so do we.
  const inSentence = (element) => {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    const block = element.closest("p, li, dd, td, small, label");
    return Boolean(block && block.textContent.trim().length > element.textContent.trim().length);
  };

  const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
  const seen = new Set();

  // Contrast depends on the colours of the letters and of what lies behind them, and on whether the letters are large
  // (WCAG 1.4.3). The marks of the element and of what it stands in tell apart what may lie behind it by position.
  // A number stands for the long line of marks, so that pages can tell each other cheaply.
  const numbered = (line) => {
    let [high, low] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < line.length; at += 1) {
      high = Math.imul(high ^ line.charCodeAt(at), 2654435761);
      low = Math.imul(low ^ line.charCodeAt(at), 1597334677);
    }
    return (high >>> 0) * 0x200000 + (low >>> 11);
  };
  const tone = (element) => {
    const own = getComputedStyle(element);
    const size = parseFloat(own.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && parseInt(own.fontWeight) >= 700);
    const said = [own.color, isLarge, own.textShadow, own.textDecorationLine];
    const link = element.closest("a");
    if (link?.parentElement) said.push(getComputedStyle(link.parentElement).color);
    for (let at = element, up = 0; at; at = at.parentElement, up += 1) {
      const style = getComputedStyle(at);
      if (up < 3) said.push(at.tagName, at.getAttribute("class"), style.position);
      if (style.backgroundColor !== "rgba(0, 0, 0, 0)") said.push(style.backgroundColor);
      if (style.backgroundImage !== "none") said.push(style.backgroundImage);
      if (style.opacity !== "1" || style.filter !== "none") said.push(style.opacity, style.filter);
    }
    return numbered(said.join("|"));
  };

  // Elements with words whose colours axe has not been asked about yet, in whatever look and width.
  const unseen = () => [...document.querySelectorAll("body *")].filter((element) => {
    const hasWords = element.matches("input, select, textarea, button")
      || [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!hasWords || !shown(element)) return false;
    const own = tone(element);
    return !seen.has(own) && Boolean(seen.add(own));
  });

  // Most of axe's rules ask what is there and for whom: the answer is the same as long as the page says the same and shows
  // the same elements, whatever the look and the width. What depends on places: targets, measured below and more strictly,
  // and parts that scroll.
  const answered = new Set();
  const isNew = () => {
    const bits = [...document.querySelectorAll("body, body *")].map((element) => (shown(element) ? "1" : "0")).join("");
    const page = bits + document.head.innerHTML + document.body.outerHTML;
    return !answered.has(page) && Boolean(answered.add(page));
  };
  const scrolls = () => [...document.querySelectorAll("body *")].some((element) =>
    (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
      && /auto|scroll/.test(getComputedStyle(element).overflow));

  const ask = async (where, options) => (await axe.run(where, { resultTypes: ["violations"], ...options })).violations;

  const dress = (theme, mode) => {
    Object.assign(document.documentElement.dataset, { theme, mode });
    scrollTo(0, 0);
  };

  window.measure = {
    dress,
    largest: () => (document.documentElement.dataset.size = "4"),
    usual: () => (document.documentElement.dataset.size = "1"),

    /** Colours that axe has been asked about, here and on pages before. */
    seen: () => [...seen],
    know: (tones) => tones.forEach((one) => seen.add(one)),

    /** How high the page is in the look that needs most room. */
    highest(looks) {
      return Math.max(...looks.map(([theme, mode]) => (dress(theme, mode), document.documentElement.scrollHeight)));
    },

    /** Everything about one look at the width of this moment; `tags`: of axe's rules besides those about colours. */
    async all(theme, mode, tags, colours) {
      dress(theme, mode);
      const violations = [];
      if (tags && isNew()) {
        const rules = Object.fromEntries(COLOUR_RULES.map((rule) => [rule, { enabled: false }]));
        violations.push(...(await ask(document, { runOnly: { type: "tag", values: tags }, rules })));
      } else if (tags && scrolls()) {
        violations.push(...(await ask(document, { runOnly: { type: "rule", values: ["scrollable-region-focusable"] } })));
      }
      const fresh = colours ? unseen() : [];
      if (fresh.length) violations.push(...(await ask({ include: fresh }, { runOnly: { type: "rule", values: COLOUR_RULES } })));
      const said = violations.map((one) => `axe ${one.id}: ` + one.nodes.slice(0, 3).map((node) =>
        `${node.target.join(" ")} (${[...node.any, ...node.all, ...node.none].map((c) => c.message).join(" ").slice(0, 150)})`).join("; "));
      return [...this.fits(), ...this.targets(), ...said];
    },

    targets() {
      const care = document.documentElement.dataset.mode === "care";
      const wrong = [];
      for (const element of document.querySelectorAll(CONTROLS)) {
        if (!shown(element) || inSentence(element) || element.closest(".preview")) continue;
        const { width, height } = reach(element);
        const least = care && element.matches(CARE_MAIN) ? 60 : 48;
        if (height < least - 0.5 || width < 47.5) {
          wrong.push(`${name(element)} is ${Math.round(width)} × ${Math.round(height)}, needs ${least}`);
        }
      }
      return wrong;
    },

    fits() {
      const root = document.documentElement;
      const over = root.scrollWidth - root.clientWidth;
      if (over <= 0) return [];
      const wide = [...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && shown(e))
        .slice(0, 4);
      return [`${over} px too wide: ${wide.map(name).join(", ")}`];
    },

    // Whatever takes the focus must not lie under a bar that stays in place (WCAG 2.4.11).
    hiddenFocus() {
      const wrong = [];
      for (const element of document.querySelectorAll(CONTROLS)) {
        if (!shown(element) || element.disabled || element.closest("[hidden], dialog:not([open])")) continue;
        element.focus();
        if (document.activeElement !== element) continue;
        const box = element.getBoundingClientRect();
        const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
        const y = [box.top + 4, box.top + box.height / 2, box.bottom - 4];
        const free = y.some((at) => {
          if (at < 0 || at > innerHeight) return false;
          const top = document.elementFromPoint(x, at);
          return top && (element.contains(top) || top.contains(element) || [...(element.labels ?? [])].some((l) => l.contains(top)));
        });
        if (!free) wrong.push(`${name(element)} is covered when it has the focus`);
      }
      document.activeElement?.blur();
      return wrong;
    },

    // One heading for the page, headings in order and not doubled, a title, words cut off by nobody.
    outline() {
      const wrong = [];
      const isWall = document.querySelector(".screen") !== null; // its letters grow with the wall
      const heads = [...document.querySelectorAll("h1")].filter(shown);
      if (heads.length !== 1) wrong.push(`${heads.length} level-one headings`);
      const words = [...document.querySelectorAll("main h1, main h2")].filter(shown).map((h) => h.textContent.trim());
      if (location.pathname !== "/_kit") for (const [at, word] of words.entries()) if (words.indexOf(word) !== at) wrong.push(`heading twice: ${word}`);
      if (!document.title.includes(" · ")) wrong.push(`title: ${document.title}`);
      const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
      for (const [at, id] of ids.entries()) if (ids.indexOf(id) !== at) wrong.push(`id twice: ${id}`);
      for (const element of document.querySelectorAll("main *")) {
        const style = getComputedStyle(element);
        if (style.textOverflow === "ellipsis" && element.scrollWidth > element.clientWidth) wrong.push(`cut off: ${name(element)}`);
        if (!isWall && parseFloat(style.fontSize) < 15.9 && element.childNodes.length && shown(element) && !element.closest(".preview, svg")
          && [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) wrong.push(`small text ${style.fontSize}: ${name(element)}`);
      }
      return wrong;
    },

    links() {
      return [...new Set([...document.querySelectorAll("a[href]")].map((a) => a.href).filter((h) => h.startsWith(location.origin)))];
    },
  };
})();
