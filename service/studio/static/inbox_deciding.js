// Deciding on one variant, and taking it back. The row goes at once; where something is in the way it comes back and says so.

import { call, Offline } from "./api.js";
import { toast } from "./shell.js";
import { board, choose, comeBack, current, leave, loadMore, onItsWay, refresh, reload, remark, rows } from "./inbox_rows.js";

const texts = document.querySelector("#said").content;
const done = []; // what can be undone, the last at the end
const FEW = 5;
let close = () => {};

/** A text of the page, with what is filled in. */
export function said(key, values = {}) {
  const text = texts.querySelector(`[data-key="${CSS.escape(key)}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** What an error means to whoever decides. */
export function meaning(error) {
  if (error instanceof Offline) return said("offline");
  if (error.status === 401) return said("over");
  return said(error.code) || error.message;
}

/** Say it in place of what was said before. */
export function tellOnce(text, options) {
  close();
  close = toast(text, { seconds: 8, ...options });
}

/** Keep what is to be undone, each with the promise of its id and version, and offer to. */
export function undoable(text, entry) {
  done.push(entry);
  tellOnce(text, { undo: () => undo(entry) });
}

/** Approve, reject or hand in; tells whether it was done. */
export async function decide(row, decision, more = {}) {
  if (decision === "approve" && row.dataset.kinds.includes("findings:blocked")) {
    tellOnce(said("blocked"), { kind: "block" });
    return false;
  }
  if (row.classList.contains("settled")) return false;
  leave(row);
  try {
    const { id, version } = row.dataset;
    const sent = onItsWay(call("POST", `/v1/variants/${id}/decisions`, { decision, ...more }, { version }));
    const entry = { row, sent, id };
    if (decision !== "submit") undoable(said(decision === "approve" ? "approved" : "rejected"), entry);
    const now = await sent;
    entry.version = now.version;
    if (decision === "reject") document.dispatchEvent(new CustomEvent("draft:decided", { detail: { variant: now } })); // rules may come of it
    if (decision === "submit") await handedIn(row);
    else if (now.status === "live" && done.at(-1) === entry) tellOnce(said("live"), { undo: () => undo(entry) });
  } catch (error) {
    await inTheWay(row, error);
    return false;
  }
  await enough();
  return true;
}

async function handedIn(row) {
  tellOnce(said("submitted"));
  comeBack(row);
  await refresh(row);
}

/** Somebody else was faster, or there is no connection: the row is back, as it is by now, and says why. */
export async function inTheWay(row, error) {
  forget(row);
  comeBack(row);
  let shown = row;
  if (error.status === 409 || error.status === 412) shown = await refresh(row).catch(() => row);
  remark(shown, meaning(error));
  tellOnce(meaning(error), { kind: "block", seconds: 10 });
}

function forget(row) {
  const at = done.findIndex((entry) => entry.row === row);
  if (at >= 0) done.splice(at, 1);
}

/** Take the last decision back, or that one. */
export async function undo(entry = done.at(-1)) {
  if (!entry) {
    tellOnce(said("nothing"), { seconds: 3 });
    return;
  }
  done.splice(done.indexOf(entry), 1);
  try {
    await (entry.all ? undoAll(entry) : undoOne(entry));
    tellOnce(said("undone"), { seconds: 4 });
  } catch (error) {
    if (error instanceof Offline || error.status === 401) done.push(entry);
    tellOnce(meaning(error), { kind: "block" });
  }
}

async function undoOne(entry) {
  await entry.sent; // a decision that is still on its way is undone once it has come about
  await call("POST", `/v1/variants/${entry.id}/decisions`, { decision: "reopen" }, { version: entry.version });
  if (entry.row.isConnected) {
    comeBack(entry.row);
    choose(await refresh(entry.row));
  } else {
    await reload();
    choose(document.getElementById(`v-${entry.id}`) ?? current());
  }
}

async function undoAll(entry) {
  while (entry.all.length) {
    const { id, version } = entry.all[0];
    await call("POST", `/v1/variants/${id}/decisions`, { decision: "reopen" }, { version });
    entry.all.shift();
  }
  await reload();
}

/** Take a variant into one's hands, or leave it to others. */
export async function claim(row) {
  const mine = row.dataset.kinds.includes("claimed:mine");
  try {
    await call("POST", `/v1/reviews/${row.dataset.id}/${mine ? "release" : "claim"}`);
    await refresh(row);
  } catch (error) {
    await inTheWay(row, error);
  }
}

/** See to it that there are rows ahead. */
export async function enough() {
  const left = rows().length;
  try {
    if (left < FEW && board.querySelector("#more")) await loadMore();
    else if (!left) await reload();
  } catch {
    // whoever goes on is told then
  }
}
