// The wall, first part: which layout a screen gets and where everything stands. All lengths are multiples of u, one hundred-and-eighth
// of the stage's height; what is written follows the distance of those who read it, and charts follow what is written.
(function () {
  const wall = (window.wall = window.wall || {});
  const FAR = 2.7, LARGEST = 1.25;

  wall.root = () => document.querySelector(".wall");
  wall.all = (selector) => [...document.querySelectorAll(".wall " + selector)];
  wall.find = (selector) => document.querySelector(".wall " + selector);
  wall.element = function (tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  wall.facts = function () {
    if (!wall.known) {
      const data = wall.root().dataset;
      wall.known = { layouts: JSON.parse(data.layouts), dwell: JSON.parse(data.dwell), words: JSON.parse(data.words), splice: data.splice, far: Number(data.far), wall: data.wall };
    }
    return wall.known;
  };

  wall.say = (name, ...parts) => parts.reduce((text, part) => text.replace("{}", part), wall.facts().words[name]);

  function layoutFor(ratio) {
    const { layouts, splice } = wall.facts();
    const asked = new URLSearchParams(location.search).get("layout") || splice;
    if (layouts[asked]) return asked;
    const away = (name) => Math.abs(Math.log(layouts[name].ratio / ratio));
    return Object.keys(layouts).filter((name) => !layouts[name].is_spliced).sort((a, b) => away(a) - away(b))[0];
  }

  function put(node, rect) {
    node.hidden = !rect;
    if (!rect) return;
    ["--x", "--y", "--w", "--h"].forEach((name, place) => node.style.setProperty(name, rect[place]));
  }

  // Place everything for the window as it is; says which layout and scale of charts that is.
  wall.place = function () {
    const width = window.innerWidth, height = window.innerHeight, root = wall.root();
    const name = layoutFor(width / height), layout = wall.facts().layouts[name];
    const ratio = Math.min(Math.max(width / height, layout.narrowest), layout.widest);
    const tall = Math.min(height, width / ratio), wide = Math.min(width, height * ratio), u = tall / 108;
    const needed = wall.facts().far / (FAR * u * window.devicePixelRatio), t = Math.min(Math.max(needed, 1), LARGEST);
    const stage = wall.find(".wall-stage");
    Object.entries({ "--u": u + "px", "--ux": wide / layout.width + "px", "--t": t.toFixed(3) }).forEach(([key, value]) => root.style.setProperty(key, value));
    Object.assign(stage.style, { width: wide + "px", height: tall + "px", left: (width - wide) / 2 + "px", top: (height - tall) / 2 + "px" });
    root.dataset.layout = name;
    wall.all("[data-part]").forEach((node) => put(node, layout.parts[node.dataset.part]));
    wall.all(".scene").forEach((scene) => {
      const slots = layout.slots[scene.dataset.scene] || {};
      const slotOf = Object.fromEntries(Object.entries(slots).map(([slot, chart]) => [chart, slot]));
      scene.querySelectorAll("[data-panel]").forEach((panel) => {
        panel.dataset.slot = slotOf[panel.dataset.panel] || "";
        put(panel, layout.parts[slotOf[panel.dataset.panel]]);
      });
    });
    // The wall itself has no words while nothing is wrong with it: where they would stand.
    const first = layout.parts["alert-1"], second = layout.is_spliced ? null : layout.parts["alert-2"];
    const state = wall.find(".wall-state"), isShown = !state.hidden;
    put(state, [first[0], first[1], (second ? second[0] + second[2] - first[0] : first[2]), first[3]]);
    state.hidden = !isShown;
    const missing = needed > LARGEST * 1.02;
    wall.tooSmall = missing ? wall.say("small", Math.ceil(wall.facts().far), Math.floor(FAR * u * window.devicePixelRatio * LARGEST)) : "";
    return { layout: name, scale: ((u * t) / 10).toFixed(2), hand: t.toFixed(2) };
  };
})();
