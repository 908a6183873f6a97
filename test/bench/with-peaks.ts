import type { LineProcess } from './line-process.ts';

/** A case's name with the most resident memory of both programs until now; they must answer the line `peak`. */
export async function withPeaks(what: string, ours: LineProcess, theirs: LineProcess): Promise<string> {
  const [own, other] = [await ours.ask<number>('peak'), await theirs.ask<number>('peak')];
  return `${what}; peak ${own.toFixed(0)} MiB, peer ${other.toFixed(0)} MiB`;
}
