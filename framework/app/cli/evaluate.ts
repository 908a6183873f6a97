import type { Command } from 'commander';
import { useDevice, deviceNames } from '../../devices/devices.ts';
import { readEmbeddings } from '../../data/embeddings/read-embeddings.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { selectedEvaluators } from '../../runs/evaluate/selected-evaluators.ts';
import { evaluateEmbeddings, requireEmbeddingEvaluators } from '../../runs/evaluate/evaluate-embeddings.ts';
import { warningLine } from './warning-line.ts';
import { evaluateRun } from '../../runs/evaluate/evaluate-run.ts';
import type { Measurement } from '../../runs/evaluate/measure.ts';
import { readRun } from '../../runs/evaluate/read-run.ts';
import { findRuns } from '../../records/run-folder/find-runs.ts';
import { Bar } from './bar.ts';
import { collect } from './collect.ts';
import { deviceOf } from '../../devices/device-of.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

interface EvaluateFlags {
  readonly embeddings: string[];
  readonly labels?: string;
  readonly evaluate?: string;
  readonly set: string[];
  readonly checkpoint?: string;
  readonly seed: string;
  readonly device?: string;
  readonly json?: boolean;
}

/**
 * Adds `ablate evaluate RUN…`, which re-evaluates runs by other protocols, and `ablate evaluate --embeddings FILE`,
 * which measures what came from anywhere.
 */
export function registerEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('Evaluate checkpoints of runs by other protocols, or embeddings from a file.')
    .argument('[run...]', 'folders of runs, of experiments or of all of them')
    .option(
      '--embeddings <file>',
      '.npz, .npy, .safetensors or .json with embedding, label, optionally role and pairs; may be repeated',
      collect,
      [],
    )
    .option('--labels <file>', 'labels of the embeddings, where they are not beside them: .npy, .json or one a line')
    .option('--evaluate <names>', "evaluators, separated by commas; a run's own by default")
    .option(
      '--set <option=value>',
      'an option of the evaluators, or name.option=value of one; may be repeated',
      collect,
      [],
    )
    .option('--checkpoint <file>', 'a checkpoint of the run instead of its newest, or its best by train.use')
    .option('--seed <number>', 'seed of bootstrap and k-means over embeddings', '0')
    .option('--device <name>', `${deviceNames.join(', ')} or auto; a run's own by default`)
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (runs: string[], flags: EvaluateFlags) => {
      if (runs.length > 0 === flags.embeddings.length > 0)
        throw new AblateError(
          'USAGE',
          runs.length > 0 ? 'Runs and --embeddings are evaluated one or the other.' : 'There is nothing to evaluate.',
          { remedy: 'Type ablate evaluate RUN…, or ablate evaluate --embeddings FILE --evaluate retrieval' },
        );
      const bar = new Bar();
      const found = runs.length > 0 ? await ofRuns(runs, flags, bar) : await ofEmbeddings(flags, bar);
      bar.clear();
      for (const { source, nothing } of found)
        for (const name of nothing) bar.note(`${name} found nothing to measure in ${shownFile(source)}.`);
      for (const { notes } of found) for (const note of notes) bar.note(`Warning: ${note}`);
      if (flags.json) printJson({ evaluations: found.map(({ nothing: _, notes: __, ...evaluation }) => evaluation) });
      else found.forEach(print);
    });
}

const namesIn = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

async function ofRuns(directories: readonly string[], flags: EvaluateFlags, bar: Bar): Promise<Measurement[]> {
  if (flags.labels !== undefined)
    throw new AblateError('USAGE', '--labels belongs to --embeddings: a run has labels of its own.');
  const catalogue = await createCatalogue();
  const past = await Promise.all((await Promise.all(directories.map(findRuns))).flat().map(readRun));
  if (flags.checkpoint !== undefined && past.length > 1)
    throw new AblateError('USAGE', `--checkpoint names one checkpoint, and there are ${past.length} runs.`, {
      remedy: 'Name the folder of the run that it belongs to.',
    });
  const chosen = await Promise.all(
    past.map(({ spec, baseDirectory }) =>
      selectedEvaluators(
        { names: namesIn(flags.evaluate), settings: flags.set, known: spec.evaluate },
        catalogue,
        baseDirectory,
      ),
    ),
  );
  const wanted = new Set(past.map(({ spec }) => `${flags.device ?? spec.device} with ${spec.threads} threads`));
  if (wanted.size > 1)
    throw new AblateError('USAGE', `The runs ask for different devices: ${[...wanted].join(', ')}.`, {
      remedy: 'Evaluate them one by one.',
    });
  const { spec } = past[0]!;
  await useDevice(deviceOf(flags.device ?? spec.device), { threads: spec.threads });
  const found: Measurement[] = [];
  for (const [index, run] of past.entries()) {
    found.push(
      await evaluateRun(run, {
        catalogue,
        evaluators: chosen[index]!,
        checkpoint: flags.checkpoint,
        onImages: (role, done, total) => bar.show(`${run.folder.id}: ${role}`, done, total),
        onEvaluator: (name) => bar.show(`${run.folder.id}: ${name}`, found.length, past.length),
        warn: (message, level) => bar.note(warningLine(message, level)),
      }),
    );
  }
  return found;
}

async function ofEmbeddings(
  { embeddings, labels, evaluate, set, checkpoint, seed, device }: EvaluateFlags,
  bar: Bar,
): Promise<Measurement[]> {
  const catalogue: Catalogue = await createCatalogue();
  const names = namesIn(evaluate);
  const wanted = deviceOf(device ?? 'auto');
  if (checkpoint !== undefined) throw new AblateError('USAGE', '--checkpoint belongs to a run, not to --embeddings.');
  if (!/^-?\d+$/.test(seed)) throw new AblateError('USAGE', `--seed ${seed} is no whole number.`);
  if (names.length === 0)
    throw new AblateError('USAGE', 'Say by which evaluators the embeddings are measured.', {
      remedy: `Add --evaluate with one or more of ${catalogue.names('evaluator').join(', ')}.`,
    });
  const evaluators = await selectedEvaluators({ names, settings: set, known: [] }, catalogue, process.cwd());
  requireEmbeddingEvaluators(evaluators);
  const found: Measurement[] = [];
  for (const file of embeddings) {
    const read = await readEmbeddings(file, labels);
    if (found.length === 0) await useDevice(wanted);
    try {
      found.push(
        await evaluateEmbeddings(file, read, {
          catalogue,
          evaluators,
          seed: Number(seed),
          onEvaluator: (name) =>
            bar.show(
              `${shownFile(file)}: ${name}`,
              evaluators.findIndex(({ use }) => use.plugin === name),
              evaluators.length,
            ),
        }),
      );
    } finally {
      read.close?.();
    }
  }
  return found;
}

function print({ source, metrics, intervals }: Measurement): void {
  process.stdout.write(`\n${shownFile(source)}\n\n`);
  const digits = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(4));
  const rows = Object.entries(metrics).map(([name, value]) => [
    name,
    digits(value),
    intervals[name] ? `[${intervals[name].map(digits).join(', ')}]` : '',
  ]);
  printTable([['METRIC', 'VALUE', '95 % INTERVAL'], ...rows]);
}
