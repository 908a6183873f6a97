import { encodeGraphDef, shapeMessage, type GraphNode } from './graph-def.ts';
import type { NativeBinding, OperationAttribute } from './native-backend.ts';
import { isCall, type NotedBody, type NotedCall, type NotedTensor, type TensorKind } from './noted-body.ts';

/** What the addon of `framework/app/setup/kernels` offers beside its kernels, for one context of the library. */
export interface StepFunctions {
  /** The shape of each output that follows from a graph alone, −1 for a side that does not; null without a rank. */
  inferShapes(graphDef: Uint8Array, outputs: readonly string[]): (readonly number[] | null)[];
  /** Makes an operation of that name which computes the outputs (`node:0`) from the inputs. */
  define(name: string, graphDef: Uint8Array, inputs: readonly string[], outputs: readonly string[]): void;
  remove(name: string): void;
}

/** A body as one operation of the library. */
export interface StepFunction {
  readonly name: string;
  /** Slots of what it takes. */
  readonly inputs: readonly number[];
  /** Slots of what it gives: what is there at the body's end, then what operations in place give. */
  readonly outputs: readonly number[];
  /** Slots among the inputs that are changed where they lie. */
  readonly written: readonly number[];
}

/** Says why a body cannot be one operation. */
class NotOneFunction extends Error {}

/** Bytes of results up to which a body is one operation: beyond, what it holds until its end outweighs the dispatch. */
const maxResultBytes = 1 << 28;

/** Operations of Ablate's own; their outputs' shapes follow from attributes and the inputs' shapes alone. */
const isAblates = (name: string): boolean => name.startsWith('Ablate');
/** The exception: a shape is among the inputs. */
const shapeInputs: Readonly<Record<string, number>> = { AblateMaxPoolGrad: 2 };

/** Attributes that the library infers when it runs an operation by itself, but wants to be told in a graph. */
const inferredTypes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ExpandDims: { T: 0, Tdim: 1 },
};

/** Operations for which the library takes oneDNN's kernels in a graph alone, with other bits (the gradient's of NaN). */
const otherInGraphs = /^(?:Softmax|MaxPool(?:3D)?Grad)$/;

let made = 0;

/**
 * Makes a body one operation of the library: its graph, with a control edge from each operation to the next, so that
 * they run in the order in which they were asked for and none is merged with another.
 *
 * @throws NotOneFunction where its bits, or the shapes that JavaScript was given, are not known to be the same each time
 */
export function defineStepFunction(body: NotedBody, functions: StepFunctions, binding: NativeBinding): StepFunction {
  const kinds = kindsOf(body);
  const calls = body.steps.filter(isCall);
  const given = body.steps.filter((step): step is NotedTensor => !isCall(step));
  const written = writtenSlots(body, binding);
  requirePlain(calls, kinds, binding);
  requireDependent(body, kinds);

  const inputs = [
    ...body.externals.map(({ slot }) => slot),
    ...given.filter(({ values }) => values === undefined).map(({ slot }) => slot),
  ];
  const outputs = [...new Set([...body.live, ...calls.filter(isInPlace).map(({ first }) => first)])];
  const leaves = [
    ...inputs.map((slot) => placeholder(nameOf(slot), kinds.get(slot)!)),
    ...given.flatMap(({ slot, values, ...kind }) =>
      values === undefined
        ? []
        : [constant(nameOf(slot), kind, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))],
    ),
  ];
  requireKnownShapes(calls, leaves, kinds, { functions, binding, inputs: new Set(inputs) });

  const names = outputNames(calls, () => false);
  const nodes = calls.map((call, index) => operation(call, index, { names, kinds, binding, after: index - 1 }));
  const name = `ablate_step_${made++}`;
  functions.define(
    name,
    encodeGraphDef([...leaves, ...nodes]),
    inputs.map((slot) => `${nameOf(slot)}:0`),
    outputs.map((slot) => names.get(slot)!),
  );
  return { name, inputs, outputs, written };
}

type Kinds = ReadonlyMap<number, TensorKind>;

function kindsOf({ steps, externals }: NotedBody): Kinds {
  const kinds = new Map<number, TensorKind>(externals.map(({ slot, ...kind }) => [slot, kind]));
  for (const step of steps) {
    if (isCall(step)) step.outputs.forEach((kind, index) => kinds.set(step.first + index, kind));
    else kinds.set(step.slot, step);
  }
  return kinds;
}

const isInPlace = ({ name }: NotedCall): boolean => name.startsWith('Inplace');

/** What operations in place change: it must come from outside, as a constant of the graph would be changed for good. */
function writtenSlots({ steps, externals }: NotedBody, { TF_FLOAT }: NativeBinding): number[] {
  const outside = new Map(externals.map((external) => [external.slot, external]));
  const slots = steps.flatMap((step) => (isCall(step) && isInPlace(step) ? [step.inputs[0]!] : []));
  for (const slot of slots)
    if (outside.get(slot)?.dtype !== TF_FLOAT) throw new NotOneFunction('changes in place what it has made itself');
  return [...new Set(slots)];
}

/** @throws NotOneFunction where an operation does more than compute its outputs, or draws numbers */
function requirePlain(
  calls: readonly NotedCall[],
  kinds: Kinds,
  { TF_FLOAT, TF_INT32, TF_BOOL, TF_UINT8 }: NativeBinding,
): void {
  const plain = [TF_FLOAT, TF_INT32, TF_BOOL, TF_UINT8];
  for (const { name, inputs, outputs } of calls) {
    const all = [...inputs.map((slot) => kinds.get(slot)!), ...outputs];
    if (outputs.length === 0 || all.some(({ dtype }) => !plain.includes(dtype)))
      throw new NotOneFunction(`${name} works on more than numbers`);
    if (otherInGraphs.test(name)) throw new NotOneFunction(`${name} has other bits in a graph`);
    if (/random|multinomial|truncatednormal/i.test(name)) throw new NotOneFunction(`${name} may draw numbers`);
  }
}

/**
 * @throws NotOneFunction where something that outlives the body depends on constants alone: each call would give the
 * same memory, which may be changed where it lies; or where it is too much to hold
 */
function requireDependent({ steps, externals, live }: NotedBody, kinds: Kinds): void {
  const dependent = new Set(externals.map(({ slot }) => slot));
  for (const step of steps) {
    if (!isCall(step)) {
      if (step.values === undefined) dependent.add(step.slot);
    } else if (step.inputs.some((slot) => dependent.has(slot)))
      step.outputs.forEach((_, index) => dependent.add(step.first + index));
  }
  if (live.some((slot) => !dependent.has(slot))) throw new NotOneFunction('a result depends on nothing given');
  const bytes = live.reduce((sum, slot) => sum + 4 * kinds.get(slot)!.shape.reduce((size, side) => size * side, 1), 0);
  if (bytes > maxResultBytes) throw new NotOneFunction(`its results take ${bytes} bytes`);
}

const nameOf = (slot: number): string => `given${slot}`;

/** The outputs' names in a graph, of operations that are there as placeholders too. */
function outputNames(calls: readonly NotedCall[], isPlaceholder: (call: NotedCall) => boolean): Map<number, string> {
  const names = new Map<number, string>();
  calls.forEach((call, index) => {
    call.outputs.forEach((_, output) => {
      const slot = call.first + output;
      names.set(slot, isPlaceholder(call) ? `${nameOf(slot)}:0` : `op${index}:${output}`);
    });
  });
  return names;
}

/**
 * Has the library infer every output's shape from the inputs' alone, with the outputs of Ablate's own operations
 * taken as they are.
 *
 * @throws NotOneFunction where that is not the shape that was found, or not known
 */
function requireKnownShapes(
  calls: readonly NotedCall[],
  leaves: readonly GraphNode[],
  kinds: Kinds,
  { functions, binding, inputs }: { functions: StepFunctions; binding: NativeBinding; inputs: ReadonlySet<number> },
): void {
  const assumed = ({ name }: NotedCall): boolean => isAblates(name);
  const names = outputNames(calls, assumed);
  const nodes = calls.flatMap((call, index) =>
    assumed(call)
      ? call.outputs.map((kind, output) => placeholder(nameOf(call.first + output), kind))
      : [operation(call, index, { names, kinds, binding, after: undefined })],
  );
  const inferred = calls
    .filter((call) => !assumed(call))
    .flatMap(({ name, first, outputs }) =>
      outputs.map(({ shape }, output) => ({ name, shape, output: names.get(first + output)! })),
    );
  const found = functions.inferShapes(
    encodeGraphDef([...leaves, ...nodes]),
    inferred.map(({ output }) => output),
  );
  inferred.forEach(({ name, shape }, index) => {
    if (found[index]?.join() !== shape.join()) throw new NotOneFunction(`the shape of ${name} depends on numbers`);
  });
  const constants = new Set(leaves.filter(({ op }) => op === 'Const').map(({ name }) => name));
  for (const { name, inputs: taken } of calls) {
    const place = shapeInputs[name];
    if (place !== undefined && (inputs.has(taken[place]!) || !constants.has(nameOf(taken[place]!))))
      throw new NotOneFunction(`the shape of ${name} depends on numbers`);
  }
}

const placeholder = (name: string, { shape, dtype }: TensorKind): GraphNode => ({
  name,
  op: 'Placeholder',
  attr: { dtype: { type: dtype }, shape: { shape: shapeMessage(shape) } },
});

const constant = (name: string, { shape, dtype }: TensorKind, tensorContent: Uint8Array): GraphNode => ({
  name,
  op: 'Const',
  attr: {
    dtype: { type: dtype },
    value: { tensor: { dtype, tensorShape: shapeMessage(shape), tensorContent } },
  },
});

/** @param after the operation that comes first; none where the order does not matter */
function operation(
  { name, attributes, inputs }: NotedCall,
  index: number,
  {
    names,
    kinds,
    binding,
    after,
  }: {
    readonly names: ReadonlyMap<number, string>;
    readonly kinds: Kinds;
    readonly binding: NativeBinding;
    readonly after: number | undefined;
  },
): GraphNode {
  const types = Object.entries(inferredTypes[name] ?? {}).map(
    ([attribute, input]) => [attribute, { type: kinds.get(inputs[input]!)!.dtype }] as const,
  );
  return {
    name: `op${index}`,
    op: name,
    input: [
      ...inputs.map((slot) => names.get(slot) ?? `${nameOf(slot)}:0`),
      ...(after === undefined || after < 0 ? [] : [`^op${after}`]),
    ],
    attr: Object.fromEntries([
      ...types,
      ...attributes.map((attribute) => [attribute.name, attributeMessage(attribute, binding)] as const),
    ]),
  };
}

function attributeMessage({ name, type, value }: OperationAttribute, binding: NativeBinding): object {
  if (type === binding.TF_ATTR_TYPE) return { type: value };
  if (type === binding.TF_ATTR_SHAPE) return { shape: shapeMessage(value as number[]) };
  if (type === binding.TF_ATTR_STRING && typeof value === 'string') return { s: Buffer.from(value) };
  const field = [
    [binding.TF_ATTR_INT, 'i'],
    [binding.TF_ATTR_FLOAT, 'f'],
    [binding.TF_ATTR_BOOL, 'b'],
  ].find(([wanted]) => wanted === type)?.[1];
  if (field === undefined) throw new NotOneFunction(`the attribute ${name} is of an unknown type`);
  return Array.isArray(value) ? { list: { [field]: value } } : { [field]: value };
}
