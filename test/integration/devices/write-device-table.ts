// Writes the table of devices × plugins into framework/devices/plugins.md: npm run table:devices
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { deviceTable } from './device-table.ts';
import { softwareVulkan } from '#test/software-vulkan';

Object.assign(process.env, softwareVulkan());
const readme = fileURLToPath(new URL('../../../framework/devices/plugins.md', import.meta.url));
const [begin, end] = ['<!-- table:devices -->', '<!-- /table:devices -->'];
const text = await readFile(readme, 'utf8');
if (!text.includes(begin) || !text.includes(end)) throw new Error(`${readme} needs the lines ${begin} and ${end}`);
const table = `${begin}\n${await deviceTable((row) => process.stdout.write(`${row}\n`))}\n${end}`;
await writeFile(readme, text.slice(0, text.indexOf(begin)) + table + text.slice(text.indexOf(end) + end.length));
