/* Figures: drawn when they come into sight, in idle time or for paper, again when filters or theme change, with values by mouse and keyboard. */
const dark = {
  '#1f2328': '#e6e9ed',
  '#59636e': '#a3adb8',
  '#d8dee4': '#343b44',
  '#ffffff': '#0f1318',
  '#332288': '#9d90ee',
  '#117733': '#3fae66',
  '#882255': '#d8679f',
  '#aa4499': '#cf74c0',
  '#999933': '#b9b94a',
  '#0072b2': '#4aa3df',
  '#7a5195': '#b18ad0',
  '#000001': '#ffffff',
  '#fffffe': '#15191f',
};
const isDark = () => document.documentElement.dataset.theme === 'dark';
const themedText = (text) => (isDark() ? text.replace(/#[0-9a-f]{6}/g, (color) => dark[color] ?? color) : text);

const tip = document.getElementById('tip');
const ring = document.getElementById('ring');

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The picture that a point is linked to, enlarged; nothing where it was not kept. */
function thumbOf(link, scale) {
  const [key, row] = (link ?? '').split('/');
  const sheet = page.sheets[key];
  const place = sheet ? sheet.rows.indexOf(Number(row)) : -1;
  if (place < 0) return undefined;
  const [height, width] = sheet.tile;
  const made = element('span', { className: 'thumb' });
  made.setAttribute('role', 'img');
  made.setAttribute('aria-label', 'the image');
  Object.assign(made.style, {
    width: `${width * scale}px`,
    height: `${height * scale}px`,
    backgroundImage: `url(${sheet.url})`,
    backgroundSize: `${sheet.columns * width * scale}px auto`,
    backgroundPosition: `-${(place % sheet.columns) * width * scale}px -${Math.floor(place / sheet.columns) * height * scale}px`,
  });
  return made;
}

function factsOf(value) {
  const list = element('dl');
  const facts = value !== null && typeof value === 'object' ? Object.entries(value) : [['', value]];
  for (const [name, fact] of facts)
    list.append(element('dt', { textContent: name }), element('dd', { textContent: String(fact) }));
  return list;
}

function showTip(x, y, value, item) {
  const thumb = thumbOf(item?.datum?.image, 2);
  tip.replaceChildren(...(thumb ? [thumb] : []), factsOf(value));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(4, Math.min(x + 14, document.documentElement.clientWidth - width - 8));
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(y + height + 22 > innerHeight ? Math.max(4, y - height - 12) : y + 14) + scrollY}px`;
}
const hideTip = () => {
  tip.hidden = true;
  ring.hidden = true;
};

/** A dialogue with the image of a point and all that is known of it. */
function openPoint(item) {
  const value = item?.tooltip;
  if (value === undefined || value === null) return;
  hideTip();
  const box = document.getElementById('point');
  const thumb = thumbOf(item.datum?.image, 6);
  box.querySelector('div').replaceChildren(...(thumb ? [thumb] : []), factsOf(value));
  box.showModal();
}

/** All items that have a tooltip, with their place in the drawing, in the order of the drawing. */
function stops(scene, x = 0, y = 0, found = []) {
  for (const item of scene.items ?? []) {
    if (scene.marktype === 'group') {
      for (const inner of item.items ?? []) stops(inner, x + (item.x ?? 0), y + (item.y ?? 0), found);
    } else if (item.tooltip !== undefined && item.tooltip !== null && item.opacity !== 0 && scene.name !== 'hover') {
      found.push({ item, x: x + (item.bounds.x1 + item.bounds.x2) / 2, y: y + (item.bounds.y1 + item.bounds.y2) / 2 });
    }
  }
  return found;
}
function stopsOf(view) {
  const found = stops(view.scenegraph().root);
  if (found.length > 0) return found;
  const hover = (scene, x, y, into) => {
    for (const item of scene.items ?? []) {
      if (scene.marktype === 'group')
        for (const inner of item.items ?? []) hover(inner, x + (item.x ?? 0), y + (item.y ?? 0), into);
      else if (item.tooltip) into.push({ item, x: x + item.x, y: y + item.y });
    }
    return into;
  };
  return hover(view.scenegraph().root, 0, 0, []);
}

const shown = new Map();

/** Vega's renderer names an image's address only once it has loaded it. */
function showImage(image) {
  const url = image.__data__?.url;
  if (url?.startsWith('data:')) image.setAttribute('href', url);
}

/** Waits for no task, but for promises that are kept already: what `beforeprint` begins is then on paper. */
async function render(chart) {
  sight.unobserve(chart);
  const drawing = drawingOf(chart.dataset.figure);
  shown.get(chart)?.finalize();
  const spec = JSON.parse(themedText(JSON.stringify(filtered(drawing.vega))));
  const empty =
    drawing.vega.marks?.some(({ name }) => name?.startsWith('panel:')) &&
    !spec.marks.some(({ name }) => name?.startsWith('panel:'));
  chart.replaceChildren();
  if (empty) {
    shown.delete(chart);
    chart.append(element('p', { className: 'note', textContent: 'The filters hide all runs of this figure.' }));
    return;
  }
  // The chart has a name and keys of its own; while its drawing is under way too, nothing within is read out.
  const holder = element('div', { ariaHidden: 'true' });
  chart.append(holder);
  const view = new vega.View(vega.parse(spec, null, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'svg',
    container: holder,
    hover: true,
    logLevel: vega.Error,
    tooltip: (_handler, event, item, value) =>
      value === undefined || value === null || value === ''
        ? hideTip()
        : showTip(event.clientX, event.clientY, value, item),
  });
  view.addEventListener('click', (_event, item) => openPoint(item));
  // Before it is drawn, so that a second drawing that begins meanwhile ends this one.
  shown.set(chart, view);
  await view.runAsync();
  const svg = holder.querySelector('svg');
  for (const image of holder.querySelectorAll('image')) showImage(image);
  if (svg) svg.style.maxWidth = `${1.4 * Number(svg.getAttribute('width'))}px`;
  if (svg && !svg.getAttribute('viewBox'))
    svg.setAttribute('viewBox', `0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`);
  chart.dataset.drawn = 'true';
  chart.style.minHeight = '';
}

/** Arrow keys step through a figure's values; Enter opens one. */
function keys(chart) {
  let at = -1;
  chart.addEventListener('keydown', (event) => {
    if (event.target !== chart) return;
    const view = shown.get(chart);
    if (!view) return;
    const found = stopsOf(view);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (event.key === 'Escape') return hideTip();
    if (found.length === 0) return;
    if (event.key === 'Enter' && at >= 0) {
      event.preventDefault();
      return openPoint(found[at].item);
    }
    if (event.key === 'Home') at = 0;
    else if (event.key === 'End') at = found.length - 1;
    else if (step) at = at < 0 ? 0 : Math.max(0, Math.min(found.length - 1, at + step));
    else return;
    event.preventDefault();
    const svg = chart.querySelector('svg');
    const box = svg.getBoundingClientRect();
    const scale = box.width / Number(svg.getAttribute('width'));
    const [originX, originY] = view.origin();
    const { left = 0, top = 0 } = view.padding();
    const x = box.left + (originX + left + found[at].x) * scale;
    const y = box.top + (originY + top + found[at].y) * scale;
    ring.style.left = `${x + scrollX}px`;
    ring.style.top = `${y + scrollY}px`;
    showTip(x, y, found[at].item.tooltip, found[at].item);
    ring.hidden = false;
  });
  chart.addEventListener('blur', hideTip);
}

const sight = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) render(target).catch(fault);
    }
  },
  { rootMargin: '300px' },
);

function fault(error) {
  console.error(error);
}

const charts = [...document.querySelectorAll('.chart')];
for (const chart of charts) {
  keys(chart);
  sight.observe(chart);
}

/** What is drawn is drawn again, all else when it is seen. */
function renderAgain() {
  hideTip();
  drawInIdleTime();
  return Promise.all(
    [...shown.keys()]
      .filter((chart) => chart.dataset.run === undefined || !chart.closest('[hidden]'))
      .map((chart) => render(chart).catch(fault)),
  );
}

/** What paper is to show, and no reader has come to yet. */
const undrawn = () =>
  charts.filter((chart) => !shown.has(chart) && !chart.closest('[hidden]') && !chart.closest('details:not([open])'));
const drawAll = () => Promise.all(undrawn().map((chart) => render(chart).catch(fault)));

/**
 * Elements above which a page is left as it is until it is read or printed: hundreds of embeddings would make it slow.
 */
const maxElements = 150_000;
const idle = window.requestIdleCallback ?? setTimeout;
let drawnBy;

/**
 * Draws, a figure at a time, what no reader has come to yet: a picture of the whole page shows it too. Figures above
 * what is being read are left, since one that becomes higher would move it.
 */
async function drawInIdleTime() {
  const own = (drawnBy = {});
  for (const chart of undrawn()) {
    await new Promise((resolve) => idle(resolve));
    if (drawnBy !== own || document.getElementsByTagName('*').length > maxElements) return;
    if (!shown.has(chart) && chart.getBoundingClientRect().top >= 0) await render(chart).catch(fault);
  }
}
addEventListener('toggle', drawInIdleTime, { capture: true });
addEventListener('scrollend', drawInIdleTime);
addEventListener('scroll', hideTip, { passive: true });
