import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies a run under another name, with another summary, without its checkpoints. */
export async function copyRun(from: string, to: string, change: (summary: Record<string, unknown>) => void): Promise<void> {
  await cp(from, to, { recursive: true, filter: (file) => !/checkpoints|\.(png|pdf|svg)$/.test(file) });
  const file = join(to, 'summary.json');
  const summary = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  change(summary);
  await writeFile(file, JSON.stringify(summary));
}
