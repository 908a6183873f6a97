import type { Command } from 'commander';
import { parse } from 'yaml';
import { useDevice, deviceNames } from '../../devices/devices.ts';
import type { Kind, PluginManifest } from '../../contracts/plugin.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { kindNames, kindOf } from '../../plugins/kinds.ts';
import { checkNet } from '../../author/reference-nets/check-net.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { checkPlugin } from '../../author/conformance/check-plugin.ts';
import type { CheckReport } from '../../author/conformance/rules/check-report.ts';
import { composeLosses, compositions } from '../../author/conformance/loss/compose-losses.ts';
import { collect } from './collect.ts';
import { deviceOf } from '../../devices/device-of.ts';
import { printJson } from './print-json.ts';

interface Flags {
  readonly set: readonly string[];
  readonly vectors?: string;
  readonly net?: string;
  readonly device: string;
  readonly json?: boolean;
}

/**
 * Adds `ablate check PLUGIN`: whether a plugin keeps what its kind promises, or agrees with reference cases. Exit code
 * 1 where something failed.
 */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('check a plugin by the rules of its kind, or against reference cases')
    .argument('<plugin>', 'arcface, losses/arcface, softmax+center, an npm package or a path')
    .option('--set <option=value>', 'an option of the plugin; may be repeated', collect, [])
    .option('--vectors <file>', 'a JSON file of reference cases to compare with')
    .option('--net <folder>', 'for `backbones`: a folder of weights and reference numbers of another library')
    .option('--device <name>', `the device that computes: ${deviceNames.join(', ')} or auto`, 'auto')
    .option('--json', 'print one JSON document')
    .action(async (plugin: string, { set, vectors, net, device, json }: Flags) => {
      if (net !== undefined) return checkReferenceNet(plugin, net, device, json);
      const { manifest, location } = await checkedPlugin(plugin, await createCatalogue());
      const used = await useDevice(deviceOf(device));
      const devices = deviceNames.filter((name) => name !== used.name && name !== 'tensorflow-gpu');
      const report = {
        ...(await checkPlugin(manifest, { options: optionsOf(set), vectors, devices, location })),
        device: used.name,
      };
      if (json) printJson(report);
      else printReport(report);
      if (report.failed > 0) process.exitCode = 1;
    });
}

/** Compares the backbone that is a folder's net with the numbers of the library that made it. */
async function checkReferenceNet(plugin: string, folder: string, device: string, json?: boolean): Promise<void> {
  const catalogue = await createCatalogue();
  const entries = await catalogue.builtIn('backbone');
  const named = /^backbones?(?:\/(.+))?$/.exec(plugin);
  if (!named)
    throw new AblateError('USAGE', `--net compares a backbone, and ${plugin} is none.`, {
      remedy: 'Type: ablate check backbones --net FOLDER, or backbones/NAME for one of them.',
    });
  const manifests = named[1]
    ? [(await catalogue.load('backbone', named[1], process.cwd())).manifest]
    : entries.map(({ manifest }) => manifest);
  const used = await useDevice(deviceOf(device));
  const { net, plugin: found, checks } = await checkNet(folder, manifests as PluginManifest<'backbone'>[]);
  const failed = checks.filter(({ passed }) => !passed).length;
  const report = { kind: 'backbone', plugin: `${found} as ${net}`, device: used.name, checks } as const;
  const counts = { passed: checks.length - failed, failed, skipped: 0 };
  if (json) printJson({ ...report, ...counts });
  else printReport({ ...report, ...counts } as CheckReport);
  if (failed > 0) process.exitCode = 1;
}

/** `['m=0.3', 'update=paper']` → `{m: 0.3, update: 'paper'}`, values as YAML reads them. */
function optionsOf(settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.map((setting) => {
      const equals = setting.indexOf('=');
      if (equals < 1)
        throw new AblateError('USAGE', `--set ${setting} is not option=value.`, { remedy: 'Write --set m=0.3' });
      return [setting.slice(0, equals), parse(setting.slice(equals + 1)) as unknown];
    }),
  );
}

/** A plugin by its name, or a sum of losses; where it lies, for one. */
async function checkedPlugin(
  name: string,
  catalogue: Catalogue,
): Promise<{ manifest: PluginManifest; location?: string }> {
  const whole = compositions[name.replace(/^losses\//, '')] ?? name;
  if (/^[\w/-]+(\+[\w-]+)+$/.test(whole)) {
    const parts = whole.replace(/^losses\//, '').split('+');
    const losses = await Promise.all(
      parts.map(async (part) => (await catalogue.load('loss', part, process.cwd())).manifest),
    );
    return { manifest: composeLosses(losses) as PluginManifest };
  }
  const slash = name.indexOf('/');
  const kind = slash > 0 && !name.startsWith('@') ? kindOf(name.slice(0, slash)) : undefined;
  if (kind) return catalogue.load<Kind>(kind, name.slice(slash + 1), process.cwd());
  const holders = kindNames.filter((one) => catalogue.names(one).includes(name));
  if (holders.length > 1 && !holders.includes('loss'))
    throw new AblateError('USAGE', `"${name}" is the name of several plugins.`, {
      remedy: `Say which: ${holders.map((one) => `${one}/${name}`).join(', ')}.`,
    });
  if (holders.length > 0)
    return catalogue.load<Kind>(holders.includes('loss') ? 'loss' : holders[0]!, name, process.cwd());
  const [listed] = (await catalogue.listed()).filter(({ entry }) => entry?.manifest.name === name);
  return listed?.entry ?? catalogue.ofAnyKind(name, process.cwd());
}

function printReport({ kind, plugin, device, checks, passed, failed, skipped }: CheckReport): void {
  process.stdout.write(`${kind} ${plugin} on ${device}\n`);
  let heading = '';
  for (const { name, input, message, passed: good, skipped: without } of checks) {
    if (name !== heading) process.stdout.write(`\n${name}\n`);
    heading = name;
    process.stdout.write(`  ${good ? (without ? 'skipped' : 'passed ') : 'FAILED '}  ${input}: ${message}\n`);
  }
  process.stdout.write(`\n${skipped > 0 ? `${skipped} skipped\n` : ''}${passed} passed, ${failed} failed\n`);
}
