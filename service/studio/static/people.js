// Roles, access and invitations.
import { call } from "./api.js";
import { tell, toast } from "./shell.js";

const words = document.querySelector("#people-words").dataset;
const path = (row) => `/v1/users/${encodeURIComponent(row.dataset.email)}`;

function show(invitation) {
  const dialog = document.querySelector("#invitation");
  dialog.querySelector("input").value = invitation.url;
  dialog.querySelector("[data-copy]").dataset.copy = invitation.url;
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", done, { once: true }));
}

async function change(row, body) {
  await call("PATCH", path(row), body);
  toast(words.saved, { seconds: 2 });
}

document.querySelector("tbody").addEventListener("change", async ({ target }) => {
  const before = [...target.options].find((option) => option.defaultSelected);
  try {
    await change(target.closest("tr"), { role: target.value });
    for (const option of target.options) option.defaultSelected = option.selected;
  } catch (error) {
    before.selected = true;
    tell(error);
  }
});

document.querySelector("tbody").addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const row = button.closest("tr");
  try {
    if (button.matches("[data-invite]")) await show(await call("POST", `${path(row)}/invitation`));
    else if (button.matches("[data-sign-out]")) {
      await call("DELETE", `${path(row)}/sessions`);
      toast(words.out, { seconds: 3 });
    } else {
      await change(row, { disabled: button.dataset.access === "false" });
      location.reload();
    }
  } catch (error) {
    tell(error);
  }
});

document.querySelector("#add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const wrong = form.querySelector("[role=alert]");
  wrong.hidden = true;
  try {
    const added = await call("POST", "/v1/users", Object.fromEntries(new FormData(form)));
    await show(added.invitation);
    location.reload();
  } catch (error) {
    wrong.textContent = error.message;
    wrong.hidden = false;
  }
});
