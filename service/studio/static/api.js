// The API, as everyone calls it, in the name of whoever is signed in.

/** An answer that says what was wrong: RFC 9457. */
export class Problem extends Error {
  constructor(body, status) {
    super(body.detail ?? body.title ?? String(status));
    Object.assign(this, { status, code: body.code ?? "unknown", errors: body.errors ?? [] });
  }
}

/** Nothing came back. Whatever was sent may be sent again. */
export class Offline extends Error {}

const token = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

function headersFor(body, version) {
  const headers = { Accept: "application/json", "X-CSRF-Token": token() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  return headers;
}

async function ask(method, path, body, { version, signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method, signal, headers: headersFor(body, version), credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Offline(error.message);
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401) {
    document.dispatchEvent(new CustomEvent("studio:signed-out")); // pages put by what is being written
    document.querySelector("#signed-out")?.showModal();
  }
  throw new Problem(told, answer.status);
}

/** Call a route; gives the JSON that it answers, or null. `version` is what If-Match names. Throws Problem or Offline. */
export async function call(method, path, body, options) {
  const answer = await ask(method, path, body, options);
  return answer.status === 204 ? null : answer.json();
}

/** A piece of a page, as HTML from our own server. */
export async function part(path, { signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, { signal, headers: { Accept: "application/json" }, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Offline(error.message);
  }
  if (answer.ok) return answer.text();
  if (answer.status === 401) {
    document.dispatchEvent(new CustomEvent("studio:signed-out"));
    document.querySelector("#signed-out")?.showModal();
  }
  throw new Problem(await answer.json().catch(() => ({})), answer.status);
}

/** Server-sent events of a route, one after the other: {event, data}. */
export async function* events(method, path, body, options) {
  const answer = await ask(method, path, body, options);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    kept += value;
    const blocks = kept.split(/\r?\n\r?\n/);
    kept = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const named = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart());
      if (named("data").length) yield { event: named("event")[0] ?? "message", data: JSON.parse(named("data").join("\n")) };
    }
  }
}
