import type { LineProcess } from './line-process.ts';

/** Both programs as they name themselves in their first line; read before anything is asked of them. */
export async function namesOf(ours: LineProcess, theirs: LineProcess): Promise<string> {
  const [own, other] = [await ours.read<{ name: string }>(), await theirs.read<{ name: string }>()];
  return `${own.name} against ${other.name}`;
}
