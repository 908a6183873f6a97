import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../../contracts/parameter.ts';
import type { Head } from '../../../contracts/head.ts';
import type { Loss, LossInput } from '../../../contracts/loss.ts';
import type { PluginManifest } from '../../../contracts/plugin.ts';
import { AblateError } from '../../../base/errors/ablate-error.ts';
import { makeComponent } from '../../../plugins/make-component.ts';
import { entryOf } from '../rules/entry-of.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import type { Check } from '../rules/check-report.ts';
import { taken, withComponent } from '../kinds/made-parameters.ts';
import type { LossOutcome } from '../loss/evaluate-loss.ts';
import { disposeLoss, lossSubject, makeLoss } from '../loss/loss-subject.ts';
import type { LossCase } from '../loss/loss-case.ts';
import { parseOptions } from '../../../plugins/parse-options.ts';
import { writeParameter } from '../rules/parameter-values.ts';
import { vectorCheck } from './check-loss-vector.ts';
import { compareWithVector, type Comparison } from './compare-with-vector.ts';
import { lossCaseOfVector } from './loss-case-of-vector.ts';
import type { LossVector } from './vector-file.ts';

/** How a head is asked in a check: its manifest and its options without `scores`, which follow from the case's loss. */
export interface CheckedHead {
  readonly manifest: PluginManifest<'head'>;
  readonly options: Readonly<Record<string, unknown>>;
  /** Loads the loss that the case names as its base. */
  loss(name: string): Promise<PluginManifest<'loss'>>;
}

/** Compares a sampled head under its base loss with one reference case. */
export function checkHeadVector(checked: CheckedHead, vector: LossVector): Promise<Check> {
  return vectorCheck(vector, () => compare(checked, vector));
}

async function compare({ manifest, options, loss: load }: CheckedHead, vector: LossVector): Promise<Comparison[]> {
  const { base, ...params } = vector.params;
  const lossManifest = await load(String(base));
  const subject = lossSubject(lossManifest, parseOptions(lossManifest, params));
  const input = lossCaseOfVector(vector, subject.needs);
  const context = { dim: input.embedding.columns, classes: input.classes, streams: new RandomStreams(1, 'check/') };
  const headOptions = parseOptions(manifest, { ...options, scores: subject.needs.scores });
  const loss = await makeLoss(subject, input);
  try {
    return await withComponent(makeComponent(entryOf(manifest), headOptions, context), async (head) => {
      for (const parameter of head.parameters) {
        const values =
          parameter.name === 'classWeights'
            ? input.classWeights!.values
            : parameter.name === 'bias'
              ? (input.bias ?? new Float32Array(input.classes))
              : undefined;
        if (values) writeParameter(parameter, values);
      }
      return compareWithVector(vector, input, await evaluate(head, loss, input), new Map());
    });
  } finally {
    disposeLoss(loss);
  }
}

async function evaluate(head: Head, loss: Loss, input: LossCase): Promise<LossOutcome> {
  if (!head.forwardOver)
    throw new AblateError('PLUGIN_INVALID', 'The head cannot be given the sampled classes of a reference case', {
      remedy: 'Give it `forwardOver`.',
    });
  const embedding = tf.variable(tf.tensor2d(input.embedding.values, [input.embedding.rows, input.embedding.columns]));
  const trainable = head.parameters.filter((parameter) => parameter.trainable);
  let logits: tf.Tensor2D | undefined;
  const { value, grads } = tf.tidy(() =>
    tf.variableGrads(() => {
      const labels = tf.tensor1d(input.labels, 'int32');
      const rows = embedding as tf.Tensor as tf.Tensor2D;
      const given: LossInput = {
        embedding: rows,
        labels,
        step: input.step,
        scores: head.forwardOver!(rows, labels, input.sampledClasses!, { training: true, step: input.step }),
      };
      logits = loss.logits && tf.keep(loss.logits(given));
      return loss.forward(given).value;
    }, [embedding, ...trainable.map(({ variable }) => variable)]),
  );
  const gradients: Record<string, Float32Array> = { embedding: await taken(grads[embedding.name]!) };
  for (const parameter of trainable)
    gradients[parameter.name] = await gradientOf(parameter, grads[parameter.variable.name]);
  embedding.dispose();
  return {
    value: (await taken(value))[0]!,
    parts: {},
    logits: logits && (await taken(logits)),
    gradients,
    connected: true,
  };
}

/** The gradient of a whole parameter: of a table, zero where no row was active. */
async function gradientOf({ variable, rows }: Parameter, gradient: tf.Tensor | undefined): Promise<Float32Array> {
  const values = gradient ? await taken(gradient) : new Float32Array(variable.size);
  if (!rows) return values;
  const { classes, dim } = rows.table;
  const whole = new Float32Array(classes * dim);
  for (const [place, label] of rows.classes.entries())
    whole.set(values.subarray(place * dim, (place + 1) * dim), label * dim);
  return whole;
}
