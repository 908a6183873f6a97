import type { Command } from 'commander';
import { useDevice, deviceNames } from '../../devices/devices.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { embedImages } from '../../runs/evaluate/embed-images.ts';
import { oneRun } from '../../runs/plan/one-run.ts';
import { readRun } from '../../runs/evaluate/read-run.ts';
import { Bar } from './bar.ts';
import { deviceOf } from '../../devices/device-of.ts';
import { printJson } from './print-json.ts';

interface EmbedFlags {
  readonly images: string;
  readonly boxes?: string;
  readonly out: string;
  readonly checkpoint?: string;
  readonly after?: string;
  readonly skipBroken?: boolean;
  readonly device?: string;
  readonly json?: boolean;
}

/** Adds `ablate embed RUN --images DIR --out FILE`: embeddings of images by a run's backbone. */
export function registerEmbed(program: Command): void {
  program
    .command('embed')
    .description("Write the embeddings of images by a run's backbone, prepared as the run's own were.")
    .argument('<run>', "a run's folder")
    .requiredOption(
      '--images <dir>',
      "a folder or zip file of images; the class of an image is its folder, or what the run's own `class` finds in its name",
    )
    .option(
      '--boxes <file>',
      'a CSV file with the columns name, left, top, right, bottom: the part of each image that is embedded, in pixels',
    )
    .requiredOption('--out <file>', 'file to write: .safetensors, .npz or .json')
    .option('--checkpoint <file>', 'a checkpoint of the run instead of its newest, or its best by train.use')
    .option('--after <evaluator>', 'an evaluator of the run: embeddings go through its `after`, as it was fitted then')
    .option('--skip-broken', 'name images that cannot be decoded and leave them out, instead of stopping')
    .option('--device <name>', `${deviceNames.join(', ')} or auto, instead of the run's own`)
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(
      async (directory: string, { images, boxes, out, checkpoint, after, skipBroken, device, json }: EmbedFlags) => {
        const run = await readRun(await oneRun(directory));
        const bar = new Bar();
        await useDevice(deviceOf(device ?? run.spec.device), { threads: run.spec.threads });
        const written = await embedImages(run, {
          catalogue: await createCatalogue(),
          images,
          boxes,
          out,
          checkpoint,
          after,
          broken: skipBroken ? 'skip' : 'fatal',
          onImages: (_role, done, total) => bar.show('embedding', done, total),
          warn: (message) => bar.note(`Warning: ${message}`),
        }).finally(() => bar.clear());
        if (json) printJson({ file: out, ...written });
        else
          process.stdout.write(
            `${out}: ${written.count} embeddings of ${written.dim} dimensions, ${written.classes} classes, by step ${written.step} of ${run.folder.id}\n`,
          );
      },
    );
}
