// A lead's page: what goes on, and erasing it.
import { call } from "./api.js";
import "./parts.js";

const dialog = document.querySelector("#erase");
const form = dialog?.querySelector("form");

if (form) {
  const [button, fault, done] = [form.querySelector(".danger"), form.querySelector("[data-fault]"), dialog.querySelector("[data-done]")];
  const { lead } = form.dataset;
  form.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.elements.sure.addEventListener("input", () => { button.disabled = form.elements.sure.value.trim() !== lead; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.elements.sure.value.trim() !== lead) return;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const receipt = await call("DELETE", `/v1/leads/${encodeURIComponent(lead)}`);
      done.querySelector("[data-receipt]").textContent = receipt.id;
      form.hidden = true;
      done.hidden = false;
      done.focus();
      dialog.addEventListener("close", () => location.assign("/studio/leads")); // nothing of it stays on the page
    } catch (error) {
      fault.textContent = error.message;
      fault.hidden = false;
      button.disabled = false;
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
