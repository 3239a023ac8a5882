// Looking for groups of leads, which goes on whether somebody watches or not, and adopting one.
import { call } from "./api.js";
import { tell, toast } from "./shell.js";

const box = document.querySelector("#job");
const bar = box.querySelector("progress");

async function follow(id) {
  box.hidden = false;
  try {
    const job = await call("GET", `/v1/jobs/${id}`);
    bar.value = job.progress;
    if (job.status === "done" || job.status === "failed") return location.reload();
  } catch (error) {
    if (error.status) return tell(error);
  }
  return setTimeout(follow, 700, id);
}

document.querySelector("#find")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    const job = await call("POST", "/v1/clusters", { most: event.target.elements.most.valueAsNumber || 8 });
    bar.value = 0;
    follow(job.id);
  } catch (error) {
    button.disabled = false;
    tell(error);
  }
});

for (const form of document.querySelectorAll("[data-adopt]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const made = await call("POST", `/v1/clusters/${form.dataset.adopt}:adopt`, { name: form.elements.name.value });
      location.assign(`/studio/audiences/${made.slug}`);
    } catch (error) {
      button.disabled = false;
      if (error.code === "audience.exists") toast(document.querySelector("#said").dataset.exists, { kind: "block" });
      else tell(error);
    }
  });
}

if (box.dataset.job) follow(box.dataset.job);
