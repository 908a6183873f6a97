import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { RunFolder } from 'ablate-ml';
import { flattenSpec, readProvenance, redactSecrets, type RunSummary } from 'ablate-ml/runs';
import { parse } from 'yaml';
import type { LegalNames } from './legal-names.ts';
import type { Pair } from './mlflow-client.ts';

/** Longest values that MLflow servers take. */
const longestParam = 6000;
const longestTag = 5000;

/** Makes a tag within the server's limit, without secrets. */
export const tag = (key: string, value: string): Pair => ({ key, value: redactSecrets(value).slice(0, longestTag) });

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? '';
  }
}

/** Who runs this, for `mlflow.user`. */
export const user = userName();

async function readSpec(run: RunFolder): Promise<Record<string, unknown>> {
  return parse(await readFile(run.spec, 'utf8')) as Record<string, unknown>;
}

/** Reads the spec's `description`. */
export async function specDescription(run: RunFolder): Promise<string> {
  return String((await readSpec(run))['description'] ?? '');
}

/**
 * Flattens the run's spec to params, and tags that say where a value was cut.
 *
 * @param isShown whether the value at a path of the spec becomes a param; each does where this is left out
 */
export async function specParams(
  run: RunFolder,
  names: LegalNames,
  isShown: (path: string) => boolean = () => true,
): Promise<{ params: Pair[]; tags: Pair[] }> {
  const { tracking: _, version: __, ...spec } = await readSpec(run);
  const params: Pair[] = [];
  const tags: Pair[] = [];
  for (const [path, value] of flattenSpec(spec)) {
    if (!isShown(path)) continue;
    const key = names.of(path);
    params.push({ key, value: value.slice(0, longestParam) });
    if (value.length > longestParam)
      tags.push(
        tag(
          `ablate.cut.${key}`.slice(0, 250),
          `the first ${longestParam} of ${value.length} characters; spec.yaml has all`,
        ),
      );
  }
  return { params, tags };
}

/** Collects what is known of a run when it begins. */
export async function runTags(run: RunFolder, summary: RunSummary): Promise<Pair[]> {
  const provenance = await readProvenance(run);
  const git = provenance?.git;
  const optional = (key: string, value: string | null | undefined): Pair[] => (value ? [tag(key, value)] : []);
  return [
    tag('mlflow.user', user),
    tag('mlflow.source.type', 'LOCAL'),
    ...optional('mlflow.source.name', provenance?.specFile),
    ...optional('mlflow.source.git.commit', git?.commit),
    ...optional('mlflow.source.git.branch', git?.branch),
    ...optional('mlflow.source.git.repoURL', git?.remote),
    ...optional('ablate.git.dirty', git && String(git.dirty)),
    ...optional('ablate.git.patch', git?.patchSha256),
    ...optional('ablate.command', provenance?.command.join(' ')),
    ...optional('ablate.version', provenance?.ablate),
    tag('ablate.uuid', summary.uuid),
    tag('ablate.run', summary.id),
    tag('ablate.experiment', summary.experiment),
    tag('ablate.seed', String(summary.seed)),
    tag('ablate.point', JSON.stringify(summary.point)),
  ];
}

const digits = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value);

/** Writes the run's page in words: what it is and what came out, as Markdown for `mlflow.note.content`. */
export function note(summary: RunSummary, description: string): string {
  const rows = Object.entries(summary.metrics).map(([name, value]) => {
    const interval = summary.intervals[name];
    return `| ${name.replaceAll('|', '\\|')} | ${digits(value)} | ${interval ? `${digits(Number(interval[0]))} to ${digits(Number(interval[1]))}` : ''} |`;
  });
  const heading = [
    `**${summary.name}**${summary.label ? `: ${summary.label}` : ''}`,
    description,
    summary.error ? `${summary.status}: ${summary.error.message}` : '',
  ].filter((part) => part !== '');
  const table = rows.length > 0 ? ['', '| metric | value | 95 % interval |', '| --- | ---: | --- |', ...rows] : [];
  return [heading.join('\n\n'), ...table].join('\n');
}
