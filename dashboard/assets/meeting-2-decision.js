// The form by which a meeting decides on an item, made for the keyboard: choose with arrows, write, Ctrl+Enter records.
(() => {
  const { act, make } = window.meetings;

  function field(form, label, input, wide) {
    const box = make("label", wide ? "is-wide" : "");
    box.append(make("span", "", label), input);
    form.append(box);
    return input;
  }

  // What is typed is kept for its item until it is recorded: neither a closed drawer nor a turned page loses it.
  const keyOf = (item) => `meeting-item-${item.id}`;
  function draftOf(item) {
    try {
      return JSON.parse(sessionStorage.getItem(keyOf(item)));
    } catch {
      return null;
    }
  }

  window.meetings.decisionForm = (item, { words, states, units, after, latest }) => {
    const draft = draftOf(item);
    const held = draft || item.decision || { state: "decided", text: "", unit: "", due: "", comment: "" };
    const form = make("form", "meet-decide");
    form.dataset.item = item.id;
    form.dataset.version = draft ? draft.version : item.version;
    if (draft) form.classList.add("is-touched");
    form.append(make("h3", "", item.decision ? words.correct : words.decision));
    const choice = make("div", "meet-choice is-wide");
    choice.setAttribute("role", "radiogroup");
    choice.setAttribute("aria-label", words.state);
    for (const [code, word] of Object.entries(states)) {
      const box = make("label");
      const radio = make("input");
      radio.type = "radio";
      radio.name = `state-${item.id}`;
      radio.value = code;
      radio.checked = code === (held.state || "decided");
      box.append(radio, make("span", "", word));
      choice.append(box);
    }
    const text = make("textarea");
    text.maxLength = 2000;
    text.rows = 3;
    text.value = held.text;
    field(form, words.text, text, true);
    form.append(choice);
    // Typed, not rolled through: part of a name that only one unit has is enough.
    const unit = make("input");
    const names = make("datalist");
    names.id = `units-${item.id}`;
    names.append(...units.map(([, name]) => new Option(name, name)));
    unit.setAttribute("list", names.id);
    unit.placeholder = words.none;
    unit.maxLength = 100;
    unit.value = draft ? draft.unit : (units.find(([code]) => code === held.unit) || ["", ""])[1];
    form.append(names);
    field(form, words.unit, unit);
    const due = make("input");
    due.value = held.due;
    const dueBox = make("label");
    dueBox.append(make("span", "", words.due), window.days.field(due, { fault: words.noDay, calendar: words.calendar }));
    form.append(dueBox);
    const comment = make("input");
    comment.maxLength = 500;
    comment.value = held.comment;
    field(form, words.comment, comment, true);
    const button = make("button", "act-button strong", words.record);
    const told = make("p", "meet-told");
    told.setAttribute("role", "status");
    const row = make("div", "meet-row is-wide");
    row.append(button, told);
    form.append(row);

    // An open end is no fault, but whoever leaves it open shall know.
    const open = make("p", "meet-open is-wide");
    row.before(open);
    const state = () => form.querySelector("input[type=radio]:checked").value;
    const warn = () => {
      const lacks = state() === "decided" && (text.value.trim() || item.decision) ? [unit.value.trim() ? "" : words.noUnit, due.value ? "" : words.noDue].filter(Boolean) : [];
      open.textContent = lacks.length ? `▲ ${lacks.join(words.and)}${words.stillListed}` : "";
    };
    warn();

    // What another decided meanwhile stands above what is being written.
    form.showOther = (now) => {
      const other = now && now.decision;
      form.querySelector(".meet-other")?.remove();
      if (!other) return;
      const box = make("section", "meet-other is-wide");
      box.append(make("h4", "", `${words.other}　${other.by} ${other.at}`), make("p", "meet-said", `${now.stateShape} ${now.stateWord}${other.text ? `：${other.text}` : ""}`), make("p", "meet-by", [other.unitLabel, other.due, other.comment].filter(Boolean).join(" · ")));
      form.querySelector("h3").after(box);
    };
    if (draft && draft.version !== item.version) form.showOther(item);

    const keep = () => sessionStorage.setItem(keyOf(item), JSON.stringify({ version: Number(form.dataset.version), state: state(), text: text.value, unit: unit.value, due: due.value, comment: comment.value }));
    form.addEventListener("input", () => {
      form.classList.add("is-touched");
      keep();
      warn();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      const said = await act("decide", {
        item_id: item.id, version: Number(form.dataset.version), state: state(), text: text.value, unit: unit.value.trim(), due_on: window.days.read(due.value) || due.value, comment: comment.value,
      });
      button.disabled = false;
      told.textContent = said.done ? words.saved : said.error || words.away;
      told.classList.toggle("is-bad", !said.done);
      if (said.done) {
        form.classList.remove("is-touched");
        sessionStorage.removeItem(keyOf(item));
        if (form.contains(document.activeElement)) document.activeElement.blur();
      } else if (form.isConnected && !form.contains(document.activeElement)) text.focus();
      // What another has decided meanwhile is shown beside what was being written; who was told may then correct it.
      if (said.done || said.status === 409) await after();
      const now = said.status === 409 && latest(item.id);
      if (now && String(now.version) !== form.dataset.version) {
        form.dataset.version = now.version;
        form.showOther(now);
        keep();
      }
    });
    return form;
  };
})();
