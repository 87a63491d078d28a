// The address of a page says its filters, so a view is a link; and a new snapshot is noticed without a reload.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  address: {
    follow(wish) {
      const query = new URLSearchParams();
      // What a page is about, beside its filters.
      const before = new URLSearchParams(location.search);
      for (const key of ["metric", "part", "by", "sort", "unit", "division"]) if (before.has(key)) query.set(key, before.get(key));
      for (const [key, value] of Object.entries(wish || {})) {
        if (key === "snapshot" || value === null) continue;
        const text = Array.isArray(value) ? value.map((code) => code.replace(/[\\,]/g, "\\$&")).join(",") : value;
        if (text) query.set(key, text);
      }
      // Chinese and commas stay readable; a sign that would end a value (&, #, +, %) stays escaped.
      const text = query.toString().replace(/(?:%[89A-F][0-9A-F])+|%2C/g, decodeURIComponent);
      history.replaceState(history.state, "", location.pathname + (text ? "?" + text : ""));
      const other = document.querySelector(".aside > a");
      if (other) {
        query.set("lang", document.querySelector(".office").lang === "en" ? "zh" : "en");
        other.href = location.pathname + "?" + query.toString();
      }
      return "";
    },
    async renew(_tick, wish) {
      const answer = await fetch("/token").catch(() => null);
      if (!answer || !answer.ok) return window.dash_clientside.no_update;
      const { snapshot } = await answer.json();
      return snapshot === (wish || {}).snapshot ? window.dash_clientside.no_update : Object.assign({}, wish, { snapshot });
    },
  },
});
