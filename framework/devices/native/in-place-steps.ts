import * as tf from '@tensorflow/tfjs';
import { momentumSteps, type MomentumSettings, type MomentumUpdate } from '../../math/ops/momentum-steps.ts';
import type { Ops } from '../../math/ops/ops.ts';
import type { NativeBackend, OperationAttribute } from './native-backend.ts';
import { ensureExclusiveBuffer } from './ensure-exclusive-buffer.ts';

type Steps = Pick<Ops, 'momentumSteps' | 'adamSteps'>;

/**
 * Makes optimizers' steps by the library's own operations, which change the numbers where they lie. These work on
 * resource variables: a variable's memory is lent to one for the step and taken back after it, so that no value is
 * copied, and to TensorFlow.js the variable stays what it is. Empty on a GPU and where the library refuses.
 */
export function inPlaceSteps(backend: NativeBackend): Partial<Steps> {
  const { TF_ATTR_BOOL, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const type = (name: string): OperationAttribute => ({ name, type: TF_ATTR_TYPE, value: TF_FLOAT });
  const [float, dtype] = [[type('T')], [type('dtype')]];
  const execute = (
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly number[],
    outputs = 0,
  ): number[] => backend.binding.executeOp(name, attributes, inputs, outputs).map(({ id }) => id);
  const handles: number[] = [];
  /** The resource variable of that place in a step: weights, first slot, second slot. */
  const handle = (place: number): number =>
    (handles[place] ??= execute(
      'VarHandleOp',
      [
        type('dtype'),
        { name: 'shape', type: TF_ATTR_SHAPE, value: [] },
        { name: 'container', type: TF_ATTR_STRING, value: '' },
        { name: 'shared_name', type: TF_ATTR_STRING, value: `ablate-step-${place}` },
      ],
      [],
      1,
    )[0]!);

  const lend = (place: number, variable: tf.Variable): number => {
    const [id] = backend.getInputTensorIds([variable]);
    execute('AssignVariableOp', dtype, [handle(place), id!]);
    // With the last other reference gone, the operation need not copy before it writes.
    backend.binding.deleteTensor(id!);
    return handle(place);
  };
  const takeBack = (place: number, variable: tf.Variable): void => {
    backend.tensorMap.get(variable.dataId).id = execute('ReadVariableOp', dtype, [handle(place)], 1)[0]!;
  };
  const ids = (...tensors: tf.Tensor[]): number[] => backend.getInputTensorIds(tensors);

  const momentumStep = (update: MomentumUpdate, settings: MomentumSettings): void => {
    const { weights, velocity, gradient, rate, decay } = update;
    const { momentum, nesterov, scalar } = settings;
    if (nesterov && decay !== 0) return momentumSteps([update], settings);
    ensureExclusiveBuffer(backend, [weights, velocity]);
    const [ratio, factor, slope] = ids(scalar(rate), scalar(momentum), gradient);
    const v = lend(1, velocity);
    // The operation does momentum · v + g; with v + (decay / momentum) · w in place of v that is the decayed gradient's
    // velocity.
    if (decay !== 0) execute('ResourceApplyGradientDescent', float, [v, ...ids(scalar(-decay / momentum), weights)]);
    const w = lend(0, weights);
    execute(
      'ResourceApplyMomentum',
      [...float, { name: 'use_nesterov', type: TF_ATTR_BOOL, value: nesterov }],
      [w, v, ratio!, slope!, factor!],
    );
    takeBack(0, weights);
    takeBack(1, velocity);
  };

  const steps: Steps = {
    momentumSteps(updates, settings) {
      for (const update of updates) momentumStep(update, settings);
    },
    adamSteps(updates, { beta1, beta2, epsilon, correction1, correction2, scalar }) {
      for (const { weights, first, second, gradient, rate } of updates) {
        const variables = [weights, first, second];
        ensureExclusiveBuffer(backend, variables);
        // β₁ᵗ and β₂ᵗ; the operation's ε stands beside √v, not √v̂.
        const numbers = ids(
          scalar(1 - correction1),
          scalar(1 - correction2 ** 2),
          scalar(rate),
          scalar(beta1),
          scalar(beta2),
          scalar(epsilon * correction2),
          gradient,
        );
        execute('ResourceApplyAdam', float, [...variables.map((variable, place) => lend(place, variable)), ...numbers]);
        variables.forEach((variable, place) => takeBack(place, variable));
      }
    },
  };
  return !backend.isUsingGpuDevice && works(steps) ? steps : {};
}

function works({ momentumSteps: step }: Steps): boolean {
  const variables = [1, 2].map((value) => tf.variable(tf.scalar(value)));
  try {
    const [weights, velocity] = variables as [tf.Variable, tf.Variable];
    return tf.tidy(() => {
      step([{ weights, velocity, gradient: tf.scalar(3), rate: 0.5, decay: 0 }], {
        momentum: 0.5,
        nesterov: false,
        scalar: (value) => tf.scalar(value),
      });
      return weights.dataSync()[0] === -1 && velocity.dataSync()[0] === 4;
    });
  } catch {
    return false;
  } finally {
    tf.dispose(variables);
  }
}
