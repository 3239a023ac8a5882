// The inbox by mouse and keyboard.

import { shortcut } from "./shell.js";
import { approveClean, approveSelected, clear, selected, showSelected } from "./inbox_bulk.js";
import { claim, decide, said, tellOnce, meaning, undo } from "./inbox_deciding.js";
import { begin, beside, board, choose, current, loadMore, rows } from "./inbox_rows.js";

const may = board.hasAttribute("data-may-review");
const dialog = document.querySelector("#reject");
const reason = dialog.querySelector("textarea");
const NEAR = 5;

begin();

/* by mouse */
board.addEventListener("focusin", ({ target }) => {
  const row = target.closest(".draft");
  if (row) choose(row, { focus: false });
});
board.addEventListener("click", ({ target }) => {
  if (target.closest("[data-clean]")) approveClean();
  if (target.closest("#more")) showMore();
  const act = target.closest("[data-act]")?.dataset.act;
  const row = target.closest(".draft");
  if (!act || !row) return;
  choose(row);
  acts[act](row);
});
board.addEventListener("change", showSelected);
document.querySelector("#bulk").addEventListener("click", ({ target }) => {
  if (target.dataset.bulk === "approve") approveSelected();
  if (target.dataset.bulk === "clear") clear();
});

const acts = {
  approve: (row) => decide(row, "approve"),
  submit: (row) => decide(row, "submit"),
  reject: askReason,
  claim,
};

async function showMore() {
  const last = rows().at(-1);
  try {
    await loadMore();
    choose(beside(last, 1) ?? last);
  } catch (error) {
    tellOnce(meaning(error), { kind: "block" });
  }
}

/* turning down: what was typed outlives a lost connection and a session that is over */
const kept = (row) => `inbox.reason.${row.dataset.id}`;
let asked = null;

function askReason(row) {
  asked = row;
  reason.value = sessionStorage.getItem(kept(row)) ?? "";
  dialog.querySelector("[data-what]").textContent = row.querySelector(".copy a").textContent;
  dialog.returnValue = "";
  dialog.showModal();
  reason.focus();
}
reason.addEventListener("input", () => sessionStorage.setItem(kept(asked), reason.value));
reason.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector("[value=reject]").click();
});
dialog.addEventListener("click", ({ target }) => {
  if (!("reason" in target.dataset)) return;
  reason.value = [reason.value.trim(), target.textContent].filter(Boolean).join(" ");
  sessionStorage.setItem(kept(asked), reason.value);
  reason.focus();
});
dialog.addEventListener("close", async () => {
  const row = asked;
  if (dialog.returnValue !== "reject" || !reason.value.trim()) {
    choose(row);
    return;
  }
  if (await decide(row, "reject", { reason: reason.value.trim() })) sessionStorage.removeItem(kept(row));
});

/* by keyboard */
function step(by) {
  const row = current();
  const next = document.activeElement?.closest?.(".draft") ? beside(row, by) : row;
  if (next) choose(next);
  const all = rows();
  if (by > 0 && all.length - all.indexOf(next ?? row) <= NEAR) loadMore().catch(() => {});
}

const withRow = (run) => () => { const row = current(); if (row) run(row); };

shortcut("j", said("key.j"), () => step(1));
shortcut("k", said("key.k"), () => step(-1));
if (may) {
  shortcut("a", said("key.a"), () => (selected().length ? approveSelected() : withRow(acts.approve)()));
  shortcut("r", said("key.r"), withRow((row) => { if (!row.classList.contains("settled")) askReason(row); }));
  shortcut("x", said("key.x"), withRow((row) => row.querySelector("input")?.click()));
  shortcut("u", said("key.u"), () => undo());
} else {
  shortcut("s", said("key.s"), withRow((row) => row.querySelector("[data-act=submit]") && acts.submit(row)));
}
shortcut("e", said("key.e"), withRow((row) => row.querySelector(".copy a").click()));
shortcut("c", said("key.c"), withRow(claim));
shortcut("/", said("key./"), () => document.querySelector("#search").select());

/* filters: each choice is at once in the address, and nothing that says nothing */
const filters = document.querySelector(".filters");
filters.classList.add("live");
if (matchMedia("(max-width: 45rem)").matches) filters.querySelector("details").open = false; // the list comes first there
filters.addEventListener("change", ({ target }) => target.tagName === "SELECT" && filters.requestSubmit());
filters.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});
