// The wall, sixth part: does what the duty officer's tablet says, told with the token, and stops showing data when its link was revoked.
(function () {
  const wall = (window.wall = window.wall || {});
  const shell = () => (window.parent !== window && window.parent.wallShell) || null;
  const life = () => (shell() ? window.parent.wallLife : window.wallLife) || {};
  // What was carried out last; kept by the shell, so that a renewed frame does not do it again.
  const memory = () => { const keeper = shell() || wall; return (keeper.steered = keeper.steered || {}); };
  // For so long after a press the wall asks more often: somebody stands there and waits.
  const ATTENTIVE_MS = 60_000, SOON_MS = 2500;
  let attentiveUntil = 0;
  const name = () => new URLSearchParams(location.search).get("wall") || wall.facts().wall;

  // What the wall says of itself whenever it asks for the token.
  wall.says = function () {
    const picture = life().lastPictureAt ? Math.max(0, Math.round((wall.now() - new Date(life().lastPictureAt)) / 1000)) : "";
    Object.assign(life(), { wall: name(), scene: wall.state.scene, now: wall.now });
    return { wall: name(), scene: wall.state.scene, told: memory().revision || 0, picture };
  };

  function steer(told) {
    const done = memory(), isFirst = done.revision === undefined;
    if (done.revision === told.revision) return;
    // A page just opened takes over what lasts, and does not repeat what was a single press.
    if (told.is_pinned) wall.pin(told.scene);
    else if (done.is_pinned) wall.pin(told.scene, 0);
    if (!isFirst && told.scene_revision !== done.scene_revision) wall.show(told.scene);
    if (!isFirst || told.is_paused) wall.pause(told.is_paused);
    if (!isFirst || told.division) wall.focusOn(told.division);
    const renews = !isFirst && told.renewal_revision !== done.renewal_revision;
    Object.assign(done, told);
    if (!isFirst) attentiveUntil = performance.now() + ATTENTIVE_MS;
    // The tablet waits to hear that it is done.
    window.setTimeout(wall.askNow, 400);
    if (renews) window.setTimeout(() => (shell() ? shell().renew() : location.reload()), 1500);
  }

  function hide() {
    if (wall.find(".wall-revoked")) return;
    life().revoked = true;
    for (const scene of wall.all(".scene")) {
      scene.querySelectorAll(".key-card, .events").forEach((node) => node.replaceChildren());
      scene.querySelectorAll(".js-plotly-plot").forEach((node) => {
        const panel = node.closest("[data-panel]").dataset.panel;
        window.dash_clientside.set_props({ type: "panel", scene: scene.dataset.scene, name: panel }, { figure: { layout: { xaxis: { visible: false }, yaxis: { visible: false } } } });
      });
    }
    Object.assign(wall.state, { platforms: [], asOf: null });
    wall.all(".wall-alert, .wall-duty, .wall-strip, .wall-as-of, .wall-age, .panel-age").forEach((node) => node.replaceChildren());
    const sheet = wall.element("div", "wall-revoked");
    sheet.append(wall.element("b", "", wall.say("revoked")), wall.element("span", "", wall.say("revoked-hint")));
    wall.root().append(sheet);
    // Drawn, in the eyes of the shell: there is nothing more to wait for.
    wall.root().classList.add("is-drawn");
  }

  (wall.onToken = wall.onToken || []).push((told) => {
    if (told.revoked) return hide();
    if (performance.now() < attentiveUntil) window.setTimeout(wall.askNow, SOON_MS);
    if (life().revoked) { // Opened by a new link meanwhile.
      life().revoked = false;
      location.reload();
    } else if (told.steer) steer(told.steer);
    else if (memory().revision === undefined) Object.assign(memory(), { revision: 0, scene_revision: 0, renewal_revision: 0 }); // Whatever comes is new.
    return undefined;
  });
})();
