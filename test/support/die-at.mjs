// Preloaded into a run with `node --import`: kills its process at a named place in the writing of a file, where a kill
// from outside would only hit by luck. ABLATE_TEST_DIE_AT: {"file": pattern of the path, "place": see below, "count":
// at the how many-th time}
//   write    half of the content is written        sync     all is written, nothing is forced to the disk
//   rename   the temporary file is safe            renamed  the file has its name, nothing after that has happened
//   append   half of a line is appended
//   link     a name is to be given (by a link)     linked   it has been given
//   remove   a file or folder is to be removed     removed  it is gone
// With "once", a path, only the first of several processes dies: the one that can make this file.
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const wanted = JSON.parse(process.env.ABLATE_TEST_DIE_AT);
const file = new RegExp(wanted.file);
let count = wanted.count ?? 1;

const isFirst = () => {
  if (!wanted.once) return true;
  try {
    fs.closeSync(openSync(wanted.once, 'wx'));
    return true;
  } catch {
    return false;
  }
};
// Who is not the first writes whole: half a file is left by the dead alone.
const isDue = (place, path) =>
  place === wanted.place && file.test(String(path).replaceAll('\\', '/')) && --count === 0 && isFirst();
const die = () => {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
};
const halfOf = (content) => {
  const bytes = Buffer.from(content.buffer ?? content, content.byteOffset, content.byteLength);
  return bytes.subarray(0, Math.ceil(bytes.length / 2));
};

const { link, open, rename, rm, unlink, writeFile } = promises;
const { openSync, writeSync } = fs;
const [handles, descriptors] = [new Map(), new Map()];

promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  const { writeFile: writeWhole, sync } = handle;
  handles.set(handle, path);
  handle.writeFile = async (content, ...more) => {
    if (!isDue('write', path)) return writeWhole.call(handle, content, ...more);
    await writeWhole.call(handle, halfOf(content));
    die();
  };
  handle.sync = async () => {
    if (isDue('sync', path)) die();
    return sync.call(handle);
  };
  return handle;
};
promises.writeFile = async (target, content, ...more) => {
  if (!handles.has(target) || !isDue('write', handles.get(target))) return writeFile(target, content, ...more);
  await writeFile(target, halfOf(content));
  die();
};
promises.rename = async (from, to) => {
  if (isDue('rename', to)) die();
  await rename(from, to);
  if (isDue('renamed', to)) die();
};
promises.link = async (from, to) => {
  if (isDue('link', to)) die();
  await link(from, to);
  if (isDue('linked', to)) die();
};
for (const [name, remove] of Object.entries({ rm, unlink })) {
  promises[name] = async (path, ...rest) => {
    if (isDue('remove', path)) die();
    await remove(path, ...rest);
    if (isDue('removed', path)) die();
  };
}
fs.openSync = (path, ...rest) => {
  const descriptor = openSync(path, ...rest);
  descriptors.set(descriptor, path);
  return descriptor;
};
fs.writeSync = (descriptor, content, ...rest) => {
  if (typeof content !== 'string' && isDue('append', descriptors.get(descriptor) ?? '')) {
    writeSync(descriptor, halfOf(content));
    die();
  }
  return writeSync(descriptor, content, ...rest);
};
syncBuiltinESMExports();
