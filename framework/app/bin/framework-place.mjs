import { existsSync } from 'node:fs';

/** The framework's folder: the TypeScript sources in a clone, the compiled build in the package. */
export const framework = new URL(
  existsSync(new URL('../../index.ts', import.meta.url)) ? '../../' : '../../../dist/framework/',
  import.meta.url,
);

/** `.ts` in a clone, `.js` in the package. */
export const extension = existsSync(new URL('index.ts', framework)) ? '.ts' : '.js';
