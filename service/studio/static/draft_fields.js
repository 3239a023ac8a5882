// The texts of a draft: each with its layer of marks, its gauge and what stands beside it.

import { bound, draw, marksOf, moved } from "./draft_marks.js";
import { fill } from "./draft_panel.js";

export const LONGEST = 20_000; // characters; checks read no further, and no channel has room for a tenth of it
const WIDTHS = { computer: 580, phone: 320 }; // pixels that mail programs have for a subject
const FONT = "14px Arial, Helvetica, sans-serif";
const ruler = document.createElement("canvas").getContext("2d");
const number = new Intl.NumberFormat(document.documentElement.lang);

/** One text. */
export class Text {
  #marks = []; #before;

  constructor(section, words, changed) {
    Object.assign(this, { section, words, name: section.dataset.field, here: null });
    this.area = section.querySelector("textarea");
    this.layer = section.querySelector(".layer");
    this.gauge = section.querySelector(".gauge");
    this.#before = this.value;
    this.area.addEventListener("input", () => { this.#typed(); changed(this); });
    this.draw();
    this.measure();
  }

  get value() { return this.area.value; }

  get huge() { return this.value.length > LONGEST; }

  /** What checks are sent: no more of it than they read. */
  get sent() { return this.value.slice(0, LONGEST + 1); }

  /** Put that text there, as if it had been typed: it can be undone. */
  put(text) {
    if (text === this.value) return;
    const old = this.value;
    let start = 0;
    while (start < Math.min(old.length, text.length) && old[start] === text[start]) start += 1;
    let end = 0;
    while (end < Math.min(old.length, text.length) - start && old.at(-1 - end) === text.at(-1 - end)) end += 1;
    this.replace(start, old.length - end, text.slice(start, text.length - end));
  }

  /** Put that piece in the place of another. */
  replace(start, end, piece) {
    const focused = document.activeElement;
    const readonly = this.area.readOnly;
    this.area.readOnly = false;
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(start, end);
    const done = piece ? document.execCommand("insertText", false, piece) : document.execCommand("delete");
    if (!done) {
      this.area.setRangeText(piece, start, end, "end");
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.area.readOnly = readonly;
    if (focused === this.area) return;
    this.area.blur(); // the page itself cannot be given the focus
    focused?.focus({ preventScroll: true });
  }

  /** Marks as checks found them. */
  mark(found) {
    this.#marks = this.huge ? [] : marksOf(this.name, this.value, found);
    this.draw();
  }

  draw() {
    this.section.querySelector(".written").classList.toggle("huge", this.huge);
    if (this.huge) this.layer.replaceChildren(); // drawing it twice would make each key slow
    else draw(this.layer, this.value, this.#marks, this.here);
  }

  /** The claim at that place of the text, or at that point of the screen; undefined where there is none. */
  claimAt(place) {
    return this.#marks.find(({ index, start, end }) => index !== undefined && start <= place && place <= end)?.index;
  }

  select(start, end) {
    this.area.focus();
    this.area.setSelectionRange(start, end);
  }

  /** How long it is, as the channel counts; characters until checks have counted. */
  measure(length) {
    const { hard, advised, warn } = Object.fromEntries(Object.entries(this.gauge.dataset).map(([key, value]) => [key, Number(value)]));
    if (length !== undefined || this.huge) {
      const counted = this.huge ? this.value.length : length;
      this.gauge.querySelector("meter").value = Math.min(counted, hard);
      this.gauge.querySelector("[data-count]").textContent = number.format(counted);
      this.gauge.classList.toggle("block", counted > hard);
      this.gauge.classList.toggle("warn", counted <= hard && counted > Math.max(advised, Math.min(warn, advised)));
    }
    this.#wide();
  }

  /** How a text message goes out. */
  parts({ parts, transliterated_parts: plain }) {
    const line = this.section.querySelector("[data-parts]");
    if (line && parts !== undefined) line.textContent = fill(this.words.parts, { parts, plain });
  }

  #typed() {
    if (!this.huge && this.#before.length <= LONGEST) this.#marks = moved(this.#marks, this.#before, this.value);
    else this.#marks = [];
    this.#before = this.value;
    this.draw();
    this.#wide();
  }

  #wide() {
    const line = this.section.querySelector("[data-pixels]");
    if (!line) return;
    ruler.font = FONT;
    const text = bound(this.value.slice(0, 500)).trim();
    const wide = Math.round(ruler.measureText(text).width);
    const told = Object.entries(WIDTHS).map(([where, most]) => [where, wide <= most ? this.words[`fits_${where}`] : fill(this.words[`cut_${where}`], { text: tail(text, most) })]);
    line.textContent = text ? fill(this.words.pixels, { width: number.format(wide), ...Object.fromEntries(told) }) : "";
    line.classList.toggle("cut", wide > WIDTHS.phone);
  }
}

/** The last words that are seen of a text in that width. */
function tail(text, most) {
  let [fits, over] = [0, text.length];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (ruler.measureText(`${text.slice(0, middle)}…`).width <= most) fits = middle;
    else over = middle;
  }
  return `…${text.slice(Math.max(0, fits - 14), fits).trim()}`;
}
