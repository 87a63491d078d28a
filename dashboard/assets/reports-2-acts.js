// Reports: acts with what they ask before, what came of them, and work under way with its bar until it ends.
window.reports = (() => {
  const HEADERS = { "Content-Type": "application/json", "X-Act": "page" };
  const NAME = "reports-name";
  const DISMISSED = "reports-dismissed";
  const PATIENCE = 8000;
  const words = () => JSON.parse(document.getElementById("rp-words")?.dataset.words || "{}");
  const filled = (text, values) => String(text || "").replace(/\{(\w*)\}/g, (whole, name) => (name in values ? values[name] : whole));

  function make(tag, className, text) {
    const part = document.createElement(tag);
    if (className) part.className = className;
    if (text !== undefined) part.textContent = text;
    return part;
  }

  // Do an act; what came of it: whether it was done, and what is said.
  async function act(code, form) {
    const answer = await fetch(`/act/${code}`, { method: "POST", headers: HEADERS, body: JSON.stringify(form) }).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    return { done: Boolean(answer && answer.ok), status: answer ? answer.status : 0, ...said, error: said.error || (answer && answer.ok ? "" : words().away) };
  }

  // What shows the report is renewed alone: the rest of the page stays where it is.
  let ticks = 0;
  const renew = () => window.dash_clientside.set_props("report-tick", { n_intervals: ++ticks });

  // A report that is named in what is said is a link.
  function tell(place, text, bad) {
    place.replaceChildren();
    String(text).split(/(\/reports\?issue=\d+)/).forEach((part, at) => {
      if (at % 2) place.append(Object.assign(make("a", "", part), { href: part }));
      else place.append(part);
    });
    place.classList.toggle("is-bad", Boolean(bad));
    place.classList.toggle("is-done", !bad && Boolean(text));
  }

  let leaving = 0;
  function say(text, bad) {
    const place = document.querySelector(".rp-said");
    if (!place) return;
    clearTimeout(leaving);
    tell(place, text, bad);
    if (!bad) leaving = setTimeout(() => place.replaceChildren(), 6000);
  }

  function field(asked) {
    const label = make("label", "", asked.label);
    const input = make(asked.kind === "area" ? "textarea" : "input");
    input.name = asked.name;
    input.maxLength = { area: 500, person: 20 }[asked.kind] || 120;
    input.value = asked.value || (asked.kind === "person" ? sessionStorage.getItem(NAME) || "" : "");
    input.required = asked.needed;
    label.append(input);
    return { label, input, asked };
  }

  // What an act asks before it is done; resolves to what was filled in, or to nothing.
  function ask(button) {
    const fields = JSON.parse(button.dataset.ask || "[]").map(field);
    if (!fields.length && !button.dataset.text) return Promise.resolve({});
    return new Promise((resolve) => {
      const box = make("dialog", "rp-ask");
      const form = make("form");
      const told = make("p", "rp-told");
      told.setAttribute("role", "status");
      const row = make("div", "rp-ask-row");
      const no = Object.assign(make("button", "rp-button", words().cancel), { type: "button" });
      const yes = make("button", "rp-button is-main", button.dataset.title);
      row.append(no, yes);
      const title = make("h2", "", button.dataset.title);
      title.id = "rp-ask-title";
      box.setAttribute("aria-labelledby", title.id);
      form.noValidate = true;
      form.append(title, ...(button.dataset.text ? [make("p", "", button.dataset.text)] : []), ...fields.map((one) => one.label), told, row);
      box.append(form);
      let answer = null;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const empty = fields.find((one) => one.asked.needed && !one.input.value.trim());
        if (empty) {
          tell(told, filled(words().needed, { "": empty.asked.label }), true);
          return empty.input.focus();
        }
        answer = Object.fromEntries(fields.map((one) => [one.asked.name, one.input.value.trim()]));
        if ("name" in answer) sessionStorage.setItem(NAME, answer.name);
        box.close();
      });
      no.addEventListener("click", () => box.close());
      box.addEventListener("close", () => { box.remove(); button.focus(); resolve(answer); });
      (document.querySelector(".office") || document.body).append(box);
      box.showModal();
      (fields.length ? fields[0].input : yes).focus();
    });
  }

  const confirm = (title, text) => ask({ dataset: { title, text }, focus() {} });

  // Work under way: its place may be drawn anew while it is watched.
  const place = () => document.querySelector(".rp-progress");
  let watched = 0;
  function shown(text, share, { bad = false, slow = "", ended = false } = {}) {
    const box = place();
    if (!box) return;
    box.hidden = false;
    box.classList.toggle("is-bad", bad);
    box.querySelector("p").textContent = text;
    box.querySelector(".rp-slow").textContent = slow;
    if (share !== null) {
      box.querySelector(".rp-bar > i").style.width = `${Math.round(share * 100)}%`;
      box.querySelector(".rp-bar").setAttribute("aria-valuenow", Math.round(share * 100));
    }
    const button = box.querySelector("button");
    button.textContent = ended ? words().close : words().cancel;
    button.dataset.ended = ended ? "yes" : "";
    if (ended) button.hidden = false;
  }

  // Steps that count say how many are done; the charts are most of the work.
  function share(job, before) {
    if (job.state === "waiting") return 0;
    const counted = /(\d+)\s*\/\s*(\d+)/.exec(job.progress);
    const now = counted && Number(counted[2]) ? 0.15 + (0.65 * Number(counted[1])) / Number(counted[2]) : job.progress ? 0.1 : 0.05;
    return Math.max(now, counted || !before ? now : Math.min(before + 0.04, 0.95));
  }

  async function watch(number) {
    if (watched === number) return;
    watched = number;
    const since = Date.now();
    let done = 0;
    let told = "";
    while (watched === number) {
      const answer = await fetch(`/job/${number}`).catch(() => null);
      if (answer && answer.status === 404) {
        // Asked for by somebody else, who alone is told how far it is.
        shown(words().others, null);
        await new Promise((after) => setTimeout(after, 4000));
        watched = 0;
        return renew();
      }
      const job = answer && answer.ok ? await answer.json() : null;
      const seconds = Math.round((Date.now() - since) / 1000);
      if (job && job.is_ended) return ended(number, job);
      if (job) {
        if (job.progress !== told) [told, done] = [job.progress, share(job, done)];
        const slow = job.state === "waiting" && Date.now() - since > PATIENCE ? words().no_worker : "";
        const time = filled(job.state === "waiting" ? words().waiting : words().running, { n: seconds });
        shown([job.state === "waiting" ? words().queued : job.text, job.progress, time].filter(Boolean).join(" · "), done, { slow });
      } else shown(words().away, null);
      await new Promise((after) => setTimeout(after, 700));
    }
  }

  function ended(number, job) {
    watched = -number;
    if (job.state === "failed") {
      if (sessionStorage.getItem(DISMISSED) === String(number)) return;
      shown(filled(words().failed, { "": job.error }), null, { bad: true, ended: true });
      place().dataset.failed = number;
      return;
    }
    if (job.state === "cancelled") say(words().cancelled, true);
    else shown(job.text, 1);
    renew();
  }

  document.addEventListener("click", async (event) => {
    const stop = event.target.closest(".rp-progress button");
    if (stop && stop.dataset.ended) {
      sessionStorage.setItem(DISMISSED, place().dataset.failed || "");
      place().hidden = true;
      return;
    }
    if (stop) {
      const said = await act("cancel_report", { job_id: Math.abs(watched) });
      if (!said.done) say(said.error, true);
      return;
    }
    const button = event.target.closest("button[data-rp-act]");
    if (!button) return;
    const more = await ask(button);
    if (!more) return;
    button.disabled = true;
    const own = button.closest(".rp-go")?.querySelector(".rp-told");
    const said = await act(button.dataset.rpAct, { ...JSON.parse(button.dataset.form), ...more });
    button.disabled = false;
    if (!said.done) return own ? tell(own, said.error, true) : say(said.error, true);
    if (said.link) return location.assign(said.link);
    say(said.message, false);
    if (said.job_id) watch(said.job_id);
    renew();
  });

  // A report has thousands of cells: they come as markup, every text of it escaped, and are put in place at once.
  function fill() {
    document.querySelectorAll(".rp-raw").forEach((place) => {
      if (place.drawnFrom === place.dataset.html) return;
      // Who is writing is not disturbed: what is new waits until the editor is closed.
      if (place.querySelector(".rp-editor") && !place.redraw) return;
      place.redraw = false;
      place.drawnFrom = place.dataset.html;
      const top = scrollY;
      place.innerHTML = place.dataset.html;
      scrollTo(scrollX, top);
    });
  }

  function furnish() {
    fill();
    const box = place();
    const number = box && !box.hidden ? Number(box.dataset.job) : 0;
    if (number && Math.abs(watched) !== number) watch(number);
  }
  new MutationObserver(furnish).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-html"] });
  furnish();

  return { act, ask, confirm, make, say, tell, renew, watch, words, filled, NAME };
})();
