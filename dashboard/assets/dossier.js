// The dossier of a target on paper: its chart is drawn as wide as the sheet, and as wide as the page again afterwards.
(() => {
  const SHEET = 690; // px between the margins of A4
  const draw = (size) => {
    for (const chart of document.querySelectorAll(".dossier .js-plotly-plot")) {
      if (window.Plotly) window.Plotly.relayout(chart, size);
    }
  };
  window.addEventListener("beforeprint", () => draw({ width: SHEET, autosize: false }));
  window.addEventListener("afterprint", () => draw({ width: null, autosize: true }));
})();
