import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../../contracts/optimizer.ts';
import type { Parameter, RowsInPlay } from '../../contracts/parameter.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { LastSeen } from './last-seen.ts';

/**
 * Wraps an optimizer so that it also serves parameters of which a step uses some rows. It sees those rows alone, as if
 * they were all there is; its slots for them are tables of their own.
 *
 * @param rateAt the schedule's rate at a step, for rows that catch up on what they have missed
 * @throws AblateError PLUGIN_OPTIONS, by `prepare`, where rows shall decay under an optimizer that cannot tell how
 */
export function overRows(inner: Optimizer, rateAt: (step: number) => number): Optimizer {
  const kept: Parameter[] = [];
  const seen = new Map<string, LastSeen>();
  return {
    prepare(parameters) {
      inner.prepare(parameters);
      for (const parameter of parameters)
        if (parameter.rows?.unsampled === 'decayed') seen.set(parameter.name, followed(inner, parameter, rateAt));
      kept.push(
        ...inner.slots.map((slot) => slotInTable(slot, parameters)),
        ...[...seen.values()].map(({ parameter }) => parameter),
      );
    },
    get slots() {
      return kept;
    },
    apply(updates, rate, step) {
      inner.apply(updates, rate, step);
      for (const { parameter } of updates) {
        parameter.rows?.putBack();
        seen.get(parameter.name)?.see(parameter.rows!.classes, step);
      }
    },
  };
}

/**
 * A slot of a parameter in a table holds that parameter's active rows, and the rest of it lies in a table of its own.
 */
function slotInTable(slot: Parameter, parameters: readonly Parameter[]): Parameter {
  const owner = parameters.find(({ name, rows }) => rows && slot.name.startsWith(`${name}/`))?.rows;
  if (!owner || slot.variable.rank !== owner.shape.length) return slot;
  const table = owner.table.zerosLike();
  owner.carry(slot.variable, table);
  return { ...slot, rows: companion(owner, table) };
}

/** What a checkpoint needs to know of rows that travel along with others. */
function companion(owner: RowsInPlay, table: RowsInPlay['table']): RowsInPlay {
  return {
    table,
    shape: owner.shape,
    unsampled: owner.unsampled,
    get classes() {
      return owner.classes;
    },
    carry: (variable, other) => owner.carry(variable, other),
    onArrival: (listener) => owner.onArrival(listener),
    putBack: () => owner.putBack(),
    dispose: () => table.dispose(),
  };
}

function followed(inner: Optimizer, parameter: Parameter, rateAt: (step: number) => number): LastSeen {
  if (!inner.catchUp) {
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `The head lets unsampled rows of ${parameter.name} decay, and this optimizer cannot tell what a gradient of 0 would have done to them.`,
      {
        remedy: 'Use unsampled: frozen, or the optimizer sgd.',
      },
    );
  }
  const last = new LastSeen(parameter.name, parameter.rows!.table.classes);
  parameter.rows!.onArrival((classes, step) => {
    const missed = last.missed(classes, step);
    const most = missed.reduce((one, other) => Math.max(one, other), 0);
    if (most === 0) return;
    const rates = Array.from({ length: most }, (_, back) => rateAt(step - 1 - back));
    tf.tidy(() => inner.catchUp!(parameter, missed, rates));
  });
  return last;
}
