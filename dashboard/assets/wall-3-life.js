// The wall, third part: asks for the token with jitter and never twice at once, fetches what has changed, keeps the last good picture
// and says so when the server is away, turns from scene to scene. The clock runs on the server's time, not on this machine's.
(function () {
  const wall = (window.wall = window.wall || {});
  const POLL = 10, LONGEST = 60, TIMEOUT = 30000, TOUCHED = 60, BETWEEN = 300;
  const asked = new URLSearchParams(location.search);
  const state = {
    skew: 0, token: "", looks: null, drawn: {}, platforms: [], asOf: null, answered: null, failures: 0, nextAt: 0, isBusy: false, isHearing: false, heardAt: 0, places: {},
    scene: "", since: 0, pauseUntil: 0, isPaused: false, pin: null, focus: asked.get("focus") || "", isStarted: false,
  };
  const shell = () => (window.parent !== window && window.parent.wallShell) || null;
  const life = () => (shell() ? window.parent.wallLife : (window.wallLife = window.wallLife || { refreshes: 0, missed: 0, sceneChanges: 0, renewals: 0, errors: 0, lastPictureAt: null }));
  const pad = (number) => String(number).padStart(2, "0");
  const time = (moment) => [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(pad).join(":");
  const names = () => Object.keys(wall.facts().dwell);
  const write = (selector, text) => {
    const node = wall.find(selector);
    if (node && node.textContent !== text) node.textContent = text;
  };

  wall.now = () => new Date(Date.now() + state.skew);
  wall.state = state;
  // What others hang on the token's answer: functions of its body.
  wall.onToken = wall.onToken || [];

  function keyOf(scene) {
    return [scene, state.token, state.looks.layout, state.looks.scale, state.focus].join("|");
  }

  async function ask(path, query) {
    const answer = await fetch(path + "?" + new URLSearchParams({ wall: wall.facts().wall, lang: wall.root().lang.slice(0, 2), ...query }), { signal: AbortSignal.timeout(TIMEOUT) });
    if (!answer.ok) throw new Error(path + " " + answer.status);
    return answer.json();
  }

  async function hear() {
    state.isHearing = true;
    let told;
    try {
      told = await ask("/wall/token", wall.says ? wall.says() : {});
    } finally {
      state.isHearing = false;
      state.heardAt = performance.now();
    }
    state.skew = new Date(told.now) - Date.now();
    state.token = told.token;
    state.answered = wall.now();
    state.failures = 0;
    wall.onToken.forEach((follow) => follow(told));
    return told;
  }

  async function refresh() {
    if ((await hear()).revoked) return;
    const first = [state.scene, ...names().filter((name) => name !== state.scene)];
    for (const scene of first) {
      const key = keyOf(scene);
      if (state.drawn[scene] === key) continue;
      const frame = await ask("/wall/frame", { scene, layout: state.looks.layout, scale: state.looks.scale, hand: state.looks.hand, focus: state.focus });
      if (key !== keyOf(scene)) continue; // The window, the focus or the data have changed meanwhile: the next round asks again.
      wall.drawFrame(frame);
      state.drawn[scene] = key;
      state.platforms = frame.platforms;
      state.asOf = frame.as_of ? new Date(frame.as_of) : null;
      state.places[scene] = frame.place;
      life().refreshes += 1;
      life().lastPictureAt = wall.now().toISOString();
      wall.drawStrip(state.platforms, wall.now());
      wall.drawAges(state.platforms, wall.now());
      if (scene === state.scene) wall.root().classList.add("is-drawn");
      await new Promise((go) => setTimeout(go, BETWEEN));
    }
    wall.root().classList.add("is-whole");
  }

  async function round() {
    if (state.isBusy) return;
    state.isBusy = true;
    try {
      await refresh();
    } catch (error) {
      state.failures += 1;
      life().missed += 1;
      life().lastError = String(error).slice(0, 200);
    }
    state.isBusy = false;
    const wait = Math.min(POLL * 2 ** Math.max(0, state.failures - 1), LONGEST) * (0.8 + 0.4 * Math.random());
    state.nextAt = performance.now() + wait * 1000;
  }

  wall.askNow = () => { state.nextAt = 0; state.heardAt = -Infinity; };

  wall.show = function (name) {
    if (!names().includes(name) || name === state.scene) return;
    state.scene = name;
    state.since = performance.now();
    life().sceneChanges += 1;
    for (const scene of wall.all(".scene")) {
      scene.classList.toggle("is-shown", scene.dataset.scene === name);
      if (scene.dataset.scene === name) write(".wall-scene", scene.dataset.title);
    }
    wall.all(".wall-mark").forEach((mark) => mark.classList.toggle("is-shown", mark.dataset.scene === name));
  };
  wall.step = function (by) {
    const held = names(), at = held.indexOf(state.scene);
    wall.show(held[(at + by + held.length) % held.length]);
  };
  // Stay on a scene for so many seconds; for good without a number, and no longer with zero.
  wall.pin = function (name, seconds) {
    if (seconds === 0) { state.pin = null; return; }
    if (seconds && state.pin && state.pin.until === Infinity) return; // Somebody wants this scene and no other.
    wall.show(name);
    state.pin = { scene: name, until: seconds ? performance.now() + seconds * 1000 : Infinity };
  };
  wall.pause = (is) => { state.isPaused = is; };
  // What a renewed frame takes over: each frame counts time from its own beginning, so a pin is handed on by what is left of it.
  wall.carry = () => ({ scene: state.scene, isPaused: state.isPaused, focus: state.focus, pin: state.pin && { scene: state.pin.scene, left: state.pin.until - performance.now() } });
  wall.takeOver = function (carried) {
    if (state.drawn[carried.scene]) wall.show(carried.scene);
    state.pin = carried.pin && { scene: carried.pin.scene, until: performance.now() + carried.pin.left };
    state.isPaused = carried.isPaused;
    wall.focusOn(carried.focus);
  };
  wall.focusOn = function (code) {
    if (code === state.focus) return;
    state.focus = code;
    wall.askNow();
  };

  function turn() {
    const at = performance.now();
    if (state.pin && state.pin.until < at) state.pin = null;
    const isHeld = state.pin || state.isPaused || state.pauseUntil > at;
    write(".wall-hold", state.pin ? wall.say("pinned") : isHeld ? wall.say("paused") : "");
    const dwell = wall.facts().dwell[state.scene] * 1000, spent = isHeld ? 0 : (at - state.since) / dwell;
    if (isHeld) state.since = at;
    const mark = wall.find(".wall-mark.is-shown");
    if (mark) mark.style.setProperty("--spent", Math.min(spent, 1).toFixed(3));
    if (spent >= 1) {
      const held = names().filter((name) => state.drawn[name] || name === state.scene);
      wall.show(held[(held.indexOf(state.scene) + 1) % held.length]);
      state.since = at;
    }
  }

  function tell() {
    const moment = wall.now(), left = Math.max(0, Math.ceil((state.nextAt - performance.now()) / 1000));
    write(".wall-clock", time(moment));
    write(".wall-date", moment.toLocaleDateString(wall.root().lang, { month: "long", day: "numeric", weekday: "short" }));
    if (state.asOf) {
      const year = state.asOf.getFullYear() === moment.getFullYear() ? "" : state.asOf.getFullYear() + "-";
      write(".wall-as-of", year + pad(state.asOf.getMonth() + 1) + "-" + pad(state.asOf.getDate()) + " " + time(state.asOf).slice(0, 5));
      write(".wall-age", wall.ageText((moment - state.asOf) / 60000));
      wall.root().classList.toggle("is-old", (moment - state.asOf) / 60000 > 24 * 60);
    }
    const place = state.places[state.scene];
    write(".wall-place", place ? wall.say("focus", place) : "");
    write(".wall-next", state.isBusy ? wall.say("wait") : wall.say("refresh", left));
    const words = state.failures ? [wall.say("away"), state.answered ? wall.say("held", time(state.answered)) : "", state.isBusy ? wall.say("wait") : wall.say("retry", left)] : [wall.tooSmall && performance.now() < 60000 ? wall.tooSmall : ""];
    const text = words.filter(Boolean).join(" · "), node = wall.find(".wall-state");
    node.hidden = !text;
    write(".wall-state", text);
    wall.root().classList.toggle("is-away", state.failures > 0);
    if (moment.getSeconds() === 0 && state.platforms.length) {
      wall.drawStrip(state.platforms, moment);
      wall.drawAges(state.platforms, moment);
    }
  }

  function second() {
    if (!wall.root()) return;
    wall.beat = performance.now();
    try {
      if (!state.isStarted) start();
      tell();
      turn();
      if (!state.isBusy && performance.now() >= state.nextAt && window.dash_clientside && window.dash_clientside.set_props) round();
      // Frames may take long to come: what is said with the token is heard meanwhile.
      else if (state.isBusy && !state.isHearing && performance.now() - state.heardAt > POLL * 1000) hear().catch(() => undefined);
    } catch (error) {
      life().errors += 1;
      life().lastError = String(error).slice(0, 200);
    }
  }

  function start() {
    state.isStarted = true;
    state.looks = wall.place();
    const carried = shell() && shell().carried;
    const wanted = asked.get("scene");
    wall.show((carried && carried.scene) || (names().includes(wanted) ? wanted : names()[0]));
    if (names().includes(wanted)) wall.pin(wanted);
    if (carried) wall.takeOver(carried);
    wall.all(".wall-mark").forEach((mark) => mark.addEventListener("click", () => wall.show(mark.dataset.scene)));
    const touched = () => {
      state.pauseUntil = performance.now() + TOUCHED * 1000;
      wall.root().classList.remove("is-idle");
      window.clearTimeout(state.idle);
      state.idle = window.setTimeout(() => wall.root().classList.add("is-idle"), 3000);
      if (shell()) shell().stir();
    };
    document.addEventListener("pointerdown", touched);
    document.addEventListener("pointermove", (event) => { if (event.movementX || event.movementY) touched(); });
    document.addEventListener("keydown", (event) => {
      touched();
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") wall.step(event.key === "ArrowRight" ? 1 : -1);
      else if (event.key === " ") wall.pause(!state.isPaused);
      else if (event.key === "f" && shell()) shell().full();
    });
    wall.root().classList.add("is-idle");
    window.addEventListener("resize", () => {
      window.clearTimeout(state.resize);
      state.resize = window.setTimeout(() => { state.looks = wall.place(); wall.drawStrip(state.platforms, wall.now()); wall.askNow(); }, 300);
    });
  }

  window.setInterval(second, 1000);
  second();
})();
