// Reports: text, pages and differences by one switch; zoom and which page one is at; contents that follow; the finished file sent back.
(() => {
  const { act, make, say, tell, renew, words, filled } = window.reports;
  const LARGEST = 20 * 2 ** 20;
  const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25, 1.5, 2];
  const desk = () => document.querySelector(".rp-desk");

  function choose(pane) {
    desk().dataset.show = pane;
    const query = new URLSearchParams(location.search);
    query.set("show", pane);
    history.replaceState(history.state, "", `${location.pathname}?${query}${location.hash}`);
    mark();
    compared();
  }

  // Differences take some seconds: they are asked for once they are looked at, and again after a change.
  let comparing = "";
  let ticks = 0;
  function compared() {
    const pane = desk() && desk().querySelector(".rp-pane-changes");
    if (!pane || desk().dataset.show !== "changes") return;
    const version = desk().querySelector(".rp-areas").dataset.version;
    const held = document.getElementById("report-changes");
    if (comparing !== version) {
      comparing = version;
      held.removeAttribute("data-changes");
      window.dash_clientside.set_props("report-compare", { n_intervals: ++ticks });
    } else if (held.dataset.changes && pane.drawnFrom !== held.dataset.changes) {
      pane.drawnFrom = held.dataset.changes;
      pane.innerHTML = held.dataset.changes;
    }
  }

  function mark() {
    if (!desk()) return;
    const tabs = [...desk().querySelectorAll(".rp-tabs [data-pane]")];
    if (tabs.length && !tabs.some((tab) => tab.dataset.pane === desk().dataset.show)) desk().dataset.show = tabs[0].dataset.pane;
    for (const tab of tabs) {
      const is = tab.dataset.pane === desk().dataset.show;
      if (tab.getAttribute("aria-selected") !== String(is)) {
        tab.setAttribute("aria-selected", String(is));
        tab.tabIndex = is ? 0 : -1;
      }
    }
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".rp-tabs [data-pane]");
    if (tab) choose(tab.dataset.pane);
    const step = event.target.closest("[data-zoom]");
    if (step) zoom(Number(step.dataset.zoom));
    // What stands in the text is shown in the text.
    const link = event.target.closest('.rp-contents a, .rp-checks a, .rp-lacks a');
    const aim = link && link.hash && document.getElementById(link.hash.slice(1));
    if (!aim) return;
    event.preventDefault();
    if (aim.closest(".rp-pane-text") && !aim.closest(".rp-pane-text").offsetParent) choose("text");
    const more = aim.closest("details");
    if (more) more.open = true;
    aim.scrollIntoView({ block: "start" });
    aim.focus({ preventScroll: true });
    document.querySelectorAll(".is-aimed").forEach((one) => one.classList.remove("is-aimed"));
    aim.classList.add("is-aimed");
    setTimeout(() => aim.classList.remove("is-aimed"), 2500);
  });

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest && event.target.closest(".rp-tabs [data-pane]");
    if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const tabs = [...tab.parentElement.children];
    const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
    choose(next.dataset.pane);
    next.focus();
  });

  let size = 3;
  function zoom(step) {
    size = Math.min(Math.max(size + step, 0), ZOOMS.length - 1);
    desk().style.setProperty("--zoom", ZOOMS[size]);
  }

  // Which page is at the middle of the window, and which heading was passed last.
  let asked = false;
  function follow() {
    asked = false;
    if (!desk()) return;
    const middle = innerHeight / 2;
    const sheets = [...desk().querySelectorAll(".rp-sheet")].filter((one) => one.offsetParent);
    const at = desk().querySelector(".rp-at");
    if (at) {
      const near = sheets.filter((one) => one.getBoundingClientRect().top < middle).length || 1;
      const text = sheets.length ? filled(words().page, { n: near, m: sheets.length }) : "";
      if (at.textContent !== text) at.textContent = text;
    }
    const heads = [...desk().querySelectorAll(".rp-paper :is(h2, h3)")];
    const passed = heads.filter((one) => one.offsetParent && one.getBoundingClientRect().top < 120).pop();
    desk().querySelectorAll(".rp-contents a").forEach((link) => link.classList.toggle("is-here", Boolean(passed) && link.hash === `#${passed.id}`));
  }
  addEventListener("scroll", () => { if (!asked) { asked = true; requestAnimationFrame(follow); } }, { passive: true, capture: true });

  // The browser's own words for choosing a file follow its language, not the page's.
  function furnish(place) {
    const label = make("label");
    const face = make("span", "rp-button", place.dataset.label);
    const input = Object.assign(make("input"), { type: "file", accept: ".docx" });
    input.setAttribute("aria-label", place.dataset.label);
    label.append(face, input);
    place.prepend(label);
    input.addEventListener("change", () => { if (input.files[0]) sendBack(place, input.files[0]).finally(() => { input.value = ""; }); });
  }

  async function sendBack(place, file) {
    const told = place.querySelector(".rp-told");
    if (file.size > LARGEST) return tell(told, words().large, true);
    const more = await window.reports.ask(place);
    if (!more) return undefined;
    told.textContent = words().sending;
    const name = encodeURIComponent(file.name);
    const answer = await fetch(`/upload?name=${name}`, { method: "POST", headers: { "X-Act": "page" }, body: file }).catch(() => null);
    const sent = answer ? await answer.json().catch(() => ({})) : {};
    if (!answer || !answer.ok) return tell(told, sent.error || words().away, true);
    const form = { issue_id: Number(place.dataset.issue), version: Number(place.dataset.version), upload: sent.upload, ...more };
    const said = await act(place.dataset.act, form);
    if (!said.done) return tell(told, said.error, true);
    kept = said.message;
    say(said.message.split("\n")[0], false);
    return renew();
  }

  // A page is fetched once it comes near the window.
  function hang(sheet) {
    const picture = Object.assign(make("img"), { loading: "lazy", decoding: "async", alt: sheet.dataset.alt });
    picture.addEventListener("error", () => sheet.classList.add("is-lost"), { once: true });
    picture.src = sheet.dataset.src;
    sheet.querySelector(".rp-page").append(picture);
  }

  // What came of a file that was sent stays to be read after the desk was drawn anew.
  let kept = "";
  function drawn() {
    mark();
    compared();
    document.querySelectorAll(".rp-sheet:not(:has(img))").forEach(hang);
    document.querySelectorAll(".rp-upload:not(:has(input))").forEach((place) => {
      furnish(place);
      if (kept) tell(place.querySelector(".rp-told"), kept, false);
    });
    if (!asked) { asked = true; requestAnimationFrame(follow); }
  }
  new MutationObserver(drawn).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-changes"] });
  drawn();
})();
