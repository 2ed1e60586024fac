// Comfort only: every page works without this file.
(() => {
  const summary = document.querySelector(".resume");
  if (summary) summary.focus();
  addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.target.method === "get") return;
    if (button.getAttribute("aria-busy") === "true") return event.preventDefault();
    button.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("[aria-busy=true][type=submit]").forEach((b) => b.removeAttribute("aria-busy"));
  });
  document.querySelectorAll("[data-copier]").forEach((button) => {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copier).value);
      button.textContent = "Copié";
    });
  });
  addEventListener("click", (event) => {
    const link = event.target.closest?.(".resume a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    (field.closest(".champ, fieldset") || field).scrollIntoView({ block: "start" });
  });
})();
