// The rows of the inbox: which one is at hand, how they go and come back, and the counts that go with them.

import { part } from "./api.js";

export const board = document.querySelector("#board");
const quiet = matchMedia("(prefers-reduced-motion: reduce)");
const QUICK = 180;
const AT = "inbox.at";

/** The rows that can be seen, from top to bottom. */
export const rows = () => [...board.querySelectorAll(".draft:not([hidden], .leaving)")].filter((row) => row.closest("details").open);

/** The row that keys are about. */
export const current = () => board.querySelector(".draft.current:not([hidden], .leaving)") ?? rows()[0];

/** Make it the row that keys are about; with `focus` the keyboard follows. */
export function choose(row, { focus = true } = {}) {
  board.querySelector(".draft.current")?.classList.remove("current");
  if (!row) return;
  row.classList.add("current");
  sessionStorage.setItem(AT, row.id);
  if (!focus) return;
  row.querySelector(".copy a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest", behavior: quiet.matches ? "auto" : "smooth" });
}

/** Begin where one was before a look at a draft, or else at the top. */
export function begin() {
  const back = performance.getEntriesByType("navigation")[0]?.type !== "navigate" || document.referrer.includes("/studio/variants/");
  const before = back && document.getElementById(sessionStorage.getItem(AT) ?? "");
  choose(before || rows()[0], { focus: Boolean(before) });
}

/** The row so many further down or up; at the ends there is none. */
export function beside(row, by) {
  const all = rows();
  return all[all.indexOf(row) + by];
}

/** What stands in the address is what parts of the page are asked for. */
export function address(path, more = {}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `/studio/inbox/${path}?${query}`;
}

/** All that the row counts among, as the counts name it. */
function counts(row) {
  const kinds = new Set([...row.dataset.kinds.split(" "), "total"]);
  return [...board.querySelectorAll("[data-count]")].filter(
    (one) => kinds.has(one.dataset.count) || (one.dataset.count === "group" && one.closest("details") === row.closest("details")),
  );
}

function count(row, by) {
  if (row.classList.contains("settled")) return;
  for (const one of counts(row)) {
    const number = Number(one.textContent.replace(/\D/g, "")) + by;
    one.textContent = number.toLocaleString(document.documentElement.lang);
  }
}

/** The row goes, and the keyboard to the next one. It stays in the page, out of sight, to come back to its place. */
export function leave(row) {
  const next = beside(row, 1) ?? beside(row, -1);
  const moves = row.contains(document.activeElement) || row.classList.contains("current");
  count(row, -1);
  row.classList.add("leaving");
  const box = row.querySelector("input");
  if (box?.checked) box.click();
  if (moves) choose(next);
  const height = row.offsetHeight;
  const going = row.animate(
    [{ height: `${height}px`, opacity: 1 }, { height: 0, opacity: 0, paddingBlock: 0 }],
    { duration: quiet.matches ? 0 : QUICK, easing: "ease-out" },
  );
  going.finished.then(() => {
    if (!row.classList.contains("leaving")) return;
    row.hidden = true;
    hideEmpty(row);
  }, () => {}); // it came back before it was gone
}

/** The row is there again, as it was. */
export function comeBack(row) {
  if (!row.classList.contains("leaving")) return;
  row.getAnimations().forEach((one) => one.cancel());
  row.classList.remove("leaving");
  row.hidden = false;
  row.closest("details").hidden = false;
  count(row, 1);
}

function hideEmpty(row) {
  const group = row.closest("details");
  group.hidden = !group.querySelector(".draft:not([hidden])");
}

/** Elements of a part of the page, which our own server rendered. */
export function elements(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
}

/** The row as it is by now, in its place; null where it is not there any more. */
export async function refresh(row) {
  const fresh = elements(await part(`/studio/inbox/rows/${row.dataset.id}`)).querySelector(".draft");
  const was = { focused: row.contains(document.activeElement), current: row.classList.contains("current") };
  if (!row.classList.contains("leaving")) count(row, -1);
  row.replaceWith(fresh);
  fresh.closest("details").hidden = false;
  count(fresh, 1);
  if (was.focused || was.current) choose(fresh, { focus: was.focused });
  return fresh;
}

/** Say something in the row itself, until it is rendered anew. */
export function remark(row, text) {
  let said = row.querySelector(".remark");
  if (!said) {
    said = document.createElement("p");
    said.className = "remark";
    said.setAttribute("role", "status");
    row.append(said);
  }
  said.textContent = text;
}

const flying = new Set(); // decisions that have not come about yet

/** Note a decision on its way: until then the server still tells of what it is about. */
export function onItsWay(sent) {
  flying.add(sent);
  sent.catch(() => {}).then(() => flying.delete(sent));
  return sent;
}

async function settled() {
  while (flying.size) await Promise.allSettled([...flying]);
}

let loading = null;

/** The rows after the last one; those that are there already stay as they are. */
export function loadMore() {
  const button = board.querySelector("#more");
  if (!button) return Promise.resolve();
  loading ??= settled().then(() => part(address("part", { cursor: button.dataset.cursor }))).then((html) => {
    button.parentElement.remove();
    for (const one of [...elements(html).children]) append(one);
  }).finally(() => { loading = null; });
  return loading;
}

function append(one) {
  const list = board.querySelector("#waiting");
  const group = one.dataset.group && list.querySelector(`details[data-group="${CSS.escape(one.dataset.group)}"]`);
  for (const row of one.querySelectorAll(".draft")) {
    const there = document.getElementById(row.id);
    if (there && !there.hidden && !there.classList.contains("leaving")) row.remove();
    else there?.remove();
  }
  if (!group) list.append(one);
  else {
    group.hidden = false;
    group.querySelector("ul").append(...one.querySelectorAll(".draft"));
  }
}

/** The whole list with its counts, as it is by now. */
export async function reload() {
  await settled();
  const at = current()?.id;
  for (const fresh of elements(await part(address("board"))).querySelectorAll("[data-fresh]")) {
    const old = board.querySelector(`[data-fresh="${fresh.dataset.fresh}"]`);
    if (!old.contains(document.activeElement) || old.querySelector(".draft")) old.replaceWith(fresh);
  }
  choose(document.getElementById(at) ?? rows()[0], { focus: false });
}
