// The brand voice: tried out beside the one that holds, and begun from past e-mails.
import { call } from "./api.js";
import { tell } from "./shell.js";
import { addRow, blame, busy, clear, fill, whole } from "./settings_forms.js";

const form = document.querySelector("#voice-form");
const words = document.querySelector("#voice-words")?.dataset;
const trial = document.querySelector("#trial");

/** One sample, in the voice given or, without one, in the saved one. */
function sample(kept) {
  const item = trial.querySelector("[name=content]").selectedOptions[0];
  const { voice, style, terms } = kept;
  return call("POST", "/v1/generate", {
    audience: {}, variants: 1, channel: trial.querySelector("[name=channel]").value, voice, style, terms,
    brief: { objective: item.text.trim().slice(0, 500), content_ids: [item.value] }, locale: item.dataset.locale,
  });
}

function shown(place, answer) {
  const made = answer.variants[0];
  const list = place.querySelector("dl");
  list.replaceChildren();
  const findings = place.querySelector("ul");
  findings.replaceChildren();
  place.querySelector("[data-none]").hidden = Boolean(made);
  for (const [name, text] of Object.entries(made?.fields ?? {})) {
    const label = document.querySelector(`#field-names [data-field="${CSS.escape(name)}"]`);
    if (!label || !text) continue;
    const term = document.createElement("dt");
    term.textContent = label.textContent;
    const said = document.createElement("dd");
    said.lang = made.locale;
    said.textContent = made.preview[name] && typeof made.preview[name] === "string" ? made.preview[name] : text;
    list.append(term, said);
  }
  for (const finding of made?.findings ?? answer.dropped[0]?.findings ?? []) {
    const item = document.createElement("li");
    const badge = document.createElement("span");
    badge.className = `badge ${finding.severity === "block" ? "block" : "warn"}`;
    badge.textContent = finding.severity === "block" ? words.blocks : words.warns;
    item.append(badge, ` ${finding.message}`);
    findings.append(item);
  }
  place.querySelector("[data-clean]").hidden = !made || findings.children.length > 0;
  place.querySelector("[data-by]").textContent = made ? words[made.provenance.generator] : "";
  place.hidden = false;
}

trial?.querySelector("[data-try]").addEventListener("click", async ({ currentTarget }) => {
  await busy(currentTarget, async () => {
    try {
      clear(form);
      const kept = JSON.parse(trial.dataset.kept);
      const [before, after] = await Promise.all([sample(kept), sample(whole(form))]);
      shown(trial.querySelector("#saved-sample"), before);
      shown(trial.querySelector("#new-sample"), after);
      trial.querySelector("[role=status]").textContent = words.tried;
    } catch (error) {
      blame(form, error);
    }
  });
});

document.addEventListener("settings:saved", ({ detail }) => {
  if (trial) trial.dataset.kept = JSON.stringify({ voice: detail.voice, style: detail.style, terms: detail.terms });
});

// Past e-mails
const dialog = document.querySelector("#past");
const filled = (text, counts) => text.replace(/\{(\w+)\}/g, (_, name) => counts[name] ?? 0);

function reasons(proposal) {
  const list = document.querySelector("#evidence ul");
  list.replaceChildren();
  for (const one of proposal.evidence) {
    const template = words[`because${one.of[0].toUpperCase()}${one.of.slice(1)}`];
    if (!template || !Object.keys(one.counts).length) continue;
    const item = document.createElement("li");
    const told = Object.entries(one.counts).map(([word, count]) => `${word} ×${count}`).join(", ");
    item.textContent = filled(template, { ...one.counts, all: proposal.texts, list: told });
    for (const quote of one.quotes) {
      const said = document.createElement("q");
      said.lang = proposal.locale;
      said.textContent = quote;
      item.append(document.createElement("br"), said);
    }
    list.append(item);
  }
  const place = document.querySelector("#evidence");
  place.querySelector("[data-masked]").textContent = filled(words.masked, { masked: proposal.masked, all: proposal.texts });
  place.hidden = false;
  place.focus();
}

dialog?.querySelector("[data-read]").addEventListener("click", async ({ currentTarget }) => {
  const texts = [...dialog.querySelectorAll("textarea")].map((area) => area.value.trim()).filter(Boolean);
  const hint = dialog.querySelector("[data-missing]");
  hint.hidden = texts.length > 0;
  if (!texts.length) return dialog.querySelector("textarea").focus();
  await busy(currentTarget, async () => {
    try {
      const proposal = await call("POST", "/v1/voice:propose", { texts });
      for (const area of dialog.querySelectorAll("textarea")) area.value = "";
      dialog.close();
      fill(form, { voice: proposal.voice, style: proposal.style });
      reasons(proposal);
    } catch (error) {
      tell(error);
    }
  });
});
document.querySelector("[data-past]")?.addEventListener("click", () => dialog.showModal());
for (const rows of form?.querySelectorAll("[data-rows]") ?? []) if (!rows.querySelector("[data-row]") && !form.querySelector("fieldset:disabled")) addRow(rows);
