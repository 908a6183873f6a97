import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies a run under another name, with another summary, without its checkpoints. */
export async function copyRun(
  from: string,
  to: string,
  change: (summary: Record<string, unknown>) => void,
): Promise<void> {
  await cp(from, to, { recursive: true, filter: (file) => !/checkpoints|\.(png|pdf|svg)$/.test(file) });
  const file = join(to, 'summary.json');
  const summary = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  change(summary);
  await writeFile(file, JSON.stringify(summary));
}

/** Makes a folder of so many runs, which differ in a margin and a seed, from a few that were trained. */
export async function manyRuns(count: number, trained: readonly string[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let run = 0; run < count; run++) {
    const [margin, seed] = [Math.floor(run / 5) / 100, (run % 5) + 1];
    await copyRun(trained[run % trained.length]!, join(folder, `run-${run}`), (summary) =>
      Object.assign(summary, {
        label: `m ${margin} · seed ${seed}`,
        seed,
        point: { 'losses.0.arcface.m': margin, seed },
      }),
    );
  }
}
