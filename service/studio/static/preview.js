// The frame in which a variant is shown. It follows the text while it is written, also before it is kept.
import { part } from "./api.js";

const WAIT = 350; // milliseconds after the last keystroke
let names = 0;

/** One panel: a view, a reader, and the words that stand in the page. */
class Preview {
  constructor(panel) {
    this.panel = panel;
    this.stage = panel.querySelector(".stage");
    this.form = panel.querySelector("form");
    this.picker = panel.querySelector("select");
    this.note = panel.querySelector(".preview-note");
    this.fields = null; // those that are kept
    this.watch(this.stage.querySelector("iframe"));
    panel.addEventListener("click", ({ target }) => this.choose(target.closest("[data-view]")));
    this.picker.addEventListener("change", () => this.show());
    document.addEventListener("draft:fields", ({ detail }) => this.follow(detail));
    this.readers();
  }

  async readers() {
    try {
      this.picker.innerHTML = await part(`${this.panel.dataset.preview}/readers`);
    } catch { /* nobody known can be looked at all the same */ }
  }

  choose(button) {
    if (!button || !this.panel.contains(button) || button.tagName !== "BUTTON") return;
    for (const one of this.panel.querySelectorAll("button[data-view]")) one.setAttribute("aria-pressed", String(one === button));
    this.stage.dataset.view = button.dataset.view;
    this.show();
  }

  follow({ id, fields }) {
    if (id !== undefined && String(id) !== this.panel.dataset.id) return;
    this.fields = fields;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.show(), WAIT);
  }

  /** A new frame each time, since one that is led on would fill the browser's history; the old one stays until it is there. */
  show() {
    this.next?.remove();
    const old = this.stage.querySelector("iframe");
    const next = document.createElement("iframe");
    next.setAttribute("sandbox", "allow-same-origin");
    next.title = old.title;
    next.name = `preview-${(names += 1)}`;
    next.className = "coming";
    this.next = next;
    this.watch(next, () => {
      old.remove();
      next.classList.remove("coming");
      this.next = undefined;
    });
    const looking = { view: this.stage.dataset.view, as: this.picker.value };
    if (this.fields === null) next.src = `${this.panel.dataset.preview}?${new URLSearchParams(looking)}`;
    this.stage.append(next);
    if (this.fields !== null) this.post(next, looking);
  }

  post(frame, looking) {
    for (const [name, value] of Object.entries({ ...looking, fields: JSON.stringify(this.fields) })) this.form.elements[name].value = value;
    this.form.target = frame.name;
    this.form.submit();
  }

  watch(frame, then = () => {}) {
    const loaded = () => {
      const shown = frame.contentDocument;
      if (!shown || shown.URL === "about:blank") return;
      then();
      frame.style.height = "0"; // or it would never become lower again
      frame.style.height = `${shown.documentElement.scrollHeight}px`;
      this.note.textContent = shown.querySelector('meta[name="note"]')?.content ?? "";
    };
    frame.addEventListener("load", loaded);
    if (frame.contentDocument?.readyState === "complete") loaded();
  }
}

for (const panel of document.querySelectorAll("[data-preview]")) new Preview(panel);
