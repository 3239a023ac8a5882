// Forms of the settings: what stands in them goes to the API as one object, and faults come back to their fields.
import { call } from "./api.js";
import { tell, toast } from "./shell.js";

const READ = {
  number: (field) => (field.value.trim() === "" ? null : Number(field.value)),
  optional: (field) => (field.value.trim() === "" ? undefined : Number(field.value)),
  nullable: (field) => field.value.trim() || null,
  lines: (field) => field.value.split("\n").map((line) => line.trim()).filter(Boolean),
  flag: (field) => field.checked,
};
const read = (field) => (READ[field.dataset.kind] ?? ((one) => one.value.trim()))(field);

function put(found, path, value) {
  const names = path.split(".");
  const last = names.pop();
  let place = found;
  for (const name of names) place = place[name] ??= {};
  place[last] = value;
}

const get = (found, path) => path.split(".").reduce((place, name) => place?.[name], found);
const free = (form) => [...form.querySelectorAll("[name]")].filter((field) => !field.closest("[data-rows]"));

function cellsOf(row) {
  const found = {};
  for (const cell of row.querySelectorAll("[data-cell]")) {
    const name = cell.dataset.cell;
    if (cell.dataset.kind === "many") found[name] = cell.checked ? [...(found[name] ?? []), cell.value] : found[name] ?? null;
    else found[name] = read(cell);
  }
  return found;
}

/** What stands in the form, as the API wants it. */
export function values(form) {
  const found = {};
  for (const field of free(form)) {
    if (field.type === "radio" && !field.checked) continue;
    if (field.dataset.kind === "many") put(found, field.name, [...(get(found, field.name) ?? []), ...(field.checked ? [field.value] : [])]);
    else put(found, field.name, read(field));
  }
  for (const rows of form.querySelectorAll("[data-rows]")) {
    const all = [...rows.querySelectorAll("[data-row]")].map(cellsOf);
    put(found, rows.dataset.rows, all.filter((one) => Object.values(one).some((value) => value !== "" && value !== null)));
  }
  for (const field of form.querySelectorAll("[data-off]")) if (!field.checked) put(found, field.dataset.off, null);
  return found;
}

/** One more row of a list; gives it. */
export function addRow(rows, given = {}) {
  const row = rows.querySelector("template").content.firstElementChild.cloneNode(true);
  for (const cell of row.querySelectorAll("[data-cell]")) {
    const value = given[cell.dataset.cell];
    if (cell.dataset.kind === "many") cell.checked = (value ?? []).includes(cell.value);
    else if (value !== undefined) cell.value = value ?? "";
  }
  rows.querySelector("[data-add-row]").before(row);
  return row;
}

/** Put these values into the form; what is not among them stays. */
export function fill(form, given) {
  for (const field of free(form)) {
    const value = get(given, field.name);
    if (value === undefined) continue;
    if (field.type === "radio") field.checked = field.value === value;
    else if (field.dataset.kind === "many") field.checked = value.includes(field.value);
    else if (field.dataset.kind === "flag") field.checked = value;
    else field.value = Array.isArray(value) ? value.join("\n") : value ?? "";
  }
  for (const rows of form.querySelectorAll("[data-rows]")) {
    const all = get(given, rows.dataset.rows);
    if (!all) continue;
    for (const row of rows.querySelectorAll("[data-row]")) row.remove();
    for (const one of all) addRow(rows, one);
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The same with what the form says nothing of, since the API replaces each part as a whole. */
export function merged(kept, given) {
  if (given === null || typeof given !== "object" || Array.isArray(given)) return given;
  if (kept === null || typeof kept !== "object" || Array.isArray(kept)) return given;
  const whole = { ...kept };
  for (const [name, value] of Object.entries(given)) whole[name] = merged(kept[name], value);
  return whole;
}

const holder = document.querySelector("#kept");
let kept = holder ? JSON.parse(holder.textContent) : {};

/** Whether two values say the same, in whatever order their parts come. */
function same(one, other) {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Array.isArray(one) === Array.isArray(other) && [...names].every((name) => same(one[name], other[name]));
}

/** The parts of the workspace that the form is about, as they would be with it. */
export function whole(form) {
  return Object.fromEntries(Object.entries(values(form)).map(([name, value]) => [name, merged(kept[name], value)]));
}

/** Those of them that it changes: what somebody else has changed meanwhile is not put back by a page that is older. */
function change(form) {
  return Object.fromEntries(Object.entries(whole(form)).filter(([name, value]) => !same(value, kept[name])));
}

/** Say what is wrong beside the fields that it is about; whatever belongs to none stands above them. */
export function blame(form, error) {
  clear(form);
  if (!error.errors?.length) return tell(error);
  const left = [];
  for (const { pointer, detail } of error.errors) {
    const names = pointer.split("/").slice(1);
    let field = null;
    for (let end = names.length; end > 0 && !field; end -= 1) {
      const path = names.slice(0, end).join(".");
      field = form.querySelector(`[name="${CSS.escape(path)}"], [data-rows="${CSS.escape(path)}"]`);
    }
    if (!field) { left.push(`${pointer}: ${detail}`); continue; }
    const hint = document.createElement("p");
    hint.className = "hint wrong";
    hint.dataset.wrong = "";
    hint.id = `wrong-${Math.random().toString(36).slice(2)}`;
    hint.textContent = detail;
    const place = field.closest(".field, fieldset") ?? field;
    place.append(hint);
    if (field.matches("input, select, textarea")) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-errormessage", hint.id);
    }
  }
  if (left.length) toast(left.join("; "), { kind: "block", seconds: 10 });
  form.querySelector('[aria-invalid="true"]')?.focus();
}

export function clear(form) {
  for (const hint of form.querySelectorAll("[data-wrong]")) hint.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) { field.removeAttribute("aria-invalid"); field.removeAttribute("aria-errormessage"); }
}

/** Run something that takes a while at a button. */
export async function busy(button, run) {
  if (button.getAttribute("aria-busy") === "true") return undefined;
  button.setAttribute("aria-busy", "true");
  try {
    return await run();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

const clean = new Map();
const dirty = (form) => clean.has(form) && clean.get(form) !== JSON.stringify(values(form));

for (const form of document.querySelectorAll("form[data-patch]")) {
  clean.set(form, JSON.stringify(values(form)));
  const place = `studio:${location.pathname}#${form.id}`;
  const put_by = sessionStorage.getItem(place);
  if (put_by) {
    sessionStorage.removeItem(place);
    fill(form, JSON.parse(put_by));
    toast(form.dataset.restored);
  }
  document.addEventListener("studio:signed-out", () => {
    if (dirty(form)) sessionStorage.setItem(place, JSON.stringify(values(form)));
    clean.delete(form); // nothing is lost by leaving now
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await busy(event.submitter ?? form.querySelector("button"), async () => {
      try {
        kept = await call("PATCH", "/v1/workspace", change(form));
        clear(form);
        clean.set(form, JSON.stringify(values(form)));
        toast(form.dataset.saved, { kind: "ok" });
        document.dispatchEvent(new CustomEvent("settings:saved", { detail: kept }));
      } catch (error) {
        blame(form, error);
      }
    });
  });
}

window.addEventListener("beforeunload", (event) => {
  if ([...clean.keys()].some(dirty)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const add = event.target.closest?.("[data-add-row]");
  if (add) addRow(add.closest("[data-rows]")).querySelector("input, select").focus();
  const remove = event.target.closest?.("[data-remove-row]");
  if (remove) {
    const rows = remove.closest("[data-rows]");
    remove.closest("[data-row]").remove();
    rows.querySelector("[data-add-row]").focus();
  }
});
