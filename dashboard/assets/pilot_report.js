// Reports of pilot targets: inputs where the page has places for them, drafts kept and passed on, what was refused shown in full.
(() => {
  const HEADERS = { "Content-Type": "application/json", "X-Act": "page" };
  const LARGEST = 20 * 2 ** 20;
  const NAME = "pilot-report-name";
  const SAID = "pilot-report-said";
  const tools = () => document.querySelector(".report-tools");
  const inputOf = (place, name) => place && place.querySelector(`.report-field[data-name="${name}"] :is(input, textarea, select)`);
  let dirty = false;
  let leaving = false;

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
      if (kind === "day" && least) input.title = `${least} … ${most}`;
    }
    input.setAttribute("aria-label", label);
    if (longest) input.maxLength = Number(longest);
    if (kind !== "file" && kind !== "check") input.value = value || "";
    if (name === "name") {
      input.placeholder = label;
      input.value = sessionStorage.getItem(NAME) || "";
    }
    if (name === "reason") input.placeholder = label;
    const row = place.closest("tr.report-line");
    if (row && row.dataset.target && row.dataset.open !== "yes") input.disabled = true;
    place.append(kind === "day" ? window.days.field(input, { calendar: tools() ? tools().dataset.calendar : "" }) : input);
    if (kind === "area" && input.disabled) shorten(place, input);
    if (kind !== "file") return;
    // The browser's own words for choosing a file follow its language, not the page's.
    const face = Object.assign(document.createElement("label"), { textContent: `＋ ${label}` });
    face.append(input);
    input.addEventListener("change", () => { face.firstChild.textContent = input.files[0] ? input.files[0].name : `＋ ${label}`; });
    place.append(face);
  }
  // What may not be changed is shown by its beginning where it is long.
  function shorten(place, area) {
    if (area.value.length <= 120) return;
    const { more, less } = tools().dataset;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "report-more", textContent: more });
    button.addEventListener("click", () => { button.textContent = place.classList.toggle("is-open") ? less : more; });
    place.classList.add("is-long");
    place.append(button);
  }

  function furnishAll() {
    document.querySelectorAll(".report-field:empty").forEach(furnish);
    const said = sessionStorage.getItem(SAID);
    if (leaving || !said || !document.querySelector(".report-said")) return;
    sessionStorage.removeItem(SAID);
    done(said);
  }
  new MutationObserver(furnishAll).observe(document.documentElement, { childList: true, subtree: true });

  const saidAt = () => document.querySelector(tools() ? ".report-tools .report-told" : ".report-said");

  // What was done stays to be read after the page was loaded anew.
  function reload(said) {
    // The page that goes must not take the words meant for the one that comes.
    leaving = true;
    sessionStorage.setItem(SAID, said);
    location.reload();
  }

  function done(text) {
    const place = saidAt();
    place.textContent = `✓ ${text}`;
    place.className = `${place.className.replace(/ is-(bad|done)/g, "")} is-done`;
  }

  function told(text, bad) {
    const place = saidAt();
    const lines = String(text).split("\n");
    place.replaceChildren();
    place.classList.remove("is-done");
    place.classList.toggle("is-bad", Boolean(bad));
    if (!bad || lines.length === 1) return void (place.textContent = text);
    const list = document.createElement("ol");
    for (const line of lines) list.append(Object.assign(document.createElement("li"), { textContent: line }));
    // A first line that says how many is no fault of its own.
    if (/[：:]$/.test(lines[0])) list.start = 0;
    const link = document.createElement("a");
    link.textContent = tools().dataset.faults;
    link.download = `${tools().dataset.period}.txt`;
    link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n")], { type: "text/plain" }));
    place.append(list, link);
  }

  function busy(is) {
    tools().querySelectorAll("button").forEach((button) => { button.disabled = is; });
  }

  async function post(act, form, before = "") {
    const answer = await fetch(`/act/${act}`, { method: "POST", headers: HEADERS, body: JSON.stringify(form) }).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    if (answer && answer.ok) return said;
    const why = said.error || tools().dataset.away;
    told(before ? `${before}\n${tools().dataset.notSubmitted.replace("{said}", why)}` : why, true);
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

  // What is wrong with a row's cells, each with its reason; they are marked.
  function faultsIn(row) {
    const found = [];
    for (const name of ["value", "progress_pct", "observed_on"]) {
      const input = inputOf(row, name);
      if (!input || input.type === "hidden") continue;
      const why = name === "observed_on" ? dayFault(input) : numberFault(input);
      input.classList.toggle("is-bad", Boolean(why));
      input.title = why;
      if (why) found.push(`${row.dataset.called} “${input.getAttribute("aria-label")}”：${why}`);
    }
    return found;
  }

  const filled = (text, bounds) => text.replace("{least}", bounds.least).replace("{most}", bounds.most);

  function dayFault(input) {
    const { least, most } = input.closest(".report-field").dataset;
    const day = window.days.read(input.value);
    if (!day) return tools().dataset.noDay;
    input.value = day;
    return input.value < least || input.value > most ? filled(tools().dataset.dayWrong, { least, most }) : "";
  }

  function numberFault(input) {
    const number = numberIn(input);
    const { least, most } = input.closest(".report-field").dataset;
    if (number === undefined) return tools().dataset.noNumber;
    if (number !== null && least && number < Number(least)) return filled(tools().dataset.low, { least });
    return number !== null && most && number > Number(most) ? filled(tools().dataset.high, { most }) : "";
  }

  // "1,234.5" and full-width digits are numbers.
  function numberIn(input) {
    const text = input.value.normalize("NFKC").replace(/(\d),(?=\d{3})/g, "$1").trim();
    const isNumber = text === "" || /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text);
    return isNumber ? (text === "" ? null : Number(text)) : undefined;
  }

  async function entryOf(row) {
    const entry = { target: row.dataset.target, division: row.dataset.division || "", version: Number(row.dataset.version) };
    for (const name of ["narrative", "confidence_code", "evidence", "observed_on"]) entry[name] = inputOf(row, name).value;
    for (const name of ["value", "progress_pct"]) {
      const input = inputOf(row, name);
      entry[name] = input ? numberIn(input) : null;
    }
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

  // Rows that are right become drafts; of the others it is said what is wrong with them.
  async function save(more = [], isToSubmit = false) {
    const entries = [];
    const faults = [];
    const saved = [];
    for (const row of new Set([...changed(), ...more])) {
      const wrong = faultsIn(row);
      faults.push(...wrong);
      if (wrong.length) continue;
      const entry = await entryOf(row);
      if (entry === "refused") return null;
      entries.push(entry);
      saved.push(row);
    }
    const texts = tools().dataset;
    const heading = (isToSubmit ? texts.badSubmit : texts.bad).replace("{n}", faults.length);
    if (!entries.length && faults.length) return void told([heading, ...faults].join("\n"), true);
    if (!entries.length) return { message: texts.nothing, none: true };
    const name = inputOf(tools(), "name").value.trim();
    const said = await post("save_submission", { period: texts.period, name, entries });
    if (!said) return null;
    for (const row of saved) {
      row.dataset.version = Number(row.dataset.version) + 1;
      row.dataset.state = "draft";
      row.dataset.writer = name;
      row.dataset.flags = "";
      row.classList.remove("is-changed");
      inputOf(row, "file").value = "";
    }
    dirty = faults.length > 0;
    if (!faults.length) return said;
    const rest = texts.saved.replace("{n}", saved.length);
    return void told([heading, ...faults, rest, ...said.message.split("\n").slice(1)].join("\n"), true);
  }

  // What is about to be submitted, by whom it was written, and what a reviewer will look at twice.
  function asked(ready, name, saved) {
    const texts = tools().dataset;
    const list = (rows, call) => rows.map(call).join(texts.separator);
    const line = (text, rows, call = (row) => row.dataset.called) => text.replace("{n}", rows.length).replace("{names}", list(rows, call));
    const others = ready.filter((row) => row.dataset.writer !== name);
    const flagged = ready.filter((row) => row.dataset.flags);
    const left = rows().filter((row) => row.dataset.state === "returned");
    const lines = [line(texts.ask, ready)];
    if (others.length) lines.push(line(texts.askOthers, others, (row) => `${row.dataset.called} (${row.dataset.writer || texts.unnamed})`));
    lines.push(...saved.message.split("\n").slice(1));
    if (flagged.length) lines.push(line(texts.askCheck, flagged, (row) => `${row.dataset.called}${row.dataset.flags}`));
    if (left.length) lines.push(line(texts.askReturned, left));
    const dialog = Object.assign(document.createElement("dialog"), { className: "report-ask" });
    for (const text of lines) dialog.append(Object.assign(document.createElement("p"), { textContent: text }));
    const buttons = Object.assign(document.createElement("div"), { className: "report-row" });
    for (const [value, text, more] of [["", texts.cancel, ""], ["yes", texts.sure, " is-main"]]) {
      const button = Object.assign(document.createElement("button"), { textContent: text, className: `report-button${more}` });
      button.addEventListener("click", () => dialog.close(value));
      buttons.append(button);
    }
    dialog.append(buttons);
    // Within the page: its colours are the page's.
    (document.querySelector(".office") || document.body).append(dialog);
    dialog.showModal();
    return new Promise((answer) => {
      dialog.addEventListener("close", () => { dialog.remove(); answer(dialog.returnValue === "yes"); });
    });
  }

  function nameOf() {
    const name = inputOf(tools(), "name").value.trim();
    if (!name) return void (told(tools().dataset.nameMissing, true), inputOf(tools(), "name").focus());
    sessionStorage.setItem(NAME, name);
    return name;
  }

  async function submit() {
    const name = nameOf();
    const saved = name && (await save(counted(), true));
    if (!saved) return;
    // What was returned has to be changed first; untouched it stays where it is.
    const ready = rows().filter((row) => row.dataset.state === "draft");
    if (!ready.length) return told(tools().dataset.noneReady, true);
    const entries = ready.map((row) => ({ target: row.dataset.target, division: row.dataset.division || "", version: Number(row.dataset.version) }));
    const kept = saved.none ? "" : saved.message.split("\n")[0];
    if (!(await asked(ready, name, saved))) return void (kept ? reload(kept) : told(""));
    const said = await post("submit_submission", { period: tools().dataset.period, name, entries }, kept);
    if (said) reload(said.message);
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
    const name = inputOf(tools(), "name").value.trim();
    const said = await post("fill_form", { period: tools().dataset.period, name, upload });
    if (said) {
      dirty = false;
      reload(said.message);
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
    const said = await post(act, form);
    if (said) reload(said.message);
  }

  const ACTS = {
    save: async () => {
      const said = await save();
      if (said && said.none) told(said.message);
      else if (said) reload(said.message);
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
    if (place.dataset.name === "name") sessionStorage.setItem(NAME, event.target.value.trim());
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
