import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { tell } from '../../base/system/tell.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { writeSpecWithOrigins } from '../../experiment/spec/write-origins.ts';
import type { SheetSection } from '../../figures/contact-sheet.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { selectedRuns } from '../../runs/plan/selected-runs.ts';
import { collect } from './collect.ts';

interface ShowFlags {
  readonly profile: string[];
  readonly set: string[];
  readonly only: string[];
  readonly images?: string;
  readonly count: number;
  readonly epochs: number;
}

/** Formats of a sheet by its file's extension. */
const formats = { '.png': 'png', '.webp': 'webp', '.jpg': 'jpeg', '.jpeg': 'jpeg' } as const;

/** Adds `ablate show SPEC`: the resolved spec of its runs, and pictures of their images as training draws them. */
export function registerShow(program: Command): void {
  program
    .command('show')
    .description(
      'Print the resolved spec of each run with the origin of every value, and draw its images as training sees them.',
    )
    .argument('<spec>', 'spec file')
    .option('--profile <name>', 'merge a profile of the spec over it, e.g. --profile gpu; may be repeated', collect, [])
    .option('--set <path=value>', 'override a value of the spec; may be repeated', collect, [])
    .option('--only <run>', 'show the runs of this id or label alone, * for anything; may be repeated', collect, [])
    .option(
      '--images <file>',
      'a sheet of training and test images to write, after each augmentation and in every view: .png, .webp or .jpg',
    )
    .option('--count <n>', 'images of training and of test that the sheet shows', wholeNumber, 6)
    .option('--epochs <n>', 'epochs in which it shows each training image', wholeNumber, 3)
    .action(async (file: string, { profile, set, only, images, count, epochs }: ShowFlags) => {
      const format = images === undefined ? undefined : formatOf(images);
      const catalogue = await createCatalogue();
      const plan = await loadPlan(file, { profiles: profile, set, catalogue });
      const chosen = selectedRuns(plan, only);
      const runs = plan.runs.filter(({ id }) => chosen.has(id));
      const many = runs.length > 1;
      process.stdout.write(
        runs.map((run) => (many ? `# ${run.label}\n` : '') + writeSpecWithOrigins(run)).join('---\n'),
      );
      if (!images) return;
      const sections = await sectionsOf(runs, path.dirname(path.resolve(file)), catalogue, { images: count, epochs });
      const { contactSheet } = await import('../../figures/contact-sheet.ts');
      await writeAtomically(images, await contactSheet(sections, format!));
      tell(`Wrote ${shownFile(images)}.`);
    });
}

/** The sections of all runs; runs that see the same images have them once. */
async function sectionsOf(
  runs: readonly PlannedRun[],
  baseDirectory: string,
  catalogue: Catalogue,
  counts: { readonly images: number; readonly epochs: number },
): Promise<SheetSection[]> {
  const { shownImages } = await import('../../runs/show/shown-images.ts');
  const { decodedImages } = await import('../../data/images/decoded-images.ts');
  const context = { catalogue, baseDirectory, cacheDirectory: cacheDirectory(), decoded: decodedImages(), warn: tell };
  const training = new Map<string, PlannedRun>();
  for (const run of runs) {
    const { seed, dataset, augment, sampler, train } = run.spec;
    const key = JSON.stringify([seed, dataset, augment, sampler, train.batch]);
    if (!training.has(key)) training.set(key, run);
  }
  const evaluated = new Set<string>();
  const sections: SheetSection[] = [];
  for (const { label, spec } of training.values()) {
    const key = JSON.stringify([spec.dataset, spec.augment?.test]);
    const shown = await shownImages(spec, context, { ...counts, test: evaluated.has(key) ? 0 : counts.images });
    evaluated.add(key);
    for (const section of shown)
      sections.push(training.size > 1 ? { ...section, title: `${label} — ${section.title}` } : section);
  }
  return sections;
}

function formatOf(file: string): (typeof formats)[keyof typeof formats] {
  const extension = path.extname(file).toLowerCase();
  if (Object.hasOwn(formats, extension)) return formats[extension as keyof typeof formats];
  throw new AblateError('USAGE', `--images writes a picture, and ${file} is called like none.`, {
    remedy: `End its name with ${Object.keys(formats).join(', ')}.`,
  });
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
}
