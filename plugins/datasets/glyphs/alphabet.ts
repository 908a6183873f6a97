import type { Random, RandomStreams } from 'ablate-ml';

/** A point of the writing plane; a character fills −0.7 … 0.7, y downwards. */
export type Point = readonly [x: number, y: number];

/** Control points of one stroke of the pen, in the order of writing. */
export type Stroke = readonly Point[];

const controlPoints = 5;
const reach = 0.7;

/**
 * Invents the character of class `index`. Even classes are new; each odd class shares its strokes with the class before
 * it but for the last one, as O and Q do, so that every alphabet holds characters that are easily confused.
 */
export function inventCharacter(streams: RandomStreams, index: number): readonly Stroke[] {
  const original = index - (index % 2);
  const strokes = writeStrokes(streams.stream('character', original));
  if (index === original) return fitted(strokes);
  const kept = strokes.slice(0, -1);
  return fitted([...kept, writeStroke(streams.stream('variant', index), kept)]);
}

/**
 * Moves the character to the middle and scales it to the writing plane, its longer side whole, its shorter at least
 * half.
 */
function fitted(strokes: readonly Stroke[]): readonly Stroke[] {
  const sides = ([0, 1] as const).map((axis) => {
    const values = strokes.flatMap((stroke) => stroke.map((point) => point[axis]));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return { middle: (low + high) / 2, half: (high - low) / 2 };
  });
  const longer = Math.max(...sides.map(({ half }) => half));
  const fit = (value: number, { middle, half }: { middle: number; half: number }): number =>
    (reach * (value - middle)) / Math.max(half, longer / 2);
  return strokes.map((stroke) => stroke.map(([x, y]): Point => [fit(x, sides[0]!), fit(y, sides[1]!)]));
}

function writeStrokes(random: Random): readonly Stroke[] {
  const strokes: Stroke[] = [];
  for (let count = 2 + random.integer(3); count > 0; count--) {
    strokes.push(writeStroke(random, strokes));
  }
  return strokes;
}

/**
 * A path of slowly changing curvature: a bar, an arc, a hook, a loop or a wave. It starts on an earlier stroke or
 * anywhere.
 */
function writeStroke(random: Random, earlier: readonly Stroke[]): Stroke {
  const joined = earlier.length > 0 && random.uniform() < 0.6;
  let [x, y] = joined ? earlier[random.integer(earlier.length)]![random.integer(controlPoints)]! : anywhere(random);
  const step = random.between(0.2, 0.42);
  let heading = Math.atan2(-y, -x) + random.between(-1.2, 1.2);
  let turn = random.uniform() < 0.3 ? 0 : random.between(-1.1, 1.1);
  const bend = random.uniform() < 0.3 ? random.between(-0.6, 0.6) : 0;
  const stroke: Point[] = [[x, y]];
  while (stroke.length < controlPoints) {
    x = clamp(x + step * Math.cos(heading));
    y = clamp(y + step * Math.sin(heading));
    heading += turn;
    turn += bend;
    stroke.push([x, y]);
  }
  return stroke;
}

const anywhere = (random: Random): Point => [random.between(-reach, reach), random.between(-reach, reach)];
const clamp = (value: number): number => Math.max(-reach, Math.min(reach, value));
