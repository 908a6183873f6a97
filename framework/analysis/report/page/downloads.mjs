/* Each figure as SVG, PNG, PDF, its data as CSV: as the filters have it, in the colors of paper. */
function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const withoutTargets = (vega) =>
  vega.marks ? { ...vega, marks: vega.marks.filter(({ name }) => name !== 'hover').map(withoutTargets) } : vega;

async function paperView({ vega: spec }, current) {
  await document.fonts.load('10px Arimo');
  const view = new vega.View(vega.parse(withoutTargets(filtered(spec)), null, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'none',
    logLevel: vega.Error,
  });
  for (const { name, bind } of spec.signals ?? []) if (bind && current) view.signal(name, current.signal(name));
  return view.runAsync();
}

let pdfLibrary;
function loadPdf() {
  pdfLibrary ??= (async () => {
    const code = unpacked(document.getElementById('jspdf').textContent);
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    await new Promise((resolve, reject) =>
      document.head.append(element('script', { src: url, onload: resolve, onerror: reject })),
    );
    return window.jspdf;
  })();
  return pdfLibrary;
}

// As framework/figures/csv-text.ts writes them.
const formula = /^\s*[=+\-@]|^[\t\r]/;
const unprintable =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** Signs that XML lacks. */
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
function csvCell(value) {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const plain = value.replace(unprintable, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const text = formula.test(plain) ? `'${plain}` : plain;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const makers = {
  async SVG(drawing, view) {
    const text = await view.toSVG();
    const title = drawing.description.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);
    return [
      'image/svg+xml',
      text
        .replace(/<svg([^>]*)>/, (_, attributes) => `<svg${attributes} role="img"><title>${title}</title>`)
        .replace(notXml, '\ufffd'),
    ];
  },
  async PNG(_drawing, view) {
    const canvas = await view.toCanvas(3);
    return ['image/png', await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))];
  },
  async PDF(_drawing, view) {
    return ['application/pdf', await viewToPdf(view, await loadPdf(), page.font)];
  },
  async CSV({ table: { columns, rows } }) {
    const wanted = rows.filter(([first]) => typeof first !== 'string' || isShown(first));
    return ['text/csv', [columns, ...wanted].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')];
  },
};

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-save]');
  if (!button) return;
  const kind = button.dataset.save;
  const chart = button.closest('figure').querySelector('.chart');
  try {
    const drawing = drawingOf(chart.dataset.figure);
    const view = kind === 'CSV' ? undefined : await paperView(drawing, shown.get(chart));
    const [type, content] = await makers[kind](drawing, view);
    view?.finalize();
    save(`${drawing.name}.${kind.toLowerCase()}`, type, content);
    say(`${drawing.name}.${kind.toLowerCase()} is saved.`);
  } catch (error) {
    fault(error);
    say(`The ${kind} could not be made.`);
  }
});
