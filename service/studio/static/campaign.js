// A campaign's page: who gets what, its writing and how far that is, and its steps from draft to end.
import { call, part, Problem } from "./api.js";
import { tell, toast } from "./shell.js";

const root = document.querySelector("#campaign");
const { slug, version } = root.dataset;
const said = document.querySelector("#said").dataset;
const readiness = document.querySelector("#readiness");
const writing = document.querySelector("#writing");
const EVERY = 1000;
const kept = `sobmedida:told:${slug}`;

async function showReadiness() {
  readiness.setAttribute("aria-busy", "true");
  try {
    readiness.innerHTML = await part(`/studio/campaigns/${slug}/readiness`); // our own server's markup, escaped there
  } catch (error) {
    tell(error);
  }
  readiness.setAttribute("aria-busy", "false");
}

/** How much waits, as a page read anew has it. */
async function showCopies() {
  try {
    const page = new DOMParser().parseFromString(await part(location.pathname), "text/html");
    document.querySelector("#copies").replaceWith(page.querySelector("#copies"));
  } catch (error) {
    tell(error);
  }
}

const atWork = () => ["queued", "running"].includes(writing?.firstElementChild?.dataset.status);

async function showWriting() {
  const open = writing.querySelector("details")?.open;
  writing.innerHTML = await part(writing.dataset.part);
  const details = writing.querySelector("details");
  if (details && open) details.open = true;
}

/** Look again until it is written; a lost connection is no end. */
let following = false;
async function follow() {
  if (following) return;
  following = true;
  const button = document.querySelector("#generate button.primary");
  if (button) button.disabled = true;
  while (atWork()) {
    await new Promise((resolve) => { setTimeout(resolve, EVERY); });
    try {
      await showWriting();
    } catch (error) {
      if (error instanceof Problem) { tell(error); break; }
    }
  }
  if (button) button.disabled = false;
  following = false;
  if (writing.firstElementChild?.dataset.status === "done") toast(said.written);
  await Promise.all([showReadiness(), showCopies()]);
}

const chosen = (form, name) => {
  const all = [...form.querySelectorAll(`[name="${name}"]`)];
  const some = all.filter((box) => box.checked).map((box) => box.value);
  return some.length === all.length ? null : some;
};

document.querySelector("#generate")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const wrong = form.querySelector("[data-wrong]");
  const channels = chosen(form, "channel");
  wrong.textContent = channels?.length === 0 ? said.none : "";
  if (wrong.textContent) return;
  const body = { variants_per_audience: Number(form.each.value), channels, audiences: chosen(form, "audience") };
  const button = form.querySelector("button.primary");
  button.setAttribute("aria-busy", "true");
  try {
    await call("POST", `/v1/campaigns/${slug}/generate`, body);
    await showWriting();
    follow();
  } catch (error) {
    if (error instanceof Problem && error.status === 422) wrong.textContent = error.errors[0]?.detail ?? error.message;
    else tell(error);
  }
  button.removeAttribute("aria-busy");
});

/** What stands in the way of a step, in its dialog. */
function standing(dialog, text) {
  const shown = document.querySelector("#standing").content.cloneNode(true);
  shown.querySelector("[data-text]").textContent = text;
  dialog.querySelector("[data-standing]").replaceChildren(shown);
}

const named = (channels) => {
  const labels = Object.fromEntries([...document.querySelectorAll('#generate [name="channel"]')].map((box) => [box.value, box.parentElement.textContent.trim()]));
  return channels.map((name) => labels[name] ?? name).join(", ");
};

for (const button of document.querySelectorAll("[data-step]")) {
  const dialog = document.querySelector(`[data-dialog="${button.dataset.step}"]`);
  button.addEventListener("click", () => {
    dialog.querySelector("[data-standing]").replaceChildren();
    const without = readiness.querySelector("[data-without]")?.dataset.without.trim();
    if (button.dataset.step === "launch" && without) standing(dialog, said.noControl.replace("{names}", without));
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-do]").addEventListener("click", async ({ currentTarget }) => {
    currentTarget.setAttribute("aria-busy", "true");
    try {
      if (button.dataset.step === "delete") {
        await call("DELETE", `/v1/campaigns/${slug}`, undefined, { version });
        location.assign("/studio/campaigns");
      } else {
        await call("POST", `/v1/campaigns/${slug}/${button.dataset.step}`, undefined, { version });
        location.reload();
      }
    } catch (error) {
      if (!(error instanceof Problem)) tell(error);
      else if (error.status === 412) { sessionStorage.setItem(kept, said.changed); location.reload(); }
      else if (error.code === "campaign.no_control") standing(dialog, said.noControl.replace("{names}", named(error.errors.map((one) => one.detail))));
      else standing(dialog, error.message);
      currentTarget.removeAttribute("aria-busy");
    }
  });
}

const before = sessionStorage.getItem(kept);
if (before) { sessionStorage.removeItem(kept); toast(before, { seconds: 10 }); }
showReadiness();
if (atWork()) follow();
