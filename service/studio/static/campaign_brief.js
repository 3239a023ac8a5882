// A brief in one page. What is written is kept in this browser until it is saved, whatever happens meanwhile.
import { call, part, Offline, Problem } from "./api.js";
import { tell, toast } from "./shell.js";
import { moment, text as zoned } from "./campaign_times.js";
import { content } from "./campaign_content.js";

const form = document.querySelector("#brief");
const said = document.querySelector("#said").dataset;
const state = document.querySelector("#state");
const { slug, timezone, smallest } = form.dataset;
const key = `sobmedida:brief:${form.dataset.workspace}:${slug}`;
let version = form.dataset.version || undefined;

const boxes = (name) => [...form.querySelectorAll(`[name="${name}"]`)];
const checked = (name) => boxes(name).filter((box) => box.checked).map((box) => box.value);
const texts = (line) => line.split(",").map((one) => one.trim()).filter(Boolean);
const picker = content(form, said, () => changed());

/** The campaign as the API takes it. */
function body() {
  const utm = {};
  for (const group of form.querySelectorAll("[data-channel]")) {
    const inputs = [...group.querySelectorAll("[data-utm]")];
    if (inputs.some((one) => one.value.trim())) {
      utm[group.dataset.channel] = Object.fromEntries(inputs.map((one) => [one.dataset.utm, one.value.trim() || one.placeholder]));
    }
  }
  return {
    name: form.elements.name.value,
    brief: {
      objective: form.objective.value, tone: form.tone.value.trim() || null, call_to_action: form.call_to_action.value.trim() || null,
      content_ids: picker.ids(), tags: texts(form.tags.value),
    },
    channels: checked("channel"), audiences: checked("audience"), locale: form.locale.value,
    starts_at: moment(form.starts_at.value, timezone), ends_at: moment(form.ends_at.value, timezone),
    settings: {
      unknown_recipient: form.unknown_recipient.value || null, platform: form.platform.value || null, utm,
      holdout: Number(form.holdout.value || 0) / 100,
    },
  };
}

/** Put a body, from here or elsewhere, into the form. */
async function show(given) {
  form.elements.name.value = given.name ?? "";
  form.objective.value = given.brief?.objective ?? "";
  form.tone.value = given.brief?.tone ?? "";
  form.call_to_action.value = given.brief?.call_to_action ?? "";
  form.tags.value = (given.brief?.tags ?? []).join(", ");
  for (const box of boxes("channel")) box.checked = (given.channels ?? []).includes(box.value);
  const list = form.querySelector("#audiences");
  for (const box of boxes("audience")) box.checked = (given.audiences ?? []).includes(box.value);
  for (const name of [...(given.audiences ?? [])].reverse()) list?.prepend(...[...list.children].filter((one) => one.dataset.slug === name));
  if (given.locale) form.locale.value = given.locale;
  form.starts_at.value = zoned(given.starts_at, timezone);
  form.ends_at.value = zoned(given.ends_at, timezone);
  form.unknown_recipient.value = given.settings?.unknown_recipient ?? "";
  form.platform.value = given.settings?.platform ?? "";
  form.holdout.value = String(Math.round((given.settings?.holdout ?? 0) * 10000) / 100);
  for (const input of form.querySelectorAll("[data-utm]")) {
    input.value = given.settings?.utm?.[input.closest("[data-channel]").dataset.channel]?.[input.dataset.utm] ?? "";
  }
  if (form.slug && given.slug !== undefined) form.slug.value = given.slug;
  await picker.show(given.brief?.content_ids ?? []);
  whom();
}

// -- kept in this browser

const keeping = () => JSON.stringify({ version, body: { ...body(), ...(form.slug ? { slug: form.slug.value } : {}) } });
let begun = "";

function changed() {
  const now = keeping();
  if (now === begun) {
    localStorage.removeItem(key);
    state.textContent = "";
    return;
  }
  try { localStorage.setItem(key, now); } catch { /* full or forbidden: the page itself still has it */ }
  state.textContent = said.dirty;
}

async function restore() {
  begun = keeping();
  const held = localStorage.getItem(key);
  if (!held) return;
  const { version: of, body: given } = JSON.parse(held);
  await show(given);
  version = of; // what it was written on: should the campaign have changed since, saving says so
  document.querySelector("#kept").hidden = false;
  state.textContent = said.dirty;
}

document.querySelector("[data-discard]").addEventListener("click", () => {
  localStorage.removeItem(key);
  location.reload();
});

// -- the name in addresses

const proposed = (name) => name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 63).replace(/-+$/, "");
let own = false;
function propose() {
  if (!form.slug || own) return;
  form.slug.value = proposed(form.elements.name.value);
}
form.elements.name.addEventListener("input", propose);
form.slug?.addEventListener("input", () => { own = form.slug.value !== ""; });
if (form.slug && !form.slug.value) propose(); // somebody may write before this script is there

// -- to whom: counts as they are now, what is shared, and the order

let asked = 0;
async function whom() {
  const some = checked("audience");
  for (const line of form.querySelectorAll("#audiences > li")) line.classList.toggle("chosen", some.includes(line.dataset.slug));
  const few = document.querySelector("#few");
  if (few) few.hidden = !some.some((name) => Number(form.querySelector(`#audiences > li[data-slug="${name}"] [data-members]`).dataset.members) < Number(smallest));
  const box = document.querySelector("#overlap");
  if (!box) return;
  const mine = ++asked;
  if (some.length < 2) { box.replaceChildren(); return; }
  try {
    const found = await call("GET", `/v1/audiences:overlap?slugs=${some.slice(0, 20).join(",")}`);
    if (mine === asked) overlap(box, found);
  } catch (error) {
    if (!(error instanceof Offline)) box.replaceChildren();
  }
}

function overlap(box, { slugs, leads }) {
  const names = Object.fromEntries(boxes("audience").map((one) => [one.value, one.parentElement.textContent.trim()]));
  const list = document.createElement("ul");
  list.className = "small";
  slugs.forEach((one, i) => slugs.slice(i + 1).forEach((other, gap) => {
    const j = i + 1 + gap;
    const least = Math.min(leads[i][i], leads[j][j]);
    if (!leads[i][j] || leads[i][j] < 0.05 * least) return; // a few shared leads matter to nobody
    const line = document.createElement("li");
    const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(leads[i][j] / least);
    line.textContent = said.shares.replaceAll("{first}", names[one]).replaceAll("{second}", names[other]).replace("{count}", leads[i][j]).replace("{share}", share);
    list.append(line);
  }));
  box.replaceChildren(...(list.children.length ? [list] : []));
}

async function counted() {
  try {
    const { items } = await call("GET", "/v1/audiences");
    for (const one of items) {
      const box = form.querySelector(`#audiences > li[data-slug="${one.slug}"] [data-members]`);
      if (!box) continue;
      box.dataset.members = one.members;
      const number = new Intl.NumberFormat(document.documentElement.lang).format(one.members);
      box.querySelector("[data-count]").textContent = (new Intl.PluralRules(document.documentElement.lang).select(one.members) === "one" ? said.lead : said.leads).replace("{count}", number);
    }
    whom();
  } catch { /* the counts of the page stay */ }
}
addEventListener("focus", counted);

form.querySelector("#audiences")?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const line = button.closest("li");
  const beside = button.dataset.move === "-1" ? line.previousElementSibling : line.nextElementSibling;
  if (!beside) return;
  if (button.dataset.move === "-1") beside.before(line); else beside.after(line);
  button.focus();
  changed();
  whom();
});
form.addEventListener("input", changed);
form.addEventListener("change", (event) => { changed(); if (event.target.name === "audience") whom(); });

// -- saving

/** The field that a JSON pointer leads to, or into. */
const fieldAt = (pointer) => [...form.querySelectorAll("[data-pointer]")].find((one) => pointer === one.dataset.pointer || pointer.startsWith(`${one.dataset.pointer}/`));
const labelOf = (field) => (field?.labels?.[0] ?? field?.querySelector("legend"))?.textContent ?? field?.getAttribute("aria-label");

function faults(list) {
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  const box = document.querySelector("#wrong");
  box.hidden = list.length === 0;
  if (!list.length) return;
  box.querySelector("p").textContent = said.wrong;
  box.querySelector("ul").replaceChildren(...list.map(({ pointer, detail }) => {
    const line = document.createElement("li");
    const at = fieldAt(pointer);
    if (at?.matches("input, select, textarea")) at.setAttribute("aria-invalid", "true");
    const label = labelOf(at);
    line.textContent = label ? `${label}: ${detail}` : detail;
    return line;
  }));
  box.focus();
}

function missing(given) {
  const found = [];
  if (!given.name.trim()) found.push({ pointer: "/name", detail: said.required });
  if (form.slug && !form.slug.value.trim()) found.push({ pointer: "/slug", detail: said.required });
  if (!given.brief.objective.trim()) found.push({ pointer: "/brief/objective", detail: said.required });
  if (!given.channels.length) found.push({ pointer: "/channels", detail: said.channel });
  if (given.starts_at && given.ends_at && given.ends_at <= given.starts_at) found.push({ pointer: "/ends_at", detail: said.order });
  return found;
}

async function save() {
  const given = body();
  const found = missing(given);
  faults(found);
  if (found.length) return;
  const button = form.querySelector("[data-save]");
  button.setAttribute("aria-busy", "true");
  state.textContent = said.saving;
  try {
    if (form.slug) {
      const made = await call("POST", "/v1/campaigns", { slug: form.slug.value.trim(), ...given });
      localStorage.removeItem(key);
      location.assign(`/studio/campaigns/${made.slug}`);
      return;
    }
    const made = await call("PUT", `/v1/campaigns/${slug}`, given, { version });
    version = String(made.version);
    localStorage.removeItem(key);
    document.querySelector("#kept").hidden = true;
    begun = keeping();
    state.textContent = "";
    toast(said.saved);
  } catch (error) {
    changed();
    if (error instanceof Offline) waitForConnection();
    else if (!(error instanceof Problem)) throw error;
    else if (error.status === 412) await both(given);
    else if (error.code === "campaign.exists") faults([{ pointer: "/slug", detail: said.taken }]);
    else if (error.errors.length) faults(error.errors);
    else if (error.status !== 401) tell(error);
  }
  button.removeAttribute("aria-busy");
}

function waitForConnection() {
  state.textContent = said.offline;
  addEventListener("online", save, { once: true });
}

form.addEventListener("submit", (event) => { event.preventDefault(); save(); });

// -- somebody else was faster

const flat = (value, path = "") => Object.entries(value ?? {}).flatMap(([name, one]) => (one && typeof one === "object" && !Array.isArray(one) ? flat(one, `${path}/${name}`) : [[`${path}/${name}`, Array.isArray(one) ? one.join(", ") : String(one ?? "")]]));

async function both(mine) {
  const theirs = await call("GET", `/v1/campaigns/${slug}`);
  const ours = Object.fromEntries(flat(mine));
  const other = Object.fromEntries(flat(Object.fromEntries(Object.keys(mine).map((name) => [name, theirs[name]]))));
  const paths = [...new Set([...Object.keys(ours), ...Object.keys(other)])].filter((path) => !same(path, ours[path] ?? "", other[path] ?? ""));
  const dialog = document.querySelector("#both");
  dialog.querySelector("tbody").replaceChildren(...paths.map((path) => {
    const row = document.createElement("tr");
    row.append(...[labelOf(fieldAt(path)) ?? path, ours[path] ?? "", other[path] ?? ""].map((text, place) => {
      const cell = document.createElement(place ? "td" : "th");
      if (!place) cell.scope = "row";
      cell.textContent = text;
      return cell;
    }));
    return row;
  }));
  dialog.querySelector("[data-mine]").onclick = () => { version = String(theirs.version); dialog.close(); save(); };
  dialog.querySelector("[data-theirs]").onclick = async () => {
    dialog.close();
    version = String(theirs.version);
    await show(theirs);
    localStorage.removeItem(key);
    begun = keeping();
    state.textContent = "";
  };
  dialog.querySelector("[data-close]").onclick = () => dialog.close();
  dialog.showModal();
}

const same = (path, one, other) => one === other || (path.endsWith("_at") && Date.parse(one) === Date.parse(other));

await restore();
whom();
