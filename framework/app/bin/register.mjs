import * as module from 'node:module';
import { existsSync } from 'node:fs';
import * as hooks from './hooks.mjs';

/** The framework's folder: the TypeScript sources in a clone, the compiled build in the package. */
export const framework = new URL(
  existsSync(new URL('../../index.ts', import.meta.url)) ? '../../' : '../../../dist/framework/',
  import.meta.url,
);

/** `.ts` in a clone, `.js` in the package. */
export const extension = existsSync(new URL('index.ts', framework)) ? '.ts' : '.js';

// Maps in the compiled text lead stack traces back to the TypeScript lines.
process.setSourceMapsEnabled(true);

if (module.registerHooks) module.registerHooks({ resolve: hooks.resolve, load: hooks.load });
else module.register('./hooks.mjs', import.meta.url);
