// The ledger's headings sort it; its reading and order stand in the address, so a reading is a link too.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  ledger: {
    follow(by, sort) {
      const query = new URLSearchParams(location.search);
      const usual = { by: "target", sort: "gap" };
      for (const [key, value] of Object.entries({ by, sort })) {
        if (!value || value === usual[key]) query.delete(key);
        else query.set(key, value);
      }
      const text = query.toString().replace(/(?:%[89A-F][0-9A-F])+|%2C/g, decodeURIComponent);
      history.replaceState(history.state, "", location.pathname + (text ? "?" + text : "") + location.hash);
      const other = document.querySelector(".aside > a");
      if (other) {
        query.set("lang", document.querySelector(".office").lang === "en" ? "zh" : "en");
        other.href = location.pathname + "?" + query.toString();
      }
      return "";
    },
  },
});
document.addEventListener("click", (event) => {
  const heading = event.target.closest && event.target.closest(".ledger-table [data-sort]");
  if (heading) window.dash_clientside.set_props({ type: "ledger", part: "sort" }, { data: heading.dataset.sort });
});
