// The wall, fifth part: the ribbon of alerts. Fetched only when the token says that something changed; the worst first, as many as the
// layout has room for. A new one slides in once, and a new urgent one holds its scene for a while.
(function () {
  const wall = (window.wall = window.wall || {});
  const HOLD = 60;
  const state = { told: "", body: null, known: null, drawn: "", isBusy: false };
  const element = (...parts) => wall.element(...parts);
  const pad = (number) => String(number).padStart(2, "0");
  const slots = () => wall.all(".wall-alert").filter((slot) => !slot.hidden);
  // What makes an alert news: it is there, it is new again, it became graver.
  const newsOf = (alert) => [alert.id, alert.new_since, alert.level].join("|");

  function moment(text) {
    const at = new Date(text), now = wall.now(), clock = pad(at.getHours()) + ":" + pad(at.getMinutes());
    if (at.toDateString() === now.toDateString()) return clock;
    const day = pad(at.getMonth() + 1) + "-" + pad(at.getDate());
    return at.getFullYear() === now.getFullYear() ? (now - at < 6 * 86400000 ? day + " " + clock : day) : at.getFullYear() + "-" + day;
  }

  function card(alert, words, isNews) {
    const made = element("div", `alert-face is-${alert.level} in-${alert.state}` + (isNews ? " is-news" : ""));
    const what = element("div", "alert-what"), facts = element("div", "alert-facts");
    what.append(element("b", "alert-level", `${alert.shape} ${alert.level_word}`), element("span", "", alert.what));
    facts.append(element("span", "alert-where", [alert.where, alert.who].filter(Boolean).join(" · ")));
    facts.append(element("span", "alert-since", `${words.since.replace("{}", moment(alert.since))} · ${alert.state_word}`));
    made.append(what, facts);
    return made;
  }

  function line(kind, head, small) {
    const made = element("div", "alert-face " + kind), what = element("div", "alert-what");
    what.append(element("b", "alert-level", head), element("small", "", small));
    made.append(what);
    return made;
  }

  function draw() {
    const body = state.body, places = slots();
    if (!body || !places.length) return;
    const key = [state.told, places.length, wall.root().dataset.layout, wall.now().toDateString()].join("|");
    if (state.drawn === key) return;
    state.drawn = key;
    const words = body.words, faces = [];
    if (!body.is_watching) {
      faces.push(line("is-stopped", `◆ ${words.stopped}`, body.checked_at ? words.last.replace("{}", moment(body.checked_at)) : ""));
    } else if (!body.alerts.length) {
      faces.push(line("is-calm", `✓ ${words.calm}`, words.watched.replace("{}", body.rules)));
    }
    const shown = body.alerts.slice(0, places.length - faces.length), left = body.alerts.length - shown.length;
    shown.forEach((alert) => faces.push(card(alert, words, state.known && !state.known.has(newsOf(alert)))));
    places.forEach((slot, place) => slot.replaceChildren(...(faces[place] ? [faces[place]] : [])));
    if (left > 0) places[places.length - 1].append(element("div", "alert-more", "+" + left));
  }

  // Show where it is urgent, unless somebody chose what is shown.
  function hold(alerts) {
    const news = alerts.find((alert) => alert.level === "urgent" && alert.state === "new" && !state.known.has(newsOf(alert)));
    const pin = wall.state.pin, isChosen = wall.state.isPaused || (pin && pin.until === Infinity);
    if (news && !isChosen && wall.facts().dwell[news.scene]) wall.pin(news.scene, HOLD);
  }

  async function follow(told) {
    draw();
    if (state.isBusy || told.alerts === undefined || told.alerts === state.told) return;
    state.isBusy = true;
    try {
      const answer = await fetch("/wall/alerts?" + new URLSearchParams({ lang: wall.root().lang.slice(0, 2) }), { signal: AbortSignal.timeout(15000) });
      if (!answer.ok) throw new Error("/wall/alerts " + answer.status);
      state.body = await answer.json();
      state.told = state.body.revision;
      if (state.known) hold(state.body.alerts);
      draw();
      state.known = new Set(state.body.alerts.map(newsOf));
    } catch (error) {
      state.told = ""; // The last ribbon stays; the next token asks again.
    }
    state.isBusy = false;
  }

  wall.onToken = wall.onToken || [];
  wall.onToken.push(follow);
  window.addEventListener("resize", () => window.setTimeout(() => wall.root() && draw(), 500));
})();
