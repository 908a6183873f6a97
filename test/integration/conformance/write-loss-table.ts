// Writes the table of largest errors into plugins/losses/README.md: npm run table:losses
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { useDevice } from '../../../framework/devices/devices.ts';
import { lossTable } from './loss-table.ts';

const readme = fileURLToPath(new URL('../../../plugins/losses/README.md', import.meta.url));
const [begin, end] = ['<!-- table:losses -->', '<!-- /table:losses -->'];

const device = await useDevice('tensorflow');
const text = await readFile(readme, 'utf8');
if (!text.includes(begin) || !text.includes(end)) throw new Error(`${readme} needs the lines ${begin} and ${end}`);
const table = `${begin}\nOn \`${device.name}\` (${device.description}).\n\n${await lossTable()}\n${end}`;
await writeFile(readme, text.slice(0, text.indexOf(begin)) + table + text.slice(text.indexOf(end) + end.length));
process.stdout.write(`${table}\n`);
