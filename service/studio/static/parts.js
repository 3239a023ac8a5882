// Lists that go on: a button in a list's last place fetches what comes next and gives its place to it.
import { part } from "./api.js";
import { tell } from "./shell.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-part]");
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  try {
    const place = button.closest("[data-more]");
    const list = place.parentElement;
    const next = document.createElement("template");
    next.innerHTML = await part(button.dataset.part); // of our own server, which escapes what leads and content say
    const first = next.content.firstElementChild;
    place.replaceWith(next.content);
    (first?.querySelector("a, button, summary") ?? list).focus();
  } catch (error) {
    tell(error);
    button.removeAttribute("aria-busy");
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open]");
  if (opener) document.querySelector(opener.dataset.open).showModal();
});
