#!/usr/bin/env node
// Runs a TypeScript file of the project as `ablate` itself runs: node framework/app/bin/ts.mjs FILE [ARGUMENTS…]
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import './register.mjs';

const [file] = process.argv.splice(2, 1);
if (file === undefined) {
  process.stderr.write('usage: node framework/app/bin/ts.mjs FILE [ARGUMENTS…]\n');
  process.exit(2);
}
process.argv[1] = path.resolve(file);
await import(pathToFileURL(process.argv[1]).href);
