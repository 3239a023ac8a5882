// The list of audiences: adopting ready-made ones, and counts that follow the leads.
import { call } from "./api.js";
import { tell, toast } from "./shell.js";

async function adopt(button, slugs) {
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    const { left_out: left } = await call("POST", "/v1/audiences:ready", slugs ? { slugs } : {});
    if (left.length) sessionStorage.setItem("audiences:left", left.map((one) => one.slug).join(", "));
    location.reload();
  } catch (error) {
    tell(error);
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

for (const button of document.querySelectorAll("[data-adopt]")) button.addEventListener("click", () => adopt(button, [button.dataset.adopt]));
document.querySelector("[data-adopt-all]")?.addEventListener("click", ({ currentTarget }) => adopt(currentTarget));

const left = sessionStorage.getItem("audiences:left");
if (left) {
  toast(`${document.querySelector("#said").dataset.leftOut} ${left}`, { seconds: 12 });
  sessionStorage.removeItem("audiences:left");
}

const cells = new Map([...document.querySelectorAll("[data-members]")].map((cell) => [cell.dataset.members, cell]));
const numbers = new Intl.NumberFormat(document.documentElement.lang);

/** What changed in memberships meanwhile; while nobody looks, nothing is asked. */
async function follow(wait) {
  if (document.hidden) return;
  try {
    const { items } = await call("GET", `/v1/audiences?wait=${wait}`);
    for (const { slug, members } of items) if (cells.has(slug)) cells.get(slug).textContent = numbers.format(members);
  } catch { /* the next time will do */ }
}

if (cells.size) {
  follow(5);
  setInterval(follow, 10_000, 0);
}
