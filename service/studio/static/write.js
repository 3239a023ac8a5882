// Writing by hand: the fields of one channel, checked while one writes, and kept in this browser until they are a draft.
import { call, Offline } from "./api.js";
import { tell, toast } from "./shell.js";

const WAIT = 500; // milliseconds after the last keystroke
const KEPT = "studio:write";
const TOKEN = /\{\{[ \t]*[a-z][a-z0-9_]*[ \t]*\|[ \t]*([^\s{}|](?:[^{}|\r\n]*[^\s{}|])?)[ \t]*\}\}/g;

const form = document.querySelector("#write");
const { campaign, audience, channel, locale, objective } = form.elements;
const verdict = document.querySelector("#verdict");
const number = new Intl.NumberFormat(document.documentElement.lang);
const touched = new Set();
let last = null; // the field that was written in last, where tokens go
let asked;
let waiting;

const fieldset = () => form.querySelector(`[data-channel="${channel.value}"]`);
const inputs = () => [...fieldset().querySelectorAll("[name]")];
const shown = (text) => text.replace(TOKEN, "$1");

/** The fields as the API takes them: nothing chosen is null. */
function fields() {
  return Object.fromEntries(inputs().map(({ name, value }) => [name, name.endsWith("_id") ? value || null : value]));
}

/* what it is for */

function place() {
  const chosen = campaign.selectedOptions[0];
  const may = new Set(chosen.dataset.channels.split(" "));
  for (const one of channel.options) one.hidden = one.disabled = !may.has(one.value);
  if (channel.selectedOptions[0]?.disabled) channel.value = [...may][0];
  const people = new Set((chosen.dataset.audiences ?? "").split(" "));
  for (const one of audience.options) one.hidden = one.disabled = one.value !== "" && !people.has(one.value);
  if (audience.selectedOptions[0]?.disabled) audience.value = "";
  form.querySelector("[data-of-campaign]").hidden = !campaign.value;
  form.querySelector("[data-of-brief]").hidden = Boolean(campaign.value);
  show();
}

function show() {
  for (const one of form.querySelectorAll("[data-channel]")) one.hidden = one.dataset.channel !== channel.value;
  for (const one of form.querySelectorAll(".write-tokens")) one.hidden = one.dataset.locale !== locale.value;
  for (const one of form.querySelectorAll("textarea")) one.lang = locale.value;
  for (const one of fieldset().querySelectorAll("textarea")) count(one);
}

/* while one writes */

function count(text) {
  const said = document.querySelector(`#${text.id}-count`);
  const { hard, advised } = said.dataset;
  const length = [...shown(text.value)].length;
  said.textContent = `${number.format(length)} / ${number.format(advised)}`;
  said.classList.toggle("wrong", length > hard);
}

function typed({ target }) {
  if (target.matches("textarea")) {
    last = target;
    touched.add(target.id);
    count(target);
  }
  keep();
  clearTimeout(waiting);
  waiting = setTimeout(check, WAIT);
}

async function check() {
  asked?.abort();
  asked = new AbortController();
  const written = fieldset();
  try {
    const body = { channel: channel.value, locale: locale.value, fields: fields() };
    mark(written, (await call("POST", "/v1/checks", body, { signal: asked.signal })).findings);
  } catch (error) {
    if (error.name !== "AbortError") verdict.textContent = error instanceof Offline ? document.querySelector("#words").dataset.offline : error.message;
  }
}

function mark(written, findings) {
  for (const text of written.querySelectorAll("textarea")) {
    const mine = touched.has(text.id) ? findings.filter(({ field }) => field === text.name) : [];
    document.querySelector(`#${text.id}-found`).replaceChildren(...mine.map(line));
    text.toggleAttribute("aria-invalid", false);
    if (mine.some(({ severity }) => severity === "block")) text.setAttribute("aria-invalid", "true");
  }
  const blocks = findings.filter(({ severity }) => severity === "block").length;
  const warns = findings.length - blocks;
  const said = [blocks && form.dataset.blocks.replace("{count}", blocks), warns && form.dataset.warns.replace("{count}", warns)];
  verdict.textContent = said.filter(Boolean).join(", ") || form.dataset.clean;
}

function line({ message, fix, severity }) {
  const item = document.createElement("li");
  item.className = severity === "block" ? "hint wrong" : "hint";
  item.textContent = fix ? `${message} ${fix}` : message;
  return item;
}

/* kept in this browser until it is a draft */

function keep() {
  const texts = Object.fromEntries([...form.querySelectorAll("textarea")].filter(({ value }) => value).map(({ id, value }) => [id, value]));
  try {
    localStorage.setItem(KEPT, JSON.stringify({ texts, objective: objective.value }));
  } catch { /* no room, or a browser that keeps nothing */ }
}

function back() {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  } catch { return; }
  if (!kept || !Object.keys(kept.texts).length) return;
  for (const [id, text] of Object.entries(kept.texts)) {
    const field = document.getElementById(id);
    if (field) field.value = text;
  }
  objective.value = kept.objective;
  toast(form.dataset.kept);
}

async function submit(event) {
  event.preventDefault();
  if (!campaign.value && !objective.value.trim()) {
    verdict.textContent = form.dataset.required;
    objective.setAttribute("aria-invalid", "true");
    objective.focus();
    return;
  }
  const button = form.querySelector("button.primary");
  button.setAttribute("aria-busy", "true");
  const about = campaign.value
    ? { campaign: campaign.value, ...(audience.value ? { audience: audience.value } : { control: true }) }
    : { brief: { objective: objective.value.trim() } };
  try {
    const made = await call("POST", "/v1/variants", { channel: channel.value, locale: locale.value, fields: fields(), ...about });
    localStorage.removeItem(KEPT);
    location.assign(`/studio/variants/${made.id}`);
  } catch (error) {
    tell(error);
    button.removeAttribute("aria-busy");
  }
}

form.addEventListener("input", typed);
form.addEventListener("submit", submit);
campaign.addEventListener("change", () => {
  if (campaign.selectedOptions[0].dataset.locale) locale.value = campaign.selectedOptions[0].dataset.locale;
  place();
});
for (const one of [channel, locale]) one.addEventListener("change", show);
form.addEventListener("click", ({ target }) => {
  const token = target.closest("[data-token]")?.dataset.token;
  const into = last && fieldset().contains(last) ? last : fieldset().querySelector("textarea");
  if (!token) return;
  into.setRangeText(token, into.selectionStart, into.selectionEnd, "end");
  into.focus();
  into.dispatchEvent(new Event("input", { bubbles: true }));
});

back();
place();
