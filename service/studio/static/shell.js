// What every page has: the menu, the theme, short notices, the keyboard and copy buttons.

const words = document.querySelector("#words").dataset;

/** A short notice; with `undo` it has a button that calls it. Gives a way to take it away. */
export function toast(text, { undo, kind = "", seconds = 6 } = {}) {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  const said = document.createElement("span");
  said.textContent = text;
  box.append(said);
  const close = () => box.remove();
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.undo;
    button.addEventListener("click", () => { close(); undo(); });
    box.append(button);
  }
  document.querySelector("#toasts").append(box);
  if (seconds) setTimeout(close, seconds * 1000);
  return close;
}

/** Tell of an error that nothing better is known about. */
export function tell(error) {
  toast(error.constructor.name === "Offline" ? words.offline : `${words.failed}: ${error.message}`, { kind: "block", seconds: 10 });
}

const keys = new Map();

/** A key that does something on this page, unless one is writing. `?` shows them all. */
export function shortcut(key, label, run) {
  keys.set(key, { label, run });
}

const writing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
  const found = keys.get(event.key);
  if (!found) return;
  event.preventDefault();
  found.run(event);
});

shortcut("?", words.help, () => {
  const dialog = document.querySelector("#keys");
  dialog.querySelector("dl").replaceChildren(...[...keys].flatMap(([key, { label }]) => {
    const name = document.createElement("dt");
    const pressed = document.createElement("kbd");
    pressed.textContent = key === " " ? "␣" : key;
    name.append(pressed);
    const does = document.createElement("dd");
    does.textContent = label;
    return [name, does];
  }));
  dialog.showModal();
});

const rail = document.querySelector(".rail");
rail?.querySelector(".menu").addEventListener("click", ({ currentTarget }) => {
  currentTarget.setAttribute("aria-expanded", String(rail.classList.toggle("open")));
});

const themes = ["system", "light", "dark"];
const theme = document.querySelector("[data-theme-switch]");
if (theme) {
  const show = () => { theme.textContent = theme.dataset[document.documentElement.dataset.theme ?? "system"]; };
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(document.documentElement.dataset.theme ?? "system") + 1) % themes.length];
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    document.cookie = `sobmedida_theme=${next}; path=/studio; max-age=31536000; samesite=lax`;
    show();
  });
  show();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  toast(words.copied, { seconds: 2 });
});
