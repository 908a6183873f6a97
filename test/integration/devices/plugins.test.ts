import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { checkedOn } from './checked-on.ts';
import { rowTitles } from './device-table.ts';
import { describeOn } from '#test/on-device';
import { exemption, pluginSubjects } from './plugin-subjects.ts';

const subjects = (await pluginSubjects()).filter(({ kind }) => kind !== 'loss');

// Losses are compared over all devices by the conformance tests.
for (const device of ['webgpu', 'wasm', 'cpu'] as const) {
  await describeOn(device, `plugins on ${device}`, () => {
    for (const subject of subjects) {
      const name = `${subject.kind} ${subject.manifest.name} conforms`;
      const reason = exemption(subject, device);
      if (reason) it.skip(`${name} (skipped: ${reason})`);
      else it(name, async () => expect((await checkedOn(device, subject)).filter(({ passed }) => !passed)).toEqual([]));
    }
  });
}
await useDevice('cpu');

describe('the table of devices and plugins', () => {
  it('has a row for every plugin that computes, and nothing that fails', async () => {
    const text = await readFile(new URL('../../../framework/devices/plugins.md', import.meta.url), 'utf8');
    const table = text
      .slice(text.indexOf('<!-- table:devices -->'), text.indexOf('<!-- /table:devices -->'))
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1);
    expect(table.map((line) => line.split(' | ')[0]!.slice(2))).toEqual(await rowTitles());
    expect(table.filter((line) => line.includes('✗'))).toEqual([]);
  });
});
