// Who is on duty, in the wall's bar: told with every token; what has no room is left out, the telephone first, then the shift.
(function () {
  const wall = (window.wall = window.wall || {});
  let shown = "";

  function pairOf([name, who]) {
    const pair = wall.element("span", "duty-pair");
    pair.append(wall.element("small", "", name), wall.element("b", "", who));
    return pair;
  }

  (wall.onToken = wall.onToken || []).push((told) => {
    const place = wall.find(".wall-duty"), looks = JSON.stringify([told.duty, wall.root().dataset.layout, window.innerWidth, window.innerHeight]);
    if (!place || looks === shown) return;
    shown = looks;
    const { pairs = [], notice = "" } = told.duty || {};
    place.replaceChildren(...pairs.map(pairOf), ...(notice ? [wall.element("strong", "", notice)] : []));
    while (place.scrollWidth > place.clientWidth && place.querySelectorAll(".duty-pair").length > 1) {
      [...place.querySelectorAll(".duty-pair")].pop().remove();
    }
  });
})();
