// The wall, second part: puts a frame into its scene, in place; what has not changed is not touched.
(function () {
  const wall = (window.wall = window.wall || {});
  const element = wall.element;
  const drawn = new Map();

  wall.ageText = function (minutes) {
    const words = wall.find(".wall-strips").dataset;
    if (minutes < 90) return Math.max(0, Math.round(minutes)) + " " + words.minutes;
    if (minutes < 2880) return Math.round(minutes / 60) + " " + words.hours;
    return Math.round(minutes / 1440) + " " + words.days;
  };

  // Draw what differs from what was drawn; what could not be drawn counts as not drawn.
  function drawChanged(key, value, draw) {
    const text = JSON.stringify(value);
    if (drawn.get(key) === text) return;
    drawn.delete(key);
    draw();
    drawn.set(key, text);
  }
  wall.forgetDrawn = () => drawn.clear();

  // Drawn in the page: an image of its own would be a document of its own, kept as long as the browser's cache likes.
  function drawSpark(points) {
    if (!points) return element("div", "key-spark");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "polyline");
    for (const [name, value] of Object.entries({ class: "key-spark", viewBox: "0 0 100 25", preserveAspectRatio: "none" })) svg.setAttribute(name, value);
    line.setAttribute("points", points);
    svg.append(line);
    return svg;
  }

  function drawKey(card, key) {
    const label = element("div", "key-label");
    // The title bar says the scene's period once.
    const period = key.period === wall.find(".wall-period").textContent ? "" : key.period;
    label.append(element("span", "", key.label), element("small", "", period), element("small", "key-note", key.note));
    // A length of time carries its unit: 29.0 小时.
    const [, number, unit] = key.value.match(/^(\S*\d\S*)\s+(\D+)$/) || ["", key.value, key.unit];
    const value = element("div", "key-value" + (key.is_alarm ? " is-alarm" : "") + (key.is_small ? " is-small" : ""), number);
    value.append(element("small", "", unit));
    const changes = element("div", "key-changes");
    for (const change of key.changes) {
      const line = element("span", "", change.against + " ");
      line.append(element("b", "is-" + change.state, change.text));
      changes.append(line);
    }
    const before = card.querySelector(".key-value");
    if (before && before.textContent !== value.textContent) value.classList.add("is-new");
    card.replaceChildren(label, value, drawSpark(key.spark), changes);
  }

  // A row's cells by their role; a row that was not there before slides in once.
  function drawRows(list, rows) {
    const known = new Set([...list.children].map((item) => item.dataset.key));
    list.replaceChildren(
      ...rows.map((row) => {
        const item = element("li", known.size && !known.has(row.key) ? "is-new" : "");
        item.dataset.key = row.key;
        for (const cell of row.cells) {
          item.append(element("span", "cell-" + cell.role + " is-" + cell.state, cell.text));
        }
        return item;
      }),
    );
    list.classList.toggle("has-dates", rows.slice(0, 12).some((row) => row.cells[0] && row.cells[0].text.length > 5));
  }

  wall.drawFrame = function (frame) {
    const scene = wall.find(`.scene[data-scene="${frame.scene}"]`);
    frame.keys.forEach((key, place) => {
      const card = scene.querySelector(`[data-part="key-${place + 1}"]`);
      if (card) drawChanged(frame.scene + ".key." + place, key, () => drawKey(card, key));
    });
    for (const [name, rows] of Object.entries(frame.listings)) {
      drawChanged(frame.scene + "." + name, rows, () => drawRows(scene.querySelector(`[data-panel="${name}"] .events`), rows));
    }
    for (const [name, figure] of Object.entries(frame.figures)) {
      drawChanged(frame.scene + "." + name, figure, () => window.dash_clientside.set_props({ type: "panel", scene: frame.scene, name }, { figure }));
    }
  };

  wall.stateOf = function (platform) {
    if (!platform.as_of) return ["idle", NaN];
    const minutes = wall.minutesSince(platform.as_of);
    return [minutes <= platform.late_after ? "fresh" : minutes <= platform.silent_after ? "late" : "silent", minutes];
  };

  // How old the sources behind each panel are: by the newest of its kind, so that all others are older still; stale where all are late.
  wall.drawAges = function (platforms) {
    const kinds = {};
    for (const platform of platforms) {
      if (!platform.as_of) continue;
      const kind = (kinds[platform.kind] = kinds[platform.kind] || { minutes: Infinity, isStale: true });
      const [state, minutes] = wall.stateOf(platform);
      kind.minutes = Math.min(kind.minutes, minutes);
      kind.isStale = kind.isStale && state !== "fresh";
    }
    for (const panel of wall.all("[data-kind]")) {
      const kind = kinds[panel.dataset.kind], age = panel.querySelector(".panel-age"), text = kind ? wall.ageText(kind.minutes) : "";
      panel.classList.toggle("is-stale", Boolean(kind) && kind.isStale);
      if (age.textContent !== text) age.textContent = text;
    }
  };

  function mark(platform, state, minutes, words) {
    const made = element("span", "mark mark-" + state);
    const age = wall.ageText(minutes);
    made.append(element("i"), element("span", "mark-name", platform.label), element("small", "", state === "fresh" ? age : words[state] + " " + age));
    return made;
  }

  // One mark per platform, what is wrong first and by name; a spliced wall has a strip on each screen and no mark crosses a seam.
  wall.drawStrip = function (platforms) {
    const strips = wall.all(".wall-strip").filter((strip) => !strip.hidden), words = wall.find(".wall-strips").dataset;
    if (!strips.length) return;
    const found = platforms.map((platform) => [platform, ...wall.stateOf(platform)]);
    const order = ["silent", "late", "fresh"], count = (state) => found.filter(([, held]) => held === state).length;
    const summary = ["fresh", "late", "silent", "idle"].filter(count).map((state) => words[state] + " " + count(state)).join(" · ");
    const marks = order.flatMap((state) => found.filter(([, held]) => held === state).map(([platform, , minutes]) => mark(platform, state, minutes, words)));
    strips.forEach((strip) => strip.replaceChildren());
    strips[0].append(element("strong", "", words.title + " " + platforms.length), element("span", "mark-summary", summary));
    if (words.demo) strips[strips.length - 1].append(element("span", "wall-demo", words.demo));
    let at = 0;
    for (const node of marks) {
      while (at < strips.length) {
        const last = strips[at].querySelector(".wall-demo");
        strips[at].insertBefore(node, last);
        if (strips[at].scrollWidth <= strips[at].clientWidth) break;
        node.remove();
        at += 1;
      }
      if (at === strips.length) break;
    }
  };
})();
