import { AblateError } from '../../base/errors/ablate-error.ts';
import { numberTypes, type NumberTypeName } from '../embeddings/number-type.ts';
import { sizeOf } from '../embeddings/stored-array.ts';
import { unpickle, type Opaque, type Pickled, type PickledName } from './unpickle.ts';

/** A run of numbers in the file, which tensors are cut from. */
export interface TorchStorage {
  readonly key: string;
  readonly dtype: NumberTypeName;
  /** Numbers in it. */
  readonly count: number;
}

/** A tensor as a pickle of PyTorch's describes it. */
export interface TorchTensor {
  readonly storage: TorchStorage;
  /** Numbers before its first. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

const storages: Readonly<Record<string, NumberTypeName>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** Names that a pickle of tensors and plain containers needs, and what they are here. */
const allowed: Readonly<Record<string, string>> = {
  'collections.OrderedDict': 'dictionary',
  'torch._utils._rebuild_tensor_v2': 'tensor',
  'torch._utils._rebuild_tensor': 'tensor',
  'torch._utils._rebuild_parameter': 'parameter',
  'torch.Size': 'list',
  ...Object.fromEntries(Object.keys(storages).map((name) => [`torch.${name}`, `storage ${name}`])),
};

/** Where a checkpoint of a training script keeps the weights, in the order in which they are looked for. */
const wrappers = [
  'state_dict_ema',
  'model_ema',
  'state_dict',
  'model_state_dict',
  'model',
  'teacher',
  'net',
  'network',
  'module',
  'backbone',
  'student',
  'weights',
];

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: Pickled | undefined): value is number[] => Array.isArray(value) && value.every(isCount);
const madeHere = (value: Pickled | undefined): unknown =>
  typeof value === 'object' && value !== null && 'opaque' in value ? value.opaque : undefined;

/** What reading PyTorch's pickle needs to know of the file around it. */
export interface TorchPickle {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** @throws AblateError DATA_INVALID saying what is wrong with the file */
/** Throws the `AblateError` that says what is wrong with a file of PyTorch's. */
export function refuseTorch(
  file: string,
  what: string,
  remedy = 'Get the file again from where it was published.',
): never {
  throw new AblateError('DATA_INVALID', `${file} ${what}.`, { remedy });
}

/**
 * Reads a pickle of PyTorch's: tensors and plain containers. Any other name, whatever it is, is refused.
 *
 * @throws AblateError DATA_INVALID naming what the pickle holds instead
 */
export function readTorchPickle({ file, bytes, start }: TorchPickle): {
  value: Pickled;
  end: number;
  storages: readonly TorchStorage[];
} {
  const found: TorchStorage[] = [];
  const refuse = (what: string): never => refuseTorch(file, what);
  const name = ({ module, name: member }: PickledName): Opaque => {
    const known = allowed[`${module}.${member}`];
    if (known === undefined)
      refuseTorch(
        file,
        `holds ${JSON.stringify(`${module}.${member}`).slice(1, -1).slice(0, 200)}, where only tensors and plain containers are read`,
        "Nothing of it was run. If you trust the file, save the weights alone, in Python: torch.save(model.state_dict(), 'weights.pth')",
      );
    return { opaque: known };
  };
  const call = (callee: Pickled, args: readonly Pickled[]): Pickled => {
    const kind = madeHere(callee);
    if (kind === 'dictionary') return dictionaryOf(args, refuse);
    if (kind === 'list') return (args[0] ?? []) as Pickled;
    if (kind === 'parameter') return args[0] ?? null;
    if (kind === 'tensor') return { opaque: tensorOf(args, refuse) };
    return refuse('calls something that makes no tensor');
  };
  const persistent = (id: Pickled): Opaque => {
    const [what, type, key, , count, view] = Array.isArray(id) ? id : [];
    const dtype = storages[String(madeHere(type)).replace(/^storage /, '')];
    if (what !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(count))
      return refuse('refers to something that is no storage of numbers');
    if (view !== undefined && view !== null)
      return refuse('holds a view of a storage, as only PyTorch before 0.4 wrote');
    const storage: TorchStorage = { key, dtype, count };
    found.push(storage);
    return { opaque: storage };
  };
  return { ...unpickle(bytes, start, { name, call, persistent, refuse }), storages: found };
}

function dictionaryOf([items]: readonly Pickled[], refuse: (what: string) => never): Pickled {
  if (items === undefined) return new Map();
  if (!Array.isArray(items) || !items.every((pair) => Array.isArray(pair) && pair.length === 2))
    return refuse('holds a damaged dictionary');
  return new Map(items as [Pickled, Pickled][]);
}

function tensorOf([from, offset, shape, strides]: readonly Pickled[], refuse: (what: string) => never): TorchTensor {
  const storage = madeHere(from) as TorchStorage | undefined;
  const whole =
    storage !== undefined &&
    typeof storage === 'object' &&
    isCount(offset) &&
    isCounts(shape) &&
    isCounts(strides) &&
    shape.length === strides.length &&
    shape.length <= 8;
  if (!whole) return refuse('describes a tensor that is none');
  const size = sizeOf(shape);
  // A tensor may show one number many times over (stride 0): no weight does, and a few bytes would fill the memory.
  if (size > storage.count) return refuse(`describes a tensor [${shape.join(', ')}] of ${storage.count} numbers`);
  const last = shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis]!, offset);
  if (size > 0 && last >= storage.count)
    return refuse(`describes a tensor beyond the end of its ${storage.count} numbers`);
  return { storage, offset, shape, strides };
}

/** Finds the tensors of a file's root: of the dictionary itself, or of the one within it that holds the weights. */
export function tensorsIn(file: string, root: Pickled): ReadonlyMap<string, TorchTensor> {
  if (!(root instanceof Map)) return refuseTorch(file, 'holds no dictionary of tensors');
  const own = namedTensors(root);
  if (own.size > 0) return own;
  for (const key of wrappers) {
    const inner = root.get(key);
    const found = inner instanceof Map ? namedTensors(inner) : new Map<string, TorchTensor>();
    if (found.size > 0) return found;
  }
  const keys = [...root.keys()].filter((key) => typeof key === 'string').slice(0, 10);
  return refuseTorch(
    file,
    `holds no tensors, nor do ${wrappers.join(', ')} in it; it has ${keys.join(', ') || 'nothing'}`,
  );
}

function namedTensors(dictionary: ReadonlyMap<Pickled, Pickled>): Map<string, TorchTensor> {
  const found = new Map<string, TorchTensor>();
  for (const [key, value] of dictionary) {
    const tensor = madeHere(value) as TorchTensor | undefined;
    if (typeof key === 'string' && tensor && typeof tensor === 'object' && 'strides' in tensor) found.set(key, tensor);
  }
  return found;
}

/** Tells whether a tensor's numbers lie in row-major order without gaps. */
export function isContiguous({ shape, strides }: TorchTensor): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis]! > 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

/** Counts the bytes of a storage. */
export const storageBytes = ({ dtype, count }: TorchStorage): number => numberTypes[dtype].bytes * count;
