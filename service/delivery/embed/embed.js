/* Sob Medida: banners and popups in a page; see docs/sites.md. What stands inside the element stays on any failure. */
(() => {
  "use strict";
  const NAME = "sobmedida-banner";
  const me = document.currentScript;
  if (!window.customElements || customElements.get(NAME) || !("adoptedStyleSheets" in document)) return;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{display:block;position:relative}
:host([hidden]){display:none}
.away{visibility:hidden}
section{position:absolute;inset:0;box-sizing:border-box;display:flex;flex-wrap:wrap;align-items:center;
align-content:safe center;gap:var(--sobmedida-gap,12px 16px);padding:var(--sobmedida-padding,16px);overflow:hidden;
background:var(--sobmedida-background,#fff);color:var(--sobmedida-color,#222);
font:var(--sobmedida-font,16px/1.4 system-ui,sans-serif);border:var(--sobmedida-border,0);
border-radius:var(--sobmedida-radius,0)}
div{flex:1 1 180px;min-width:0}
p{margin:0 0 .25em;text-wrap:pretty}
.headline{font-size:1.25em;font-weight:700;line-height:1.2}
img{width:var(--sobmedida-image,28%);aspect-ratio:4/3;max-height:100%;object-fit:cover}
a,button{min-width:24px;min-height:24px;font:inherit}
a{padding:.5em 1em;background:var(--sobmedida-accent,#1f5135);color:var(--sobmedida-accent-color,#fff);
text-decoration:none;font-weight:700;border-radius:var(--sobmedida-radius,0)}
:focus-visible{outline:3px solid var(--sobmedida-focus,#1a56db);outline-offset:2px}
.popup{position:fixed;inset:auto 16px 16px auto;z-index:2147483000;width:min(380px,100vw - 32px);
max-height:calc(100vh - 32px);overflow:auto;padding-right:44px;box-shadow:0 4px 24px #0006}
.popup div{flex-basis:100%}
button{position:absolute;top:4px;right:4px;width:36px;height:36px;border:0;background:none;color:inherit;
font-size:20px;cursor:pointer}`);

  const store = {
    get(key) { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* none */ } },
  };
  const going = {};
  const once = (name, work) => (going[name] ??= work());
  const inView = (el) => {
    const box = el.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  };
  const fits = (el) => el.scrollHeight <= el.clientHeight + 1 && el.scrollWidth <= el.clientWidth + 1;
  const make = (name, part, text) => {
    const el = document.createElement(name);
    el.part = el.className = part;
    if (text) el.textContent = text;
    return el;
  };
  const link = (url) => {
    try {
      const found = new URL(url, location.href);
      return url && /^https?:$/.test(found.protocol) ? found.href : "";
    } catch { return ""; }
  };
  const subject = (token) => {
    try { return JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub; } catch { return ""; }
  };

  /* What was painted before this script came may have been seen. */
  const painted = new WeakSet();
  if (performance.getEntriesByType("paint").length) {
    for (const el of document.querySelectorAll(NAME)) {
      if (getComputedStyle(el).visibility !== "hidden") painted.add(el);
    }
  }

  customElements.define(NAME, class extends HTMLElement {
    connectedCallback() {
      if (this.own) return;
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this.own = document.createElement("slot"));
      const told = this.getAttribute("consent") ?? window.sobmedidaConsent;
      const said = typeof told === "function" ? told() : told;
      document.addEventListener("sobmedida:consent", ({ detail }) => this.begin(detail && detail.granted));
      if (painted.has(this)) this.watch();
      this.begin(said);
    }

    /* From when its own content could be seen, it stays. */
    watch() {
      this.visible = true;
      new IntersectionObserver((all) => { this.seen ||= all.some((one) => one.isIntersecting); }).observe(this);
    }

    async begin(consent) {
      if (this.begun) return;
      if (consent !== true && consent !== "granted" && consent !== "contextual") return this.watch();
      this.begun = true;
      const known = consent !== "contextual" && !navigator.globalPrivacyControl;
      const stop = new AbortController();
      const limit = setTimeout(() => stop.abort(), +this.getAttribute("timeout") || 1500);
      if (!this.seen && !(this.visible && inView(this))) {
        this.own.className = "away";
        this.visible = false;
      }
      try {
        const answer = await this.ask(known, stop.signal);
        if (answer.show) this.show(answer, known);
      } catch { /* its own content stays */ }
      clearTimeout(limit);
      if (!this.shown) this.own.className = "";
    }

    async ask(known, signal) {
      const at = (name) => this.getAttribute(name) || undefined;
      this.base = (at("base") || new URL(me.src).origin).replace(/\/$/, "");
      this.key = at("key") || me.dataset.key;
      const call = async (path, body) => {
        const post = body && {
          method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
        };
        const answer = await fetch(this.base + path, { credentials: "omit", signal, ...post });
        if (!answer.ok) throw answer.status;
        return answer.json();
      };
      const placement = at("placement"), locale = at("locale"), from = at("token-url");
      const key = `key=${encodeURIComponent(this.key)}`;
      const token = known && (at("token") || (from && await once(from, () => fetch(from, { signal }).then(
        (answer) => (answer.ok ? answer.text() : ""), () => "")))) || "";
      if (token && this.hasAttribute("personal")) {
        const body = { placements: [placement], token: token.trim(), locale };
        return (await call(`/v1/placements:batch?${key}`, body)).items[0];
      }
      const query = new URLSearchParams({ key: this.key });
      if (token || at("context")) {
        const context = Object.fromEntries(new URLSearchParams(at("context")));
        const name = `sobmedida:${[this.base, this.key, at("context"), subject(token)]}`;
        const held = known ? store.get(name) : null;
        const found = held && held.expires_at * 1000 > Date.now() ? held : await once(name, () => call(
          `/v1/visitors/segment?${key}`, { token: token.trim() || undefined, context, segment: held?.segment }));
        if (known) store.set(name, found);
        query.set("segment", found.segment);
      }
      if (locale) query.set("locale", locale);
      return call(`/v1/placements/${encodeURIComponent(placement)}?${query}`);
    }

    show(answer, known) {
      const popup = answer.channel === "popup", closed = `sobmedida:closed:${answer.revision}`;
      const box = make("section", "banner");
      const words = make("div", "text");
      const picture = make("img", "image"), url = link(answer.cta_url);
      box.lang = answer.locale;
      box.setAttribute("aria-label", answer.headline);
      words.append(make("p", "headline", answer.headline), make("p", "body", answer.body));
      if (link(answer.image_url)) {
        picture.alt = answer.alt || "";
        picture.src = link(answer.image_url);
        picture.onerror = () => { picture.className = "away"; }; /* its room stays */
        box.append(picture);
      }
      box.append(words);
      if (answer.cta && url) {
        const button = make("a", "cta", answer.cta);
        button.href = url;
        box.append(button);
      }
      if (popup) {
        if (store.get(closed)) return;
        this.close(box, answer, () => known && store.set(closed, 1));
      } else if (this.filled() && (this.seen || (this.visible && inView(this)))) return;
      this.shadowRoot.append(box);
      if (!popup) {
        if (!fits(box)) picture.remove();
        if (!fits(box) || box.clientHeight < 24) return box.remove();
        this.own.className = "away";
        new ResizeObserver(() => {
          if (box.isConnected && !fits(box)) {
            box.remove();
            this.own.className = "";
          }
        }).observe(this);
        this.shown = true;
      }
      this.count(box, answer);
    }

    filled() {
      return this.childElementCount > 0 || this.textContent.trim() !== "";
    }

    close(box, { locale, headline }, done) {
      const button = make("button", "close", "×");
      const leave = () => { box.remove(); done(); removeEventListener("keydown", key); };
      const key = (event) => event.key === "Escape" && leave();
      button.setAttribute("aria-label", { "pt-BR": "Fechar", es: "Cerrar" }[locale] || "Close");
      button.onclick = leave;
      addEventListener("keydown", key);
      box.part = "banner popup";
      box.className = "banner popup";
      box.setAttribute("role", "dialog");
      box.append(button);
    }

    count(box, answer) {
      const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const said = {
        placement: answer.placement, campaign: answer.campaign, variant: answer.variant_id, revision: answer.revision,
      };
      const say = (kind) => {
        const page = location.origin + location.pathname;
        const body = { key: this.key, ...said, decision: answer.decision_id || undefined, kind, id, page };
        navigator.sendBeacon(`${this.base}/v1/beacons`, JSON.stringify(body));
        (window.dataLayer ||= []).push({ event: `sobmedida_${kind}`, sobmedida: said });
        this.dispatchEvent(new CustomEvent(`sobmedida:${kind}`, { bubbles: true, composed: true, detail: said }));
      };
      let timer;
      const eye = new IntersectionObserver((all) => {
        clearTimeout(timer);
        if (all.at(-1).intersectionRatio >= 0.5) timer = setTimeout(tick, 1000);
      }, { threshold: 0.5 });
      const tick = () => {
        if (document.hidden) return void (timer = setTimeout(tick, 1000));
        eye.disconnect();
        say("exposure");
      };
      eye.observe(box);
      for (const kind of ["click", "auxclick"]) {
        box.querySelector("a")?.addEventListener(kind, (event) => event.button < 2 && say("click"));
      }
    }
  });
})();
