// The page of a draft: words are changed, checked while they are, saved and decided on through the API.

import { call, Offline, part, Problem } from "./api.js";
import { Live } from "./draft_checks.js";
import { choose } from "./draft_conflict.js";
import { LONGEST, Text } from "./draft_fields.js";
import { forget, keep, kept, tabs } from "./draft_kept.js";
import { placer } from "./draft_marks.js";
import { Claims, fill, showFindings } from "./draft_panel.js";
import { shortcut, toast } from "./shell.js";

const root = document.querySelector("#draft");
const read = (id) => JSON.parse(document.querySelector(id).textContent);
const words = read("#draft-words");
const beside = read("#draft-beside");
const editable = "editable" in root.dataset;
const reviews = "reviews" in root.dataset;
const number = new Intl.NumberFormat(document.documentElement.lang);
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", timeZone: root.dataset.timezone });

let variant = read("#draft-variant"); // as the service has it
let found = variant; // claims, findings and evidence of the words as they stand
let busy = false;
let waiting = null; // what is done as soon as the connection is back
let retry;

const texts = new Map([...document.querySelectorAll(".piece")].map((section) => [section.dataset.field, new Text(section, words, typed)]));
const selects = [...document.querySelectorAll(".choices select")];
const LONG = 20; // seconds in which something can be taken back by one press
const where = `/v1/variants/${variant.id}`;

/* the words as they stand */

const values = () => ({
  ...Object.fromEntries([...texts].map(([name, text]) => [name, text.value])),
  ...Object.fromEntries(selects.map(({ name, value }) => [name, value || null])),
});
const same = (one, other) => (one ?? "").trim() === (other ?? "").trim();
const changed = (since = variant.fields) => Object.entries(values()).filter(([name, value]) => !same(value, since[name])).map(([name]) => name);
const huge = () => [...texts.values()].filter((text) => text.huge);
const stale = () => ["draft", "in_review"].includes(variant.status) && JSON.stringify(found.findings) !== JSON.stringify(variant.findings);

function put(fields) {
  for (const [name, value] of Object.entries(fields)) {
    texts.get(name)?.put(value ?? "");
    const select = selects.find((one) => one.name === name);
    if (select) select.value = value ?? "";
  }
}

/* what is told of them */

function tellState(text, kind = "") {
  const line = document.querySelector("#state");
  if (line.textContent !== text) line.textContent = text;
  line.className = kind;
}

function tellVerdict() {
  const blocks = found.findings.filter(({ severity }) => severity === "block").length;
  const warns = found.findings.length - blocks;
  const told = [blocks && fill(words.blocks, { count: blocks }), warns && fill(words.warns, { count: warns })].filter(Boolean).join(", ") || words.clean;
  const line = document.querySelector("#verdict");
  if (line.textContent !== told) line.textContent = told;
  line.className = blocks ? "block" : warns ? "warn" : "";
}

function tellButtons() {
  const open = changed().length > 0;
  const primary = document.querySelector("[data-do].primary");
  if (primary) {
    const plain = primary.dataset.do;
    primary.textContent = open ? words[`save_${plain}`] : words[plain];
  }
  const save = document.querySelector('[data-do="save"]');
  if (save) save.disabled = !open;
  if (!busy && !waiting) tellState(open ? words.unsaved : editable ? words.saved : words.readonly);
}

const claims = new Claims(document.querySelector("#claims"), words, root.dataset.timezone, (index, move) => {
  look(index);
  const claim = found.claims[index];
  const text = texts.get(claim.field);
  if (move && text) {
    const at = placer(text.value);
    text.select(at(claim.start), at(claim.end));
  }
});

function look(index) {
  if (!claims.look(index)) return;
  for (const text of texts.values()) {
    text.here = index;
    text.draw();
  }
  nearby();
}

/** On a small screen the list of claims is far away; there the source stands below the text too. */
function nearby() {
  const field = found.claims[claims.here]?.field;
  for (const text of texts.values()) {
    text.section.querySelector(".near").replaceChildren(...(field === text.name ? [claims.source(claims.here)] : []));
  }
}

function show() {
  claims.show(found.claims, found.evidence);
  nearby();
  for (const [name, text] of texts) {
    text.here = claims.here;
    text.mark(found);
    text.measure(found.lengths?.[name]);
    text.parts(found.preview ?? {});
  }
  for (const list of document.querySelectorAll(".found")) {
    const name = list.id.slice("found-".length);
    showFindings(list, tooLong(name) ?? found.findings.filter(({ field }) => field === name), words, { mend, go: goTo, editable });
  }
  tellVerdict();
  tellButtons();
}

function tooLong(name) {
  const text = texts.get(name);
  if (!text?.huge) return null;
  const message = fill(words.too_long, { count: number.format(text.value.length), most: number.format(LONGEST) });
  return [{ severity: "block", message, fix: null, replacement: null, start: 0, end: 0 }];
}

/* while one writes */

function typed() {
  if (!changed().length) forget(variant.id);
  else keep(variant.id, { version: variant.version, base: variant.fields, fields: values() });
  live.soon();
  if (huge().length) show();
  else tellButtons();
}

const live = new Live(
  (signal) => call("POST", `${where}/checks`, { fields: { ...values(), ...Object.fromEntries([...texts].map(([name, text]) => [name, text.sent])) } }, { signal }),
  (answer) => {
    found = answer;
    meanwhile(answer.version);
    back();
    show();
    spread();
  },
  (error) => {
    if (error instanceof Offline) offline();
    else if (error.status !== 401) tellState(said(error), "warn");
  },
);

/** Tell the rest of the page what the words are by now. */
function spread() {
  const fields = values();
  if (JSON.stringify(fields) === spread.told) return;
  spread.told = JSON.stringify(fields);
  document.dispatchEvent(new CustomEvent("draft:fields", { detail: { id: variant.id, version: variant.version, fields } }));
}
spread.told = JSON.stringify(values());

function mend(finding) {
  const text = texts.get(finding.field);
  const at = placer(text.value);
  const [start, end] = [at(finding.start), at(finding.end)];
  if (text.value.slice(start, end) !== finding.quote) return; // the words have moved on; checks are about to answer
  const before = text.value;
  text.replace(start, end, finding.replacement);
  const after = text.value;
  document.querySelector("[data-do].primary")?.focus({ preventScroll: true });
  toast(finding.replacement ? fill(words.fixed, { text: finding.replacement }) : words.removed, {
    seconds: LONG,
    undo: () => {
      const over = start + finding.replacement.length;
      if (text.value === after) text.put(before);
      else if (text.value.slice(start, over) === finding.replacement) text.replace(start, over, finding.quote);
    },
  });
}

function goTo(finding) {
  const text = texts.get(finding.field);
  const at = placer(text.value);
  text.select(at(finding.start), at(finding.end));
}

for (const text of texts.values()) {
  const follow = () => {
    const index = text.claimAt(text.area.selectionStart);
    if (index !== undefined) look(index);
  };
  text.area.addEventListener("keyup", follow);
  text.area.addEventListener("click", follow);
  let frame;
  text.area.addEventListener("pointermove", ({ clientX, clientY }) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const under = document.elementsFromPoint(clientX, clientY).find((one) => one.dataset?.claim);
      if (under) look(Number(under.dataset.claim));
    });
  });
}
for (const select of selects) select.addEventListener("change", typed);

/* saving and deciding */

const said = (error) => words.problems[error.code] ?? error.message;

function offline() {
  tellState(words.offline, "warn");
  if (waiting) {
    clearTimeout(retry);
    retry = setTimeout(waiting, 3000);
  }
}

function back() {
  if (document.querySelector("#state").textContent === words.offline && !waiting) tellState(words.back);
}

addEventListener("online", () => waiting?.());

/** The draft as the service has it by now. */
function take(view) {
  variant = view;
  meanwhile.told = undefined;
  if (!changed().length) {
    forget(variant.id);
    found = { ...found, ...view };
  }
  show();
}

async function refresh() {
  const html = new DOMParser().parseFromString(await part(location.pathname), "text/html");
  for (const one of document.querySelectorAll("[data-part]")) {
    const fresh = html.querySelector(`[data-part="${one.dataset.part}"]`);
    if (fresh) one.replaceWith(document.adoptNode(fresh));
  }
  tellButtons();
}

/** Save what is not; gives whether nothing is left to save. Without a connection it is tried again by itself. */
async function save() {
  if (huge().length) {
    texts.get(huge()[0].name).area.focus();
    return false;
  }
  const names = changed();
  if (!names.length && !stale()) return true;
  const sent = values();
  const fields = Object.fromEntries((names.length ? names : [texts.keys().next().value]).map((name) => [name, sent[name]]));
  tellState(words.saving);
  try {
    const view = await call("PATCH", where, { fields }, { version: variant.version });
    waiting = null;
    take(view);
    told({ saved: view.version });
    document.dispatchEvent(new CustomEvent("draft:decided", { detail: { variant: view, decision: "edit" } }));
    return !changed().length;
  } catch (error) {
    if (error instanceof Offline) {
      waiting = () => run(save);
      offline();
    } else if (error.status === 412) await conflict();
    else complain(error);
    return false;
  }
}

const outcomes = { approve: "approved", submit: "submitted", reject: "rejected", retire: "retired", reopen: "reopened", request_change: "changed" };

async function decide(decision, note) {
  const body = { decision, ...(note ? { [decision === "request_change" ? "note" : "reason"]: note } : {}) };
  try {
    const view = await call("POST", `${where}/decisions`, body, { version: variant.version });
    if (decision === "request_change") put(view.fields);
    take(view);
    told({ saved: view.version });
    for (const notice of view.notices ?? []) notify(words.problems[notice.code] ?? notice.detail, "warn");
    const undo = reviews && ["approve", "reject"].includes(decision) ? () => run(deeds.reopen) : undefined;
    if (decision !== "request_change" || !view.notices?.length) toast(words[outcomes[decision]], { undo, seconds: undo ? LONG : 6 });
    document.dispatchEvent(new CustomEvent("draft:decided", { detail: { variant: view, decision } }));
    if (decision === "retire") location.reload();
  } catch (error) {
    if (error.status === 412) await conflict();
    else complain(error);
  }
}

function complain(error) {
  if (error instanceof Offline) offline();
  else if (error.status !== 401) notify(said(error), "block");
}

const asked = { reject: "reject", request_change: "change", retire: "retire" };

/** What somebody says in a dialog, or null where they think better of it. */
function ask(kind) {
  const dialog = document.querySelector("#say");
  const text = dialog.querySelector("textarea");
  dialog.querySelector("#say-title").textContent = words[`${kind}_title`];
  dialog.querySelector("#say-label").textContent = words[`${kind}_label`];
  dialog.querySelector("#say-yes").textContent = words[`${kind}_yes`];
  text.value = "";
  text.required = kind !== "retire";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answered) => dialog.addEventListener("close", () => answered(dialog.returnValue === "yes" ? text.value.trim() : null), { once: true }));
}

const deeds = {
  save,
  async approve() { if (await save()) await decide("approve"); },
  async submit() { if (await save()) await decide("submit"); },
  reopen: () => decide("reopen"),
  reject: () => withNote("reject"),
  request_change: () => withNote("request_change"),
  retire: () => withNote("retire"),
  claim: () => claim("claim"),
  release: () => claim("release"),
  undo_all() { put(variant.fields); },
};

async function withNote(decision) {
  if (changed().length) {
    notify(words.unsaved_first, "warn");
    return;
  }
  const note = await ask(asked[decision]);
  if (note !== null) await decide(decision, note);
}

async function claim(deed) {
  try {
    await call("POST", `/v1/reviews/${variant.id}/${deed}`);
    toast(words[deed === "claim" ? "claimed" : "released"]);
  } catch (error) {
    complain(error);
  }
}

/** One thing at a time; afterwards the page shows what has come of it. */
async function run(deed, button) {
  if (busy) return;
  busy = true;
  button?.setAttribute("aria-busy", "true");
  const version = variant.version;
  try {
    await deed();
  } finally {
    busy = false;
    button?.removeAttribute("aria-busy");
    tellButtons();
  }
  if (variant.version !== version || deed === deeds.claim || deed === deeds.release) await refresh().catch(() => {});
}

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) {
    button.closest("details")?.removeAttribute("open");
    run(deeds[button.dataset.do], button);
  }
  const token = event.target.closest("[data-insert]");
  if (token) insert(token.dataset.insert);
  const settle = event.target.closest("[data-settle]");
  if (settle) comment("POST", `/v1/comments/${settle.closest("[data-comment]").dataset.comment}/${settle.dataset.settle}`);
});
const shut = (but) => {
  const menu = root.querySelector(".more[open]");
  if (menu && !(but && menu.contains(but))) menu.open = false;
};
document.addEventListener("click", ({ target }) => shut(target));
document.querySelector("#pieces").addEventListener("submit", (event) => event.preventDefault());

let last = texts.values().next().value;
for (const text of texts.values()) text.area.addEventListener("focus", () => { last = text; });

function insert(token) {
  const { selectionStart, selectionEnd } = last.area;
  last.replace(selectionStart, selectionEnd, token);
  last.area.focus();
}

/* the words of others */

function notify(text, kind, buttons = []) {
  const box = document.querySelector("#notice").content.firstElementChild.cloneNode(true);
  box.classList.add(kind || "info");
  box.setAttribute("role", kind === "block" ? "alert" : "status");
  box.querySelector("p").textContent = text;
  for (const [label, does] of [...buttons, [words.ok]]) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "small", textContent: label });
    button.addEventListener("click", () => { box.remove(); does?.(); });
    box.querySelector(".row").append(button);
  }
  document.querySelector("#notices").append(box);
  return box;
}

/** Somebody else was faster: both texts are shown, and go on as they are chosen. */
async function conflict(mine = values(), base = variant.fields, theirs = null) {
  try {
    theirs ??= await call("GET", where);
  } catch (error) {
    complain(error);
    return;
  }
  const chosen = await choose({ mine, base, theirs: theirs.fields, label: (name) => document.querySelector(`label[for="text-${name}"]`)?.firstChild.textContent.trim() ?? name, empty: words.empty });
  if (chosen === null) return;
  if (chosen === theirs.fields) notify(words.meanwhile, "warn"); // the words are the same, something else is not
  variant = theirs;
  put(chosen);
  typed();
  show();
  if (changed().length) tellState(words.conflict, "warn");
}

/** Somebody has saved it, in another tab or elsewhere: that is told before one has written much. */
function meanwhile(version) {
  if (busy || version <= (meanwhile.told ?? variant.version)) return;
  meanwhile.told = version;
  notify(words.saved_elsewhere, "warn", [[words.show, () => (changed().length ? conflict() : location.reload())]]);
}

const told = tabs(variant.id, ({ opened, saved }) => {
  if (opened && !document.querySelector("#elsewhere")) notify(words.elsewhere, "info").id = "elsewhere";
  if (saved) meanwhile(saved);
});

document.addEventListener("studio:signed-out", () => live.stop());
document.addEventListener("draft:set", ({ detail: { field, text } }) => texts.get(field)?.put(text));

/* comments */

async function comment(method, path, body) {
  try {
    await call(method, path, body);
    await refresh();
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

document.querySelector("#comment").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const body = { text: form.elements.text.value, field: form.elements.field.value || null };
  if (await comment("POST", `${where}/comments`, body)) {
    form.reset();
    toast(words.commented, { seconds: 3 });
  }
});

/* what stands beside */

const chooser = document.querySelector("#beside");
function showBeside() {
  const other = beside[chooser?.value];
  for (const [name, text] of texts) {
    const box = text.section.querySelector(".besides");
    box.hidden = !other;
    if (!other) continue;
    const [of, words_] = [document.createElement("p"), document.createElement("p")];
    Object.assign(of, { className: "of", textContent: other.name });
    words_.textContent = other.fields[name] || words.empty;
    words_.lang = variant.locale;
    box.replaceChildren(of, words_);
  }
}
chooser?.addEventListener("change", showBeside);
showBeside();

/* the keyboard */

const press = (deed) => () => document.querySelector(`[data-do="${deed}"]`)?.click();
if (document.querySelector("[data-do].primary")) shortcut("a", reviews ? words.key_approve : words.save_submit, () => document.querySelector("[data-do].primary")?.click());
if (editable) {
  shortcut("f", words.key_fix, () => document.querySelector("[data-fix]")?.click());
  shortcut("e", words.key_edit, () => last.area.focus());
}
if (reviews) shortcut("r", words.key_reject, press("reject"));
shortcut("m", words.key_comment, () => document.querySelector("#comment-text").focus());
shortcut("c", words.key_claim, () => document.querySelector('[data-do="claim"], [data-do="release"]')?.click());
if (editable) shortcut("Ctrl+S", words.key_save, () => {}); // seen below, where it works while one writes too
if (reviews) shortcut("Ctrl+Enter", words.key_send, () => {});
if (document.querySelector("#next")) shortcut("n", words.key_next, () => document.querySelector("#next").click());
shortcut("u", words.key_inbox, () => { location.href = "/studio/inbox"; });

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") shut();
  if (event.key === "Escape" && event.target.closest?.(".piece")) document.querySelector("#main").focus({ preventScroll: true });
  if (!(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
  if (event.key === "s") {
    event.preventDefault();
    if (editable) run(save);
  } else if (event.key === "Enter") {
    event.preventDefault();
    document.querySelector("[data-do].primary")?.click();
  }
});

/* words that were not saved are back */

function restore() {
  const put_by = kept(variant.id);
  if (!put_by || !editable) return;
  if (!Object.entries(put_by.fields).some(([name, value]) => !same(value, variant.fields[name]))) {
    forget(variant.id);
    return;
  }
  if (put_by.version !== variant.version) {
    const theirs = variant;
    put(put_by.fields);
    conflict(put_by.fields, put_by.base, theirs);
    return;
  }
  put(put_by.fields);
  notify(fill(words.restored, { time: clock.format(new Date(put_by.at)) }), "info", [[words.drop, () => put(variant.fields)]]);
}

show();
restore();
live.soon(0);
