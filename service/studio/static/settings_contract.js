// The attribute contract: a new version is made of what the matrix says, and what it would stop is told before.
import { call } from "./api.js";
import { tell, toast } from "./shell.js";
import { busy } from "./settings_forms.js";

const form = document.querySelector("#contract");
const words = document.querySelector("#contract-words").dataset;
const warning = document.querySelector("#effects");

/** The row as an attribute. Throws SyntaxError for a domain that is no JSON. */
function attributeOf(row) {
  const base = JSON.parse(row.dataset.attribute);
  const use = row.querySelector("input[type=radio]:checked").value;
  const domain = row.querySelector("[data-domain]");
  const fallbacks = {};
  for (const field of row.querySelectorAll("[data-fallback]")) if (field.value.trim()) fallbacks[field.dataset.fallback] = field.value.trim();
  return { ...base, use, purpose: row.querySelector("[data-purpose]").value, domain: domain ? JSON.parse(domain.value) : base.domain, fallbacks };
}

function attributes() {
  const found = {};
  for (const row of form.querySelectorAll("[data-name]")) {
    try {
      found[row.dataset.name] = attributeOf(row);
    } catch {
      row.querySelector("details").open = true;
      row.querySelector("[data-domain]").focus();
      throw new SyntaxError(row.dataset.name);
    }
  }
  return found;
}

function told(effects) {
  warning.hidden = effects.total === 0;
  warning.querySelector("p").textContent = effects.total === 1 ? words.one : words.many.replace("{total}", effects.total);
  warning.querySelector("ul").replaceChildren(...effects.items.slice(0, 10).map((one) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/studio/variants/${one.variant}`;
    link.textContent = [one.campaign, one.audience, one.channel].filter(Boolean).join(" · ");
    item.append(link, ` (${one.attributes.join(", ")})`);
    return item;
  }));
}

let waiting;
let asked;
async function look() {
  asked?.abort();
  asked = new AbortController();
  try {
    told(await call("POST", "/v1/contract:check", { attributes: attributes() }, { signal: asked.signal }));
  } catch (error) {
    if (error.name !== "AbortError" && !(error instanceof SyntaxError) && error.status !== 422) tell(error);
  }
}

form?.addEventListener("change", (event) => {
  const row = event.target.closest("[data-name]");
  if (row && event.target.type === "radio") row.querySelector("[data-mention]")?.toggleAttribute("hidden", event.target.value !== "mention");
  clearTimeout(waiting);
  waiting = setTimeout(look, 250);
});

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await busy(event.submitter, async () => {
    try {
      await call("PUT", "/v1/contract", { attributes: attributes() }, { version: form.dataset.version });
      location.reload();
    } catch (error) {
      if (error instanceof SyntaxError) toast(words.json, { kind: "block" });
      else if (error.code === "contract.version") toast(words.changed, { kind: "block", seconds: 0 });
      else tell(error);
    }
  });
});

document.addEventListener("click", (event) => {
  const add = event.target.closest?.("[data-add]");
  if (add) {
    const row = add.closest("[data-suggested]");
    const copy = document.querySelector(`template[data-for="${CSS.escape(row.dataset.suggested)}"]`).content.firstElementChild.cloneNode(true);
    form.querySelector("tbody").append(copy);
    row.remove();
    copy.querySelector("input[type=radio]:checked").focus();
    look();
  }
  const drop = event.target.closest?.("[data-drop]");
  if (drop) {
    drop.closest("[data-name]").remove();
    look();
  }
});
