import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '../../framework/records/checkpoints/safetensors.ts';
import type { RunFolder } from '../../framework/contracts/run-folder.ts';
import type { StoredTensor } from '../../framework/contracts/checkpoint.ts';
import type { RunEvent } from '../../framework/contracts/run-event.ts';
import type { PlannedRun } from '../../framework/experiment/spec/planned-run.ts';
import { createRunFolder } from '../../framework/records/run-folder/create-run-folder.ts';
import { Journal } from '../../framework/records/journal/journal.ts';
import { summarize } from '../../framework/records/run-folder/summary.ts';

const use = (
  plugin: string,
  options: Record<string, unknown> = {},
): { plugin: string; options: Record<string, unknown> } => ({ plugin, options });

/** A planned run that nothing trains: its events are written by hand. */
export function plannedRun(changes: Partial<PlannedRun> = {}): PlannedRun {
  return {
    id: 'center-0.003-seed-1-abc123',
    label: 'center 0.003 · seed 1',
    point: { 'losses.1.center.lambda': 0.003, seed: 1 },
    secrets: {},
    spec: {
      name: 'written',
      description: 'A run written by hand.',
      seed: 1,
      device: 'cpu',
      threads: 2,
      dataset: use('glyphs', { classes: 10 }),
      sampler: use('shuffle'),
      backbone: use('mlp', { hidden: [] }),
      head: use('linear'),
      losses: [
        { ...use('softmax'), weight: 1 },
        { ...use('center', { lambda: 0.003 }), weight: 1 },
      ],
      optimizer: use('sgd', { momentum: 0.9 }),
      schedule: use('constant', { rate: 0.1 }),
      train: {
        epochs: 2,
        batch: 32,
        steps: null,
        checkpointEvery: 1,
        keep: 2,
        validateEvery: 0,
        clipGradientNorm: null,
      },
      evaluate: [use('accuracy')],
      figures: [],
      tracking: [use('mlflow')],
    },
    ...changes,
  };
}

/** What an engine would say at the start. */
export const started = (resumedAtStep = 0): RunEvent => ({
  type: 'started',
  epochs: 2,
  stepsPerEpoch: 5,
  steps: 10,
  batch: 32,
  resumedAtStep,
  parameters: 650,
  device: 'cpu',
  imageShape: [28, 28, 1],
  dim: 2,
  classes: 10,
  images: 160,
  dataset: { name: 'glyphs', digest: 'a1b2c3', source: 'generated' },
});

/** What an engine would say of a step. */
export const step = (number: number, loss = 2 / (number + 1)): RunEvent => ({
  type: 'step',
  step: number,
  epoch: 0,
  loss,
  parts: { softmax: loss - 0.001, center: 0.001 },
  rate: 0.1,
  milliseconds: 4,
  images: 32,
});

/** What an engine would say of the last evaluation. */
export const evaluated = (atStep: number, metrics: Readonly<Record<string, number>>): RunEvent => ({
  type: 'evaluated',
  role: 'test',
  epoch: 2,
  step: atStep,
  metrics,
  intervals: { accuracy: [0.85, 0.95] },
  curves: {},
});

/** A run folder with an open journal. */
export interface WrittenRun {
  readonly folder: RunFolder;
  readonly journal: Journal;
  append(...events: readonly RunEvent[]): void;
  /** Closes the journal, brings the summary up to date and lets the folder go. */
  close(): Promise<void>;
}

/** Makes a run's folder, or opens it again. */
export async function writtenRun({
  parent = mkdtempSync(join(tmpdir(), 'ablate-run-')),
  run = plannedRun(),
  experiment = 'written',
} = {}): Promise<WrittenRun> {
  const { folder, lock } = await createRunFolder({
    parent,
    experiment,
    run,
    specFile: join(import.meta.dirname, 'written.yaml'),
  });
  const journal = Journal.open(folder);
  return {
    folder,
    journal,
    append: (...events) => events.forEach((event) => journal.append(event)),
    async close() {
      journal.close();
      await summarize(folder);
      await lock.release();
    },
  };
}

/** Puts a figure and a checkpoint into a run's folder. */
export async function writeFiles({ figures, checkpoints }: RunFolder): Promise<void> {
  writeFileSync(join(figures, 'embedding scatter.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(checkpoints, 'step-000000005.safetensors'), Buffer.alloc(3000, 1));
  const tensor = (name: string, size: number): StoredTensor => ({
    name,
    dtype: 'float32',
    shape: [size],
    data: new Float32Array(size).fill(0.5),
  });
  await writeSafetensors(
    join(checkpoints, 'step-000000010.safetensors'),
    [
      tensor('backbone/kernel', 50_000),
      tensor('head/classWeights', 20),
      tensor('optimizer/backbone/kernel/momentum', 50_000),
    ],
    { format: 'ablate-checkpoint', version: '1' },
  );
}
