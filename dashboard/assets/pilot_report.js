// Reports of pilot targets: inputs where the page has places for them, drafts kept and passed on, what was refused shown in full.
(() => {
  const HEADERS = { "Content-Type": "application/json", "X-Act": "page" };
  const LARGEST = 20 * 2 ** 20;
  const NAME = "pilot-report-name";
  const tools = () => document.querySelector(".report-tools");
  const inputOf = (place, name) => place && place.querySelector(`.report-field[data-name="${name}"] :is(input, textarea, select)`);
  let dirty = false;

  // Places come with the page, whenever that is drawn.
  function furnish(place) {
    const { kind, name, label, value, choices, least, most, longest } = place.dataset;
    let input;
    if (kind === "area") input = document.createElement("textarea");
    else if (kind === "choice") {
      input = document.createElement("select");
      for (const [code, text] of JSON.parse(choices)) input.add(new Option(text, code));
    } else {
      input = document.createElement("input");
      input.type = { number: "text", check: "checkbox", file: "file", held: "hidden" }[kind] || "text";
      if (kind === "number") input.inputMode = "decimal";
      // A day as the page writes days; the browser's own field would write it as its language does.
      if (least) [input.placeholder, input.title, input.maxLength] = ["YYYY-MM-DD", `${least} … ${most}`, 10];
    }
    input.setAttribute("aria-label", label);
    if (longest) input.maxLength = Number(longest);
    if (kind !== "file" && kind !== "check") input.value = value || "";
    if (name === "name") {
      input.placeholder = label;
      input.value = localStorage.getItem(NAME) || "";
    }
    if (name === "reason") input.placeholder = label;
    const row = place.closest("tr.report-line");
    if (row && row.dataset.target && row.dataset.open !== "yes") input.disabled = true;
    place.append(input);
    if (kind !== "file") return;
    // The browser's own words for choosing a file follow its language, not the page's.
    const face = Object.assign(document.createElement("label"), { textContent: `＋ ${label}` });
    face.append(input);
    input.addEventListener("change", () => { face.firstChild.textContent = input.files[0] ? input.files[0].name : `＋ ${label}`; });
    place.append(face);
  }
  const furnishAll = () => document.querySelectorAll(".report-field:empty").forEach(furnish);
  new MutationObserver(furnishAll).observe(document.documentElement, { childList: true, subtree: true });

  function told(text, bad) {
    const place = tools().querySelector(".report-told");
    const lines = String(text).split("\n");
    place.replaceChildren();
    place.classList.toggle("is-bad", Boolean(bad));
    if (!bad || lines.length === 1) return void (place.textContent = text);
    const list = document.createElement("ol");
    for (const line of lines) list.append(Object.assign(document.createElement("li"), { textContent: line }));
    const link = document.createElement("a");
    link.textContent = tools().dataset.faults;
    link.download = `${tools().dataset.period}.txt`;
    link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n")], { type: "text/plain" }));
    place.append(list, link);
  }

  function busy(is) {
    tools().querySelectorAll("button").forEach((button) => { button.disabled = is; });
  }

  async function post(act, form) {
    const answer = await fetch(`/act/${act}`, { method: "POST", headers: HEADERS, body: JSON.stringify(form) }).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    if (answer && answer.ok) return said;
    told(said.error || tools().dataset.away, true);
    return null;
  }

  async function send(file) {
    if (file.size > LARGEST) return void told(tools().dataset.large, true);
    const name = encodeURIComponent(file.name);
    const answer = await fetch(`/upload?name=${name}`, { method: "POST", headers: { "X-Act": "page" }, body: file }).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    if (answer && answer.ok) return said.upload;
    return void told(said.error || tools().dataset.away, true);
  }

  // "1,234.5" and full-width digits are numbers; anything else is marked.
  function numberIn(input) {
    const text = input.value.normalize("NFKC").replace(/(\d),(?=\d{3})/g, "$1").trim();
    const isNumber = text === "" || /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text);
    input.classList.toggle("is-bad", !isNumber);
    return isNumber ? (text === "" ? null : Number(text)) : undefined;
  }

  async function entryOf(row) {
    const entry = { target: row.dataset.target, division: row.dataset.division || "", version: Number(row.dataset.version) };
    for (const name of ["narrative", "confidence_code", "evidence", "observed_on"]) entry[name] = inputOf(row, name).value;
    for (const name of ["value", "progress_pct"]) {
      const input = inputOf(row, name);
      const number = input ? numberIn(input) : null;
      if (number === undefined) return "bad";
      entry[name] = number;
    }
    const day = inputOf(row, "observed_on");
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(entry.observed_on);
    day.classList.toggle("is-bad", !isDay);
    if (!isDay) return "bad";
    const file = inputOf(row, "file").files[0];
    if (file) {
      entry.upload = await send(file);
      if (!entry.upload) return "refused";
    }
    return entry;
  }

  const rows = () => [...document.querySelectorAll("tr.report-line[data-target]")];
  // What is counted here needs nobody's typing: it goes along when the others are submitted.
  const counted = () => rows().filter((row) => row.dataset.counted === "yes" && row.dataset.state === "none");
  const changed = () => rows().filter((row) => row.classList.contains("is-changed"));

  async function save(more = []) {
    const entries = [];
    let bad = false;
    const saved = [...new Set([...changed(), ...more])];
    for (const row of saved) {
      const entry = await entryOf(row);
      if (entry === "refused") return null;
      if (entry === "bad") bad = true;
      else entries.push(entry);
    }
    if (bad) return void told(tools().dataset.bad, true);
    if (!entries.length) return { message: tools().dataset.nothing, none: true };
    const said = await post("save_submission", { period: tools().dataset.period, entries });
    if (!said) return null;
    for (const row of saved) {
      row.dataset.version = Number(row.dataset.version) + 1;
      row.dataset.state = "draft";
      row.classList.remove("is-changed");
      inputOf(row, "file").value = "";
    }
    dirty = false;
    return said;
  }

  function nameOf() {
    const name = inputOf(tools(), "name").value.trim();
    if (!name) return void (told(tools().dataset.nameMissing, true), inputOf(tools(), "name").focus());
    localStorage.setItem(NAME, name);
    return name;
  }

  async function submit() {
    const name = nameOf();
    if (!name || !(await save(counted()))) return;
    const ready = rows().filter((row) => ["draft", "returned"].includes(row.dataset.state));
    if (!ready.length) return told(tools().dataset.noneReady, true);
    const entries = ready.map((row) => ({ target: row.dataset.target, division: row.dataset.division || "", version: Number(row.dataset.version) }));
    if (await post("submit_submission", { period: tools().dataset.period, name, entries })) location.reload();
  }

  async function fill() {
    const file = await new Promise((done) => {
      const input = Object.assign(document.createElement("input"), { type: "file", accept: ".xlsx" });
      input.onchange = () => done(input.files[0]);
      input.oncancel = () => done(null);
      input.click();
    });
    const upload = file && (await send(file));
    if (!upload) return;
    const said = await post("fill_form", { period: tools().dataset.period, upload });
    if (said) {
      told(said.message);
      dirty = false;
      setTimeout(() => location.reload(), 900);
    }
  }

  async function pass(act) {
    const name = nameOf();
    if (!name) return;
    const chosen = [...document.querySelectorAll("tr.report-line")].filter((row) => inputOf(row, "chosen")?.checked);
    if (!chosen.length) return told(tools().dataset.noneChosen, true);
    const form = { name, entries: chosen.map((row) => ({ id: Number(row.dataset.id), version: Number(row.dataset.version) })) };
    if (act === "return_submission") {
      form.reason = inputOf(tools(), "reason").value.trim();
      if (!form.reason) return void (told(tools().dataset.reasonMissing, true), inputOf(tools(), "reason").focus());
    }
    if (await post(act, form)) location.reload();
  }

  const ACTS = {
    save: async () => {
      const said = await save();
      if (said) told(said.message);
      if (said && !said.none) location.reload();
    },
    submit, upload: fill,
    confirm: () => pass("confirm_submission"), accept: () => pass("accept_submission"), return: () => pass("return_submission"),
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-report]");
    if (!button) return;
    if (button.dataset.report === "amend") {
      const row = button.closest("tr");
      row.querySelectorAll(".report-field :is(input, textarea, select)").forEach((input) => { input.disabled = false; });
      return button.remove();
    }
    busy(true);
    told(tools().dataset.working);
    const before = tools().querySelector(".report-told").textContent;
    await ACTS[button.dataset.report]();
    if (!tools()) return;
    busy(false);
    if (tools().querySelector(".report-told").textContent === before) told("");
  });

  document.addEventListener("input", (event) => {
    const place = event.target.closest(".report-field");
    if (!place) return;
    if (place.dataset.name === "all") {
      document.querySelectorAll('.report-field[data-name="chosen"] input').forEach((input) => { input.checked = event.target.checked; });
    }
    const row = event.target.closest("tr.report-line[data-target]");
    if (!row) return;
    row.classList.add("is-changed");
    event.target.classList.remove("is-bad");
    dirty = true;
    told(tools().dataset.dirty.replace("{n}", changed().length));
  });

  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  furnishAll();
})();
