// Slips: which units are chosen, kept in the address of the preview. Boxes are buttons, so that they work by keyboard and are read aloud.
(() => {
  const box = (button) => button.getAttribute("aria-checked") === "true";
  const set = (button, on) => button.setAttribute("aria-checked", String(on));

  function tell(card) {
    const picks = [...card.querySelectorAll(".slip-pick")];
    const chosen = picks.filter(box);
    card.querySelector(".slip-picked").textContent = card.dataset.picked.replace("{n}", chosen.length);
    const query = new URLSearchParams({ kind: card.dataset.kind, preview: "1" });
    // All of them need no list.
    if (chosen.length < picks.length) chosen.forEach((pick) => query.append("unit", pick.dataset.unit));
    if (box(card.querySelector("[data-again]"))) query.set("again", "1");
    const go = card.querySelector(".slip-go");
    go.href = `${card.dataset.path}?${query}`;
    go.setAttribute("aria-disabled", String(!chosen.length));
  }

  document.addEventListener("click", (event) => {
    const card = event.target.closest(".slip-units");
    if (!card) return;
    const go = event.target.closest(".slip-go");
    if (go && go.getAttribute("aria-disabled") === "true") return event.preventDefault();
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[role=checkbox]")) set(button, !box(button));
    else if (button.dataset.least) {
      const least = Number(button.dataset.least);
      card.querySelectorAll(".slip-pick").forEach((pick) => set(pick, least > 0 && Number(pick.dataset.count) >= least));
    } else return;
    tell(card);
  });
})();
