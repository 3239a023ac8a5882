// Building an audience: groups of conditions, who they hold for right now, and saving.
import { Offline, call } from "./api.js";
import { DEEPEST, needs, read, write } from "./audience_condition.js";
import "./parts.js";
import { tell, toast } from "./shell.js";

const form = document.querySelector("#audience");
const json = (id) => JSON.parse(document.querySelector(id).textContent);
const attributes = new Map(json("#attributes").map((one) => [one.name, one]));
const kinds = new Map([...attributes].map(([name, { kind }]) => [name, kind]));
const words = document.querySelector("#builder-words").dataset;
const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const slug = form.dataset.slug;
const KEPT = `audience:${slug || ":new"}`;
const MOST_SECONDS = 4; // of looking at leads while somebody builds

const saved = { name: form.elements.name.value, parent: form.elements.parent.value, condition: json("#condition") };
let condition = saved.condition; // as it stands; null while something is missing
let shown = read(condition, kinds); // as the builder has it; null where it cannot
let raw = shown === null;

const clone = (id) => document.querySelector(id).content.firstElementChild.cloneNode(true);

// ---- groups and leaves

function drawGroup(group, depth, remove) {
  const box = clone("#group");
  const [join, items, empty] = ["[data-join]", ".items", "[data-empty]"].map((one) => box.querySelector(one));
  join.value = group.join;
  join.addEventListener("change", () => { group.join = join.value; changed(); });
  const gone = box.querySelector(":scope > .row > [data-remove]");
  if (remove) gone.addEventListener("click", remove);
  else gone.remove();
  const draw = (focused) => {
    items.replaceChildren(...group.items.map((item, place) => {
      const without = () => { group.items.splice(place, 1); draw(Math.min(place, group.items.length - 1)); changed(); };
      const element = item.items ? drawGroup(item, depth + 1, without) : drawLeaf(item, without);
      return element;
    }));
    empty.hidden = depth > 1 || group.items.length > 0;
    if (focused !== undefined) (items.children[focused]?.querySelector("select") ?? add).focus();
  };
  const add = box.querySelector("[data-add]");
  add.addEventListener("click", () => { group.items.push({ attribute: "", operator: "is" }); draw(group.items.length - 1); changed(); });
  const addGroup = box.querySelector("[data-add-group]");
  if (depth >= DEEPEST) addGroup.remove();
  else addGroup.addEventListener("click", () => {
    group.items.push({ join: group.join === "any" ? "all" : "any", items: [{ attribute: "", operator: "is" }] });
    draw(group.items.length - 1);
    changed();
  });
  draw();
  return box;
}

function drawLeaf(leaf, remove) {
  const box = clone("#leaf");
  const [attribute, operator, values] = ["[data-attribute]", "[data-operator]", ".values"].map((one) => box.querySelector(one));
  box.querySelector("[data-remove]").addEventListener("click", remove);
  attribute.value = leaf.attribute;
  const draw = () => {
    const known = attributes.get(leaf.attribute);
    operator.hidden = !known;
    if (!known) return values.replaceChildren();
    const offered = document.querySelector("#operators").content.querySelector(`[data-kind="${known.kind}"]`);
    operator.replaceChildren(...[...offered.options].filter((option) => needs(option.value).every((one) => known.operators.includes(one))).map((option) => option.cloneNode(true)));
    if (![...operator.options].some((option) => option.value === leaf.operator)) leaf.operator = operator.options[0].value;
    operator.value = leaf.operator;
    values.replaceChildren(...inputs(leaf, known));
    box.title = known.purpose ? words.needs.replace("{purpose}", known.purpose) : "";
  };
  attribute.addEventListener("change", () => {
    Object.assign(leaf, { attribute: attribute.value, value: undefined });
    draw();
    changed();
  });
  operator.addEventListener("change", () => {
    const before = leaf.operator;
    leaf.operator = operator.value;
    if (shape(before) !== shape(leaf.operator)) leaf.value = undefined;
    draw();
    changed();
  });
  draw();
  return box;
}

/** Operators of one shape take the same value. */
const shape = (operator) => ({ known: "none", unknown: "none", between: "two", oneof: "many", noneof: "many", allof: "many" })[operator] ?? "one";

function inputs(leaf, known) {
  const set = (value) => { leaf.value = value; changed(); };
  if (shape(leaf.operator) === "none") return [];
  if (shape(leaf.operator) === "two") {
    leaf.value ??= [undefined, undefined];
    return [words.from, words.to].map((label, place) => numberInput(label, leaf.value[place], (value) => { leaf.value[place] = value; changed(); }));
  }
  if (shape(leaf.operator) === "many") return known.choices.length ? [ticks(leaf, known, set)] : [lines(leaf, known, set)];
  if (known.kind === "number") return [numberInput(words.value, leaf.value, set)];
  if (known.kind === "boolean") {
    leaf.value ??= true;
    return [choice([{ value: "true", label: words.yes }, { value: "false", label: words.no }], String(leaf.value), (value) => set(value === "true"))];
  }
  if (known.choices.length && leaf.operator !== "contains") {
    leaf.value ??= known.choices[0].value;
    return [choice(known.choices, leaf.value, set)];
  }
  return textInput(leaf, known, set);
}

function numberInput(label, value, set) {
  const input = Object.assign(document.createElement("input"), { type: "number", step: "any" });
  input.value = value ?? "";
  input.setAttribute("aria-label", label);
  input.addEventListener("input", () => set(input.value === "" ? undefined : input.valueAsNumber));
  return input;
}

function choice(choices, value, set) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", words.value);
  // a value that is no choice any more is shown, and not changed behind one's back
  const all = choices.some((one) => one.value === value) ? choices : [{ value, label: value }, ...choices];
  select.append(...all.map((one) => new Option(one.label, one.value, false, one.value === value)));
  select.addEventListener("change", () => set(select.value));
  return select;
}

function ticks(leaf, known, set) {
  const box = document.createElement("div");
  box.className = "ticks";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", known.label);
  const chosen = new Set(leaf.value ?? []);
  const others = [...chosen].filter((value) => !known.choices.some((one) => one.value === value));
  for (const { value, label } of [...known.choices, ...others.map((one) => ({ value: one, label: one }))]) {
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: chosen.has(value) });
    tick.addEventListener("change", () => { chosen[tick.checked ? "add" : "delete"](value); set([...chosen]); });
    const line = document.createElement("label");
    line.className = "choice small";
    line.append(tick, label);
    box.append(line);
  }
  return box;
}

function lines(leaf, known, set) {
  const area = Object.assign(document.createElement("textarea"), { rows: 2, placeholder: known.examples.slice(0, 2).join("\n") });
  area.value = (leaf.value ?? []).join("\n");
  area.setAttribute("aria-label", words.values);
  area.addEventListener("input", () => {
    const given = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const found = known.kind === "number" ? given.map((one) => Number(one.replace(",", "."))).filter(Number.isFinite) : given;
    set([...new Set(found)]);
  });
  return area;
}

let lists = 0;

function textInput(leaf, known, set) {
  const input = Object.assign(document.createElement("input"), { type: "text", value: leaf.value ?? "", maxLength: 180 });
  input.setAttribute("aria-label", words.value);
  input.addEventListener("input", () => set(input.value.trim() || undefined));
  if (!known.examples.length) return [input];
  const list = Object.assign(document.createElement("datalist"), { id: `examples-${lists++}` });
  list.append(...known.examples.map((one) => new Option(String(one))));
  input.setAttribute("list", list.id);
  return [input, list];
}

// ---- as JSON

const area = form.elements.raw;
const rawButton = form.querySelector("[data-raw]");

function draw() {
  document.querySelector("#groups").hidden = raw;
  document.querySelector("#json").hidden = !raw;
  document.querySelector("#too-rich").hidden = !(raw && condition && read(condition, kinds) === null);
  rawButton.setAttribute("aria-pressed", String(raw));
  rawButton.disabled = raw && shown === null;
  if (raw) area.value = JSON.stringify(condition ?? {}, null, 2);
  else document.querySelector("#groups").replaceChildren(drawGroup(shown, 1, null));
}

rawButton.addEventListener("click", () => {
  raw = !raw;
  if (!raw) shown = read(condition, kinds);
  else condition ??= {};
  draw();
});

area.addEventListener("input", () => {
  try {
    const given = JSON.parse(area.value);
    if (given === null || typeof given !== "object" || Array.isArray(given)) throw new SyntaxError();
    condition = given;
    shown = read(given, kinds);
  } catch {
    condition = null;
  }
  area.setAttribute("aria-invalid", String(condition === null));
  rawButton.disabled = condition === null || shown === null;
  document.querySelector("#too-rich").hidden = !(condition && shown === null);
  edited();
});

function changed() {
  condition = write(shown);
  edited();
}

// ---- what was changed and not saved stays in this tab

const state = () => ({ name: form.elements.name.value, parent: form.elements.parent.value, condition: raw ? condition : shown && write(shown), shown: raw ? null : shown });

function edited() {
  sessionStorage.setItem(KEPT, JSON.stringify(state()));
  document.querySelector("#saved").textContent = "";
  fault("");
  look();
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!kept) return;
  form.elements.name.value = kept.name;
  form.elements.parent.value = kept.parent;
  if (kept.shown) [shown, raw, condition] = [kept.shown, false, write(kept.shown)];
  else if (kept.condition) [condition, shown, raw] = [kept.condition, read(kept.condition, kinds), true];
  document.querySelector("#restored").hidden = JSON.stringify({ ...kept, shown: 0 }) === JSON.stringify({ ...saved, shown: 0 });
}

document.querySelector("[data-discard]").addEventListener("click", () => {
  sessionStorage.removeItem(KEPT);
  location.reload();
});

// ---- who is in it right now

const aside = document.querySelector(".preview");
const find = (name) => aside.querySelector(`[data-${name}]`);
let waiting;
let asked = new AbortController();

function look() {
  clearTimeout(waiting);
  asked.abort(); // what is asked no longer matters
  asked = new AbortController();
  const { signal } = asked;
  find("incomplete").hidden = condition !== null;
  if (condition === null) {
    find("count").textContent = "…";
    for (const name of ["sample", "overlap", "small", "nobody"]) find(name).hidden = true;
    return;
  }
  waiting = setTimeout(async () => {
    aside.setAttribute("aria-busy", "true");
    try {
      const body = { condition, parent: form.elements.parent.value || null, overlap: true, audience: slug || null, seconds: MOST_SECONDS };
      const found = await call("POST", "/v1/audiences:preview", body, { signal });
      if (!signal.aborted) show(found); // what saving said stays: it may have come meanwhile
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.code === "condition.invalid") fault(error.errors.map((one) => `${one.pointer.replace("/condition", "") || "/"}: ${one.detail}`).join("\n"));
      else tell(error);
    } finally {
      if (!signal.aborted) aside.removeAttribute("aria-busy");
    }
  }, 300);
}

function show(found) {
  find("count").textContent = numbers.format(found.members);
  find("of").textContent = find("of").dataset.of.replace("{leads}", numbers.format(found.partial ? found.looked_at : found.leads));
  aside.querySelector("meter").value = found.looked_at ? found.members / found.looked_at : 0;
  find("words").textContent = found.words;
  find("small").hidden = found.partial || found.members === 0 || found.members >= Number(form.dataset.smallest);
  find("nobody").hidden = found.members > 0;
  told("partial", found.partial, { looked: numbers.format(found.looked_at) });
  told("without", found.without_consent > 0, { number: numbers.format(found.without_consent), purposes: found.purposes.join(", ") });
  told("within", found.in_parent !== null, { number: numbers.format(found.in_parent ?? 0) });
  list("sample", found.sample ?? [], (one) => [link(`/studio/leads/${encodeURIComponent(one.external_id)}`, one.external_id), one.reasons.map((reason) => reason.text).join("; ")]);
  const shared = find("shared").dataset.shared;
  list("overlap", found.overlap ?? [], (one) => [link(`/studio/audiences/${one.slug}`, one.name), shared.replace("{both}", numbers.format(one.leads)), bar(one.leads / Math.max(found.members, 1), one.name)]);
}

function told(name, whether, values) {
  const line = find(name);
  line.hidden = !whether;
  line.textContent = line.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

function list(name, items, said) {
  const box = find(name);
  box.hidden = !items.length;
  box.querySelector("ul").replaceChildren(...items.map((item) => {
    const line = document.createElement("li");
    const [first, text, more] = said(item);
    const rest = document.createElement("span");
    rest.className = "faint small";
    rest.textContent = text;
    line.append(first, " ", rest, ...(more ? [more] : []));
    return line;
  }));
}

function link(href, text) {
  return Object.assign(document.createElement("a"), { href, textContent: text });
}

function bar(value, label) {
  const meter = Object.assign(document.createElement("meter"), { min: 0, max: 1, value });
  meter.setAttribute("aria-label", label);
  return meter;
}

// ---- saving

function fault(text) {
  const box = document.querySelector("#faults");
  box.hidden = !text;
  box.textContent = text;
}

let version = form.dataset.version || undefined;

/** What somebody else made of it meanwhile, beside what is here. Saving again is a choice then. */
async function theirs() {
  const now = await call("GET", `/v1/audiences/${slug}`).catch(() => null);
  fault(now ? `${words.changed}\n${now.name}\n${JSON.stringify(now.condition, null, 2)}` : words.changed);
  version = undefined;
}

const SAID = { "audience.exists": "exists", "audience.loop": "loop" };

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, parent } = state();
  const named = slug || form.elements.slug.value.trim();
  for (const field of ["name", "slug"]) form.elements[field]?.setAttribute("aria-invalid", String(!form.elements[field].value.trim() || !form.elements[field].checkValidity()));
  if (!name.trim() || !named) return fault(words.nameless);
  if (condition === null) return fault(raw ? words.badJson : words.unfinished);
  const button = form.querySelector(".saving button");
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    const body = { name: name.trim(), condition, parent: parent || null };
    await (slug ? call("PUT", `/v1/audiences/${slug}`, body, { version }) : call("POST", "/v1/audiences", { ...body, slug: named }));
    sessionStorage.removeItem(KEPT);
    sessionStorage.setItem("audience:saved", named);
    location.assign(`/studio/audiences/${named}`);
  } catch (error) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    if (error instanceof Offline) toast(words.kept, { kind: "block", seconds: 10 });
    else if (error.status === 401) return;
    else if (error.code === "audience.version") await theirs();
    else fault(words[SAID[error.code]] ?? [error.message, ...error.errors.map((one) => `${one.pointer}: ${one.detail}`)].join("\n"));
  }
});

document.querySelector("[data-forget]")?.addEventListener("click", async () => {
  try {
    await call("DELETE", `/v1/audiences/${slug}`);
    sessionStorage.removeItem(KEPT);
    location.assign("/studio/audiences");
  } catch (error) {
    tell(error);
  }
});

/** `Fiéis de Recife` is `fieis-de-recife`, until somebody writes an address of their own. */
const slugOf = (text) => text.normalize("NFKD").replace(/[̀-ͯ]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 63).replace(/-+$/, "");

let own = false;
form.elements.slug?.addEventListener("input", () => { own = true; });
form.elements.name.addEventListener("input", () => {
  if (!slug && !own) form.elements.slug.value = slugOf(form.elements.name.value);
  edited();
});
form.elements.parent.addEventListener("change", edited);

restore();
draw();
look();
if (sessionStorage.getItem("audience:saved") === slug && slug) {
  document.querySelector("#saved").textContent = words.saved;
  sessionStorage.removeItem("audience:saved");
}
