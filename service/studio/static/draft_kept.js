// Words that are not saved yet, kept in this browser, and what other tabs do to the same draft.

const name = (id) => `sobmedida:draft:${id}`;

/** What was put by for that draft: {version, fields, base, at}, or null. */
export function kept(id) {
  try {
    return JSON.parse(localStorage.getItem(name(id)));
  } catch {
    return null; // unreadable, or storage is off: there is nothing to give back
  }
}

/** Put words by. Where the browser has no room for them, they stay on the page. */
export function keep(id, what) {
  try {
    localStorage.setItem(name(id), JSON.stringify({ ...what, at: new Date().toISOString() }));
  } catch {
    // private windows may have no storage
  }
}

/** They are saved, or nobody wants them. */
export function forget(id) {
  try {
    localStorage.removeItem(name(id));
  } catch {
    // as above
  }
}

/** Tell the other tabs with the same draft, and hear of them: `heard` gets {opened} or {saved: version}. */
export function tabs(id, heard) {
  const channel = new BroadcastChannel(name(id));
  channel.addEventListener("message", ({ data }) => {
    if (data.opened) channel.postMessage({ here: true });
    heard(data.here ? { opened: true } : data);
  });
  channel.postMessage({ opened: true });
  return (what) => channel.postMessage(what);
}
