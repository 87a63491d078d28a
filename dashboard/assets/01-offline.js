// Plotly fetches its world map from a CDN even for our own outlines, and fails where that is blocked: give it an empty one.
(function () {
  const empty = { type: "Topology", objects: {}, arcs: [] };
  for (const name of ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"]) {
    empty.objects[name] = { type: "GeometryCollection", geometries: [] };
  }
  window.PlotlyGeoAssets = { topojson: { world_110m: empty, world_50m: empty } };
})();
