// Choosing offers and content: a combobox that searches by words and by meaning, and what was chosen beneath it.
import { call, part } from "./api.js";

const MOST = 8;
const WAIT = 180; // ms after the last key

/** What is chosen: `ids`, `show` to choose others. Calls `changed` when it is another. */
export function content(form, said, changed) {
  const input = form.querySelector("#find");
  const list = form.querySelector("#found");
  const chips = form.querySelector("#chosen");
  const told = form.querySelector("#found-told");
  let timer;
  let asking;

  const ids = () => [...chips.children].map((chip) => chip.dataset.id);
  const address = (some, as) => `/studio/campaigns:found?as=${as}${some.map((id) => `&id=${encodeURIComponent(id)}`).join("")}`;
  const options = () => [...list.querySelectorAll('[role="option"]')];
  const active = () => options().find((one) => one.getAttribute("aria-selected") === "true");

  function close() {
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(option) {
    active()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  async function search() {
    const query = input.value.trim();
    asking?.abort();
    if (query.length < 2) { close(); return; }
    asking = new AbortController();
    const { signal } = asking;
    try {
      const [byWords, byMeaning] = await Promise.all([
        call("GET", `/v1/content?limit=${MOST}&search=${encodeURIComponent(query)}`, undefined, { signal }),
        call("POST", "/v1/search", { query, limit: MOST }, { signal }).catch(() => ({ items: [] })),
      ]);
      const found = [...new Set([...byWords.items.map((one) => one.external_id), ...byMeaning.items.map((one) => one.content_id)])];
      const some = found.filter((id) => !ids().includes(id)).slice(0, MOST);
      list.innerHTML = some.length ? await part(address(some, "options"), { signal }) : ""; // our own server's markup
      told.textContent = some.length ? said.found.replace("{count}", some.length) : said.none;
      list.hidden = !some.length;
      input.setAttribute("aria-expanded", String(some.length > 0));
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  async function choose(option) {
    const made = document.createElement("template");
    made.innerHTML = await part(address([option.dataset.id], "chips"));
    chips.append(made.content);
    input.value = "";
    close();
    input.focus();
    changed();
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation(); // what is looked for is not part of the brief
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(active());
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    else if (event.key === "Enter") { event.preventDefault(); if (at >= 0) choose(all[at]); }
    else if (event.key === "ArrowDown" && all.length) { event.preventDefault(); point(all[(at + 1) % all.length]); }
    else if (event.key === "ArrowUp" && all.length) { event.preventDefault(); point(all[at < 1 ? all.length - 1 : at - 1]); }
    else if (event.key === "Backspace" && !input.value && chips.lastElementChild) { chips.lastElementChild.remove(); changed(); }
  });
  input.addEventListener("blur", () => setTimeout(close, 150)); // a click on an option comes first
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) { event.preventDefault(); choose(option); }
  });
  chips.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    button.closest("li").remove();
    input.focus();
    changed();
  });

  async function show(some) {
    if (JSON.stringify(some) === JSON.stringify(ids())) return;
    const made = document.createElement("template");
    made.innerHTML = some.length ? await part(address(some, "chips")) : "";
    chips.replaceChildren(made.content);
  }
  return { ids, show };
}
