"use strict";
(() => {
  const form = document.getElementById("pairs");
  const sets = [...form.querySelectorAll("fieldset.pairing")];
  const id = document.body.dataset.form;
  const key = "sobmedida-pairs-" + id;
  const who = document.getElementById("who");
  const progress = document.getElementById("progress");
  let at = 0;

  const chosen = (set) => set.querySelector("input[type=radio]:checked");
  const why = (set) => set.querySelector("input[type=text]");
  const answers = () => Object.fromEntries(sets.filter(chosen).map(
    (set) => [set.dataset.id, { choice: chosen(set).value, why: why(set).value.trim() }]));

  function count() {
    progress.value = Object.keys(answers()).length;
    document.getElementById("count").textContent = progress.value + " / " + sets.length;
  }
  function keep() {
    count();
    try { localStorage.setItem(key, JSON.stringify({ who: who.value, answers: answers() })); } catch { /* not allowed here */ }
  }
  function remember() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* none, or not ours */ }
    if (!kept || typeof kept !== "object") return;
    who.value = typeof kept.who === "string" ? kept.who : "";
    for (const set of sets) {
      const answer = kept.answers && kept.answers[set.dataset.id];
      if (!answer) continue;
      for (const one of set.querySelectorAll("input[type=radio]")) one.checked = one.value === answer.choice;
      why(set).value = typeof answer.why === "string" ? answer.why : "";
    }
  }
  function show(next, focus) {
    at = Math.min(Math.max(next, 0), sets.length - 1);
    sets.forEach((set, place) => { set.hidden = place !== at; });
    document.getElementById("back").disabled = at === 0;
    document.getElementById("next").disabled = at === sets.length - 1;
    if (focus) sets[at].querySelector("legend").focus();
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); if (at < sets.length - 1) show(at + 1, true); });
  form.addEventListener("input", keep);
  who.addEventListener("input", keep);
  document.getElementById("back").addEventListener("click", () => show(at - 1, true));
  document.getElementById("save").addEventListener("click", (event) => {
    const told = { form: id, who: who.value.trim(), pairs: sets.length, answers: answers() };
    const name = "answers-" + id + (told.who ? "-" + told.who.replace(/[^\p{L}\p{N}]+/gu, "-") : "") + ".json";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(told, null, 1)], { type: "application/json" }));
    link.download = name;
    link.click();
    document.getElementById("told").textContent = event.currentTarget.dataset.told.replace("{file}", name);
  });

  remember();
  count();
  const first = sets.findIndex((set) => !chosen(set));
  show(first < 0 ? sets.length - 1 : first, false);
})();
