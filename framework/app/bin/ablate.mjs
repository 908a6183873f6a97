#!/usr/bin/env node
import { existsSync } from 'node:fs';

const sources = new URL('../cli/main.ts', import.meta.url);
if (existsSync(sources) && !existsSync(new URL('../../../node_modules/.package-lock.json', import.meta.url))) {
  process.stderr.write(
    'This clone is not set up yet. Type: npm start (or, for the set-up alone: node framework/app/setup/main.mjs)\n',
  );
  process.exit(2);
}
if (!existsSync(sources) && !existsSync(new URL('../../../dist/framework/app/cli/main.js', import.meta.url))) {
  process.stderr.write('This package was packed without its build. Where it was packed, type: npm run pack\n');
  process.exit(2);
}
const { extension, framework } = await import('./register.mjs');
await import(new URL(`app/cli/main${extension}`, framework).href);
