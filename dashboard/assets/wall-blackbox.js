// The black box of a wall: what its page weighs and how often a picture failed, told to the server every five minutes.
// It reads `window.wallLife`, which the shell of the wall keeps: {refreshes, missed, sceneChanges, lastPictureAt, renewals, errors}, and where they are
// known {wall, scene, now, revoked}. On a page that is no shell it rests.
(() => {
  const FIRST_MS = 60_000, EVERY_MS = 300_000, MOST = 1e9;
  let openingHeap = null;

  const count = (value) => (Number.isFinite(value) && value > 0 ? Math.min(Math.round(value), MOST) : 0);

  // The shell and the scenes in its frames; a frame from elsewhere cannot be looked into.
  function documents() {
    const found = [document];
    for (const frame of document.querySelectorAll("iframe")) {
      try { if (frame.contentDocument) found.push(frame.contentDocument); } catch { /* not ours */ }
    }
    return found;
  }

  const tally = (selector) => documents().reduce((sum, one) => sum + one.querySelectorAll(selector).length, 0);

  function secondsSince(moment) {
    const at = moment instanceof Date ? moment.getTime() : typeof moment === "string" ? Date.parse(moment) : Number(moment);
    if (moment === null || moment === undefined || !Number.isFinite(at) || at <= 0) return null;
    const now = typeof window.wallLife.now === "function" ? window.wallLife.now() : Date.now();
    return Math.min(Math.max(Math.round((now - at) / 1000), 0), 1e8);
  }

  function sample() {
    const life = window.wallLife;
    const used = performance.memory && performance.memory.usedJSHeapSize;
    const heap = Number.isFinite(used) ? Math.round(used) : null;
    openingHeap ??= heap;
    return {
      wall: typeof life.wall === "string" ? life.wall : new URLSearchParams(location.search).get("wall") || "",
      scene: /^[a-z_]{1,40}$/.test(life.scene || "") ? life.scene : "",
      open_seconds: count(performance.now() / 1000),
      picture_seconds: secondsSince(life.lastPictureAt),
      refresh_count: count(life.refreshes), missed_count: count(life.missed), scene_change_count: count(life.sceneChanges),
      renewal_count: count(life.renewals), error_count: count(life.errors),
      heap_bytes: heap, opening_heap_bytes: openingHeap,
      // Asking a canvas which context it has would give it one: those drawn by WebGL are known by their class.
      node_count: tally("*"), canvas_count: tally("canvas"), webgl_count: tally("canvas.gl-canvas, canvas.mapboxgl-canvas, canvas.maplibregl-canvas"),
    };
  }

  async function tell() {
    if (!document.querySelector(".wall-shell") || !window.wallLife || window.wallLife.revoked) return;
    await fetch("/wall/health", {
      method: "POST", headers: { "Content-Type": "application/json", "X-Act": "page" }, body: JSON.stringify(sample()),
      signal: AbortSignal.timeout(20_000),
    }).catch(() => null);
  }

  window.wallBlackBox = { sample, tell };
  // Two hundred walls switched on by one switch shall not speak at once.
  const spread = Math.random() * 30_000;
  setTimeout(() => { tell(); setInterval(tell, EVERY_MS); }, FIRST_MS + spread);
})();
