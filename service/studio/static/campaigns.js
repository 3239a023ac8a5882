// The list of campaigns: how far those are that are being written.
import { call } from "./api.js";

const EVERY = 1500;

async function follow(line) {
  const bar = line.querySelector("progress");
  for (;;) {
    await new Promise((resolve) => { setTimeout(resolve, EVERY); });
    try {
      const job = await call("GET", `/v1/jobs/${line.dataset.job}`);
      bar.value = job.progress;
      if (!["queued", "running"].includes(job.status)) {
        line.remove(); // what waits has changed too; whoever looks at the campaign sees it
        return;
      }
    } catch (error) {
      if (error.status === 401 || error.status === 404) return;
    }
  }
}

for (const line of document.querySelectorAll("[data-job]")) follow(line);
