import type { Random } from 'ablate-ml';
import type { Trace } from './handwriting.ts';

/**
 * Draws traces into a gray image, light on dark, with anti-aliased edges: `[size · size]` bytes, row-major.
 *
 * @param jitter strength of the variation in the pen's width and softness, and of the noise
 */
export function ink(traces: readonly Trace[], size: number, jitter: number, random: Random): Uint8Array {
  const half = size / 2;
  const pen = {
    radius: 0.075 * half * Math.exp(0.22 * jitter * random.normal()),
    softness: (size / 28) * (1 + 0.6 * jitter * random.uniform()),
  };
  const paper = new Float32Array(size * size);
  for (const trace of traces) {
    for (let index = 1; index < trace.length; index++) {
      const [from, to] = [trace[index - 1]!, trace[index]!];
      segment(paper, size, pen, half + half * from[0], half + half * from[1], half + half * to[0], half + half * to[1]);
    }
  }
  const noise = 10 * jitter;
  return Uint8Array.from(paper, (value) => Math.max(0, Math.min(255, 255 * value + noise * (random.uniform() - 0.5))));
}

/** Raises the pixels near the line from (x0, y0) to (x1, y1), in pixels, to their cover by a round pen. */
function segment(
  paper: Float32Array,
  size: number,
  pen: { radius: number; softness: number },
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  const margin = pen.radius + pen.softness;
  const [left, right] = [
    Math.max(0, Math.floor(Math.min(x0, x1) - margin)),
    Math.min(size - 1, Math.ceil(Math.max(x0, x1) + margin)),
  ];
  const [top, bottom] = [
    Math.max(0, Math.floor(Math.min(y0, y1) - margin)),
    Math.min(size - 1, Math.ceil(Math.max(y0, y1) + margin)),
  ];
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy || 1;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
      const along = Math.max(0, Math.min(1, (px * dx + py * dy) / squared));
      const [ex, ey] = [px - along * dx, py - along * dy];
      const cover = 0.5 + (pen.radius - Math.sqrt(ex * ex + ey * ey)) / pen.softness;
      const at = y * size + x;
      if (cover > paper[at]!) paper[at] = Math.min(1, cover);
    }
  }
}
