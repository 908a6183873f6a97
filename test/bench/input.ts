import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { backbones } from './backbones.ts';
import { inNewFolder } from './in-new-folder.ts';
import { LineProcess } from './line-process.ts';
import { makeJpegs } from './make-jpegs.ts';
import { namesOf } from './names-of.ts';
import { paired, type PairedResult } from './paired.ts';
import { pythonEnvironment } from './python-environment.ts';
import type { Row, Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const nets = ['lenet-plus-plus-3', 'resnet-18'] as const;
/** Batches from an empty pipeline: loaded alone, and trained on. */
const [loaded, trained] = [28, 16];

interface Batches {
  readonly net?: keyof typeof backbones;
  /** Pixels of an image's side. */
  readonly side: number;
  readonly batch: number;
  readonly batches: number;
}

/**
 * 2,000 JPEGs of 112×112 decoded, flipped and moved: alone beside a DataLoader with as many workers; training on them
 * beside training on a batch that is in memory; and loading beside what training takes, which it should undercut by
 * half.
 */
export const input: Suite = (pairs) =>
  inNewFolder(async (folder) => {
    await makeJpegs(folder);
    // torchvision itself may need a hand before it can be imported, see the script.
    const python = pythonEnvironment('torchvision', ['torch', 'PIL'], ['torch==2.13.0', 'torchvision==0.28.0']);
    const ours = (kind: string, { net = 'lenet-plus-plus-3', side, batch, batches }: Batches): LineProcess => {
      const set = [
        `dataset.image-folder.path=${folder}`,
        `dataset.image-folder.size=${side}`,
        `backbone=${backbones[net]}`,
        `train.batch=${batch}`,
        `threads=${availableParallelism()}`,
      ];
      return new LineProcess(process.execPath, [
        here('../../framework/app/bin/ts.mjs'),
        here('input-child.ts'),
        kind,
        String(batches),
        here('input.yaml'),
        JSON.stringify(set),
      ]);
    };
    const rows: Row[] = [];
    const measure = async (what: string, one: LineProcess, other: LineProcess, batches: number): Promise<void> => {
      const peer = await namesOf(one, other);
      rows.push({ case: what, peer, ...perBatch(await paired(one, other, pairs, 1, 1), batches) });
      await Promise.all([one.close(), other.close()]);
    };
    for (const side of [112, 64]) {
      const some = { side, batch: 64, batches: loaded };
      await measure(
        `input alone, batch 64, ${side}×${side}; peer: DataLoader`,
        ours('input', some),
        new LineProcess(python, [here('pytorch_input.py'), folder, String(side), '64', String(loaded), '2']),
        loaded,
      );
    }
    for (const net of nets) {
      const some = { net, side: 64, batch: 32, batches: trained };
      await measure(
        `${net}, batch 32, 64×64, live input; peer: Ablate, a batch in memory`,
        ours('live', some),
        ours('resident', some),
        trained,
      );
      await measure(
        `input alone, batch 32, 64×64; peer: Ablate, a step of ${net} on a batch in memory`,
        ours('input', some),
        ours('resident', some),
        trained,
      );
    }
    return { title: 'Live input of JPEGs, milliseconds a batch', rows };
  });

const perBatch = ({ ours, theirs, ...rest }: PairedResult, batches: number): PairedResult => ({
  ours: ours / batches,
  theirs: theirs / batches,
  ...rest,
});
