// After an edit or a rejection: rules that it suggests, each in a quiet card with two answers.
import { call } from "./api.js";
import { tell, toast } from "./shell.js";

const place = document.querySelector("#rule-proposals");

function card(rule) {
  const made = place.querySelector("template").content.firstElementChild.cloneNode(true);
  const words = place.dataset;
  const [first, second] = rule.value.split(" → ");
  const said = { banned: words.banned, preferred: words.preferred, companion: words.companion, address: rule.value === "tu" ? words.tu : words.voce, emoji: words.emoji, exclamations: words.exclamations }[rule.kind];
  const text = made.querySelector("[data-said]");
  for (const piece of (said ?? rule.value).split(/(\{first\}|\{second\})/)) {
    if (piece === "{first}" || piece === "{second}") {
      const word = document.createElement("em");
      word.textContent = piece === "{first}" ? first : second;
      text.append(word);
    } else text.append(piece);
  }
  const answer = async (button, step, done) => {
    button.setAttribute("aria-busy", "true");
    try {
      await call("POST", `/v1/rules/${rule.id}/${step}`);
      made.remove();
      place.hidden = !place.querySelector("[data-card]");
      toast(done, { kind: "ok" });
      document.dispatchEvent(new CustomEvent("rules:changed", { detail: { rule, step } }));
    } catch (error) {
      tell(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  made.querySelector("[data-accept]")?.addEventListener("click", ({ currentTarget }) => answer(currentTarget, "accept", words.accepted));
  made.querySelector("[data-dismiss]").addEventListener("click", ({ currentTarget }) => answer(currentTarget, "dismiss", words.dismissed));
  return made;
}

async function look(variant) {
  try {
    const { items } = await call("GET", `/v1/rules?status=proposed&variant=${encodeURIComponent(variant)}`);
    for (const old of place.querySelectorAll("[data-card]")) old.remove();
    place.append(...items.map(card));
    place.hidden = items.length === 0;
  } catch {
    // a suggestion that does not come is not worth a word
  }
}

if (place) {
  document.addEventListener("draft:decided", ({ detail }) => look(detail.variant?.id ?? detail.variant));
  if (place.dataset.variant) look(place.dataset.variant);
}
