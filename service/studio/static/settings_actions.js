// Buttons that call one route of the API: `data-call="POST /v1/..."`. Some ask first, some show a secret, and the list
// that they belong to is fetched anew.
import { call, part } from "./api.js";
import { tell, toast } from "./shell.js";
import { blame, busy, clear, values } from "./settings_forms.js";

/** Whether somebody means it. */
function sure(question, action) {
  const dialog = document.querySelector("#sure");
  dialog.querySelector("p").textContent = question;
  dialog.querySelector("button.danger").textContent = action;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

/** Show something that is shown once. */
function show(secret) {
  const dialog = document.querySelector("#shown-once");
  dialog.querySelector("output").textContent = secret;
  dialog.querySelector("[data-copy]").dataset.copy = secret;
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => {
    dialog.querySelector("output").textContent = "";
    dialog.querySelector("[data-copy]").dataset.copy = "";
    done();
  }, { once: true }));
}

/** A list of the page as it is by now. */
async function refresh(place) {
  if (!place) return;
  const list = document.querySelector(place);
  list.innerHTML = await part(list.dataset.url); // of our own server, which escapes what people wrote
  list.tabIndex = -1;
  list.focus({ preventScroll: true });
}

async function run(holder, body) {
  const [method, path] = holder.dataset.call.split(" ");
  const answer = await call(method, path, body);
  if (holder.dataset.secret) await show(answer[holder.dataset.secret]);
  if (holder.dataset.done) toast(holder.dataset.done, { kind: "ok" });
  await refresh(holder.dataset.refresh);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-call]");
  if (!button) return;
  if (button.dataset.confirm && !(await sure(button.dataset.confirm, button.textContent.trim()))) return;
  try {
    await busy(button, () => run(button, button.dataset.body ? JSON.parse(button.dataset.body) : undefined));
  } catch (error) {
    tell(error);
  }
});

for (const form of document.querySelectorAll("form[data-call]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = values(form);
    const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && !value.length)));
    if (form.dataset.path) {
      form.dataset.call = form.dataset.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(body[name] ?? ""));
      for (const [, name] of form.dataset.path.matchAll(/\{(\w+)\}/g)) delete body[name];
    }
    await busy(event.submitter, async () => {
      try {
        clear(form);
        await run(form, body);
        form.reset();
        form.dispatchEvent(new Event("change", { bubbles: true }));
      } catch (error) {
        blame(form, error);
      }
    });
  });
}

document.addEventListener("toggle", async (event) => {
  const details = event.target;
  const place = details.open && details.querySelector?.("[data-url]");
  if (!place) return;
  try {
    place.innerHTML = await part(place.dataset.url);
  } catch (error) {
    tell(error);
  }
}, true);

// What of a form stands only with some choice: `data-when="kind=secret"`.
for (const form of document.querySelectorAll("form:has([data-when])")) {
  const arrange = () => {
    const given = values(form);
    for (const part_ of form.querySelectorAll("[data-when]")) {
      const [name, wanted] = part_.dataset.when.split("=");
      part_.hidden = given[name] !== wanted;
      part_.disabled = part_.hidden;
    }
  };
  form.addEventListener("change", arrange);
  arrange();
}
