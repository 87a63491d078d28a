// The form by which a meeting decides on an item, made for the keyboard: choose with arrows, write, Ctrl+Enter records.
(() => {
  const { act, make } = window.meetings;

  function field(form, label, input, wide) {
    const box = make("label", wide ? "is-wide" : "");
    box.append(make("span", "", label), input);
    form.append(box);
    return input;
  }

  window.meetings.decisionForm = (item, { words, states, units, after, latest }) => {
    const held = item.decision || { state: "decided", text: "", unit: "", due: "", comment: "" };
    const form = make("form", "meet-decide");
    form.dataset.item = item.id;
    form.dataset.version = item.version;
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
    unit.value = (units.find(([code]) => code === held.unit) || ["", ""])[1];
    const codeOf = (name) => {
      const exact = units.filter((one) => one[1] === name), part = units.filter((one) => one[1].toLowerCase().includes(name.toLowerCase()));
      const found = exact.length ? exact : part;
      return name && found.length === 1 ? found[0][0] : name;
    };
    form.append(names);
    field(form, words.unit, unit);
    const due = make("input");
    due.type = "date";
    due.value = held.due;
    field(form, words.due, due);
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

    form.addEventListener("input", () => form.classList.add("is-touched"));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      const state = form.querySelector("input[type=radio]:checked").value;
      const said = await act("decide", {
        item_id: item.id, version: Number(form.dataset.version), state, text: text.value, unit: codeOf(unit.value.trim()), due_on: due.value, comment: comment.value,
      });
      button.disabled = false;
      told.textContent = said.done ? words.saved : said.error || words.away;
      told.classList.toggle("is-bad", !said.done);
      if (said.done) {
        form.classList.remove("is-touched");
        if (form.contains(document.activeElement)) document.activeElement.blur();
      }
      // What another has decided meanwhile is shown beside what was being written; who was told may then correct it.
      if (said.done || said.status === 409) await after();
      if (said.status === 409 && latest(item.id)) form.dataset.version = latest(item.id);
    });
    return form;
  };
})();
