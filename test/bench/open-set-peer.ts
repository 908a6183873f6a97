import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../../framework/base/system/cache-directory.ts';
import { useDevice } from '../../framework/devices/devices.ts';
import { readSafetensors, writeSafetensors } from '../../framework/records/checkpoints/safetensors.ts';
import type { Dataset } from '../../framework/contracts/dataset.ts';
import type { EvaluationInput } from '../../framework/contracts/evaluator.ts';
import { evaluatorScope } from '../../framework/training/engine/compose.ts';
import type { Catalogue } from '../../framework/plugins/catalogue.ts';
import { RandomStreams } from '../../framework/base/random/random-streams.ts';
import type { RunOutcome } from '../../framework/runs/plan/run-outcome.ts';
import type { Plan } from '../../framework/experiment/spec/plan.ts';
import type { PlannedRun } from '../../framework/experiment/spec/planned-run.ts';
import { pythonEnvironment } from './python-environment.ts';

const program = fileURLToPath(new URL('open_set_peer.py', import.meta.url));
const packages = ['torch==2.13.0', 'pytorch-metric-learning==2.9.0', 'safetensors', 'scikit-learn'];

/**
 * The runs of a plan once more, by PyTorch and pytorch-metric-learning: trained on the images as Ablate decodes them,
 * their embeddings of the test split measured by the plan's own evaluators. Embeddings that `folder` holds are not made
 * again.
 *
 * @throws Error where the library's own Recall@1 or MAP@R of the same embeddings is another than Ablate's
 */
export async function openSetPeer(plan: Plan, catalogue: Catalogue, folder: string): Promise<RunOutcome[]> {
  const fileOf = ({ id }: PlannedRun): string => join(folder, `${id}.safetensors`);
  mkdirSync(folder, { recursive: true });
  const dataset = await datasetOf(plan, catalogue);
  try {
    const due = plan.runs.filter((run) => !existsSync(fileOf(run)));
    if (due.length > 0) await trainAll(due, dataset, folder, fileOf);
    const { spec } = plan.runs[0]!;
    await useDevice('auto', { threads: spec.threads });
    const outcomes: RunOutcome[] = [];
    for (const run of plan.runs) outcomes.push(await measured(run, dataset, catalogue, fileOf(run)));
    return outcomes;
  } finally {
    await dataset.close?.();
  }
}

async function datasetOf({ runs, file }: Plan, catalogue: Catalogue): Promise<Dataset> {
  const { spec } = runs[0]!;
  const { manifest } = await catalogue.load('dataset', spec.dataset.plugin, dirname(file));
  return manifest.create(spec.dataset.options, {
    streams: new RandomStreams(spec.seed).scoped('dataset'),
    baseDirectory: dirname(file),
    cacheDirectory: cacheDirectory(),
  });
}

async function trainAll(
  runs: readonly PlannedRun[],
  dataset: Dataset,
  folder: string,
  fileOf: (run: PlannedRun) => string,
): Promise<void> {
  const tensors = [];
  for (const role of ['train', 'test'] as const) {
    const split = dataset.split(role)!;
    const data = await split.images(Int32Array.from({ length: split.length }, (_, index) => index));
    tensors.push({
      name: `${role}Images`,
      dtype: 'float32' as const,
      shape: [split.length, ...dataset.imageShape],
      data,
    });
    tensors.push({ name: `${role}Labels`, dtype: 'int32' as const, shape: [split.length], data: split.labels });
  }
  const [data, list] = [join(folder, 'images.safetensors'), join(folder, 'runs.json')];
  await writeSafetensors(data, tensors, {});
  writeFileSync(list, JSON.stringify(runs.map((run) => ({ ...settings(run), file: fileOf(run) }))));
  const child = spawn(
    pythonEnvironment(
      'pytorch-metric-learning',
      ['torch', 'pytorch_metric_learning', 'safetensors', 'sklearn'],
      packages,
    ),
    [program, data, list],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
}

/** What the peer is told of a run; what it has no counterpart for is refused here, not trained differently. */
function settings({ label, spec }: PlannedRun): Record<string, unknown> {
  const { seed, threads, train, sampler, backbone, optimizer, schedule, losses } = spec;
  const used = [sampler.plugin, backbone.plugin, optimizer.plugin, schedule.plugin].join(' ');
  const unlike =
    used !== 'p-k conv-4 adam cosine' ||
    schedule.options['warmup'] ||
    schedule.options['finalRate'] !== 0 ||
    optimizer.options['weightDecay'] !== 0 ||
    losses.some(({ weight }) => weight !== 1);
  if (unlike)
    throw new Error(
      `The peer trains conv-4 with p-k, Adam without weight decay and a cosine schedule; ${label} has something else.`,
    );
  return {
    name: label,
    seed,
    threads,
    epochs: train.epochs,
    batch: train.batch,
    imagesPerClass: sampler.options['imagesPerClass'],
    rate: schedule.options['rate'],
    backbone: backbone.options,
    losses,
  };
}

async function measured(run: PlannedRun, dataset: Dataset, catalogue: Catalogue, file: string): Promise<RunOutcome> {
  const { tensors, metadata } = await readSafetensors(file);
  const embedding = tensors.get('embedding')!;
  const test = dataset.split('test')!;
  const split = {
    role: 'test' as const,
    dim: embedding.shape[1]!,
    embeddings: embedding.data as Float32Array,
    labels: test.labels,
    classNames: test.classNames,
    source: (index: number) => test.source!(index),
  };
  const input: EvaluationInput = {
    role: 'test',
    split: async (role) => (role === 'test' ? split : undefined),
    pairs: async () => undefined,
    centers: new Map(),
    trainingImages: dataset.split('train')!.length,
    seed: run.spec.seed,
  };
  const metrics: Record<string, number> = {};
  for (const { plugin, options } of run.spec.evaluate) {
    const { manifest } = await catalogue.load('evaluator', plugin, '.');
    const evaluator = await manifest.create(options, {
      streams: new RandomStreams(run.spec.seed).scoped(evaluatorScope(plugin)),
    });
    Object.assign(metrics, (await evaluator.evaluate(input)).metrics);
  }
  for (const [ours, theirs] of [
    ['Recall@1', 'recall'],
    ['MAP@R', 'map'],
  ] as const) {
    // The library ranks in float32, where near-ties may fall otherwise.
    if (Math.abs(metrics[ours]! - Number(metadata[theirs])) > 1e-3)
      throw new Error(
        `${ours} of ${file} is ${metrics[ours]} by Ablate and ${metadata[theirs]} by pytorch-metric-learning.`,
      );
  }
  return {
    id: run.id,
    name: `PyTorch: ${run.label}`,
    dir: dirname(file),
    status: 'finished',
    seed: run.spec.seed,
    metrics,
    millisecondsPerStep: null,
    point: run.point,
  };
}
