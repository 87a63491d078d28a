// The page of reports: what is chosen stands in the address, so a choice is a link too.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  reports: {
    follow(asked) {
      if (!asked || !document.querySelector(".rp-new")) return "";
      const kept = new URLSearchParams(location.search);
      const query = new URLSearchParams(asked);
      for (const key of ["of", "state", "year", "page"]) if (kept.has(key)) query.set(key, kept.get(key));
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
