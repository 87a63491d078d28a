// The wall, third part: asks for the token with jitter and never twice at once, fetches what has changed, keeps the last good picture of
// each scene and says since when one is old, turns from scene to scene. The clock runs on the server's time, not on this machine's.
(function () {
  const wall = (window.wall = window.wall || {});
  const POLL = 10, SOON = 3, LONGEST = 60, LONGEST_SCENE = 300, TIMEOUT = 30000, TOUCHED = 60, BETWEEN = 300, MINUTE = 60000, HEARD = 6;
  const asked = new URLSearchParams(location.search);
  const state = {
    ahead: 0, heard: [], token: "", looks: null, drawn: {}, faults: {}, platforms: [], asOf: null, answered: null, failures: 0, trouble: "", nextAt: 0,
    isBusy: false, isHearing: false, heardAt: 0, isAskedAgain: false, between: BETWEEN, timeout: TIMEOUT, agedAt: 0, places: {},
    scene: "", since: 0, pauseUntil: 0, isPaused: false, pin: null, focus: asked.get("focus") || "", isStarted: false,
  };
  const shell = () => (window.parent !== window && window.parent.wallShell) || null;
  const life = () => (shell() ? window.parent.wallLife : (window.wallLife = window.wallLife || { refreshes: 0, missed: 0, faults: 0, sceneChanges: 0, renewals: 0, errors: 0, lastPictureAt: null }));
  const pad = (number) => String(number).padStart(2, "0");
  const time = (moment) => [moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()].map(pad).join(":");
  const names = () => Object.keys(wall.facts().dwell);
  const write = (selector, text) => {
    const node = wall.find(selector);
    if (node && node.textContent !== text) node.textContent = text;
  };

  // Times of the city come without a zone. They are counted as if they were universal time: in this machine's own zone an hour might be
  // missing or come twice. Between two answers the time goes on by a clock that nobody sets.
  wall.moment = (text) => Date.parse(text + "Z");
  const told = () => performance.now() + state.ahead;
  wall.minutesSince = (text) => (told() - wall.moment(text)) / MINUTE;
  // The city's time as a date of this machine's zone: its hours, minutes and days are those of the city.
  wall.now = function () {
    const at = new Date(told());
    return new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), at.getUTCMilliseconds());
  };
  // An answer that was long on its way or waited for a busy page tells too early a time: of the last answers the quickest one is right.
  // One that is away from them by more than a delay explains means that the server's clock was set.
  function setClock(ahead) {
    state.heard = Math.abs(ahead - state.ahead) > TIMEOUT ? [ahead] : [...state.heard, ahead].slice(-HEARD);
    state.ahead = Math.max(...state.heard);
  }
  wall.state = state;
  // What others hang on the token's answer: functions of its body.
  wall.onToken = wall.onToken || [];

  const note = (error) => { life().lastError = String(error).slice(0, 200); };

  function keyOf(scene) {
    return [scene, state.token, state.looks.layout, state.looks.scale, state.looks.hand, state.focus].join("|");
  }

  async function ask(path, query, isRight) {
    // No answer is one thing, an answer that is not what was asked for another.
    const away = (error) => { if (!(error instanceof SyntaxError)) error.isAway = true; throw error; };
    const address = path + "?" + new URLSearchParams({ wall: wall.facts().wall, lang: wall.root().lang.slice(0, 2), ...query });
    const answer = await fetch(address, { signal: AbortSignal.timeout(state.timeout) }).catch(away);
    const kind = answer.headers.get("content-type") || "";
    if (!answer.ok) throw new Error(path + " " + answer.status);
    if (!kind.startsWith("application/json")) throw new Error(path + " " + kind);
    const body = await answer.json().catch(away);
    let is = false;
    try { is = isRight(body); } catch (error) { is = false; }
    if (!is) throw new Error(path + " lacks something");
    return body;
  }

  // A frame is whole or it is not drawn: every panel of the layout, each figure with its traces.
  function isWhole(frame, scene) {
    const wanted = Object.values(wall.facts().layouts[state.looks.layout].slots[scene] || {});
    const isFigure = (figure) => Boolean(figure) && Array.isArray(figure.data) && Boolean(figure.layout);
    return frame.scene === scene && Array.isArray(frame.keys) && Array.isArray(frame.platforms)
      && wanted.every((name) => isFigure(frame.figures[name]) || Array.isArray(frame.listings[name]));
  }

  async function fetchScene(scene) {
    const key = keyOf(scene), { layout, scale, hand } = state.looks;
    const frame = await ask("/wall/frame", { scene, layout, scale, hand, focus: state.focus }, (body) => isWhole(body, scene));
    if (key !== keyOf(scene)) return wall.askNow(); // The window, the focus or the data have changed meanwhile.
    wall.drawFrame(frame);
    state.drawn[scene] = key;
    state.platforms = frame.platforms;
    state.asOf = frame.as_of || null;
    state.places[scene] = frame.place;
    life().refreshes += 1;
    life().lastPictureAt = new Date(told()).toISOString().slice(0, 19);
    drawAges();
    wall.root().classList.add("is-drawn");
    return undefined;
  }

  // Only what a wall may say of itself goes with the question; what is answered is heard by all who hang on it.
  async function hear() {
    state.isHearing = true;
    let body;
    try {
      body = await ask("/wall/token", wall.says ? wall.says() : {}, (said) => said.revoked || (typeof said.token === "string" && said.token && wall.moment(said.now) > 0));
    } finally {
      state.isHearing = false;
      state.heardAt = performance.now();
    }
    if (wall.moment(body.now) > 0) setClock(wall.moment(body.now) - performance.now());
    state.token = body.token || state.token;
    state.isComing = Boolean(body.is_coming);
    state.answered = new Date(told());
    state.failures = 0;
    for (const follow of wall.onToken) {
      try { follow(body); } catch (error) { life().errors += 1; note(error); }
    }
    return body;
  }

  // One scene that fails does not stop the others; it is asked for again later and later, and sooner when the data have changed.
  async function refresh() {
    if ((await hear()).revoked) return;
    for (const scene of [state.scene, ...names().filter((name) => name !== state.scene)]) {
      const key = keyOf(scene), before = state.faults[scene];
      if (state.drawn[scene] === key) { delete state.faults[scene]; continue; }
      if (before && before.key === key && performance.now() < before.until) continue;
      try {
        await fetchScene(scene);
        delete state.faults[scene];
      } catch (error) {
        const count = (before ? before.count : 0) + 1;
        const until = performance.now() + Math.min(POLL * 2 ** (count - 1), LONGEST_SCENE) * 800;
        state.faults[scene] = { key, count, until, since: before ? before.since : new Date(told()) };
        life().faults += 1;
        note(error);
        if (error.isAway && error.name !== "TimeoutError") throw error;
      }
      await new Promise((go) => setTimeout(go, state.between));
    }
    if (!Object.keys(state.faults).length) wall.root().classList.add("is-whole");
  }

  async function round() {
    if (state.isBusy) return;
    state.isBusy = true;
    state.isAskedAgain = false;
    try {
      await refresh();
      state.trouble = "";
    } catch (error) {
      state.failures += 1;
      state.trouble = error.isAway ? "away" : "wrong";
      life().missed += 1;
      note(error);
    }
    state.isBusy = false;
    const usual = state.isComing && !state.failures ? SOON : Math.min(POLL * 2 ** Math.max(0, state.failures - 1), LONGEST);
    state.nextAt = state.isAskedAgain && !state.failures ? 0 : performance.now() + usual * (0.8 + 0.4 * Math.random()) * 1000;
  }

  // Ask at once; where an answer is awaited already, right after it.
  wall.askNow = function () {
    state.isAskedAgain = true;
    state.nextAt = 0;
    state.heardAt = -Infinity;
    Object.values(state.faults).forEach((held) => { held.until = 0; });
  };
  // Take every scene as not drawn, so that the next answer draws all of it anew.
  wall.forget = function () {
    state.drawn = {};
    wall.forgetDrawn();
    wall.askNow();
  };

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
    const isBlank = !state.drawn[state.scene] && !isHeld && names().some((name) => state.drawn[name]);
    if (spent >= 1 || isBlank) {
      const held = names().filter((name) => state.drawn[name] || name === state.scene);
      wall.show(held[(held.indexOf(state.scene) + 1) % held.length]);
      state.since = at;
    }
  }

  function drawAges() {
    state.agedAt = Math.floor(told() / MINUTE);
    wall.drawStrip(state.platforms);
    wall.drawAges(state.platforms);
  }

  // What is wrong, since when, and when it will be tried again; empty while nothing is.
  function complaint(left) {
    const again = state.isBusy ? wall.say("wait") : wall.say("retry", left), failing = names().filter((name) => state.faults[name]);
    if (state.failures) return [wall.say(state.trouble || "away"), state.answered ? wall.say("held", time(state.answered)) : "", again];
    if (!failing.length) return [wall.tooSmall && performance.now() < 60000 ? wall.tooSmall : ""];
    const title = (name) => wall.find(`.scene[data-scene="${name}"]`).dataset.title;
    const since = new Date(Math.min(...failing.map((name) => state.faults[name].since)));
    return [wall.say("stuck", failing.map(title).join(wall.say("and")), time(since)), again];
  }

  function tell() {
    const at = told(), moment = new Date(at), left = Math.max(0, Math.ceil((state.nextAt - performance.now()) / 1000));
    if (state.answered) {
      write(".wall-clock", time(moment));
      write(".wall-date", moment.toLocaleDateString(wall.root().lang, { month: "long", day: "numeric", weekday: "short", timeZone: "UTC" }));
    }
    if (state.asOf) {
      const [day, clock] = state.asOf.split("T"), minutes = wall.minutesSince(state.asOf);
      write(".wall-as-of", (day.slice(0, 4) === String(moment.getUTCFullYear()) ? day.slice(5) : day) + " " + clock.slice(0, 5));
      write(".wall-age", wall.ageText(minutes));
      wall.root().classList.toggle("is-old", minutes > 24 * 60);
    }
    const place = state.places[state.scene];
    write(".wall-place", place ? wall.say("focus", place) : "");
    write(".wall-next", state.isBusy ? wall.say("wait") : wall.say("refresh", left));
    const text = complaint(left).filter(Boolean).join(" · "), node = wall.find(".wall-state");
    node.hidden = !text;
    write(".wall-state", text);
    wall.root().classList.toggle("is-away", state.failures > 0);
    wall.root().classList.toggle("is-saying", Boolean(text));
    if (state.platforms.length && Math.floor(at / MINUTE) !== state.agedAt) drawAges();
  }

  function second() {
    if (!wall.root()) return;
    wall.beat = performance.now();
    try {
      if (!state.isStarted) start();
      tell();
      turn();
      if (!state.isBusy && !state.isHearing && performance.now() >= state.nextAt && window.dash_clientside && window.dash_clientside.set_props) round();
      // Frames may take long to come: what is said with the token is heard meanwhile.
      else if (state.isBusy && !state.isHearing && performance.now() - state.heardAt > POLL * 1000) hear().catch(() => undefined);
    } catch (error) {
      life().errors += 1;
      note(error);
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
      state.resize = window.setTimeout(() => { state.looks = wall.place(); drawAges(); wall.askNow(); }, 300);
    });
  }

  // What fails where nobody waits for it, such as a figure that cannot be drawn, is counted.
  ["error", "unhandledrejection"].forEach((name) => window.addEventListener(name, (event) => {
    life().errors += 1;
    note(event.reason || event.message || event.type);
  }));
  window.setInterval(second, 1000);
  second();
})();
