// Moments as a form has them, in the workspace's time zone, and as the API has them.

const parts = (zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** What a clock in that zone shows then, as if it were UTC: milliseconds. */
function shown(time, zone) {
  const said = Object.fromEntries(parts(zone).formatToParts(time).map(({ type, value }) => [type, value]));
  return Date.UTC(said.year, said.month - 1, said.day, said.hour, said.minute, said.second);
}

/** The moment at which a clock there shows that text, or null. In the hour that a clock skips, the one after it. */
export function moment(text, zone) {
  if (!text) return null;
  const wanted = Date.parse(`${text}Z`);
  if (Number.isNaN(wanted)) return null;
  let time = wanted;
  for (let turn = 0; turn < 3; turn += 1) time += wanted - shown(time, zone);
  return new Date(time).toISOString();
}

/** What a clock there shows at that moment, for a field. */
export function text(given, zone) {
  return given ? new Date(shown(Date.parse(given), zone)).toISOString().slice(0, 16) : "";
}
