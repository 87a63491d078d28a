// The brief: another unit or division chosen from the list is gone to, over the days the address names.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  brief: {
    go(value) {
      const at = String(value || "").indexOf(":");
      const query = new URLSearchParams(location.search);
      if (at < 0 || query.get(value.slice(0, at)) === value.slice(at + 1)) return "";
      for (const key of ["unit", "division"]) query.delete(key);
      const days = query.toString();
      location.assign(`${location.pathname}?${value.slice(0, at)}=${encodeURIComponent(value.slice(at + 1))}${days ? "&" + days : ""}`);
      return "";
    },
  },
});
