/* What your consent tool says. Nothing is asked of the service before it says yes. */
window.sobmedidaConsent = () => localStorage.getItem("consent") === "granted";

/* Where somebody agrees later: what was not seen yet is changed, and what was seen stays until the next page. */
function agreed() {
  localStorage.setItem("consent", "granted");
  document.dispatchEvent(new CustomEvent("sobmedida:consent", { detail: { granted: true } }));
}
