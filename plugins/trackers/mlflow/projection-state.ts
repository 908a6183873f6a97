import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolder } from 'ablate-ml';
import { writeAtomically } from 'ablate-ml/runs';

/**
 * `mlflow.json` of a run's folder: how far the server's copy is. It saves work; where it is lost, the server is asked.
 */
export interface ProjectionState {
  readonly version: 1;
  /** The server, without secrets. */
  readonly url: string;
  readonly experimentId: string;
  readonly runId: string;
  /** Journal records up to this one have arrived; −1 for none. */
  readonly seq: number;
  /** Time of that record, by which another one in its place is told from it: a power cut may take the journal's end. */
  readonly time?: number;
  /** Artifact path → SHA-256 of what has arrived. */
  readonly artifacts: Readonly<Record<string, string>>;
  /** Whether all has arrived that there was when it was last brought up to date. */
  readonly complete: boolean;
}

const fileOf = (run: RunFolder): string => join(run.directory, 'mlflow.json');

/** Reads it; undefined where there is none, it is damaged or of another version. */
export async function readState(run: RunFolder): Promise<ProjectionState | undefined> {
  try {
    const state = JSON.parse(await readFile(fileOf(run), 'utf8')) as ProjectionState;
    return state.version === 1 && typeof state.seq === 'number' ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Writes it atomically. */
export async function writeState(run: RunFolder, state: ProjectionState): Promise<void> {
  await writeAtomically(fileOf(run), `${JSON.stringify(state)}\n`);
}
