// What a draft states, each with the passage behind it, and what was found, each with a way to mend it.

import { borne } from "./draft_marks.js";

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A sentence with its gaps filled. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** The list of claims, and the source of the one that one looks at. `go` moves to its place in the text. */
export class Claims {
  constructor(list, words, timezone, go) {
    Object.assign(this, { list, words, go, here: null, claims: [], evidence: [] });
    this.when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", timeZone: timezone });
  }

  show(claims, evidence) {
    const told = JSON.stringify([claims, evidence]);
    if (told === this.told) return; // what one is about to press stays where it is
    const looked = this.claims[this.here];
    Object.assign(this, { claims, evidence, told });
    const again = looked ? claims.findIndex(({ field, text }) => field === looked.field && text === looked.text) : -1;
    this.here = again < 0 ? null : again;
    const focused = [...this.list.children].findIndex((item) => item.contains(document.activeElement));
    this.list.replaceChildren(...claims.map((claim, index) => this.#item(claim, index)));
    this.list.children[focused]?.querySelector("button").focus();
    document.querySelector("#claims-count").textContent = claims.length || "";
    document.querySelector("#claims-none").hidden = claims.length > 0;
  }

  /** Look at that claim: its source is shown. Gives whether it was not the one before. */
  look(index) {
    if (index === this.here) return false;
    this.here = index;
    for (const [place, item] of [...this.list.children].entries()) {
      const shown = place === index;
      item.querySelector("button").setAttribute("aria-expanded", String(shown));
      item.querySelector(".source")?.remove();
      if (shown) {
        item.append(this.source(index));
        if (matchMedia("(min-width: 64rem)").matches) item.scrollIntoView({ block: "nearest" });
      }
    }
    return true;
  }

  #item(claim, index) {
    const item = element("li", borne(claim));
    const button = element("button");
    button.type = "button";
    button.append(element("span", "", `“${claim.text}”`), element("span", "what", this.#what(claim)));
    button.setAttribute("aria-expanded", String(index === this.here));
    button.addEventListener("focus", () => this.go(index, false));
    button.addEventListener("click", () => this.go(index, true));
    item.append(button);
    if (index === this.here) item.append(this.source(index));
    return item;
  }

  #what(claim) {
    const kind = this.words.kinds[claim.kind] ?? claim.kind;
    if (claim.support.length) return kind;
    return `${kind}: ${claim.expired ? this.words.expired : this.words.unbound}`;
  }

  /** The passage behind a claim. */
  source(index) {
    const claim = this.claims[index];
    const box = element("div", `source ${borne(claim)}`);
    const [support, ...others] = claim.support;
    if (!support) {
      box.append(element("p", "", claim.expired ? this.words.expired : this.words.unbound));
      return box;
    }
    const source = this.evidence.find(({ id }) => id === support.evidence);
    if (support.derived) box.append(element("p", "faint", this.words.derived));
    if (support.fact) box.append(element("p", "", `${this.words.fact}: ${this.words.facts[support.fact] ?? support.fact}`));
    box.append(this.#quoted(support, source));
    box.append(element("p", "faint", [source?.title, source?.heading, fill(this.words.version, { number: support.version })].filter(Boolean).join(" · ")));
    if (source?.valid_until) {
      const until = new Date(source.valid_until);
      box.append(element("p", "faint", fill(until < new Date() ? this.words.over : this.words.valid, { time: this.when.format(until) })));
    }
    if (/^https?:\/\//.test(source?.url ?? "")) {
      const link = element("a", "", this.words.open);
      Object.assign(link, { href: source.url, target: "_blank", rel: "noopener noreferrer" });
      box.append(link);
    }
    if (others.length) box.append(element("p", "faint", fill(this.words.more, { count: others.length })));
    return box;
  }

  /** The passage, with what says so marked in it: by its place, or else where its words first stand. */
  #quoted(support, source) {
    const quote = element("blockquote");
    const text = source?.text ?? support.quote;
    const characters = [...text];
    let start = support.start;
    if (start === null) {
      const found = text.indexOf(support.quote);
      start = found < 0 ? null : [...text.slice(0, found)].length;
    }
    if (start === null || !support.quote) {
      quote.textContent = support.fact ? support.quote : text;
      return quote;
    }
    const end = support.end ?? start + [...support.quote].length;
    const [from, to] = [Math.max(0, start - 160), Math.min(characters.length, end + 160)];
    quote.append(
      (from ? "… " : "") + characters.slice(from, start).join(""), element("mark", "", characters.slice(start, end).join("")),
      characters.slice(end, to).join("") + (to < characters.length ? " …" : ""),
    );
    return quote;
  }
}

/** The findings of a field below it. `mend` takes a finding's fix, `go` moves to its place. */
export function showFindings(list, findings, words, { mend, go, editable }) {
  const told = JSON.stringify(findings);
  if (list.dataset.told === told) return; // what one is about to press stays where it is
  list.dataset.told = told;
  list.replaceChildren(...findings.map((found) => {
    const item = element("li", found.severity);
    const said = element("p");
    said.append(element("span", "severity", `${words[found.severity]}: `), found.message, found.fix ? ` ${found.fix}` : "");
    item.append(said);
    if (found.replacement !== null && editable) {
      const button = element("button", "small", found.replacement ? fill(words.replace, { text: found.replacement }) : words.remove);
      button.type = "button";
      button.dataset.fix = "";
      button.addEventListener("click", () => mend(found));
      item.append(button);
    } else if (found.end > found.start) {
      const button = element("button", "quiet small", words.go);
      button.type = "button";
      button.addEventListener("click", () => go(found));
      item.append(button);
    }
    return item;
  }));
}
