import { createHash } from 'node:crypto';
import type { Capture } from '../../math/ops/capture.ts';
import { KnownBodies, type CallableBody, type KnownBody } from './known-bodies.ts';
import type { NativeBinding, NativeTensor, NativeValues, OperationAttribute } from './native-backend.ts';
import { isCall, type NotedBody, type NotedCall, type NotedStep, type TensorKind } from './noted-body.ts';
import { differingConstants, sameAttributes, sameBits, sameExternals, sameKind, sameNumbers } from './same-body.ts';
import { defineStepFunction, type StepFunction, type StepFunctions } from './step-function.ts';

/** Where the numbers of tensors begin that are only noted; the library's own count from 0. */
const FIRST = 2 ** 30;
/** Numbers of a tensor from JavaScript that are compared; a larger one is given anew each time. */
const MAX_COMPARED = 4096;

/** A tensor that JavaScript may use outside a body. */
interface Held extends TensorKind {
  /** Its number within the library. */
  readonly id: number;
}

/** A tensor of the body under way, by its slot. */
interface Slot extends TensorKind {
  readonly from: 'outside' | 'javascript' | 'operation';
  /** By which JavaScript knows it. */
  readonly name: number;
  /** Its number within the library, once it is there. */
  id: number | undefined;
  /** Numbers from JavaScript. */
  readonly values?: NativeValues;
  /** Whether JavaScript has let go of it. */
  freed: boolean;
}

/** A body under way. */
interface Body {
  readonly known: KnownBodies;
  readonly slots: Slot[];
  readonly steps: NotedStep[];
  /** Slots by the tensors' names. */
  readonly byName: Map<number, number>;
  readonly externals: (TensorKind & { readonly slot: number })[];
  /** Known bodies with a function that have asked for the same so far. */
  readonly candidates: CallableBody[];
  /** What was freed, by how many steps had been noted by then. */
  readonly frees: (readonly [steps: number, slot: number])[];
  /** Whether operations run as they are asked for. */
  immediate: boolean;
  /** Whether nothing can be learned of it. */
  unlearnable: boolean;
}

/**
 * Stands before tfjs-node's binding. A body that has come twice becomes a function of the library, where the shapes of
 * all that it makes are known beforehand. From then on, a body is only noted as long as it asks for the same; at its end
 * the function does it all. Where it asks for anything else, what was noted runs one by one, and the rest as it comes:
 * nothing is assumed of a body but what is compared.
 */
export class NotingBinding {
  /** What stands in the binding's place. */
  readonly binding: NativeBinding;
  readonly #own: NativeBinding;
  readonly #functions: StepFunctions;
  readonly #held = new Map<number, Held>();
  #next = FIRST;
  #body: Body | undefined;

  /** @param own the binding itself, which has no tensors yet */
  constructor(own: NativeBinding, functions: StepFunctions) {
    this.#own = own;
    this.#functions = functions;
    const stead: Partial<NativeBinding> = {
      createTensor: this.#createTensor.bind(this),
      executeOp: this.#executeOp.bind(this),
      deleteTensor: this.#deleteTensor.bind(this),
      tensorDataSync: this.#read.bind(this),
      runSavedModel: this.#runSavedModel.bind(this),
    };
    // The binding's own members cannot be assigned to.
    this.binding = Object.defineProperties({} as NativeBinding, {
      ...Object.getOwnPropertyDescriptors(own),
      ...Object.getOwnPropertyDescriptors(stead),
    });
  }

  /** Makes a capture of bodies that are compared with each other. */
  readonly capture = (): Capture => {
    const known = new KnownBodies(({ name }) => this.#functions.remove(name));
    return {
      get calls() {
        return known.calls;
      },
      run: (body) => this.#run(known, body),
      dispose: () => known.clear(),
    };
  };

  #run<T>(known: KnownBodies, work: () => T): T {
    if (this.#body || known.givenUp) return work();
    const candidates = known.callable();
    const body: Body = {
      known,
      slots: [],
      steps: [],
      byName: new Map(),
      externals: [],
      candidates,
      frees: [],
      immediate: candidates.length === 0,
      unlearnable: false,
    };
    this.#body = body;
    try {
      const value = work();
      known.count(this.#finish(body));
      return value;
    } catch (error) {
      // What was asked for before has been done, as it would have been.
      this.#runNoted(body);
      throw error;
    } finally {
      this.#body = undefined;
      this.#settle(body);
    }
  }

  #createTensor(shape: number[], dtype: number, values: NativeValues): number {
    const body = this.#body;
    if (!body) {
      const id = this.#own.createTensor(shape, dtype, values);
      this.#held.set(id, { id, shape, dtype });
      return id;
    }
    const plain = ArrayBuffer.isView(values);
    if (!plain) this.#stopLearning(body);
    const compared = plain && values.length <= MAX_COMPARED;
    const slot = body.slots.length;
    const kind = { shape: [...shape], dtype };
    const name = this.#next++;
    body.slots.push({
      ...kind,
      from: 'javascript',
      name,
      freed: false,
      // Whoever gave the numbers may change them before the body ends.
      ...(compared ? { id: undefined, values: values.slice() } : { id: this.#own.createTensor(shape, dtype, values) }),
    });
    const at = body.steps.push({ ...kind, slot, values: body.slots[slot]!.values }) - 1;
    body.byName.set(name, slot);
    keepIf(body.candidates, ({ steps }) => {
      const step = steps[at];
      if (!step || isCall(step) || !sameKind(step, kind)) return false;
      return step.values === undefined || (compared && sameBits(step.values, values));
    });
    return name;
  }

  #executeOp(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly number[],
    count: number,
  ): NativeTensor[] {
    const body = this.#body;
    if (!body) return this.#hold(this.#own.executeOp(name, attributes, inputs.map(this.#idOf), count));
    const outsideBefore = body.externals.length;
    const slots = inputs.map((input) => this.#slotOf(body, input));
    if (!body.immediate) {
      const at = body.steps.length;
      keepIf(body.candidates, (candidate) => {
        const step = candidate.steps[at];
        return (
          step !== undefined &&
          isCall(step) &&
          step.name === name &&
          step.outputs.length === count &&
          sameNumbers(step.inputs, slots) &&
          sameAttributes(step.attributes, attributes) &&
          sameExternals(candidate.externals, body.externals, outsideBefore)
        );
      });
      const step = body.candidates[0]?.steps[at] as NotedCall | undefined;
      if (step) return this.#note(body, { ...step, first: body.slots.length });
      this.#runNoted(body);
    }
    const made = this.#own.executeOp(
      name,
      attributes,
      slots.map((slot) => this.#put(body, slot)),
      count,
    );
    const call = {
      name,
      attributes: attributes.map((attribute) => ({ ...attribute, value: copied(attribute.value) })),
      inputs: slots,
      first: body.slots.length,
      outputs: made.map(({ shape, dtype }) => ({ shape: [...shape], dtype })),
    };
    return this.#note(body, call, made);
  }

  /** Notes an operation and gives its outputs, which are there already where it has run. */
  #note(body: Body, call: NotedCall, made?: readonly NativeTensor[]): NativeTensor[] {
    body.steps.push(call);
    return call.outputs.map(({ shape, dtype }, index) => {
      const name = this.#next++;
      body.byName.set(name, body.slots.length);
      body.slots.push({ shape, dtype, from: 'operation', name, id: made ? made[index]!.id : undefined, freed: false });
      return { id: name, shape: [...shape], dtype };
    });
  }

  #deleteTensor(name: number): void {
    const body = this.#body;
    const slot = body?.byName.get(name);
    if (slot === undefined) {
      // What a failed body has not made is not there.
      if (name < FIRST || this.#held.has(name)) this.#own.deleteTensor(this.#idOf(name));
      this.#held.delete(name);
      return;
    }
    body!.slots[slot]!.freed = true;
    if (body!.immediate) this.#free(body!.slots[slot]!);
    else body!.frees.push([body!.steps.length, slot]);
  }

  #read(name: number): NativeValues {
    const body = this.#body;
    const slot = body?.byName.get(name);
    if (!body || slot === undefined) return this.#own.tensorDataSync(this.#idOf(name));
    const { values, from } = body.slots[slot]!;
    if (values) return values.slice();
    if (from !== 'javascript') this.#stopLearning(body);
    return this.#own.tensorDataSync(this.#put(body, slot));
  }

  #runSavedModel(model: number, inputs: number[], inputNames: string, outputNames: string): NativeTensor[] {
    const body = this.#body;
    if (body) this.#stopLearning(body);
    const ids = inputs.map((name) => (body ? this.#put(body, this.#slotOf(body, name)) : this.#idOf(name)));
    return this.#hold(this.#own.runSavedModel(model, ids, inputNames, outputNames));
  }

  #hold(tensors: NativeTensor[]): NativeTensor[] {
    for (const { id, shape, dtype } of tensors) this.#held.set(id, { id, shape, dtype });
    return tensors;
  }

  readonly #idOf = (name: number): number => this.#held.get(name)?.id ?? name;

  #slotOf(body: Body, name: number): number {
    const known = body.byName.get(name);
    if (known !== undefined) return known;
    const slot = body.slots.length;
    const held = this.#held.get(name);
    // Of what is not known nothing can be compared.
    if (!held) this.#stopLearning(body);
    const { shape, dtype, id } = held ?? { shape: [], dtype: -1, id: name };
    body.slots.push({ shape, dtype, from: 'outside', name, id, freed: false });
    body.byName.set(name, slot);
    body.externals.push({ slot, shape, dtype });
    return slot;
  }

  /** Puts a slot's tensor into the library where it is not there yet. */
  #put(body: Body, slot: number): number {
    const tensor = body.slots[slot]!;
    if (tensor.id === undefined && tensor.values)
      tensor.id = this.#own.createTensor([...tensor.shape], tensor.dtype, tensor.values);
    if (tensor.id === undefined) throw new Error('a tensor is used that a failed operation has not made');
    return tensor.id;
  }

  #free(tensor: Slot): void {
    if (tensor.id === undefined) return;
    this.#own.deleteTensor(tensor.id);
    tensor.id = undefined;
    if (tensor.from === 'outside') this.#held.delete(tensor.name);
  }

  /** Runs what was noted, one by one, and from now on everything as it comes; what was freed is freed in its place. */
  #runNoted(body: Body): void {
    if (body.immediate) return;
    body.immediate = true;
    const frees = body.frees.values();
    let next = frees.next();
    const freeUntil = (steps: number): void => {
      for (; !next.done && next.value[0] <= steps; next = frees.next()) this.#free(body.slots[next.value[1]]!);
    };
    try {
      for (const [at, step] of body.steps.entries()) {
        freeUntil(at);
        if (!isCall(step)) continue;
        const ids = step.inputs.map((slot) => this.#put(body, slot));
        const made = this.#own.executeOp(step.name, step.attributes, ids, step.outputs.length);
        made.forEach(({ id }, index) => {
          body.slots[step.first + index]!.id = id;
        });
      }
    } finally {
      freeUntil(Infinity);
    }
  }

  /** The rest is done as it is asked for, as its order is not seen here or its numbers decide what follows. */
  #stopLearning(body: Body): void {
    body.unlearnable = true;
    this.#runNoted(body);
  }

  /** Does what was noted. @returns whether in one call */
  #finish(body: Body): boolean {
    const live = liveSlots(body);
    const known = body.immediate
      ? undefined
      : body.candidates.find((other) => other.steps.length === body.steps.length && sameNumbers(other.live, live));
    if (!known) {
      this.#runNoted(body);
      if (!body.unlearnable) this.#learn(body, { steps: body.steps, externals: body.externals, live });
      return false;
    }
    body.known.see(known);
    if (!known.proven) {
      this.#prove(body, known);
      return false;
    }
    // What fails in it fails for good: parts of it may have been done.
    body.immediate = true;
    this.#take(
      body,
      known.call,
      this.#callFunction(known.call, (slot) => this.#put(body, slot)),
    );
    return true;
  }

  /** Remembers a body, and makes one that has come before a function, with numbers that differ as its arguments. */
  #learn({ known }: Body, noted: NotedBody): void {
    if (noted.steps.length === 0) return;
    for (const other of known.all()) {
      const differing = differingConstants(other, noted);
      if (!differing) continue;
      const body = differing.size === 0 ? other : known.widen(other, differing);
      known.see(body);
      if (body.call === undefined) this.#define(body);
      return;
    }
    known.add(noted);
  }

  #define(body: KnownBody): void {
    try {
      body.call = defineStepFunction(body, this.#functions, this.#own);
    } catch (error) {
      // It is done one by one, be it for its own sake or because the library knows no such graph.
      body.call = null;
      explain((error as Error).message);
    }
  }

  /**
   * Runs a body's function and the body itself: the function is used from the next time on where it has given the same
   * bits. What the body changes in place the function changes in a copy.
   */
  #prove(body: Body, known: CallableBody): void {
    const found = this.#rehearse(body, known.call);
    this.#runNoted(body);
    const same =
      found &&
      [...found].every(([slot, digest]) => {
        const { id } = body.slots[slot]!;
        return id === undefined || this.#digest(id) === digest;
      });
    if (!same) explain('the function gives other bits');
    if (same) known.proven = true;
    else body.known.refuse(known);
  }

  /** Digests of what a function gives and of what it changes, by slot; undefined where it fails. */
  #rehearse(body: Body, call: StepFunction): Map<number, string> | undefined {
    const copies = new Map<number, number>();
    const found = new Map<number, string>();
    try {
      for (const slot of call.written) copies.set(slot, this.#copy(this.#put(body, slot)));
      const made = this.#callFunction(call, (slot) => copies.get(slot) ?? this.#put(body, slot));
      made.forEach((id, index) => {
        const slot = call.outputs[index]!;
        if (!body.slots[slot]!.freed) found.set(slot, this.#digest(id));
        this.#own.deleteTensor(id);
      });
      for (const [slot, id] of copies) found.set(slot, this.#digest(id));
      return found;
    } catch (error) {
      explain((error as Error).message);
      return undefined;
    } finally {
      for (const id of copies.values()) this.#own.deleteTensor(id);
    }
  }

  #callFunction({ name, inputs, outputs }: StepFunction, idOf: (slot: number) => number): number[] {
    const executor = { name: 'executor_type', type: this.#own.TF_ATTR_STRING, value: 'SINGLE_THREADED_EXECUTOR' };
    return this.#own.executeOp(name, [executor], inputs.map(idOf), outputs.length).map(({ id }) => id);
  }

  /** Takes over what a function has given. */
  #take({ slots }: Body, { outputs }: StepFunction, ids: readonly number[]): void {
    ids.forEach((id, index) => {
      const tensor = slots[outputs[index]!]!;
      if (tensor.freed) this.#own.deleteTensor(id);
      else tensor.id = id;
    });
  }

  #copy(id: number): number {
    const { TF_ATTR_TYPE, TF_FLOAT } = this.#own;
    return this.#own.executeOp('DeepCopy', [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }], [id], 1)[0]!.id;
  }

  #digest(id: number): string {
    return createHash('sha1').update(this.#own.tensorDataSync(id)).digest('hex');
  }

  /** After a body: what JavaScript still holds can be used as any other tensor, the rest is freed. */
  #settle(body: Body): void {
    body.slots.forEach((tensor, slot) => {
      if (tensor.freed) this.#free(tensor);
      else if (tensor.from !== 'outside' && (tensor.id !== undefined || tensor.values))
        this.#held.set(tensor.name, { id: this.#put(body, slot), shape: tensor.shape, dtype: tensor.dtype });
    });
  }
}

/** Removes from a list what does not fit. */
function keepIf<T>(list: T[], fits: (item: T) => boolean): void {
  let kept = 0;
  for (const item of list) if (fits(item)) list[kept++] = item;
  list.length = kept;
}

const liveSlots = ({ slots }: Body): number[] =>
  [...slots.keys()].filter((slot) => slots[slot]!.from === 'operation' && !slots[slot]!.freed);

/** Writes why a body stays as it is, where `ABLATE_CAPTURE=explain` asks for it. */
function explain(reason: string): void {
  if (process.env.ABLATE_CAPTURE === 'explain') process.stderr.write(`ablate: not one call: ${reason}\n`);
}

const copied = (value: unknown): unknown => (Array.isArray(value) ? [...value] : value);
