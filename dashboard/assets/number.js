// Cells of a list of rows that lead somewhere; the grid itself brings no links. Enter follows the link of the cell in focus.
window.dashAgGridComponentFunctions = Object.assign({}, window.dashAgGridComponentFunctions, {
  RowLink(props) {
    const href = props.data && props.data[props.colDef.field + "_href"];
    if (!href || !props.value) return props.value || "";
    return window.React.createElement("a", { href, tabIndex: -1 }, props.value);
  },
});
document.addEventListener("keydown", (event) => {
  const cell = event.key === "Enter" && event.target.closest && event.target.closest(".number-table .ag-cell");
  const link = cell && cell.querySelector("a");
  if (link) link.click();
});
