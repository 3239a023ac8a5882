// Where claims, findings and tokens stand in a text, drawn on a layer behind the textarea.

const TOKEN = /\{\{[ \t]*[a-z][a-z0-9_]{0,63}[ \t]*\|[ \t]*([^\s{}|](?:[^{}|\r\n]*[^\s{}|])?)[ \t]*\}\}/g;

/** The text as somebody without a value reads it. */
export const bound = (text) => text.replace(TOKEN, "$1");

/** How far sources bear a claim out. A plain statement that none is found for is no mistake by itself. */
export const borne = ({ kind, support }) => (support.length ? "bound" : kind === "statement" ? "unsure" : "unbound");

/** Places as the API counts them, in characters of the stripped text, as places of a JavaScript string. */
export function placer(text) {
  const lead = text.length - text.trimStart().length;
  if (!/[\ud800-\udfff]/.test(text)) return (place) => Math.min(place + lead, text.length);
  const units = [lead];
  for (const character of text.slice(lead)) units.push(units.at(-1) + character.length);
  return (place) => units[Math.min(place, units.length - 1)];
}

/** Marks of a field: {start, end, kind, index}. A finding on nothing or on the whole of a text is told below it only. */
export function marksOf(name, text, { claims, findings }) {
  const at = placer(text);
  const length = [...text.trim()].length;
  return [
    ...claims.map((claim, index) => ({ claim, index })).filter(({ claim }) => claim.field === name)
      .map(({ claim, index }) => ({ start: at(claim.start), end: at(claim.end), kind: `claim ${borne(claim)}`, index })),
    ...findings.filter((found) => found.field === name && found.end > found.start && found.end - found.start < length)
      .map((found) => ({ start: at(found.start), end: at(found.end), kind: found.severity })),
  ];
}

/** The marks after an edit, until checks have answered: what stands behind it moves along, what it touched goes. */
export function moved(marks, before, after) {
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const by = after.length - before.length;
  return marks.flatMap((mark) => {
    if (mark.end <= start) return [mark];
    if (mark.start >= before.length - end) return [{ ...mark, start: mark.start + by, end: mark.end + by }];
    return [];
  });
}

/** Draw them. `here` is the index of the claim that one looks at. */
export function draw(layer, text, marks, here) {
  const all = [...marks];
  for (const found of text.matchAll(TOKEN)) all.push({ start: found.index, end: found.index + found[0].length, kind: "chip" });
  const edges = [...new Set([0, text.length, ...all.flatMap(({ start, end }) => [start, end])])].sort((one, other) => one - other);
  const nodes = [];
  for (let place = 0; place + 1 < edges.length; place += 1) {
    const [start, end] = [edges[place], edges[place + 1]];
    const over = all.filter((mark) => mark.start <= start && mark.end >= end);
    const piece = text.slice(start, end);
    if (!over.length) { nodes.push(piece); continue; }
    const span = document.createElement("span");
    span.className = over.map(({ kind }) => kind).join(" ");
    span.textContent = piece;
    const claim = over.find(({ index }) => index !== undefined);
    if (claim) {
      span.dataset.claim = claim.index;
      span.classList.toggle("here", claim.index === here);
    }
    nodes.push(span);
  }
  layer.replaceChildren(...nodes, "\u200b"); // the last line end takes a line too
}
