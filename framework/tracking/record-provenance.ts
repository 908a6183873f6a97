import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolder } from '../contracts/run-folder.ts';
import { collectProvenance, type ProvenanceRequest } from './collect-provenance.ts';
import type { Provenance } from './provenance.ts';
import { writeAtomically } from './write-atomically.ts';

/** Larger patches hold data rather than code: their SHA-256 alone is kept. */
const largestPatch = 16 * 2 ** 20;

/** A run's `provenance.json`; undefined where there is none or it is damaged. What an older Ablate did not write is empty. */
export async function readProvenance(folder: RunFolder): Promise<Provenance | undefined> {
  try {
    const found = JSON.parse(await readFile(join(folder.directory, 'provenance.json'), 'utf8')) as Provenance;
    if (typeof found.specFile !== 'string') return undefined;
    return { ...found, device: found.device ?? null, native: found.native ?? {}, environment: found.environment ?? {}, plugins: found.plugins ?? [], data: found.data ?? [], ablateGit: found.ablateGit ?? null };
  } catch {
    return undefined;
  }
}

/** Writes what makes this session of a run: `provenance.json`, with that of sessions before in `earlier`, and the patches beside it. */
export async function recordProvenance(folder: RunFolder, request: ProvenanceRequest): Promise<void> {
  const before = existsSync(folder.journal) ? await readProvenance(folder) : undefined;
  const { provenance, patches } = await collectProvenance(request);
  const { earlier = [], ...last } = before ?? {};
  const whole: Provenance = before ? { ...provenance, earlier: [...earlier, last as Provenance] } : provenance;
  await writeAtomically(join(folder.directory, 'provenance.json'), `${JSON.stringify(whole, null, 2)}\n`);
  for (const [name, patch] of Object.entries(patches)) {
    if (patch.length <= largestPatch) await writeAtomically(join(folder.directory, name), patch);
  }
}
