// Meetings: forms are built from what the page says of them, agendas are arranged where they stand.
(() => {
  const HEADERS = { "Content-Type": "application/json", "X-Act": "page" };
  const make = (tag, className, text) => {
    const part = document.createElement(tag);
    if (className) part.className = className;
    if (text !== undefined && text !== null) part.textContent = text;
    return part;
  };

  // Do an act; what came of it: whether it was done, and what is said.
  async function act(code, body) {
    const answer = await fetch(`/act/${code}`, { method: "POST", headers: HEADERS, body: JSON.stringify(body) }).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    return { done: Boolean(answer && answer.ok), status: answer ? answer.status : 0, ...said };
  }

  function control(field) {
    if (field.type === "lines") {
      const area = make("textarea");
      area.maxLength = 2000;
      area.placeholder = field.hint || "";
      return area;
    }
    if (field.type === "select") {
      const list = make("select");
      for (const [value, text] of field.options) list.add(new Option(text, value));
      return list;
    }
    const input = make("input");
    input.type = field.type === "number" ? "number" : "text";
    if (field.type === "number") input.min = 1;
    if (field.type === "text") input.maxLength = 200;
    return input;
  }

  // What the browser says of a field that is wrong would follow its language.
  function spoken(input, words) {
    input.addEventListener("invalid", () => {
      if (!input.validity.customError) input.setCustomValidity(input.validity.valueMissing ? words.needed : words.wrong);
    });
    input.addEventListener("input", () => { if ([words.needed, words.wrong].includes(input.validationMessage)) input.setCustomValidity(""); });
  }

  // One switch of kinds, and a list of many for the kind chosen.
  function scope(field, box) {
    const kinds = control({ type: "select", options: field.kinds });
    const many = make("select", "meet-many");
    many.multiple = true;
    many.hidden = true;
    kinds.addEventListener("change", () => {
      many.replaceChildren(...(field.options[kinds.value] || []).map(([value, text]) => new Option(text, value)));
      many.hidden = !kinds.value;
    });
    box.append(kinds, many);
    return () => (kinds.value ? { [kinds.value]: [...many.selectedOptions].map((one) => one.value) } : {});
  }

  function build(place) {
    place.dataset.built = "yes";
    const fields = JSON.parse(place.dataset.meetFields);
    const words = JSON.parse(place.dataset.words);
    const form = make("form", "meet-fields");
    const readers = fields.map((field) => {
      const label = make("label", field.wide ? "is-wide" : "");
      label.append(make("span", "", field.label));
      form.append(label);
      if (field.type === "scope") return scope(field, label);
      const input = control(field);
      input.name = field.name;
      input.value = field.value;
      input.required = Boolean(field.needed);
      spoken(input, words);
      const isMoment = field.type === "moment";
      if (!isMoment && field.type !== "day") {
        label.append(input);
        return () => ({ [field.name]: input.value });
      }
      label.append(window.days.field(input, { isMoment, fault: isMoment ? words.noMoment : words.noDay, calendar: words.calendar }));
      return () => ({ [field.name]: window.days.read(input.value, isMoment) || input.value });
    });
    const button = make("button", "act-button", place.dataset.meetOk);
    const told = make("p", "meet-told");
    told.setAttribute("role", "status");
    const row = make("div", "meet-row is-wide");
    row.append(button, told);
    form.append(row);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      await settle();
      const latest = agenda() && agenda().dataset.version;
      const fixed = Object.assign(JSON.parse(place.dataset.meetFixed), latest ? { version: Number(latest) } : {});
      const said = await act(place.dataset.meetAct, Object.assign(fixed, ...readers.map((read) => read())));
      told.textContent = said.done ? said.message : said.error || place.dataset.away;
      told.classList.toggle("is-bad", !said.done);
      if (!said.done) button.disabled = false;
      else if (said.link) location.assign(said.link);
      else location.reload();
    });
    place.append(form);
  }

  setInterval(() => document.querySelectorAll(".meet-form:not([data-built])").forEach(build), 120);

  // The agenda: rows move at once and are sent together once the hand rests.
  let waiting = 0;
  async function settle() {
    if (!waiting) return;
    clearTimeout(waiting);
    waiting = 0;
    await send(order(), false);
  }
  const agenda = () => document.querySelector(".meet-agenda");
  const rows = () => [...agenda().querySelectorAll("tbody tr")].filter((row) => row.querySelector("[data-item]"));
  const number = () => rows().forEach((row, place) => { row.querySelector("[data-item]").textContent = place + 1; });

  async function send(order, again) {
    const card = agenda();
    const said = await act("arrange_agenda", { meeting_id: Number(card.dataset.meeting), version: Number(card.dataset.version), order });
    const told = card.querySelector(".meet-told");
    told.textContent = said.done ? said.message : said.error || "";
    told.classList.toggle("is-bad", !said.done);
    if (said.done) card.dataset.version = Number(card.dataset.version) + 1;
    // Other buttons of the page speak of the same meeting.
    document.querySelectorAll("button[data-act][data-form*=meeting_id]").forEach((button) => {
      const form = JSON.parse(button.dataset.form);
      if ("version" in form) button.dataset.form = JSON.stringify({ ...form, version: Number(card.dataset.version) });
    });
    if (said.done && again) location.reload();
  }
  const order = () => rows().map((row) => Number(row.querySelector("[data-item]").dataset.item));

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".meet-agenda button[data-move], .meet-agenda button[data-restore]");
    if (!button) return;
    clearTimeout(waiting);
    waiting = 0;
    const standing = [...agenda().querySelectorAll("[data-restore]:not([data-restore=all])")].map((one) => Number(one.dataset.restore));
    if (button.dataset.restore === "all") return send([...order(), ...standing], true);
    if (button.dataset.move === "all") return send([], true);
    if (button.dataset.restore) return send([...order(), Number(button.dataset.restore)], true);
    const row = button.closest("tr");
    if (button.dataset.move === "drop") return send(order().filter((id) => id !== Number(row.querySelector("[data-item]").dataset.item)), true);
    const other = button.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(row);
    else other.after(row);
    button.focus();
    number();
    waiting = setTimeout(settle, 600);
  });

  window.meetings = { act, make };
})();
