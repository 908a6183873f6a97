/* What the page holds, decompressed when it is needed: at once, since a browser that prints waits for nothing. */
const page = JSON.parse(document.getElementById('page-data').textContent);

function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return new TextDecoder().decode(fflate.gunzipSync(bytes));
}

const drawings = new Map();

/** The figure of an id: `{name, title, description, vega, table}`. */
function drawingOf(id) {
  if (!drawings.has(id))
    drawings.set(id, JSON.parse(unpacked(document.querySelector(`script[data-drawing="${id}"]`).textContent)));
  return drawings.get(id);
}

const visible = {
  runs: new Set(page.runs.map(({ key }) => key)),
  groups: new Set(page.runs.map(({ group }) => group)),
};
const isGroup = new Set(visible.groups);
const isTitle = new Map(page.runs.map(({ title, key }) => [title, key]));

/** Whether what has this name is shown: a group, a run's title, or something that is neither. */
const isShown = (name) =>
  isGroup.has(name) ? visible.groups.has(name) : isTitle.has(name) ? visible.runs.has(isTitle.get(name)) : true;

/** A specification without what the filters hide. */
function filtered(vega) {
  if (visible.runs.size === page.runs.length) return vega;
  const shown = (row) => row === null || typeof row !== 'object' || row.group === undefined || isShown(row.group);
  const marks = (vega.marks ?? [])
    .filter(({ name }) => !name?.startsWith('panel:') || isShown(name.slice(6).replace(/\t\d+$/, '')))
    .map((mark) => (mark.type === 'group' ? filtered(mark) : mark));
  const data = vega.data?.map((set) =>
    Array.isArray(set.values) ? { ...set, values: set.values.filter(shown) } : set,
  );
  const domains = new Map(
    (vega.scales ?? []).filter(({ domain }) => Array.isArray(domain)).map(({ name, domain }) => [name, domain]),
  );
  const legends = vega.legends?.map((legend) => {
    const names = domains.get(legend.stroke ?? legend.fill);
    return names ? { ...legend, values: names.filter(isShown) } : legend;
  });
  return {
    ...vega,
    marks,
    ...(data && { data }),
    ...(legends && { legends: legends.filter(({ values }) => !values || values.length > 0) }),
  };
}
