import * as tf from '@tensorflow/tfjs';

type Listener = (name: string, began: number, ended: number) => void;
type Call = (...args: unknown[]) => unknown;

/**
 * Tells of every kernel that the device in use executes: the native library's operations by their names,
 * TensorFlow.js's kernels elsewhere. Times are `performance.now()`. On a GPU they are those of giving the order, not of
 * the work.
 *
 * @returns what ends it
 */
export function traceKernels(listen: Listener): () => void {
  const backend = tf.backend() as unknown as { binding?: Record<string, unknown> };
  const { binding } = backend;
  const timed = (name: string, call: () => unknown): unknown => {
    const began = performance.now();
    try {
      return call();
    } finally {
      listen(name, began, performance.now());
    }
  };
  if (binding) {
    const execute = binding.executeOp as Call;
    // The library's own object cannot be changed; another with the same members can stand for it.
    const members = Object.getOwnPropertyNames(binding).map((name) => [name, binding[name]] as const);
    backend.binding = {
      ...Object.fromEntries(members),
      executeOp: (...args: unknown[]) => timed(args[0] as string, () => execute.apply(binding, args)),
    };
    return () => void (backend.binding = binding);
  }
  const engine = tf.engine() as unknown as { runKernelFunc?: Call };
  const run = engine.runKernelFunc!;
  engine.runKernelFunc = (...args) => {
    const { kernelName } = args[0] as { kernelName?: string };
    return kernelName === undefined ? run.apply(engine, args) : timed(kernelName, () => run.apply(engine, args));
  };
  return () => void delete engine.runKernelFunc;
}
