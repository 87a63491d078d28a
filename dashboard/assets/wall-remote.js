// The duty officer's tablet: shows what a wall does and sends presses to it. Only on the page /wall/remote.
(() => {
  if (location.pathname.replace(/\/$/, "") !== "/wall/remote") return;
  const EVERY_MS = 2000, REVOKED_MS = 30_000, KEY = "remote-wall";
  const remote = () => document.querySelector(".remote[data-state]");
  const find = (selector) => document.querySelector(".remote " + selector);
  let walls = [], chosen = "", busy = false, sent = null, isRevoked = false;
  try { chosen = localStorage.getItem(KEY) || ""; } catch { /* A tablet that keeps nothing asks each time. */ }

  const wall = () => walls.find((one) => one.wall === chosen);

  function node(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  }

  function say(text, isBad, isGood) {
    const told = find(".remote-told");
    if (!told) return;
    told.textContent = text || "";
    told.classList.toggle("is-bad", Boolean(isBad));
    told.classList.toggle("is-good", Boolean(isGood));
  }

  function drawWalls() {
    const tabs = walls.map((one) => {
      const tab = node("button", one.wall === chosen ? "is-on" : "", one.label);
      tab.dataset.wall = one.wall;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(one.wall === chosen));
      tab.classList.toggle("is-lost", !one.is_alive);
      return tab;
    });
    find(".remote-walls").replaceChildren(...(tabs.length ? tabs : [node("p", "none", remote().dataset.none)]));
    const facts = (wall()?.facts || []).map(([name, value, state]) => {
      const row = document.createElement("div");
      row.append(node("dt", "", name), node("dd", state ? "is-" + state : "", value));
      return row;
    });
    find(".remote-state").replaceChildren(...facts);
  }

  function drawButtons() {
    const now = wall(), words = remote().dataset;
    for (const button of document.querySelectorAll(".remote button[data-do]")) {
      const { do: act, scene, division } = button.dataset;
      button.disabled = !now || busy;
      if (!now) continue;
      let on = false;
      if (act === "scene") {
        on = scene === now.scene;
        button.hidden = !now.scenes.includes(scene);
        button.querySelector("small").textContent = on ? words.shown : "";
      }
      if (act === "focus") on = division === now.division;
      if (act === "pause" || act === "go_on") {
        on = now.is_paused;
        button.dataset.do = on ? "go_on" : "pause";
        button.textContent = on ? words.goOn : words.pause;
      }
      if (act === "pin" || act === "unpin") {
        on = now.is_pinned;
        button.dataset.do = on ? "unpin" : "pin";
        button.textContent = on ? words.unpin : words.pin;
      }
      button.classList.toggle("is-on", on);
      if (act !== "renew" && act !== "next" && act !== "previous") button.setAttribute("aria-pressed", String(on));
    }
  }

  function draw() {
    if (!remote()) return;
    if (!wall() && walls.length) chosen = walls[0].wall;
    drawWalls();
    drawButtons();
    const now = wall();
    if (sent && now && now.wall === sent && now.is_done) {
      sent = null;
      say(remote().dataset.done, false, true);
    }
  }

  async function look() {
    const answer = await fetch(remote().dataset.state, { signal: AbortSignal.timeout(8000) }).catch(() => null);
    if (!remote()) return;
    if (answer && answer.ok) {
      const told = find(".remote-told");
      if (told && told.textContent === remote().dataset.away) say("");
      walls = (await answer.json()).walls;
      if (isRevoked) say("");
      isRevoked = false;
    } else if (answer && answer.status === 403) {
      walls = [];
      isRevoked = true;
      say(remote().dataset.revoked, true);
    } else {
      say(remote().dataset.away, true);
    }
    draw();
  }

  // Of many districts those are left that hold what was typed; the whole city and the one shown stay.
  document.addEventListener("input", (event) => {
    if (!event.target.closest(".remote-find")) return;
    const typed = event.target.value.trim().toLowerCase();
    for (const button of document.querySelectorAll(".remote-many [data-do=focus]")) {
      const stays = !button.dataset.division || button.classList.contains("is-on");
      button.hidden = Boolean(typed) && !stays && !button.textContent.toLowerCase().includes(typed);
    }
  });

  async function press(button) {
    const now = wall();
    if (!now || busy) return;
    busy = true;
    drawButtons();
    const { do: act, scene, division } = button.dataset;
    const form = { wall: now.wall, revision: now.revision, do: act, scene: scene || "", division: division || "" };
    if (act === "pin") form.scene = now.scene;
    const answer = await fetch("/act/steer_wall", {
      method: "POST", headers: { "Content-Type": "application/json", "X-Act": "page" }, body: JSON.stringify(form), signal: AbortSignal.timeout(8000),
    }).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    if (answer && answer.ok) {
      sent = now.wall;
      say(remote().dataset.waiting);
    } else {
      sent = null;
      say(said.error || remote().dataset.away, true);
    }
    busy = false;
    await look();
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".remote button[data-wall]");
    if (tab) {
      chosen = tab.dataset.wall;
      sent = null;
      say("");
      try { localStorage.setItem(KEY, chosen); } catch { /* as above */ }
      draw();
    }
    const button = event.target.closest(".remote button[data-do]");
    if (button) press(button);
  });

  // One look after another, never two at once; a tablet that sleeps asks nothing.
  (async function watch() {
    for (;;) {
      if (remote() && !busy && !document.hidden) await look();
      await new Promise((after) => setTimeout(after, isRevoked ? REVOKED_MS : remote() ? EVERY_MS : 200));
    }
  })();
})();
