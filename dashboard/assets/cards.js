// Cards: the numbers behind a chart, the chart as a picture, and what a card says while it waits or when it could not be fetched.
(() => {
  const SLOW_MS = 1000, AGE_MS = 60000, SCALE = 2, EDGE = 20;
  const words = () => (document.querySelector(".card-words") || { dataset: {} }).dataset;
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  // The wish of the page as its address says it, in the page's language.
  function query() {
    const said = new URLSearchParams(location.search);
    said.set("lang", document.querySelector(".office").lang === "en" ? "en" : "zh");
    return said.toString();
  }

  // Menus ------------------------------------------------------------------------------------------------------------
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches || !menu.matches("details.tools") || !menu.open) return;
    for (const other of document.querySelectorAll("details.tools[open]")) if (other !== menu) other.open = false;
    for (const link of menu.querySelectorAll("a[data-file]")) link.href = link.dataset.file + "?" + query();
  }, true);

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.tools[open]")) if (!menu.contains(event.target)) menu.open = false;
    const link = event.target.closest("a[data-file]");
    if (link) {
      link.href = link.dataset.file + "?" + query();
      const menu = link.closest("details.tools");
      if (menu) menu.open = false;
    }
    const button = event.target.closest("button[data-tool]");
    if (!button) return;
    const menu = button.closest("details.tools");
    menu.open = false;
    ({ numbers: showNumbers, picture: takePicture })[button.dataset.tool](menu).catch(() => tell(words().noPicture));
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.tools[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Numbers ----------------------------------------------------------------------------------------------------------
  async function showNumbers(menu) {
    const name = menu.dataset.chart;
    const box = make("dialog", "numbers");
    const head = make("div", "card-head");
    const title = make("h2", "", menu.closest(".card").querySelector("h2").textContent);
    const shut = make("button", "quiet", words().close);
    shut.type = "button";
    shut.onclick = () => box.close();
    const files = make("span", "numbers-files");
    for (const link of menu.querySelectorAll("a[data-file]")) {
      const copy = make("a", "", link.textContent);
      copy.href = link.dataset.file + "?" + query();
      copy.download = "";
      files.append(copy);
    }
    files.append(shut);
    head.append(title, files);
    const body = make("div", "table", words().slow);
    box.append(head, body);
    box.setAttribute("aria-label", title.textContent);
    box.addEventListener("close", () => { box.remove(); menu.querySelector("summary").focus(); });
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
    document.querySelector(".office").append(box);
    box.showModal();
    try {
      const answer = await fetch(`/chart/${name}.json?${query()}`);
      if (!answer.ok) throw new Error(answer.status);
      fill(body, box, await answer.json());
    } catch {
      body.textContent = words().failed;
    }
  }

  function fill(body, box, said) {
    const numbers = new Set(said.numbers);
    const kind = (place) => (numbers.has(place) ? "num" : "");
    body.replaceChildren();
    // A card with a switch has one name for all its charts.
    box.querySelector("h2").textContent = said.title;
    box.setAttribute("aria-label", said.title);
    if (said.rows.length) {
      const table = make("table"), top = make("tr"), rows = make("tbody"), thead = make("thead");
      said.headings.forEach((text, place) => { const cell = make("th", kind(place), text); cell.scope = "col"; top.append(cell); });
      for (const row of said.rows) {
        const line = make("tr");
        row.forEach((text, place) => line.append(make("td", kind(place), text)));
        rows.append(line);
      }
      thead.append(top);
      table.append(thead, rows);
      body.append(table);
    } else {
      body.append(make("p", "none", words().empty));
    }
    if (said.note) box.append(make("p", "card-note", said.note));
    const about = make("details", "numbers-about");
    about.open = !said.rows.length;
    const list = make("dl");
    for (const [name, text] of said.head) list.append(make("dt", "", name), make("dd", "", text));
    about.append(make("summary", "", words().about), list);
    box.append(about);
  }

  // Pictures ---------------------------------------------------------------------------------------------------------
  function lines(pen, text, width) {
    const found = [""];
    for (const sign of text) {
      if (pen.measureText(found[found.length - 1] + sign).width > width) found.push("");
      found[found.length - 1] += sign;
    }
    return found.filter(Boolean);
  }

  // Names on a map keep the halo the page's stylesheet gives them; a vector picture stays sharp at any scale.
  function withHalo(svg, colour) {
    const halo = `<style>.scattergeo text, .textpoint text { paint-order: stroke; stroke: ${colour}; stroke-width: 0.3em; stroke-linejoin: round; }</style>`;
    return "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg.replace(/(<svg[^>]*>)/, "$1" + halo));
  }

  async function takePicture(menu) {
    const name = menu.dataset.chart, card = menu.closest(".face, .card");
    const plot = [...card.querySelectorAll(".js-plotly-plot")].find((graph) => graph.closest(`[id*='"name":"${name}"']`)) || card.querySelector(".js-plotly-plot");
    const answer = await fetch(`/chart/${name}/words.json?${query()}`);
    if (!answer.ok) throw new Error(answer.status);
    const said = await answer.json();
    const width = plot.offsetWidth, height = plot.offsetHeight;
    const look = getComputedStyle(document.querySelector(".office"));
    const ink = (variable) => look.getPropertyValue(variable).trim();
    const drawn = new Image();
    drawn.src = withHalo(await window.Plotly.toImage(plot, { format: "svg", width, height, imageDataOnly: true }), ink("--panel"));
    await drawn.decode();
    const isMap = (plot.data || []).some((trace) => trace.type.startsWith("choropleth"));
    const canvas = make("canvas"), pen = canvas.getContext("2d");
    const style = (size, weight, colour) => { pen.font = `${weight} ${size}px ${look.fontFamily}`; pen.fillStyle = colour; };
    const above = [[said.title, 17, 600, ink("--text")], [said.about, 13, 400, ink("--muted")]];
    const below = [[said.time, 12, 400, ink("--muted")], [isMap ? said.imprint : "", 11, 400, ink("--faint")], [said.demo, 11, 400, ink("--faint")]];
    const laid = (parts) => parts.filter(([text]) => text).flatMap(([text, size, weight, colour]) => {
      style(size, weight, colour);
      return lines(pen, text, width).map((line) => ({ line, size, weight, colour }));
    });
    const top = laid(above), bottom = laid(below), tall = (parts) => parts.reduce((sum, part) => sum + part.size * 1.5, 0);
    canvas.width = (width + 2 * EDGE) * SCALE;
    canvas.height = (height + tall(top) + tall(bottom) + 2 * EDGE + 16) * SCALE;
    pen.scale(SCALE, SCALE);
    pen.fillStyle = ink("--panel");
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.textBaseline = "top";
    let y = EDGE;
    const write = (parts) => { for (const part of parts) { style(part.size, part.weight, part.colour); pen.fillText(part.line, EDGE, y); y += part.size * 1.5; } };
    write(top);
    pen.drawImage(drawn, EDGE, y + 8, width, height);
    y += height + 16;
    write(bottom);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = said.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 30000);
  }

  // States -----------------------------------------------------------------------------------------------------------
  const waiting = new Map();

  // Where the answer of a callback is shown: the cards of its outputs.
  function cardsOf(body) {
    let asked = [];
    try { asked = [JSON.parse(body).outputs].flat().filter((output) => output && output.id && output.id.type); } catch { return []; }
    const spelled = (id) => JSON.stringify(Object.fromEntries(Object.entries(id).sort(([a], [b]) => (a < b ? -1 : 1))));
    const nodes = asked.map((output) => document.getElementById(spelled(output.id))).filter(Boolean);
    return [...new Set(nodes.map((node) => node.closest(".key-card, .face, .card")).filter(Boolean))];
  }

  function begin(card) {
    const held = waiting.get(card) || { count: 0 };
    held.count += 1;
    held.timer = held.timer || setTimeout(() => { card.dataset.slow = words().slow || ""; }, SLOW_MS);
    waiting.set(card, held);
  }

  function end(card, isWell) {
    const held = waiting.get(card);
    if (held && --held.count <= 0) {
      clearTimeout(held.timer);
      waiting.delete(card);
      delete card.dataset.slow;
    }
    if (isWell) delete card.dataset.failed;
    else card.dataset.failed = words().failed || "";
    notice();
  }

  // One line over the page as long as any card could not be fetched, with a button that asks again.
  function notice() {
    const main = document.querySelector(".office main"), failed = main && main.querySelectorAll("[data-failed]").length;
    let bar = document.querySelector(".failed-notice");
    if (!failed || !main) return bar && bar.remove();
    if (bar) return;
    bar = make("div", "failed-notice");
    bar.setAttribute("role", "status");
    const button = make("button", "quiet", words().again);
    button.type = "button";
    button.onclick = again;
    bar.append(make("span", "", words().someFailed), button);
    document.body.append(bar);
  }

  // The same wish once more: what is known is answered from memory, what failed is asked anew.
  function again() {
    const store = window.dash_component_api.getLayout("filters");
    if (store) window.dash_clientside.set_props("filters", { data: Object.assign({}, store.props.data) });
  }

  function tell(text) {
    const told = make("div", "failed-notice is-passing", text || "");
    told.setAttribute("role", "status");
    document.body.append(told);
    setTimeout(() => told.remove(), 4000);
  }

  const ask = window.fetch.bind(window);
  window.fetch = async (input, options) => {
    const url = typeof input === "string" ? input : (input || {}).url || String(input);
    if (!url.includes("_dash-update-component")) return ask(input, options);
    const cards = cardsOf((options || {}).body);
    cards.forEach(begin);
    try {
      const answer = await ask(input, options);
      cards.forEach((card) => end(card, answer.ok));
      return answer;
    } catch (error) {
      cards.forEach((card) => end(card, false));
      throw error;
    }
  };

  // How old the data are, while the page stays open.
  setInterval(async () => {
    const time = document.querySelector(".data-time");
    if (!time || document.hidden) return;
    const answer = await ask(`/age/${time.dataset.kind}?${query()}`).catch(() => null);
    if (!answer || !answer.ok) return;
    const age = await answer.json();
    time.querySelector("time").textContent = age.time;
    time.querySelector("b").textContent = age.late;
  }, AGE_MS);
})();
