import type { NativeValues, OperationAttribute } from './native-backend.ts';

/** What the library knows of a tensor without its numbers. */
export interface TensorKind {
  readonly shape: readonly number[];
  /** One of the binding's `TF_…` types. */
  readonly dtype: number;
}

/**
 * A tensor that JavaScript gave. Tensors of a body have slots, numbered as they come: those from outside when an
 * operation first takes them.
 */
export interface NotedTensor extends TensorKind {
  readonly slot: number;
  /** A copy of its numbers, where they are the same each time; undefined where they are given anew. */
  readonly values: NativeValues | undefined;
}

/** An operation that was asked for. */
export interface NotedCall {
  readonly name: string;
  readonly attributes: readonly OperationAttribute[];
  /** Slots. */
  readonly inputs: readonly number[];
  /** Slot of the first output; the others follow. */
  readonly first: number;
  readonly outputs: readonly TensorKind[];
}

/** One thing that was asked of the library. */
export type NotedStep = NotedTensor | NotedCall;

/** Says whether what was asked is an operation. */
export const isCall = (step: NotedStep): step is NotedCall => 'name' in step;

/** All that a body asked of the library, in order. */
export interface NotedBody {
  readonly steps: readonly NotedStep[];
  /** What it took from outside. */
  readonly externals: readonly (TensorKind & { readonly slot: number })[];
  /** Slots of operations' outputs that were there at its end. */
  readonly live: readonly number[];
}
