// The wall's shell: keeps full screen and the machine awake, loads a new frame beside the old picture once a night or when the old one
// no longer answers, says so where there is no picture at all, and moves everything by a pixel or two so that nothing burns in.
(function () {
  const LOADING = 90, PATIENCE = 8, ANSWERS = 120, SHIFT = 240, RETRY = 5, LONGEST = 60;
  const life = (window.wallLife = { refreshes: 0, missed: 0, faults: 0, sceneChanges: 0, renewals: 0, errors: 0, lastPictureAt: null, openedAt: new Date().toISOString() });
  const held = { frame: null, coming: null, since: 0, renewedOn: "", shiftedAt: 0, step: 0, retryAt: 0, failures: 0 };
  const shell = (window.wallShell = { carried: null });
  const root = () => document.querySelector(".wall-shell");
  const words = () => (held.words = held.words || JSON.parse(root().dataset.words));
  const inside = (frame) => {
    try {
      return (frame && frame.contentWindow && frame.contentWindow.wall) || null;
    } catch (error) {
      return null; // The browser's own page for a server that is away.
    }
  };
  // Whether a frame has loaded something that is no wall: the browser's own page, or one that says what is wrong.
  const isLost = (frame) => Boolean(frame && frame.isLoaded) && !inside(frame);

  // Load a frame beside the old one, which stays until the new one is drawn.
  shell.renew = function () {
    if (held.coming) drop(held.coming);
    const old = inside(held.frame);
    shell.carried = old && old.carry ? old.carry() : null;
    const frame = document.createElement("iframe");
    frame.className = "shell-frame";
    frame.addEventListener("load", () => { frame.isLoaded = true; }, { once: true });
    frame.src = root().dataset.src;
    root().querySelector(".shell-frames").append(frame);
    held.coming = frame;
    held.since = performance.now();
  };

  function drop(frame) {
    frame.src = "about:blank";
    frame.remove();
  }

  function swap() {
    const old = held.frame, moment = inside(held.coming).now();
    held.frame = held.coming;
    held.coming = null;
    held.failures = 0;
    held.beatAt = performance.now();
    if (clockOf(moment) >= root().dataset.renew) held.renewedOn = moment.toDateString();
    held.frame.classList.add("is-shown");
    held.frame.contentWindow.focus();
    if (old) {
      // What was said to the old one while the new one was drawn.
      const before = inside(old);
      if (before && before.carry) inside(held.frame).takeOver(before.carry());
      // It is an object of the old page, and would keep all of that page in memory.
      shell.carried = null;
      life.renewals += 1;
      window.setTimeout(() => drop(old), 500);
    }
  }

  // A new frame takes over from a living picture once it has drawn all of its own, else as soon as it has anything to show or to say.
  function isReady(at, coming, isAlive) {
    const page = coming && coming.root && coming.root();
    if (!page || !coming.state || !coming.state.isStarted) return false;
    if (isAlive) return page.classList.contains("is-whole");
    return page.classList.contains("is-drawn") || at - held.since > PATIENCE * 1000;
  }

  function attend() {
    const at = performance.now(), coming = inside(held.coming), shown = inside(held.frame);
    if (shown && shown.beat !== held.beat) Object.assign(held, { beat: shown.beat, beatAt: at });
    const isAlive = Boolean(shown) && at - held.beatAt < ANSWERS * 1000;
    if (isReady(at, coming, isAlive)) return swap();
    if (held.coming && (isLost(held.coming) || at - held.since > LOADING * 1000)) {
      drop(held.coming);
      held.coming = null;
      held.failures += 1;
      held.retryAt = at + Math.min(RETRY * 2 ** (held.failures - 1), LONGEST) * (0.8 + 0.4 * Math.random()) * 1000;
    }
    if (held.coming || at < held.retryAt) return undefined;
    if (!isAlive) return shell.renew();
    const moment = shown.now();
    // Once a night; where it fails it is tried again until there is a new picture.
    if (clockOf(moment) >= root().dataset.renew && held.renewedOn !== moment.toDateString()) return shell.renew();
    return undefined;
  }

  const clockOf = (moment) => String(moment.getHours()).padStart(2, "0") + ":" + String(moment.getMinutes()).padStart(2, "0");

  // Without any picture the shell itself says why.
  function tell() {
    const node = root().querySelector(".shell-state"), left = Math.max(0, Math.ceil((held.retryAt - performance.now()) / 1000));
    const text = held.frame || !held.failures ? "" : words().away + " · " + (held.coming ? words().wait : words().retry.replace("{}", left));
    if (node.textContent !== text) node.textContent = text;
    node.hidden = !text;
  }

  function shift(at) {
    const most = Number(root().dataset.shift);
    if (!most || at - held.shiftedAt < SHIFT * 1000) return;
    held.shiftedAt = at;
    held.step = (held.step + 1) % 4;
    const [x, y] = [[0, 0], [most, 0], [most, most], [0, most]][held.step];
    root().querySelector(".shell-frames").style.transform = `translate(${x}px, ${y}px)`;
  }

  // Somebody is there: show the tools for a while.
  shell.stir = function () {
    root().classList.add("is-stirred");
    window.clearTimeout(held.still);
    held.still = window.setTimeout(() => root().classList.remove("is-stirred"), 4000);
  };
  shell.full = function () {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => undefined);
  };
  shell.inside = () => inside(held.frame);

  async function stayAwake() {
    if (!navigator.wakeLock || held.lock) return;
    try {
      held.lock = await navigator.wakeLock.request("screen");
      held.lock.addEventListener("release", () => { held.lock = null; });
    } catch (error) {
      held.lock = null; // Not allowed here; the machine's own settings keep it awake.
    }
  }

  function start() {
    held.isStarted = true;
    const on = (name, act) => root().querySelector(".shell-" + name).addEventListener("click", act);
    on("full", shell.full);
    on("back", () => inside(held.frame)?.step(-1));
    on("on", () => inside(held.frame)?.step(1));
    on("renew", shell.renew);
    on("pause", (event) => {
      const wall = inside(held.frame);
      if (!wall) return;
      wall.pause(!wall.state.isPaused);
      event.target.textContent = wall.state.isPaused ? words().go : words().pause;
    });
    document.addEventListener("pointermove", shell.stir);
    document.addEventListener("visibilitychange", stayAwake);
    stayAwake();
  }

  window.setInterval(() => {
    if (!root()) return;
    if (!held.isStarted) start();
    attend();
    tell();
    shift(performance.now());
  }, 1000);
})();
