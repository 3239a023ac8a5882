// Checks while one writes: the newest words only, soon after the last keystroke, and again when the connection is back.

import { Offline } from "./api.js";

const WAIT = 30; // ms after a keystroke: one writes a key in 100 to 200, and the answer should be there within 100
const SLOWEST = 30_000;

/** Calls `ask(signal)` and hands what comes of it to `answered`, or an error to `failed`. */
export class Live {
  #timer; #sent; #tries = 0;

  constructor(ask, answered, failed) {
    Object.assign(this, { ask, answered, failed, stopped: false });
    addEventListener("online", () => { if (this.#tries) this.soon(0); });
  }

  /** Words have changed: whatever is under way is of no use any more. */
  soon(wait = WAIT) {
    clearTimeout(this.#timer);
    this.#sent?.abort();
    if (!this.stopped) this.#timer = setTimeout(() => this.#send(), wait);
  }

  /** Nothing is asked any more until `soon` is called after `stopped` was taken back. */
  stop() {
    this.stopped = true;
    clearTimeout(this.#timer);
    this.#sent?.abort();
  }

  async #send() {
    const mine = this.#sent = new AbortController();
    try {
      const answer = await this.ask(mine.signal);
      if (mine.signal.aborted) return;
      this.#tries = 0;
      this.answered(answer);
    } catch (error) {
      if (error.name === "AbortError" || mine.signal.aborted) return;
      if (error instanceof Offline) {
        this.#tries += 1;
        this.soon(Math.min(1000 * 2 ** (this.#tries - 1), SLOWEST));
      }
      this.failed(error);
    }
  }
}
