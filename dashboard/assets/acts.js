// Acts: a button asks, a dialog confirms, the job it starts is followed until it ends. One script for every act of every page.
(() => {
  const HEADERS = { "Content-Type": "application/json", "X-Act": "page" };
  const post = (path, body) => fetch(path, { method: "POST", headers: HEADERS, body: JSON.stringify(body || {}) });

  function dialog(button) {
    const { title, text, ok, cancel, ask } = button.dataset;
    const box = document.createElement("dialog");
    box.className = "act";
    const put = (tag, className, content) => {
      const part = document.createElement(tag);
      part.className = className;
      part.textContent = content || "";
      box.append(part);
      return part;
    };
    put("h2", "", title);
    put("p", "act-text", text);
    let field = null;
    if (ask) {
      const label = put("label", "", ask);
      // What takes more than a line (`data-long` says how many signs) has room for it.
      field = document.createElement(button.dataset.long ? "textarea" : "input");
      field.maxLength = button.dataset.long || 200;
      field.value = button.dataset.value || "";
      label.append(field);
      // One line is asked for: Enter in it says yes, but not while a sign is still being composed.
      field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing || button.dataset.long) return;
        event.preventDefault();
        if (!yes.disabled) yes.click();
      });
    }
    let file = null, choice = null;
    if (button.dataset.choices) {
      const label = put("label", "", button.dataset.chooseText);
      choice = document.createElement("select");
      for (const [value, text] of JSON.parse(button.dataset.choices)) choice.add(new Option(text, value));
      label.append(choice);
      file = document.createElement("input");
      file.type = "file";
      put("label", "", button.dataset.fileText).append(file);
    }
    const told = put("p", "act-told", "");
    told.setAttribute("role", "status");
    const row = put("div", "act-row", "");
    const no = document.createElement("button");
    no.textContent = cancel;
    no.className = "quiet";
    const yes = document.createElement("button");
    yes.textContent = ok;
    yes.className = "strong";
    row.append(no, yes);
    document.body.append(box);
    box.addEventListener("close", () => { box.remove(); button.focus(); });
    return { box, field, file, choice, told, no, yes };
  }

  async function follow(number, parts, button) {
    for (;;) {
      const answer = await fetch(`/job/${number}`).catch(() => null);
      const job = answer && answer.ok ? await answer.json() : null;
      if (job) {
        parts.told.textContent = [job.text, job.progress, job.error].filter(Boolean).join(" · ");
        parts.told.classList.toggle("is-bad", job.state === "failed");
        if (job.is_ended) return job;
      } else {
        parts.told.textContent = button.dataset.away || "";
      }
      await new Promise((after) => setTimeout(after, 700));
    }
  }

  // A link is shown this once, to be copied; by hand where the browser lets no script do it.
  function showLink(path, button, parts) {
    const link = document.createElement("input");
    link.className = "act-link";
    link.readOnly = true;
    link.value = location.origin + path;
    parts.told.before(link);
    if (["localhost", "127.0.0.1", "[::1]"].includes(location.hostname)) parts.told.textContent += "\n" + button.dataset.onItself;
    parts.field?.parentElement.remove();
    parts.yes.disabled = false;
    parts.yes.textContent = button.dataset.copy;
    parts.yes.onclick = async () => {
      link.select();
      const done = navigator.clipboard ? await navigator.clipboard.writeText(link.value).then(() => true, () => false) : document.execCommand("copy");
      if (done) parts.yes.textContent = button.dataset.copied;
    };
    parts.no.textContent = button.dataset.close;
    parts.box.addEventListener("close", () => location.reload());
    link.focus();
    link.select();
  }

  async function run(button, parts) {
    const form = JSON.parse(button.dataset.form || "{}");
    if (parts.field) form[button.dataset.field] = parts.field.value;
    parts.yes.disabled = true;
    parts.told.classList.remove("is-bad");
    if (parts.file) {
      const chosen = parts.file.files[0];
      parts.told.textContent = chosen ? "…" : button.dataset.fileText;
      const name = encodeURIComponent(chosen ? chosen.name : "");
      const sent = chosen && (await fetch(`/upload?name=${name}`, { method: "POST", headers: { "X-Act": "page" }, body: chosen }).catch(() => null));
      if (!sent || !sent.ok) {
        const why = sent ? await sent.json().catch(() => ({})) : {};
        if (chosen) parts.told.textContent = why.error || button.dataset.away;
        parts.yes.disabled = false;
        return;
      }
      form.upload = (await sent.json()).upload;
      form.source = parts.choice.value;
    }
    const answer = await post(`/act/${button.dataset.act}`, form).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    if (!answer || !answer.ok) {
      parts.told.textContent = said.error || button.dataset.away || "";
      parts.told.classList.add("is-bad");
      parts.yes.disabled = false;
      return;
    }
    parts.told.textContent = said.message;
    if (!said.job_id && button.dataset.renews) {
      // What shows the outcome is renewed alone: the rest of the page stays.
      window.dash_clientside.set_props(button.dataset.renews, { n_intervals: Date.now() });
      return parts.box.close();
    }
    if (said.link) return showLink(said.link, button, parts);
    if (!said.job_id) return location.reload();
    parts.yes.hidden = true;
    parts.no.onclick = () => post("/act/cancel_job", { job_id: said.job_id });
    const job = await follow(said.job_id, parts, button);
    parts.no.textContent = button.dataset.close;
    parts.no.onclick = () => parts.box.close();
    if (job.state !== "done") return;
    if (job.file) location.assign(`/job/${said.job_id}/file`);
    else if (job.lines.length) {
      parts.told.textContent = job.lines.join("\n");
      parts.box.addEventListener("close", () => location.reload());
    } else location.reload();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    const parts = dialog(button);
    parts.no.onclick = () => parts.box.close();
    parts.yes.onclick = () => run(button, parts);
    parts.box.showModal();
    (parts.field || parts.no).focus();
  });

  document.addEventListener("click", (event) => {
    const choice = event.target.closest("button[data-profile]");
    if (!choice) return;
    // A unit's profile is chosen together with its unit.
    const unit = choice.closest(".profile")?.querySelector("select[name=unit]")?.value || "";
    post(`/profile/${choice.dataset.profile}${unit ? `?unit=${encodeURIComponent(unit)}` : ""}`).then(() => location.reload());
  });
})();
