// A meeting's windows: one item fills the window, keys step, and every window follows the same step through the server.
(() => {
  const EVERY = 1000;
  const { act, make } = window.meetings;
  const SVG = "http://www.w3.org/2000/svg";
  let place = null, words = {}, states = {}, items = [], at = 0;
  let known = { revision: -1, changes: -1 }, closed = false, begun = null, since = null, asked = 0, sending = 0, form = null;

  const fetched = (name) => fetch(`/meeting/${place.dataset.meeting}/${name}.json`).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  const isPresenter = () => place.dataset.view === "presenter";

  function shape(name, attributes, text) {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    if (text) part.textContent = text;
    return part;
  }

  // Mean progress of the reports beside the straight line time draws from the start to the due day.
  function trend(said) {
    const W = 640, H = 250, left = 46, right = 88, top = 14, low = 34;
    const picture = shape("svg", { viewBox: `0 0 ${W} ${H}`, class: "meet-trend", role: "img", "aria-label": words.trend });
    const most = Math.max(100, ...said.points.map((point) => point[1])), least = Math.min(0, ...said.points.map((point) => point[1]));
    const last = Math.max(said.due, said.points[said.points.length - 1][0]);
    const x = (day) => left + ((day - said.start) / (last - said.start)) * (W - left - right);
    const y = (value) => H - low - ((value - least) / (most - least)) * (H - top - low);
    for (const value of [0, 50, 100]) {
      picture.append(shape("line", { x1: left, x2: W - right, y1: y(value), y2: y(value), class: "grid" }));
      picture.append(shape("text", { x: left - 8, y: y(value) + 5, class: "tick", "text-anchor": "end" }, String(value)));
    }
    picture.append(shape("line", { x1: x(said.start), y1: y(0), x2: x(said.due), y2: y(100), class: "plan" }));
    picture.append(shape("text", { x: x(said.due) + 6, y: y(100) + 5, class: "tick" }, words.plan));
    const line = said.points.map(([day, value]) => `${x(day).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    picture.append(shape("polyline", { points: line, class: "line" }));
    const [day, value] = said.points[said.points.length - 1];
    picture.append(shape("circle", { cx: x(day), cy: y(value), r: 5, class: "dot" }));
    picture.append(shape("text", { x: x(day) + 11, y: y(value) + (y(value) < y(100) + 24 ? 26 : 7), class: "value" }, value.toFixed(1)));
    picture.append(shape("text", { x: left, y: H - 8, class: "tick" }, said.from), shape("text", { x: x(said.due), y: H - 8, class: "tick", "text-anchor": "end" }, said.until));
    return picture;
  }

  function block(title, ...parts) {
    const box = make("section", "meet-block");
    box.append(make("h3", "", title), ...parts.filter(Boolean));
    return box;
  }

  function listed(texts, empty) {
    if (!texts.length) return make("p", "meet-none", empty);
    const list = make("ul", "meet-lines");
    for (const text of texts) list.append(make("li", "", text));
    return list;
  }

  function figures(item) {
    const row = make("div", "meet-figures");
    for (const [label, value, note, mark] of item.figures) {
      const box = make("div", mark === "actual" ? "is-actual" : "");
      const unit = mark && mark !== "actual" && note ? make("small", "", note) : null;
      const number = make("b", mark && mark !== "actual" ? `lamp-${mark}` : "", value);
      if (unit) number.append(unit);
      box.append(make("span", "", label), number, make("i", "", unit ? "" : note));
      row.append(box);
    }
    return row;
  }

  function lagging(item) {
    if (!item.lagging.length) return item.lamp && item.kind !== "free" ? make("p", "meet-none", words.noLag) : null;
    const body = make("table", "meet-lag");
    for (const [who, value, gap, lamp] of item.lagging) {
      const row = make("tr");
      row.append(make("td", "", who), make("td", "num", value), make("td", `num lamp-${lamp}`, gap));
      body.append(row);
    }
    return body;
  }

  const about = (item) => (item.isGate ? words.touched : words.lagging);

  function carried(item) {
    const held = item.carried || item.last;
    if (!held) return null;
    const box = block(item.carried ? words.carried : words.last, make("p", "meet-said", held.text), make("p", "meet-by", [held.by, held.late, held.moved].filter(Boolean).join(" · ")), make("p", "meet-by", held.where));
    if (held.late) box.classList.add("is-late");
    return box;
  }

  function decision(item) {
    const held = item.decision;
    if (!held || held.state === "open") return null;
    const box = block(`${item.stateShape} ${item.stateWord}`, held.text ? make("p", "meet-said", held.text) : null, make("p", "meet-by", [held.unitLabel, held.due, held.comment].filter(Boolean).join(" · ")));
    box.classList.add("meet-decided");
    return box;
  }

  function head(item) {
    const top = make("header", "meet-top-line");
    const why = make("span", "meet-why", [item.why, item.block, item.code].filter(Boolean).join(" · "));
    top.append(make("b", "meet-count", `${at + 1} / ${items.length}`), why, make("span", "meet-name", place.dataset.title));
    const title = make("div", "meet-title");
    title.append(make("h1", "", item.label));
    if (item.lamp) {
      const lamp = make("strong", `meet-lamp lamp-${item.lamp.code}`);
      lamp.append(make("i", "", item.lamp.shape), make("span", "", item.lamp.word));
      title.append(lamp);
    }
    return [top, title];
  }

  function drawShow(item) {
    const body = make("div", "meet-body");
    const left = make("div", "meet-side"), right = make("div", "meet-side");
    if (item.trend && item.trend.points.length) left.append(block(words.trend, trend(item.trend)));
    const lag = lagging(item);
    if (lag) right.append(block(about(item), lag, item.silent ? make("p", "meet-by", item.silent) : null));
    left.append(...[carried(item), item.figures.length ? block(words.evidence, listed(item.evidence, words.noEvidence)) : null].filter(Boolean));
    const done = decision(item);
    if (done) right.prepend(done);
    for (const side of [left, right]) if (side.children.length) body.append(side);
    const foot = make("footer", "meet-foot");
    foot.append(make("span", "", place.dataset.frozen), make("span", "meet-about", item.about), make("span", "meet-keys", closed ? words.closed : words.keys));
    if (place.dataset.demo) foot.prepend(make("span", "", place.dataset.demo));
    return [...head(item), ...(item.figures.length ? [figures(item)] : []), body, foot];
  }

  // How the next item stands, by its lamp's shape, colour and word, and why it is taken.
  function coming(item) {
    const line = make("p", "meet-by");
    if (item.lamp) line.append(make("b", `lamp-${item.lamp.code}`, `${item.lamp.shape} ${item.lamp.word}`), "　");
    const why = item.why.split(" · ").filter((one) => !item.lamp || one !== item.lamp.word);
    line.append([...why, item.block].filter(Boolean).join(" · "));
    return line;
  }

  function drawPresenter(item) {
    const following = items[at + 1];
    const next = block(words.next, following ? make("p", "meet-said", following.label) : make("p", "meet-none", words.end), following ? coming(following) : null);
    const clock = make("div", "meet-clock");
    for (const name of ["elapsed", "onItem"]) {
      const box = make("div");
      box.append(make("span", "", words[name]), make("b", `meet-time-${name}`, "—"));
      clock.append(box);
    }
    const body = make("div", "meet-body");
    const left = make("div", "meet-side"), right = make("div", "meet-side");
    const lag = lagging(item);
    left.append(...[item.figures.length ? figures(item) : null, lag && block(about(item), lag, item.silent ? make("p", "meet-by", item.silent) : null), carried(item), item.figures.length ? block(words.evidence, listed(item.evidence, words.noEvidence)) : null].filter(Boolean));
    right.append(clock, ...[decision(item)].filter(Boolean), ...(closed ? [make("p", "meet-none", words.closed)] : [form]), next);
    body.append(left, right);
    const foot = make("footer", "meet-foot");
    foot.append(make("span", "", place.dataset.frozen), make("span", "meet-keys", words.presenterKeys));
    return [...head(item), body, foot];
  }

  const latest = (id) => items.find((item) => item.id === id);

  // The form is kept while the same item stands: what is being typed outlives a new look at the numbers.
  function formFor(item) {
    const isSame = form && form.dataset.item === String(item.id);
    if (isSame && form.dataset.version !== String(item.version) && form.matches(".is-touched")) form.showOther(item);
    if (isSame && (form.matches(".is-touched") || form.dataset.version === String(item.version))) return form;
    const told = isSame ? form.querySelector(".meet-told").textContent : "";
    form = window.meetings.decisionForm(item, { words, states, units: JSON.parse(place.dataset.units), after: look, latest });
    form.querySelector(".meet-told").textContent = told;
    return form;
  }

  function draw() {
    const item = items[at];
    const was = document.activeElement && form && form.contains(document.activeElement) ? document.activeElement : null;
    if (!item) return place.replaceChildren(make("p", "meet-none", words.empty), make("p", "meet-keys", words.agenda));
    formFor(item);
    const drawer = place.querySelector(".meet-drawer");
    const opened = drawer && !drawer.hidden;
    place.replaceChildren(...(isPresenter() ? drawPresenter(item) : drawShow(item)));
    place.dataset.item = item.id;
    place.dataset.kind = item.kind;
    if (!isPresenter() && !closed) {
      const box = make("aside", "meet-drawer");
      box.hidden = !opened;
      box.append(form);
      place.append(box);
    }
    if (was && form.isConnected) was.focus({ preventScroll: true });
    tell();
  }

  function tell() {
    const said = (seconds) => (seconds === null ? "—" : `${Math.floor(seconds / 3600) ? `${Math.floor(seconds / 3600)}:` : ""}${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`);
    const more = (performance.now() - asked) / 1000;
    for (const [name, value] of [["elapsed", begun], ["onItem", since]]) {
      const box = place.querySelector(`.meet-time-${name}`);
      if (box) box.textContent = said(value === null ? null : value + (closed ? 0 : more));
    }
  }

  async function turn(to) {
    if (to < 0 || to >= items.length) return;
    at = to;
    draw();
    if (closed) return;
    sending += 1;
    await act("step_meeting", { meeting_id: Number(place.dataset.meeting), item_id: items[at].id });
    sending -= 1;
    look();
  }

  async function look() {
    const said = await fetched("step");
    place.classList.toggle("is-away", !said);
    if (!said) return;
    [begun, since, asked, closed] = [said.begun, said.since, performance.now(), said.closed];
    const turned = said.revision !== known.revision && !sending;
    if (said.changes !== known.changes) {
      const held = await fetched("items");
      if (!held) return;
      const shown = items[at] && items[at].id;
      items = held.items;
      at = Math.max(items.findIndex((item) => item.id === shown), 0);
      known.changes = said.changes;
      if (turned) follow(said.item);
      draw();
    } else if (turned && follow(said.item)) draw();
    if (!sending) known.revision = said.revision;
    tell();
  }

  // Go where the others are; whether that is elsewhere.
  function follow(id) {
    const found = items.findIndex((item) => item.id === id);
    if (found < 0 || found === at) return false;
    at = found;
    return true;
  }

  function keys(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest && event.target.closest("input, textarea, select");
    const drawer = place.querySelector(".meet-drawer");
    if (event.key === "Escape") {
      if (drawer && !drawer.hidden) {
        event.preventDefault();
        if (drawer.contains(document.activeElement)) document.activeElement.blur();
        drawer.hidden = true;
      } else if (typing) typing.blur();
      else location.assign(place.dataset.agenda);
      return;
    }
    if (typing) return;
    const goes = { ArrowRight: at + 1, ArrowDown: at + 1, PageDown: at + 1, " ": at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, PageUp: at - 1, Home: 0, End: items.length - 1 };
    if (event.key in goes) {
      event.preventDefault();
      // A page does not turn under what is being written.
      if (!(drawer && !drawer.hidden && form.matches(".is-touched"))) turn(goes[event.key]);
    } else if ((event.key === "n" || event.key === "d") && form && form.isConnected) {
      event.preventDefault();
      if (drawer) drawer.hidden = false;
      form.querySelector("textarea").focus();
    }
  }

  async function start(found) {
    place = found;
    place.classList.add("is-ready");
    words = JSON.parse(place.dataset.words);
    states = JSON.parse(place.dataset.states);
    document.title = place.dataset.title;
    document.addEventListener("keydown", keys);
    await look();
    // Who opens the window first begins with the first item.
    if (items.length && begun === null && !closed && !isPresenter()) turn(0);
    setInterval(look, EVERY);
    setInterval(tell, 500);
  }

  const waiting = setInterval(() => {
    const found = document.querySelector(".meet-window:not(.is-ready)");
    if (found) {
      clearInterval(waiting);
      start(found);
    }
  }, 100);
})();
