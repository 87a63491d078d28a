// The wall's shell: keeps full screen and the machine awake, loads a new frame beside the old picture once a night or when the old one
// no longer answers, and moves everything by a pixel or two so that nothing burns in.
(function () {
  const LOADING = 90, ANSWERS = 120, SHIFT = 240, RETRY = 60;
  const life = (window.wallLife = { refreshes: 0, missed: 0, sceneChanges: 0, renewals: 0, errors: 0, lastPictureAt: null, openedAt: new Date().toISOString() });
  const held = { frame: null, coming: null, since: 0, renewedOn: "", shiftedAt: 0, step: 0, retryAt: 0 };
  const shell = (window.wallShell = { carried: null });
  const root = () => document.querySelector(".wall-shell");
  const inside = (frame) => {
    try {
      return (frame && frame.contentWindow && frame.contentWindow.wall) || null;
    } catch (error) {
      return null; // The browser's own page for a server that is away.
    }
  };

  // Load a frame beside the old one, which stays until the new one is drawn.
  shell.renew = function () {
    if (held.coming) held.coming.remove();
    const old = inside(held.frame);
    shell.carried = old ? old.carry() : null;
    const frame = document.createElement("iframe");
    frame.className = "shell-frame";
    frame.src = root().dataset.src;
    root().querySelector(".shell-frames").append(frame);
    held.coming = frame;
    held.since = performance.now();
  };

  function swap() {
    const old = held.frame;
    held.frame = held.coming;
    held.coming = null;
    held.beatAt = performance.now();
    held.frame.classList.add("is-shown");
    held.frame.contentWindow.focus();
    if (old) {
      // What was said to the old one while the new one was drawn.
      const before = inside(old);
      if (before && before.carry) inside(held.frame).takeOver(before.carry());
      life.renewals += 1;
      window.setTimeout(() => { old.src = "about:blank"; old.remove(); }, 500);
    }
  }

  function attend() {
    const at = performance.now(), coming = inside(held.coming), shown = inside(held.frame);
    if (coming && coming.root && coming.root() && coming.root().classList.contains("is-drawn")) return swap();
    if (held.coming && at - held.since > LOADING * 1000) {
      held.coming.remove();
      held.coming = null;
      held.retryAt = at + RETRY * 1000;
    }
    if (held.coming || at < held.retryAt) return undefined;
    if (!held.frame) return shell.renew();
    if (!shown) return shell.renew();
    if (shown.beat !== held.beat) Object.assign(held, { beat: shown.beat, beatAt: at });
    if (at - held.beatAt > ANSWERS * 1000) return shell.renew();
    const moment = shown.now(), clock = String(moment.getHours()).padStart(2, "0") + ":" + String(moment.getMinutes()).padStart(2, "0");
    if (clock === root().dataset.renew && held.renewedOn !== moment.toDateString()) {
      held.renewedOn = moment.toDateString();
      return shell.renew();
    }
    return undefined;
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
    const words = JSON.parse(root().dataset.words);
    const on = (name, act) => root().querySelector(".shell-" + name).addEventListener("click", act);
    on("full", shell.full);
    on("back", () => inside(held.frame).step(-1));
    on("on", () => inside(held.frame).step(1));
    on("renew", shell.renew);
    on("pause", (event) => {
      const wall = inside(held.frame);
      wall.pause(!wall.state.isPaused);
      event.target.textContent = wall.state.isPaused ? words.go : words.pause;
    });
    document.addEventListener("pointermove", shell.stir);
    document.addEventListener("visibilitychange", stayAwake);
    stayAwake();
  }

  window.setInterval(() => {
    if (!root()) return;
    if (!held.isStarted) start();
    attend();
    shift(performance.now());
  }, 1000);
})();
