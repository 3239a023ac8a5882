// What an approved variant is used as: the panel's inside comes anew for each platform.
import { call, part } from "./api.js";
import { tell, toast } from "./shell.js";

/** One panel. */
class Using {
  constructor(panel) {
    this.panel = panel;
    this.inside = panel.querySelector("[data-inside]");
    this.words = panel.querySelector("[data-words]").dataset;
    if (!this.inside) return;
    panel.addEventListener("change", ({ target }) => this.changed(target));
    panel.addEventListener("submit", (event) => this.submitted(event));
    panel.addEventListener("click", ({ target }) => this.pressed(target));
    this.load();
  }

  async load(platform) {
    try {
      this.inside.innerHTML = await part(`${this.panel.dataset.using}${platform ? `?platform=${encodeURIComponent(platform)}` : ""}`);
      if (platform) this.panel.querySelector("#using-platform").focus();
    } catch (error) {
      tell(error);
    }
  }

  changed(field) {
    if (field.id === "using-platform") this.load(field.value);
    if (field.id === "using-lead") {
      const query = field.value ? `?lead=${encodeURIComponent(field.value)}` : "";
      this.panel.querySelector("#using-eml").href = `/v1/variants/${this.panel.dataset.id}/eml${query}`;
    }
  }

  async submitted(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    try {
      if (form.matches("[data-test]")) await this.test(form.elements.to.value);
      if (form.matches("[data-link]")) await this.link(form.elements.name.value);
    } catch (error) {
      tell(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  async test(to) {
    const lead = this.panel.querySelector("#using-lead").value || undefined;
    const sent = await call("POST", `/v1/variants/${this.panel.dataset.id}/test-send`, { to, lead });
    toast(this.words.sent.replace("{to}", sent.to));
  }

  async link(name) {
    const made = await call("POST", "/v1/review-links", { name, variants: [this.panel.dataset.id] });
    const shown = this.panel.querySelector("[data-made]");
    shown.hidden = false;
    shown.querySelector("input").value = made.url;
    shown.querySelector("[data-copy]").dataset.copy = made.url;
    shown.querySelector("a").href = made.url;
    shown.querySelector("input").select();
    toast(this.words.made);
  }

  async pressed(target) {
    const button = target.closest("[data-revoke]");
    if (!button) return;
    try {
      await call("DELETE", `/v1/review-links/${button.dataset.revoke}`);
      button.closest("li").remove();
      toast(this.words.gone);
    } catch (error) {
      tell(error);
    }
  }
}

for (const panel of document.querySelectorAll("[data-using]")) new Using(panel);
