/**
 * As much of a canvas's 2D context as Vega draws with, written to a jsPDF document: jsPDF's own has no transparency.
 * Node and the page of a report use this file as it is, so it imports nothing. A gradient is drawn in its middle
 * color.
 */

const control = 0.5522847498;

/** Control characters, which no font has, become the sign for what cannot be shown. */
const plain = (text) => String(text).replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');

class Gradient {
  stops = [];
  addColorStop(_offset, color) {
    this.stops.push(color);
  }
}

class PdfCanvas {
  #pdf;
  #GState;
  #matrix = [1, 0, 0, 1, 0, 0];
  #stack = [];
  #path = [];
  #at = [0, 0];
  fillStyle = '#000000';
  strokeStyle = '#000000';
  lineWidth = 1;
  lineCap = 'butt';
  lineJoin = 'miter';
  miterLimit = 10;
  globalAlpha = 1;
  globalCompositeOperation = 'source-over';
  font = '10px sans-serif';
  textAlign = 'left';
  textBaseline = 'alphabetic';
  lineDashOffset = 0;
  #dash = [];

  /**
   * @param pdf document in points whose page has the drawing's size times `scale`
   * @param GState jsPDF's class
   * @param scale points a pixel
   */
  constructor(pdf, GState, scale) {
    this.#pdf = pdf;
    this.#GState = GState;
    this.scale(scale, scale);
  }

  save() {
    const {
      fillStyle,
      strokeStyle,
      lineWidth,
      lineCap,
      lineJoin,
      miterLimit,
      globalAlpha,
      font,
      textAlign,
      lineDashOffset,
    } = this;
    this.#stack.push({
      matrix: this.#matrix,
      dash: this.#dash,
      style: {
        fillStyle,
        strokeStyle,
        lineWidth,
        lineCap,
        lineJoin,
        miterLimit,
        globalAlpha,
        font,
        textAlign,
        lineDashOffset,
      },
    });
    this.#pdf.saveGraphicsState();
  }

  restore() {
    const state = this.#stack.pop();
    if (!state) return;
    this.#matrix = state.matrix;
    this.#dash = state.dash;
    Object.assign(this, state.style);
    this.#pdf.restoreGraphicsState();
  }

  transform(a, b, c, d, e, f) {
    const [A, B, C, D, E, F] = this.#matrix;
    this.#matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
  }
  setTransform() {}
  scale(x, y) {
    this.transform(x, 0, 0, y, 0, 0);
  }
  translate(x, y) {
    this.transform(1, 0, 0, 1, x, y);
  }
  rotate(angle) {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.transform(cos, sin, -sin, cos, 0, 0);
  }
  #point(x, y) {
    const [a, b, c, d, e, f] = this.#matrix;
    return [a * x + c * y + e, b * x + d * y + f];
  }
  get #size() {
    const [a, b, c, d] = this.#matrix;
    return Math.sqrt(Math.abs(a * d - b * c));
  }

  beginPath() {
    this.#path = [];
  }
  moveTo(x, y) {
    this.#at = [x, y];
    this.#path.push(['moveTo', ...this.#point(x, y)]);
  }
  lineTo(x, y) {
    if (this.#path.length === 0) return this.moveTo(x, y);
    this.#at = [x, y];
    this.#path.push(['lineTo', ...this.#point(x, y)]);
  }
  bezierCurveTo(x1, y1, x2, y2, x, y) {
    this.#at = [x, y];
    this.#path.push(['curveTo', ...this.#point(x1, y1), ...this.#point(x2, y2), ...this.#point(x, y)]);
  }
  quadraticCurveTo(cx, cy, x, y) {
    const [x0, y0] = this.#at;
    this.bezierCurveTo(
      x0 + (2 / 3) * (cx - x0),
      y0 + (2 / 3) * (cy - y0),
      x + (2 / 3) * (cx - x),
      y + (2 / 3) * (cy - y),
      x,
      y,
    );
  }
  arc(x, y, radius, from, to, counterclockwise = false) {
    const full = 2 * Math.PI;
    let sweep = counterclockwise ? from - to : to - from;
    sweep = Math.abs(to - from) >= full ? full : ((sweep % full) + full) % full;
    const parts = Math.max(1, Math.ceil(sweep / (Math.PI / 2) - 1e-9));
    const step = ((counterclockwise ? -1 : 1) * sweep) / parts;
    const handle = parts === 4 && sweep === full ? control * Math.sign(step) : (4 / 3) * Math.tan(step / 4);
    this.lineTo(x + radius * Math.cos(from), y + radius * Math.sin(from));
    for (let part = 0, angle = from; part < parts; part++, angle += step) {
      const [c0, s0, c1, s1] = [Math.cos(angle), Math.sin(angle), Math.cos(angle + step), Math.sin(angle + step)];
      this.bezierCurveTo(
        x + radius * (c0 - handle * s0),
        y + radius * (s0 + handle * c0),
        x + radius * (c1 + handle * s1),
        y + radius * (s1 - handle * c1),
        x + radius * c1,
        y + radius * s1,
      );
    }
  }
  rect(x, y, width, height) {
    this.moveTo(x, y);
    this.lineTo(x + width, y);
    this.lineTo(x + width, y + height);
    this.lineTo(x, y + height);
    this.closePath();
  }
  closePath() {
    this.#path.push(['close']);
  }
  #draw() {
    for (const [command, ...points] of this.#path) this.#pdf[command](...points);
  }
  fill() {
    if (this.#path.length === 0 || this.fillStyle === 'transparent') return;
    this.#paint('fill', this.fillStyle);
    this.#draw();
    this.#pdf.fill();
  }
  stroke() {
    if (this.#path.length === 0 || this.strokeStyle === 'transparent') return;
    this.#paint('stroke', this.strokeStyle);
    this.#draw();
    this.#pdf.stroke();
  }
  clip() {
    this.#draw();
    this.#pdf.clip();
    this.#pdf.discardPath();
  }
  clearRect() {}
  fillRect(x, y, width, height) {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }
  setLineDash(dash) {
    this.#dash = [...(dash ?? [])];
  }
  getLineDash() {
    return this.#dash;
  }
  createLinearGradient() {
    return new Gradient();
  }
  createRadialGradient() {
    return new Gradient();
  }
  measureText(text) {
    return { width: this.#pdf.getStringUnitWidth(text) * this.#fontSize };
  }
  get #fontSize() {
    return Number(/([\d.]+)px/.exec(this.font)?.[1] ?? 10);
  }

  #paint(kind, style) {
    const color = style instanceof Gradient ? style.stops[style.stops.length >> 1] : style;
    const parts = /^rgba?\(([^)]+)\)$/.exec(color);
    const [red, green, blue, alpha = 1] = parts ? parts[1].split(/[\s,/]+/).map(Number) : [];
    const given = parts ? [Math.round(red), Math.round(green), Math.round(blue)] : [color];
    if (kind === 'fill') this.#pdf.setFillColor(...given);
    else {
      this.#pdf.setDrawColor(...given);
      this.#pdf.setLineWidth(this.lineWidth * this.#size);
      this.#pdf.setLineCap(this.lineCap);
      this.#pdf.setLineJoin(this.lineJoin);
      this.#pdf.setLineDashPattern(
        this.#dash.map((length) => length * this.#size),
        this.lineDashOffset * this.#size,
      );
    }
    const opacity = this.globalAlpha * alpha;
    this.#pdf.setGState(new this.#GState({ opacity, 'stroke-opacity': opacity }));
  }

  fillText(text, x, y) {
    this.#text(plain(text), x, y, 'fill');
  }
  strokeText(text, x, y) {
    this.#text(plain(text), x, y, 'stroke');
  }
  #text(text, x, y, mode) {
    if (text === '') return;
    const size = this.#fontSize;
    const width = this.#pdf.getStringUnitWidth(text) * size;
    const left =
      x -
      (this.textAlign === 'center' ? width / 2 : this.textAlign === 'right' || this.textAlign === 'end' ? width : 0);
    const bold = mode === 'fill' && /\b(bold|[6-9]00)\b/.test(this.font);
    this.#pdf.saveGraphicsState();
    this.#paint(mode, mode === 'fill' ? this.fillStyle : this.strokeStyle);
    if (bold) {
      const [outline, weight] = [this.strokeStyle, this.lineWidth];
      [this.strokeStyle, this.lineWidth] = [this.fillStyle, size * 0.03];
      this.#paint('stroke', this.strokeStyle);
      [this.strokeStyle, this.lineWidth] = [outline, weight];
    }
    const [a, b, c, d] = this.#matrix;
    const [e, f] = this.#point(left, y);
    this.#pdf.setCurrentTransformationMatrix(new this.#pdf.Matrix(a, b, c, d, e, f));
    this.#pdf.setTextColor(this.#pdf.getFillColor());
    this.#pdf.setFontSize(size);
    if (mode === 'stroke' || bold) this.#pdf.setLineWidth(mode === 'stroke' ? this.lineWidth : size * 0.03);
    this.#pdf.text(text, 0, 0, { renderingMode: bold ? 'fillThenStroke' : mode });
    this.#pdf.restoreGraphicsState();
  }

  drawImage(image, x, y, width, height) {
    if (!image.src?.startsWith('data:image/')) return;
    const [left, top] = this.#point(x, y);
    this.#pdf.setGState(new this.#GState({ opacity: this.globalAlpha }));
    this.#pdf.addImage(
      image.src,
      /^data:image\/(\w+)/.exec(image.src)[1].toUpperCase(),
      left,
      top,
      width * this.#size,
      height * this.#size,
      undefined,
      'FAST',
    );
  }
}

/**
 * Draws a Vega view as a PDF of its own size, a pixel being 3/4 point.
 *
 * @param jspdf the module: `{jsPDF, GState}`
 * @param font TrueType as base64
 * @returns {Promise<ArrayBuffer>}
 */
export async function viewToPdf(view, jspdf, font) {
  const { jsPDF, GState } = jspdf;
  await view.runAsync();
  const scale = 0.75;
  const padding = view.padding();
  const width = (view._viewWidth + padding.left + padding.right) * scale;
  const height = (view._viewHeight + padding.top + padding.bottom) * scale;
  const pdf = new jsPDF({
    unit: 'pt',
    format: [width, height],
    orientation: width > height ? 'landscape' : 'portrait',
    compress: true,
    putOnlyUsedFonts: true,
  });
  pdf.addFileToVFS('arimo.ttf', font);
  pdf.addFont('arimo.ttf', 'Arimo', 'normal');
  pdf.setFont('Arimo', 'normal');
  pdf.advancedAPI();
  const canvas = new PdfCanvas(pdf, GState, scale);
  settleImages(view.scenegraph().root);
  await view.toCanvas(1, { externalContext: canvas });
  pdf.compatAPI();
  return pdf.output('arraybuffer');
}

/** Where there is no browser nothing loads images; their `data:` URLs are all that a PDF needs. */
function settleImages(item) {
  if (item.marktype === 'image')
    for (const image of item.items)
      image.image = { complete: true, width: 1, height: 1, url: image.url, src: image.url };
  for (const inner of item.items ?? []) settleImages(inner);
}
