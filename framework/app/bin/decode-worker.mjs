// Starts a decoding thread that makes augmentations: plugins get the part of `ablate-ml` that such a thread has.
import { isMainThread } from 'node:worker_threads';
import * as module from 'node:module';
import * as hooks from './hooks.mjs';
import { extension, framework } from './framework-place.mjs';

if (isMainThread) throw new Error('decode-worker.mjs is the beginning of a thread.');
process.setSourceMapsEnabled(true);
const data = { entries: { 'ablate-ml': new URL(`data/augmentations/worker-entry${extension}`, framework).href } };
if (module.registerHooks) {
  hooks.initialize(data);
  module.registerHooks({ resolve: hooks.resolve, load: hooks.load });
} else module.register('./hooks.mjs', import.meta.url, { data });
await import(new URL(`data/images/decode-worker${extension}`, framework).href);
