// Approving several at once: those that are selected, or all clean ones that the filters show, also further down.

import { call } from "./api.js";
import { address, board, reload, rows } from "./inbox_rows.js";
import { meaning, said, undoable } from "./inbox_deciding.js";

const AT_ONCE = 20; // variants a request, so that one sees it go on
const bar = document.querySelector("#bulk");
const dialog = document.querySelector("#bulk-approve");
const [go, stop] = dialog.querySelectorAll("button");
const number = (value) => value.toLocaleString(document.documentElement.lang);

/** The rows that are selected. */
export const selected = () => rows().filter((row) => row.querySelector("input:checked"));

/** Say how many are selected, where any are. */
export function showSelected() {
  const count = selected().length;
  bar.hidden = !count;
  bar.querySelector("p").textContent = said("selected", { count: number(count) });
}

/** Select none. */
export function clear() {
  for (const row of selected()) row.querySelector("input").checked = false;
  showSelected();
}

/** Ask whether to approve what is selected. */
export function approveSelected() {
  const some = selected();
  ask("bulk.selected", some.length, async () => some.map((row) => row.dataset.id));
}

/** Ask whether to approve everything clean that the filters show. */
export function approveClean() {
  const count = Number(board.querySelector("[data-count=clean]").textContent.replace(/\D/g, ""));
  ask("bulk.title", count, async () => (await call("GET", address("clean"))).variants);
}

function ask(title, count, ids) {
  show(said(title, { count: number(count) }), said("bulk.about"), []);
  go.hidden = false;
  stop.textContent = said("cancel");
  stop.onclick = () => dialog.close();
  go.onclick = () => run(ids);
  dialog.showModal();
}

function show(title, about, left) {
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("[data-about]").textContent = about;
  dialog.querySelector("[data-about]").hidden = !about;
  dialog.querySelector("[data-running]").hidden = true;
  dialog.querySelector("[data-left]").replaceChildren(...left);
}

async function run(ids) {
  const approved = [];
  const left = [];
  let stopped = false;
  go.hidden = true;
  stop.textContent = said("stop");
  stop.onclick = () => { stopped = true; };
  dialog.oncancel = (event) => { event.preventDefault(); stopped = true; };
  let failed = "";
  try {
    const all = await ids();
    for (let start = 0; start < all.length && !stopped; start += AT_ONCE) {
      progress(start, all.length);
      const told = await call("POST", "/v1/reviews/approve", { variants: all.slice(start, start + AT_ONCE) });
      approved.push(...told.approved.map(({ id, version }) => ({ id, version })));
      left.push(...told.left);
    }
  } catch (error) {
    failed = meaning(error);
  }
  dialog.oncancel = null;
  await result(approved, left, failed);
}

function progress(now, total) {
  const running = dialog.querySelector("[data-running]");
  running.hidden = false;
  Object.assign(running.querySelector("progress"), { max: total, value: now });
  running.querySelector("span").textContent = said("bulk.running", { count: number(now), total: number(total) });
}

/** What was approved, and for each that was left why. With nothing left there is nothing to read. */
async function result(approved, left, failed) {
  const text = said("bulk.approved", { count: number(approved.length) });
  const items = left.map((one) => leftItem(one));
  clear();
  if (approved.length) {
    undoable(text, { all: approved });
    await reload().catch(() => {});
  }
  if (!left.length && !failed) {
    dialog.close();
    return;
  }
  show(text, [failed, left.length ? said("bulk.left") : ""].filter(Boolean).join(" "), items);
  stop.textContent = said("close");
  stop.onclick = () => dialog.close();
  dialog.querySelector("h2").focus();
}

function leftItem({ variant, code, detail }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/studio/variants/${variant}`;
  link.textContent = document.querySelector(`#v-${variant} .copy a`)?.textContent ?? variant.slice(0, 8);
  item.append(link, ` ${said(code) || detail}`);
  return item;
}
