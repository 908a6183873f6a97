import { registerHooks } from '../../plugins/register-hooks.ts';
import type { SearchIndex } from '../../records/search-index/open-index.ts';

/**
 * Opens an index that `ablate index build` wrote, to search it by embeddings.
 *
 * @param settings `device`: `tensorflow-gpu`, `tensorflow`, `webgpu`, `wasm`, `cpu` or `auto`
 * @throws AblateError DATA_NOT_FOUND where there is none; DATA_INVALID where it is damaged
 * @example
 * const index = await openIndex('index');
 * const { embedding, dim } = await embed('runs/faces/seed-1', 'doorstep');
 * for await (const [best] of index.search({ values: embedding, dim }, { count: 1 })) console.log(best?.name, best?.score);
 * index.close();
 */
export async function openIndex(
  directory: string,
  { device = 'auto' }: { readonly device?: string } = {},
): Promise<SearchIndex> {
  await registerHooks();
  const [{ useDevice }, { deviceOf }, index] = await Promise.all([
    import('../../devices/devices.ts'),
    import('../../devices/device-of.ts'),
    import('../../records/search-index/open-index.ts'),
  ]);
  await useDevice(deviceOf(device));
  return index.openIndex(directory);
}
