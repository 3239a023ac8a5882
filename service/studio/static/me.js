// One's own language, password and sessions.
import { call } from "./api.js";
import { tell, toast } from "./shell.js";

const words = document.querySelector("#me-words").dataset;

document.querySelector("#locale").addEventListener("change", async ({ target }) => {
  try {
    await call("PATCH", "/v1/me", { locale: target.value || null });
    location.reload();
  } catch (error) {
    tell(error);
  }
});

document.querySelector("#password-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const wrong = form.querySelector("[role=alert]");
  wrong.hidden = true;
  const { present, password } = Object.fromEntries(new FormData(form));
  try {
    await call("PATCH", "/v1/me", { password, ...(present === undefined ? {} : { present }) });
    form.reset();
    toast(words.saved);
  } catch (error) {
    const told = { "password.wrong": wrong.dataset.wrong, "password.weak": wrong.dataset.weak }[error.code];
    if (!told) return tell(error);
    wrong.textContent = told;
    wrong.hidden = false;
  }
});

document.querySelector("[data-session]")?.parentElement.addEventListener("click", async ({ target }) => {
  const item = target.closest("button")?.closest("[data-session]");
  if (!item) return;
  try {
    await call("DELETE", `/v1/me/sessions/${item.dataset.session}`);
    item.remove();
  } catch (error) {
    tell(error);
  }
});
