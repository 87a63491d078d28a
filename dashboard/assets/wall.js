// The wall: fetches a frame when its token changed, keeps the last picture when the server is away, and never shows
// a number without the age of its data. The clock runs on the server's time, not on this machine's.
(function () {
  const state = { token: "", skew: 0, asOf: null, platforms: [], failedAt: null, shown: "", busy: false };
  const find = (selector) => document.querySelector(".wall " + selector);
  const pad = (number) => String(number).padStart(2, "0");
  const now = () => new Date(Date.now() + state.skew);
  const civic = (text) => (text ? new Date(text) : null);

  function layoutOf() {
    return window.innerWidth / window.innerHeight >= 2.6 ? "32x9" : "16x9";
  }

  function ageText(minutes, strip) {
    if (minutes < 90) return Math.max(0, Math.round(minutes)) + " " + strip.dataset.minutes;
    if (minutes < 2880) return Math.round(minutes / 60) + " " + strip.dataset.hours;
    return Math.round(minutes / 1440) + " " + strip.dataset.days;
  }

  function element(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function drawKeys(keys) {
    const cards = document.querySelectorAll(".wall-keys .key-card");
    keys.forEach((key, place) => {
      const card = cards[place];
      if (!card || card.dataset.shown === JSON.stringify(key)) return;
      card.dataset.shown = JSON.stringify(key);
      const label = element("div", "key-label");
      label.append(element("span", "", key.label), element("small", "", key.period), element("small", "key-note", key.note));
      const value = element("div", "key-value" + (key.is_alarm ? " is-alarm" : ""), key.value);
      value.append(element("small", "", key.unit));
      const changes = element("div", "key-changes");
      for (const change of key.changes) {
        const line = element("span", "", change.against + " ");
        line.append(element("b", "is-" + change.state, change.text));
        changes.append(line);
      }
      const spark = key.spark ? element("img", "key-spark") : element("div", "key-spark");
      if (key.spark) spark.src = key.spark;
      card.replaceChildren(label, value, spark, changes);
    });
  }

  function drawEvents(name, rows) {
    const list = document.querySelector(`[data-panel="${name}"] .events`);
    if (!list) return;
    const known = new Set([...list.children].map((item) => item.dataset.key));
    const items = rows.map((row) => {
      const key = row.key + row.stage;
      const item = element("li", known.size && !known.has(key) ? "is-new" : "");
      item.dataset.key = key;
      item.append(
        element("time", "", row.at),
        element("b", "stage stage-" + (row.state || "plain"), row.stage),
        element("span", "", row.what),
        element("span", "", row.place),
        element("span", "", row.who),
      );
      return item;
    });
    list.classList.toggle("has-dates", rows.some((row) => row.at.length > 5));
    list.replaceChildren(...items);
  }

  function drawStrip() {
    const strip = find(".wall-strip");
    if (!strip) return;
    const groups = { late: [], silent: [], fresh: [], idle: [] };
    for (const platform of state.platforms) {
      if (!platform.as_of) { groups.idle.push([platform, ""]); continue; }
      const minutes = (now() - civic(platform.as_of)) / 60000;
      const kind = minutes <= platform.late_after ? "fresh" : minutes <= platform.silent_after ? "late" : "silent";
      groups[kind].push([platform, ageText(minutes, strip)]);
    }
    strip.classList.toggle("is-crowded", state.platforms.length > 16);
    const nodes = [element("strong", "", strip.dataset.title + " " + state.platforms.length)];
    for (const kind of ["late", "silent", "fresh"]) {
      for (const [platform, age] of groups[kind]) {
        const mark = element("span", "mark mark-" + kind);
        mark.append(element("i"), element("span", "mark-name", platform.label), element("small", "", kind === "fresh" ? age : strip.dataset[kind] + " " + age));
        nodes.push(mark);
      }
    }
    const summary = ["fresh", "late", "silent", "idle"].filter((kind) => groups[kind].length).map((kind) => strip.dataset[kind] + " " + groups[kind].length);
    nodes.push(element("span", "mark-summary", summary.join(" · ")));
    if (strip.dataset.demo) nodes.push(element("span", "wall-demo", strip.dataset.demo));
    strip.replaceChildren(...nodes);
  }

  function drawClock() {
    if (!find(".wall-clock")) return;
    const moment = now(), strip = find(".wall-strip");
    find(".wall-clock").textContent = pad(moment.getHours()) + ":" + pad(moment.getMinutes()) + ":" + pad(moment.getSeconds());
    const language = document.querySelector(".wall").lang;
    find(".wall-date").textContent = moment.toLocaleDateString(language, { month: "long", day: "numeric", weekday: "short" });
    if (state.asOf) {
      const minutes = (moment - state.asOf) / 60000;
      const year = state.asOf.getFullYear() === moment.getFullYear() ? "" : state.asOf.getFullYear() + "-";
      find(".wall-as-of").textContent = year + pad(state.asOf.getMonth() + 1) + "-" + pad(state.asOf.getDate()) + " " + pad(state.asOf.getHours()) + ":" + pad(state.asOf.getMinutes());
      find(".wall-age").textContent = ageText(minutes, strip);
      document.querySelector(".wall").classList.toggle("is-stale", minutes > 24 * 60);
    }
    const notice = find(".wall-state");
    notice.textContent = state.failedAt ? notice.dataset.away + " " + state.failedAt.toLocaleTimeString(language) : "";
    if (moment.getSeconds() === 0) drawStrip();
  }

  async function tick() {
    const wall = document.querySelector(".wall");
    if (!wall || state.busy) return window.dash_clientside.no_update;
    state.busy = true;
    const layout = layoutOf(), scale = (window.innerHeight / 1080).toFixed(2);
    const looks = layout + scale + wall.lang;
    const query = new URLSearchParams({ scene: wall.dataset.scene, layout, scale, token: state.shown === looks ? state.token : "" });
    try {
      const answer = await fetch("/wall/frame?" + query, { signal: AbortSignal.timeout(60000) });
      if (!answer.ok) throw new Error(answer.status);
      const frame = await answer.json();
      state.skew = civic(frame.now) - Date.now();
      state.failedAt = null;
      if (frame.figures) {
        for (const [name, figure] of Object.entries(frame.figures)) {
          window.dash_clientside.set_props({ type: "panel", name }, { figure });
        }
        for (const [name, rows] of Object.entries(frame.listings)) drawEvents(name, rows);
        drawKeys(frame.keys);
        state.platforms = frame.platforms;
        state.asOf = civic(frame.as_of);
        state.token = frame.token;
        state.shown = looks;
        drawStrip();
        wall.classList.add("is-drawn");
      }
    } catch (error) {
      state.failedAt = state.failedAt || now();
    } finally {
      state.busy = false;
    }
    return window.dash_clientside.no_update;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { wall: { tick } });
  window.setInterval(drawClock, 1000);
  window.addEventListener("resize", () => { window.clearTimeout(state.resize); state.resize = window.setTimeout(tick, 300); });
})();
