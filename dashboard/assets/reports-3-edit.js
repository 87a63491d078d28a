// Reports: a paragraph is written where it stands, what is generated beside it; two people at once never overwrite each other unseen.
(() => {
  const { act, make, say, tell, renew, words, filled } = window.reports;
  const LONGEST = 2000;
  const areas = () => document.querySelector(".rp-areas");
  const paragraph = (key) => document.querySelector(`.rp-par[data-key="${CSS.escape(key)}"]`);
  // What is being written: the paragraph, its words, and what stood there when it was opened.
  let open = null;

  const signs = (text) => [...text.replace(/\s/g, "")].length;
  const isDirty = () => Boolean(open) && open.area.value.trim() !== open.seen.trim();

  function button(text, name, look = "") {
    const made = make("button", `rp-button ${look}`.trim(), text);
    made.type = "button";
    made.dataset.edit = name;
    return made;
  }

  function show(par, { text = null, adding = false, theirs = null } = {}) {
    const w = words();
    const { key, generated, was, own, edited, stale } = par.dataset;
    const held = adding ? "" : par.dataset.text;
    const box = make("div", "rp-editor");
    box.setAttribute("role", "group");
    const label = make("label", "", w.written);
    const area = make("textarea");
    area.id = "rp-writing";
    label.htmlFor = area.id;
    area.maxLength = LONGEST;
    // What was left out begins from what is generated.
    area.value = text !== null ? text : held || (adding || own ? "" : generated);
    const mine = make("div");
    mine.append(label, area);
    box.append(mine);
    const beside = adding || own ? "" : generated;
    if (beside) {
      const side = make("div", "rp-was");
      side.append(make("b", "", stale ? w.now : w.generated), make("p", "", beside));
      if (stale && was) side.append(make("b", "", w.was), make("p", "", was));
      box.append(side);
    } else box.classList.add("is-alone");
    if (theirs !== null) {
      const other = make("div", "rp-theirs");
      other.append(make("b", "", w.theirs), make("p", "", theirs || "—"), button(w.take_theirs, "theirs"));
      box.append(other);
    }
    const row = make("div", "rp-editor-row");
    const count = make("span");
    row.append(count, make("i"));
    if (!adding) {
      if (stale) row.append(button(w.keep, "keep"));
      if (edited) row.append(button(par.dataset.after ? w.remove : w.restore, "restore"));
      if (!own && held) row.append(button(w.leave_out, "out"));
      if (!par.dataset.after) row.append(button(w.add, "add"));
    }
    row.append(button(w.cancel, "close"), button(w.save, "save", "is-main"));
    const told = make("p", "rp-told");
    told.setAttribute("role", "status");
    box.append(told, row);
    const counted = () => {
      count.textContent = filled(w.signs, { n: signs(area.value) }) + (beside ? filled(w.of, { n: signs(beside) }) : "");
    };
    area.addEventListener("input", counted);
    counted();
    // Nothing of the paragraph is lost from sight but its words, which are in the field.
    open = { key, par, box, area, told, adding, seen: held || (adding || own ? "" : generated), held };
    if (adding) par.after(box);
    else {
      par.classList.add("is-open");
      par.querySelectorAll(":scope > :is(.rp-words, .rp-marks, .rp-edit)").forEach((part) => { part.hidden = true; });
      par.prepend(box);
    }
    area.focus();
    if (theirs !== null) tell(told, w.conflict, true);
  }

  function close() {
    if (!open) return;
    const { par, box } = open;
    box.remove();
    par.classList.remove("is-open");
    par.querySelectorAll(":scope > [hidden]").forEach((part) => { part.hidden = false; });
    open = null;
    par.querySelector(".rp-edit")?.focus();
  }

  // Whoever goes on elsewhere while something is unsaved is asked first.
  async function mayLeave() {
    if (!isDirty()) return true;
    return Boolean(await window.reports.confirm(words().give_up, words().unsaved));
  }

  // After the desk is drawn anew: what was being written goes on, unless its paragraph is as it was seen.
  let waiting = null;
  const anew = () => {
    document.querySelector(".rp-desk").redraw = true;
    renew();
  };
  function conflict(code, form, held, error) {
    tell(open.told, error, true);
    waiting = { code, form, held, text: open.area.value, adding: open.adding, version: areas().dataset.version };
    anew();
  }
  async function resumed() {
    if (!waiting || !areas() || areas().dataset.version === waiting.version) return;
    const { code, form, held, text, adding } = waiting;
    waiting = null;
    open = null;
    const par = paragraph(form.key);
    // It can be written no more: what was written is shown once, to be kept elsewhere.
    if (!par) return void window.reports.confirm(words().closed, text);
    if (par.dataset.text === held && areas().dataset.edits) {
      // Somebody changed the report elsewhere: this paragraph is as it was seen.
      show(par, { text, adding });
      return send(code, { ...form, version: Number(areas().dataset.version) });
    }
    show(par, { text, adding, theirs: par.dataset.text });
  }

  const base = () => ({ issue_id: Number(areas().dataset.issue), version: Number(areas().dataset.version), key: open.key, name: sessionStorage.getItem(window.reports.NAME) || "" });

  async function send(code, form) {
    const held = open.held;
    open.box.querySelectorAll("button").forEach((one) => { one.disabled = true; });
    const said = await act(code, form);
    if (!open) return;
    open.box.querySelectorAll("button").forEach((one) => { one.disabled = false; });
    if (said.status === 409) return conflict(code, form, held, said.error);
    if (!said.done) return tell(open.told, said.error, true);
    const key = open.key;
    open = null;
    say(said.message, false);
    back = key;
    anew();
  }

  // After a save the place one was at has the focus again.
  let back = "";
  new MutationObserver(() => {
    resumed();
    const par = back && paragraph(back);
    if (!par || par.querySelector(".rp-editor")) return;
    back = "";
    par.querySelector(".rp-edit")?.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });

  async function pressed(name) {
    if (name === "close") return (await mayLeave()) && close();
    if (name === "theirs") return close();
    if (name === "add") {
      if (!(await mayLeave())) return undefined;
      const { par } = open;
      close();
      return show(par, { adding: true });
    }
    if (name === "save") {
      const text = open.area.value.trim();
      if (!text) return tell(open.told, filled(words().needed, { "": words().written }), true);
      return send(open.adding ? "add_paragraph" : "edit_paragraph", { ...base(), text });
    }
    if (name === "out") return send("edit_paragraph", { ...base(), text: "" });
    if (name === "restore" && !(await window.reports.confirm(open.par.dataset.after ? words().remove : words().restore, words().lost))) return undefined;
    return send({ keep: "keep_edit", restore: "restore_paragraph" }[name], base());
  }

  document.addEventListener("click", async (event) => {
    const one = event.target.closest("[data-edit]");
    if (one) return void pressed(one.dataset.edit);
    const par = event.target.closest(".rp-par[data-key]");
    if (!par || par.classList.contains("is-open") || event.target.closest("a, .rp-editor")) return;
    // Who marks words to copy them does not want to write.
    if (!event.target.closest(".rp-edit") && String(window.getSelection())) return;
    if (!(await mayLeave())) return;
    close();
    show(par);
  });

  document.addEventListener("keydown", async (event) => {
    if (!open || event.isComposing) return;
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      if (await mayLeave()) close();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && open.box.contains(event.target)) pressed("save");
  });

  addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
})();
