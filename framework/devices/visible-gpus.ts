import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A GPU that this process may use. */
export interface VisibleGpu {
  /** What `CUDA_VISIBLE_DEVICES` calls it: an index or a UUID. */
  readonly name: string;
  /** Bytes that nobody uses now; undefined where that is not known. */
  readonly freeBytes: number | undefined;
}

const query = ['--query-gpu=index,uuid,memory.free', '--format=csv,noheader,nounits'];

/**
 * Lists the NVIDIA GPUs that this process may use, in order: those that `CUDA_VISIBLE_DEVICES` names (a job's share of
 * a node), else all that `nvidia-smi` lists; none where there is no driver.
 */
export async function visibleGpus(env: NodeJS.ProcessEnv = process.env): Promise<VisibleGpu[]> {
  const table = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000, env }).then(
    ({ stdout }) => stdout,
    () => '',
  );
  const all = table
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [index, uuid, free] = line.split(',').map((cell) => cell.trim());
      return {
        index: index!,
        uuid: uuid!,
        freeBytes: Number.isFinite(Number(free)) ? Number(free) * 2 ** 20 : undefined,
      };
    });
  const named = env.CUDA_VISIBLE_DEVICES?.split(',').map((name) => name.trim());
  if (!named) return all.map(({ index, freeBytes }) => ({ name: index, freeBytes }));
  // As CUDA reads it: the first name that is none ends the list.
  const end = named.findIndex((name) => name === '' || name === '-1');
  if (all.length === 0) return [];
  return named.slice(0, end < 0 ? undefined : end).map((name) => ({
    name,
    freeBytes: all.find(({ index, uuid }) => name === index || uuid.startsWith(name))?.freeBytes,
  }));
}
