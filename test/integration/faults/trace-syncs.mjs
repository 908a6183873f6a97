// Preloaded into a run with `node --import`: notes in ABLATE_TEST_TRACE, line by line, when its journal is written and
// synced and when a checkpoint gets its name, in the order in which the operating system was asked.
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { appendFileSync, fsyncSync, openSync, writeSync } = fs;
const { rename } = promises;
const journals = new Set();
const note = (what) => appendFileSync(process.env.ABLATE_TEST_TRACE, `${what}\n`);

fs.openSync = (path, ...rest) => {
  const descriptor = openSync(path, ...rest);
  if (String(path).endsWith('journal.jsonl')) journals.add(descriptor);
  else journals.delete(descriptor);
  return descriptor;
};
fs.writeSync = (descriptor, ...rest) => {
  if (journals.has(descriptor)) note('written');
  return writeSync(descriptor, ...rest);
};
fs.fsyncSync = (descriptor) => {
  fsyncSync(descriptor);
  if (journals.has(descriptor)) note('synced');
};
promises.rename = async (from, to) => {
  if (/checkpoints\/step-[^/]*$/.test(String(to).replaceAll('\\', '/'))) note('named');
  await rename(from, to);
};
syncBuiltinESMExports();
