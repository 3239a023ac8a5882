// Two people wrote at the same time: both texts, field by field, until somebody has chosen.

const same = (one, other) => (one ?? "").trim() === (other ?? "").trim();

/** What goes on, by field, or null where nobody chose. Chosen at first is theirs where one changed nothing oneself. */
export function choose({ mine, base, theirs, label, empty }) {
  const names = Object.keys(mine).filter((name) => !same(mine[name], theirs[name]));
  if (!names.length) return Promise.resolve(theirs);
  const dialog = document.querySelector("#conflict");
  const template = document.querySelector("#conflict-choice").content.firstElementChild;
  dialog.querySelector("#conflict-choices").replaceChildren(...names.map((name) => {
    const box = template.cloneNode(true);
    box.querySelector("legend").textContent = label(name);
    for (const input of box.querySelectorAll("input")) {
      input.name = `keep-${name}`;
      input.checked = (input.value === "theirs") === same(mine[name], base[name]);
    }
    box.querySelector('[data-text="mine"]').textContent = mine[name] || empty;
    box.querySelector('[data-text="theirs"]').textContent = theirs[name] || empty;
    return box;
  }));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((chosen) => dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") chosen(null);
    else chosen({ ...theirs, ...Object.fromEntries(names.map((name) => [name, dialog.querySelector(`[name="keep-${name}"]:checked`).value === "mine" ? mine[name] : theirs[name]])) });
  }, { once: true }));
}
