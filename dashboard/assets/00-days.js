// Days are written as the page writes them, year-month-day, whatever the browser's language; a button opens a calendar.
window.days = (() => {
  const two = (text) => String(Number(text)).padStart(2, "0");
  const WRITTEN = /^(\d{4})(?:\D?(\d{2})\D?(\d{2})|\D(\d{1,2})\D(\d{1,2}))日?(?:[T\s]*(\d{1,2})[:时点](\d{1,2})分?)?$/;

  // A day (or a day and an hour) as somebody may write it, as it is kept; null where it is none.
  function read(text, isMoment = false) {
    const found = WRITTEN.exec(text.normalize("NFKC").trim());
    if (!found) return null;
    const [year, month, day, hour, minute] = [found[1], found[2] || found[4], found[3] || found[5], found[6], found[7]];
    const real = new Date(Date.UTC(year, month - 1, day));
    if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== Number(day) || isMoment !== (hour !== undefined)) return null;
    if (isMoment && (hour > 23 || minute > 59)) return null;
    return `${year}-${two(month)}-${two(day)}${isMoment ? ` ${two(hour)}:${two(minute)}` : ""}`;
  }

  // An input for a day, with its calendar beside it; `fault` is said of what is no day.
  function field(input, { isMoment = false, fault = "", calendar = "" } = {}) {
    const box = document.createElement("span");
    box.className = "day-field";
    input.type = "text";
    input.autocomplete = "off";
    input.maxLength = 24;
    input.placeholder = isMoment ? "YYYY-MM-DD hh:mm" : "YYYY-MM-DD";
    const check = () => input.setCustomValidity(!input.value.trim() || read(input.value, isMoment) ? "" : fault);
    input.addEventListener("input", check);
    input.addEventListener("change", () => { input.value = read(input.value, isMoment) || input.value; });
    // The browser's own field only lends its calendar: what it shows in itself follows its language.
    const own = document.createElement("input");
    own.type = isMoment ? "datetime-local" : "date";
    own.tabIndex = -1;
    own.setAttribute("aria-hidden", "true");
    own.addEventListener("input", (event) => {
      event.stopPropagation();
      input.value = read(own.value, isMoment) || "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const open = Object.assign(document.createElement("button"), { type: "button", title: calendar, textContent: "▾" });
    open.setAttribute("aria-label", calendar);
    open.addEventListener("click", () => {
      const held = read(input.value, isMoment);
      own.value = held ? held.replace(" ", "T") : "";
      own.showPicker();
    });
    box.append(input, open, own);
    return box;
  }

  return { read, field };
})();
