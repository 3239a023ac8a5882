// Conditions in growthbook's language as what the builder shows, and back.
//
// A group is {join: "all" | "any" | "none", items}; an item is a group or {attribute, operator, value}. What the builder
// cannot show in full is not read at all (null), so that nothing is lost by showing a part.

export const DEEPEST = 3;

const SIMPLE = { isnt: "$ne", gt: "$gt", gte: "$gte", lt: "$lt", lte: "$lte", oneof: "$in", noneof: "$nin", allof: "$all" };
const NAMED = Object.fromEntries(Object.entries(SIMPLE).map(([name, operator]) => [operator, name]));
const LISTS = new Set(["oneof", "noneof", "allof"]);
const SPECIAL = /[.*+?^${}()|[\]\\]/g;

class TooRich extends Error {}

/** Which operators of growthbook an operator of the builder is made of. */
export const needs = (name) => ({ is: ["$eq"], between: ["$gte", "$lte"], contains: ["$regexi"], known: ["$exists"], unknown: ["$exists"] })[name] ?? [SIMPLE[name]];

/** The group that a condition is, or null where it asks more than groups can show. `kinds` are those of the attributes. */
export function read(condition, kinds) {
  try {
    if (condition === null || typeof condition !== "object" || Array.isArray(condition)) throw new TooRich();
    const items = parts(condition, kinds, 1);
    const [only] = items;
    return items.length === 1 && only.items ? only : { join: "all", items };
  } catch (error) {
    if (error instanceof TooRich) return null;
    throw error;
  }
}

function parts(condition, kinds, depth) {
  return Object.entries(condition).flatMap(([name, wanted]) => {
    if (name === "$and") return several(wanted).flatMap((inner) => parts(inner, kinds, depth));
    if (name === "$or") return [group("any", several(wanted), kinds, depth + 1)];
    if (name === "$nor") return [group("none", several(wanted), kinds, depth + 1)];
    if (name === "$not") return [group("none", [wanted], kinds, depth + 1)];
    return leaves(name, wanted, kinds.get(name));
  });
}

function several(wanted) {
  if (!Array.isArray(wanted) || !wanted.length) throw new TooRich();
  return wanted;
}

function group(join, conditions, kinds, depth) {
  if (depth > DEEPEST) throw new TooRich();
  const items = conditions.map((condition) => {
    const inner = parts(condition, kinds, depth + 1);
    if (!inner.length || (inner.length > 1 && depth + 1 > DEEPEST)) throw new TooRich();
    return inner.length === 1 ? inner[0] : { join: "all", items: inner };
  });
  return { join, items };
}

function leaves(attribute, wanted, kind) {
  if (!kind) throw new TooRich();
  if (wanted === null || typeof wanted !== "object" || Array.isArray(wanted)) return [{ attribute, operator: "is", value: one(wanted, kind) }];
  const asked = Object.entries(wanted);
  if (!asked.length) throw new TooRich();
  const between = "$gte" in wanted && "$lte" in wanted && kind === "number";
  return asked.flatMap(([operator, operand]) => {
    if (between && operator === "$lte") return [];
    if (between && operator === "$gte") return [{ attribute, operator: "between", value: [one(operand, kind), one(wanted.$lte, kind)] }];
    return [leaf(attribute, operator, operand, kind)];
  });
}

function leaf(attribute, operator, operand, kind) {
  if (operator === "$exists" && typeof operand === "boolean") return { attribute, operator: operand ? "known" : "unknown" };
  if (operator === "$eq") return { attribute, operator: "is", value: one(operand, kind) };
  if (operator === "$regexi" && kind === "text" && typeof operand === "string") {
    const value = operand.replace(/\\([.*+?^${}()|[\]\\])/g, "$1");
    if (value && value.replace(SPECIAL, "\\$&") === operand) return { attribute, operator: "contains", value };
  }
  const name = NAMED[operator];
  if (!name || (["gt", "gte", "lt", "lte"].includes(name) && kind !== "number") || (name === "isnt" && kind === "list")) throw new TooRich();
  if (!LISTS.has(name)) return { attribute, operator: name, value: one(operand, kind) };
  if (name === "allof" && kind !== "list") throw new TooRich();
  return { attribute, operator: name, value: several(operand).map((item) => one(item, kind === "list" ? "text" : kind)) };
}

function one(value, kind) {
  const type = { number: "number", boolean: "boolean", text: "string" }[kind];
  if (typeof value !== type || (type === "string" && /[\r\n]|^\s|\s$/.test(value))) throw new TooRich(); // a line is a value
  return value;
}

/** The condition that a group is, or null as long as something in it is not filled in. */
export function write(shown) {
  if (!shown.items.length) return {};
  const written = shown.items.map(part);
  if (written.includes(null)) return null;
  if (shown.join === "all") return together(written);
  return { [shown.join === "any" ? "$or" : "$nor"]: written };
}

function part(item) {
  if (item.items) return item.items.length ? write(item) : null;
  const { attribute, operator, value } = item;
  if (!attribute || !filled(operator, value)) return null;
  return { [attribute]: asked(operator, value) };
}

const there = (value) => value !== undefined && value !== "" && !Number.isNaN(value);

function filled(operator, value) {
  if (operator === "known" || operator === "unknown") return true;
  if (operator === "between") return value?.length === 2 && value.every(there);
  return LISTS.has(operator) ? value?.length > 0 : there(value);
}

function asked(operator, value) {
  if (operator === "is") return value;
  if (operator === "known" || operator === "unknown") return { $exists: operator === "known" };
  if (operator === "between") return { $gte: value[0], $lte: value[1] };
  if (operator === "contains") return { $regexi: value.replace(SPECIAL, "\\$&") };
  return { [SIMPLE[operator]]: value };
}

/** Parts that must all hold, as one object where each of its keys is named once. */
function together(written) {
  const merged = {};
  for (const [name, wanted] of written.flatMap(Object.entries)) {
    const before = merged[name];
    const both = isObject(before) && isObject(wanted) && !Object.keys(wanted).some((operator) => operator in before);
    if (name in merged && (!both || name.startsWith("$"))) return { $and: written };
    merged[name] = name in merged ? { ...before, ...wanted } : wanted;
  }
  return merged;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
