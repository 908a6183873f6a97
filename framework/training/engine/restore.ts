import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../contracts/parameter.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Checkpoint, StoredPieces, StoredTensor } from '../../contracts/checkpoint.ts';

/** Bytes from which on a tensor is stored piece by piece. */
const large = 2 ** 26;
/** Bytes of a piece. */
const pieceBytes = 2 ** 24;

const wholeShape = ({ variable, rows }: Parameter): readonly number[] => rows?.shape ?? variable.shape;

/** Reads every parameter's value, whole, read one at a time. */
export async function* storedTensors(parameters: readonly Parameter[]): AsyncGenerator<StoredTensor> {
  for (const parameter of parameters)
    yield { ...described(parameter), data: await valuesOf(parameter, 0, wholeShape(parameter)[0] ?? 1) };
}

/** Reads every parameter's value for a checkpoint: those of more than `limit` bytes come piece by piece. */
export async function* checkpointTensors(
  parameters: readonly Parameter[],
  limit = large,
): AsyncGenerator<StoredTensor | StoredPieces> {
  for (const parameter of parameters) {
    const shape = wholeShape(parameter);
    if (shape.length === 0 || 4 * tf.util.sizeFromShape([...shape]) <= limit) yield* storedTensors([parameter]);
    else yield { ...described(parameter), pieces: () => piecesOf(parameter, limit) };
  }
}

const described = (parameter: Parameter): Omit<StoredTensor, 'data'> => ({
  name: parameter.name,
  dtype: parameter.variable.dtype as StoredTensor['dtype'],
  shape: wholeShape(parameter),
});

async function* piecesOf(parameter: Parameter, limit: number): AsyncGenerator<StoredTensor['data']> {
  const [classes, ...row] = wholeShape(parameter) as [number, ...number[]];
  const rows = Math.max(1, Math.floor(Math.min(pieceBytes, limit) / (4 * tf.util.sizeFromShape(row))));
  for (let begin = 0; begin < classes; begin += rows) yield valuesOf(parameter, begin, Math.min(classes, begin + rows));
}

async function valuesOf({ variable, rows }: Parameter, begin: number, end: number): Promise<StoredTensor['data']> {
  if (rows) return rows.table.read(begin, end);
  if (variable.rank === 0 || end - begin === variable.shape[0]) return (await variable.data()) as StoredTensor['data'];
  const some = tf.slice(variable, begin, end - begin);
  return (await some.data().finally(() => some.dispose())) as StoredTensor['data'];
}

/**
 * Puts a checkpoint's values into the parameters, wherever these lie: what was a table's rows may become a variable and
 * the other way round.
 *
 * @throws AblateError CHECKPOINT_INVALID where one is missing, too many or of another shape; nothing has changed then
 */
export async function restore(
  parameters: readonly Parameter[],
  { tensors, large: sharded = new Map() }: Pick<Checkpoint, 'tensors' | 'large'>,
): Promise<void> {
  const stored = new Map<string, StoredTensor | StoredPieces>([...tensors, ...sharded]);
  const wanted = new Set(parameters.map(({ name }) => name));
  const faults = [...stored.keys()]
    .filter((name) => !wanted.has(name))
    .map((name) => `${name} is not part of this run`);
  for (const parameter of parameters) {
    const found = stored.get(parameter.name);
    const shape = wholeShape(parameter);
    if (!found) faults.push(`${parameter.name} is missing`);
    else if (found.shape.join() !== shape.join())
      faults.push(`${parameter.name} is [${found.shape.join(', ')}] instead of [${shape.join(', ')}]`);
  }
  if (faults.length > 0) {
    throw new AblateError('CHECKPOINT_INVALID', `The checkpoint does not fit this spec: ${faults.join('; ')}.`, {
      remedy: 'Resume with the spec the run was started with, or start a fresh run.',
    });
  }
  for (const { name, variable, rows } of parameters) {
    const found = stored.get(name)!;
    if (rows) {
      let begin = 0;
      for await (const values of 'data' in found ? [found.data] : found.pieces()) {
        rows.table.fill(begin, values as Float32Array);
        begin += values.length / rows.table.dim;
      }
      continue;
    }
    const value = tf.tensor('data' in found ? found.data : await joined(found), [...found.shape], found.dtype);
    variable.assign(value);
    value.dispose();
  }
}

async function joined({ shape, dtype, pieces }: StoredPieces): Promise<StoredTensor['data']> {
  const size = tf.util.sizeFromShape([...shape]);
  const whole = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
  let begin = 0;
  for await (const values of pieces()) {
    whole.set(values, begin);
    begin += values.length;
  }
  return whole;
}
