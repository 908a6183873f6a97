import * as module from 'node:module';
import * as hooks from './hooks.mjs';

export { extension, framework } from './framework-place.mjs';

// Maps in the compiled text lead stack traces back to the TypeScript lines.
process.setSourceMapsEnabled(true);

if (module.registerHooks) module.registerHooks({ resolve: hooks.resolve, load: hooks.load });
else module.register('./hooks.mjs', import.meta.url);
