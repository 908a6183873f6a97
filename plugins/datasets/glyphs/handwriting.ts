import type { Random } from 'ablate-ml';
import type { Point, Stroke } from './alphabet.ts';

/** A stroke as it was written once: a polyline in the writing plane. */
export type Trace = readonly Point[];

const samplesPerSpan = 4;

/**
 * Writes a character once: its control points slip, the pen starts and stops early or late, the whole is slanted,
 * turned, stretched and moved, and an elastic field of two waves bends it.
 *
 * @param jitter strength of all of it; 0 writes the character as it was invented
 */
export function write(character: readonly Stroke[], jitter: number, random: Random): readonly Trace[] {
  const bend = elasticField(0.09 * jitter, random);
  const place = affine(jitter, random);
  return character.map((stroke) => {
    const slipped = stroke.map(
      ([x, y]): Point => [x + 0.04 * jitter * random.normal(), y + 0.04 * jitter * random.normal()],
    );
    const from = 0.12 * jitter * random.uniform();
    const to = 1 - 0.12 * jitter * random.uniform();
    return spline(slipped, from, to).map((point) => place(bend(point)));
  });
}

/**
 * A Catmull-Rom spline through the control points, sampled between the shares `from` and `to` of its length in spans.
 */
function spline(points: readonly Point[], from: number, to: number): Trace {
  const spans = points.length - 1;
  const samples = spans * samplesPerSpan;
  return Array.from({ length: samples + 1 }, (_, index): Point => {
    const position = (from + ((to - from) * index) / samples) * spans;
    const span = Math.min(spans - 1, Math.floor(position));
    const at = (offset: number): Point => points[Math.max(0, Math.min(spans, span + offset))]!;
    const t = position - span;
    const axis = (k: 0 | 1): number => catmullRom(at(-1)[k], at(0)[k], at(1)[k], at(2)[k], t);
    return [axis(0), axis(1)];
  });
}

function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

function elasticField(strength: number, random: Random): (point: Point) => Point {
  const wave = (): ((point: Point) => number) => {
    const [amplitude, across, down, phase] = [
      strength * random.normal(),
      random.between(-3, 3),
      random.between(-3, 3),
      random.between(0, 2 * Math.PI),
    ];
    return ([x, y]) => amplitude * Math.sin(across * x + down * y + phase);
  };
  const waves = [wave(), wave(), wave(), wave()] as const;
  return (point) => [point[0] + waves[0](point) + waves[1](point), point[1] + waves[2](point) + waves[3](point)];
}

function affine(jitter: number, random: Random): (point: Point) => Point {
  const angle = 0.14 * jitter * random.normal();
  const slant = 0.2 * jitter * random.normal();
  const [wide, tall] = [Math.exp(0.13 * jitter * random.normal()), Math.exp(0.13 * jitter * random.normal())];
  const [right, below] = [0.07 * jitter * random.normal(), 0.07 * jitter * random.normal()];
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return ([x, y]) => {
    const [u, v] = [wide * (x - slant * y), tall * y];
    return [cosine * u - sine * v + right, sine * u + cosine * v + below];
  };
}
