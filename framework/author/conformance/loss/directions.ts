import { RandomStreams } from '../../../base/random/random-streams.ts';
import { viewName, type LossCase } from './loss-case.ts';

/** A direction in which one of a loss's inputs is moved. */
export interface Direction {
  /** `embedding`, `classWeights`, `bias` or a parameter's name. */
  readonly block: string;
  /** In words, for messages: `row 2 of embedding, at random`. */
  readonly name: string;
  /** Same length as the block. */
  readonly values: Float64Array;
}

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/**
 * Draws directions in one block: along the gradient (where a wrong factor shows best) and at random (where a wrong
 * direction shows), over the whole block and within single rows, each row in proportion to its own norm so that rows of
 * norm 1e-6 and 1e4 count alike.
 *
 * @param values the block at the point in question, `rows` rows
 * @param gradient of the same length
 * @param chosen rows that get directions of their own
 */
export function directionsIn(
  block: string,
  values: ArrayLike<number>,
  gradient: ArrayLike<number>,
  rows: number,
  chosen: readonly number[],
): Direction[] {
  const columns = values.length / rows;
  const random = new RandomStreams(11).stream(`check/directions/${block}`);
  const rowNorms = Array.from(
    { length: rows },
    (_, row) => norm(Array.from({ length: columns }, (_, column) => values[row * columns + column]!)) || 1,
  );
  const scaled = (name: string, source: (index: number) => number, only?: number): Direction | undefined => {
    const direction = Float64Array.from({ length: values.length }, (_, index) =>
      only === undefined || Math.floor(index / columns) === only ? source(index) : 0,
    );
    for (let row = 0; row < rows; row++) {
      const slice = direction.subarray(row * columns, (row + 1) * columns);
      const length = norm(slice);
      if (length > 0)
        slice.forEach((value, column) => {
          slice[column] = (value / length) * rowNorms[row]!;
        });
    }
    return norm(direction) > 0 ? { block, name, values: direction } : undefined;
  };
  const along = (index: number): number => gradient[index]!;
  const atRandom = (): number => random.normal();
  return [
    scaled(`${block}, along its gradient`, along),
    scaled(`${block}, at random`, atRandom),
    ...chosen.flatMap((row) => [
      scaled(`row ${row} of ${block}, along its gradient`, along, row),
      scaled(`row ${row} of ${block}, at random`, atRandom, row),
    ]),
  ].filter((direction) => direction !== undefined);
}

/** Copies the input with one block moved by `h` times the direction. */
export function moved(input: LossCase, { block, values }: Direction, h: number): LossCase {
  const add = (old: ArrayLike<number>): Float32Array =>
    Float32Array.from(values, (value, index) => old[index]! + h * value);
  if (block === 'embedding')
    return { ...input, embedding: { ...input.embedding, values: add(input.embedding.values) } };
  const views = input.views ?? [];
  const at = views.findIndex((_, view) => viewName(view) === block);
  if (at >= 0) return { ...input, views: views.with(at, { ...views[at]!, values: add(views[at]!.values) }) };
  if (block === 'classWeights')
    return { ...input, classWeights: { ...input.classWeights!, values: add(input.classWeights!.values) } };
  if (block === 'bias') return { ...input, bias: add(input.bias!) };
  return { ...input, parameters: { ...input.parameters, [block]: add(input.parameters[block]!) } };
}
