import { deviceNames, type DeviceName } from '../../../framework/devices/devices.ts';
import { checkedOn } from './checked-on.ts';
import { obstacleOf } from '#test/on-device';
import { exemption, pluginSubjects, type PluginSubject } from './plugin-subjects.ts';

const title = ({ kind, manifest }: PluginSubject): string => `${kind} \`${manifest.name}\``;

async function cell(device: DeviceName, subject: PluginSubject): Promise<string> {
  const exempt = exemption(subject, device);
  if (exempt) return `– ${exempt}`;
  const failed = (await checkedOn(device, subject)).filter(({ passed }) => !passed);
  return failed.length === 0 ? '✓' : `✗ ${[...new Set(failed.map(({ name }) => name))].join('; ')}`;
}

/**
 * Devices × plugins as Markdown: ✓ passed, ✗ with the rule that is broken, – with why it was not tried. `tell` hears
 * each row.
 */
export async function deviceTable(tell: (row: string) => void): Promise<string> {
  const obstacles = new Map<DeviceName, string | undefined>();
  // The GPU build cannot be loaded beside the processor's.
  for (const device of deviceNames)
    obstacles.set(device, device === 'tensorflow-gpu' ? 'not in this process' : await obstacleOf(device));
  const devices = deviceNames.filter((device) => obstacles.get(device) === undefined);
  const rows = [
    `| plugin | ${devices.map((device) => `\`${device}\``).join(' | ')} |`,
    `|---|${devices.map(() => '---|').join('')}`,
  ];
  for (const subject of await pluginSubjects()) {
    const cells: string[] = [];
    for (const device of devices) cells.push(await cell(device, subject));
    rows.push(`| ${title(subject)} | ${cells.join(' | ')} |`);
    tell(rows.at(-1)!);
  }
  return rows.join('\n');
}

/** Titles of the rows that a whole table has. */
export const rowTitles = async (): Promise<string[]> => (await pluginSubjects()).map(title);
