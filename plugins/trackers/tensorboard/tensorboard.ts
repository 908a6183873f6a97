import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { RunFolder, Tracker, TrackerContext } from 'ablate-ml';
import { flattenSpec, JournalFile, metricsOf, redactSecrets, type JournalRecord } from 'ablate-ml/runs';
import { parse } from 'yaml';
import { encode } from './event-proto.ts';
import type { TensorboardOptions } from './options.ts';
import { writeProjector } from './write-projector.ts';
import { tfRecord } from './tf-record.ts';

/** TensorFlow's number of the type string. */
const stringType = 7;
/** HParams' numbers of how a session ended. */
const statuses = { finished: 1, failed: 2, interrupted: 2 } as const;

const folderOf = (run: RunFolder): string => join(run.directory, 'tensorboard');
const event = (time: number, step: number, content: object): Buffer =>
  tfRecord(encode('Event', { wallTime: time / 1000, step, ...content }));
const summary = (time: number, step: number, value: readonly object[]): Buffer =>
  event(time, step, { summary: { value } });

/** A text that TensorBoard shows as Markdown. */
const text = (tag: string, content: string): object => ({
  tag,
  tensor: { dtype: stringType, shape: { dim: [{ size: 1 }] }, stringValue: [Buffer.from(content)] },
  metadata: { plugin: { name: 'text' } },
});

const hparams = (tag: 'start' | 'end', content: object): object => ({
  tag: `_hparams_/session_${tag}_info`,
  metadata: { plugin: { name: 'hparams', content: encode('Hparams', { version: 0, [tag]: content }) } },
});

/** A value of the spec as HParams has it: a number, a text or a flag. */
function setting(value: string): object {
  if (value === 'true' || value === 'false') return { flag: value === 'true' };
  return value.trim() !== '' && Number.isFinite(Number(value)) ? { number: Number(value) } : { text: value };
}

/**
 * Writes a run as an event file, `tensorboard/events.out.tfevents.…`: metrics as scalars by step, the spec as
 * hyperparameters and as text, figures as images, and the test embeddings beside it for the projector.
 */
export function tensorboard(options: TensorboardOptions, { experiment, run: label }: TrackerContext): Tracker {
  let step = 0;
  return new JournalFile({
    // TensorBoard takes what follows for the time; a name of its own for each run keeps them apart where they are copied together.
    file: (run, { time }) => join(folderOf(run), `events.out.tfevents.${Math.floor(time / 1000)}.${run.id}`),
    begin: async (run, { time }) => {
      step = 0;
      const written = redactSecrets(await readFile(run.spec, 'utf8'));
      const settings = Object.fromEntries(flattenSpec(parse(written)).map(([path, value]) => [path, setting(value)]));
      const group = label.replace(/(?: · )?seed \d+/, '') || experiment;
      return Buffer.concat([
        event(time, 0, { fileVersion: 'brain.Event:2' }),
        summary(time, 0, [
          hparams('start', { settings, group, seconds: time / 1000 }),
          text('spec', `\`\`\`yaml\n${written}\n\`\`\``),
        ]),
      ]);
    },
    add: async (record, run) => {
      if ('step' in record) step = Math.max(step, record.step ?? 0);
      const at = 'step' in record ? (record.step ?? step) : step;
      if (record.type === 'figure') return options.figures ? image(record, run, at) : '';
      if (record.type === 'warning') return summary(record.time, at, [text('warnings', redactSecrets(record.message))]);
      if (record.type === 'ended')
        return summary(record.time, at, [
          hparams('end', { status: statuses[record.status], seconds: record.time / 1000 }),
        ]);
      if (record.type === 'system' && !options.system) return '';
      const values = metricsOf(record).map(({ name, value }) => ({ tag: name, simpleValue: value }));
      return values.length > 0 ? summary(record.time, at, values) : '';
    },
    end: async (run) => {
      if (options.embeddings > 0) await writeProjector(run, folderOf(run), options.embeddings);
      return '';
    },
  });
}

/** The picture of a figure, if it is a file of the run's own folder. */
async function image(
  { name, time }: JournalRecord & { readonly type: 'figure' },
  run: RunFolder,
  step: number,
): Promise<Buffer | string> {
  try {
    const [own, file] = [await realpath(run.directory), await realpath(join(run.figures, `${name}.png`))];
    if (!file.startsWith(own + sep)) return '';
    const png = await readFile(file);
    // Width and height stand in its first chunk.
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    return summary(time, step, [{ tag: name, image: { width, height, colorspace: 4, encoded: png } }]);
  } catch {
    return '';
  }
}
