// The duty page: a note is saved where it is written, the sheet is printed, and the running shift is counted anew by itself.
(() => {
  const EVERY = 120_000;
  let touched = false;
  document.addEventListener("input", (event) => { touched ||= Boolean(event.target.closest(".duty-box")); });

  document.addEventListener("click", async (event) => {
    if (event.target.closest("button[data-print]")) return window.print();
    const button = event.target.closest("button[data-write]");
    if (!button) return;
    const place = button.closest(".duty-write");
    const told = place.querySelector(".duty-told");
    const { shift, version, saved, away } = place.dataset;
    button.disabled = true;
    told.classList.remove("is-bad");
    const body = JSON.stringify({ shift, version: Number(version), text: place.querySelector(".duty-box").value });
    const headers = { "Content-Type": "application/json", "X-Act": "page" };
    const answer = await fetch("/act/write_handover", { method: "POST", headers, body }).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    button.disabled = false;
    told.textContent = answer && answer.ok ? saved : said.error || away;
    told.classList.toggle("is-bad", !(answer && answer.ok));
    if (answer && answer.ok) location.reload();
  });

  setInterval(() => {
    const live = document.querySelector('.duty-sheet[data-live="yes"]');
    if (live && !touched && !document.hidden && !document.querySelector("dialog[open]")) location.reload();
  }, EVERY);
})();
