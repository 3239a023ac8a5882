"use strict";
for (const kind of ["exposure", "click"]) {
  document.addEventListener(`sobmedida:${kind}`, ({ detail }) => {
    const line = document.createElement("li");
    const what = kind === "exposure" ? "exposição" : "clique";
    line.textContent = `${what} em ${detail.placement}: variante ${detail.variant.slice(0, 8)} da campanha ${detail.campaign}`;
    document.getElementById("log").append(line);
  });
}
