// A field written anew: the text grows as it is written, and is taken, written again or left. Nothing is kept before.
import { call, events } from "./api.js";
import { toast } from "./shell.js";

const MOST_TAKEN = 30;
let fields = null; // the words that stand in the page, once they are not those that are kept

document.addEventListener("draft:fields", ({ detail }) => { fields = detail.fields; });

const away = /^model\.(?!budget)/;

class Rewrite {
  constructor(box) {
    this.box = box;
    this.words = box.dataset;
    this.note = box.querySelector("input");
    this.out = box.querySelector(".rewrite-out");
    this.told = box.querySelector(".rewrite-told");
    this.growing = box.querySelector(".growing");
    this.found = box.querySelector(".rewrite-found");
    this.choice = box.querySelector(".rewrite-choice");
    this.list = box.querySelector(".rewrite-list");
    this.taken = [];
    box.addEventListener("click", (event) => this.pressed(event));
    this.note.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // it stands in the form of the draft
      this.write();
    });
    document.addEventListener("studio:signed-out", () => this.work?.abort());
  }

  pressed({ target }) {
    if (target.closest("button[data-go]")) this.write();
    if (target.closest("button[data-more]")) this.more();
    if (target.closest("button[data-leave]")) this.leave();
    if (target.closest("button[data-take]")) this.take(target.closest("button[data-take]").dataset.text ?? this.text);
  }

  /** What is sent along: the note, and the words that are not kept yet. */
  get asked() {
    return { note: this.note.value, ...(fields ? { fields } : {}) };
  }

  /** Whether the writer still waits here, and not in another field by now. */
  get here() {
    return this.box.contains(document.activeElement) || document.activeElement === document.body;
  }

  begin() {
    this.work?.abort();
    this.work = new AbortController();
    this.out.hidden = false;
    this.choice.hidden = true;
    this.growing.textContent = "";
    this.found.replaceChildren();
    this.list.replaceChildren();
    this.told.textContent = this.words.writing;
    this.box.setAttribute("aria-busy", "true");
    return this.work;
  }

  end(work) {
    if (work === this.work) this.box.removeAttribute("aria-busy");
  }

  async write() {
    const work = this.begin();
    const path = `/v1/variants/${this.words.id}/rewrite:stream`;
    const body = { field: this.words.rewrite, taken: this.taken.slice(-MOST_TAKEN), ...this.asked };
    try {
      for await (const { event, data } of events("POST", path, body, { signal: work.signal })) {
        if (work !== this.work) return;
        if (event === "text") this.growing.append(data.text);
        if (event === "notice") this.say(data.code);
        if (event === "proposal") this.propose(data);
        if (event === "error") this.failed(data);
      }
    } catch (error) {
      if (error.name !== "AbortError") this.failed(error);
    } finally {
      this.end(work);
    }
  }

  say(code) {
    const why = code === "model.budget" ? this.words.spent : away.test(code) ? this.words.away : "";
    this.why = [why, this.words.composer].filter(Boolean).join(" ");
  }

  propose({ text, generator, findings }) {
    this.text = text;
    this.taken.push(text);
    this.growing.textContent = text;
    this.told.textContent = generator === "composer" ? (this.why ?? this.words.composer) : "";
    this.why = undefined;
    this.found.replaceChildren(...findings.map((one) => this.finding(one)));
    this.choice.hidden = false;
    if (this.here) this.choice.querySelector("[data-take]").focus();
  }

  finding({ message, severity }) {
    const item = document.createElement("li");
    const mark = document.createElement("span");
    mark.className = `badge ${severity}`;
    mark.textContent = severity === "block" ? "!" : "?";
    item.append(mark, ` ${message}`);
    return item;
  }

  failed({ code = "", message, detail }) {
    this.growing.textContent = "";
    const nothing = code === "generation.nothing" || code === "generation.no_evidence";
    const why = nothing ? this.words.none : code === "model.budget" ? this.words.spent : away.test(code) ? this.words.away : (detail ?? message);
    this.told.textContent = `${why} ${this.words.on}`;
  }

  async more() {
    const work = this.begin();
    try {
      const body = { field: this.words.rewrite, ...this.asked };
      const { items, notices } = await call("POST", `/v1/variants/${this.words.id}/subjects`, body, { signal: work.signal });
      const told = notices.find(({ code }) => code.startsWith("model."));
      if (told) this.say(told.code);
      const composed = items.some(({ generator }) => generator === "composer");
      this.told.textContent = items.length ? (composed ? (this.why ?? this.words.composer) : "") : this.words.none;
      this.why = undefined;
      this.list.replaceChildren(...items.map((one) => this.item(one)));
      if (this.here) this.list.querySelector("button")?.focus();
    } catch (error) {
      if (error.name !== "AbortError") this.failed(error);
    } finally {
      this.end(work);
    }
  }

  item({ text, findings, blocked }) {
    const item = document.createElement("li");
    const said = document.createElement("span");
    said.textContent = text;
    said.lang = this.growing.lang;
    const take = document.createElement("button");
    take.type = "button";
    take.className = "small";
    take.dataset.take = "";
    take.dataset.text = text;
    take.textContent = this.words.take;
    take.setAttribute("aria-label", `${this.words.take}: ${text}`);
    item.append(said, take);
    if (findings.length) {
      const why = document.createElement("p");
      why.className = blocked ? "hint wrong" : "hint";
      why.textContent = (blocked ? `${this.words.blocks}: ` : "") + findings.map(({ message }) => message).join(" ");
      item.append(why);
    }
    return item;
  }

  take(text) {
    document.dispatchEvent(new CustomEvent("draft:set", { detail: { field: this.words.rewrite, text } }));
    toast(this.words.taken, { seconds: 2 });
    this.leave();
  }

  leave() {
    this.work?.abort();
    this.box.removeAttribute("aria-busy");
    const here = this.here;
    this.out.hidden = true;
    if (here) this.note.focus();
  }
}

for (const box of document.querySelectorAll("[data-rewrite]")) new Rewrite(box);
