import type { Kind } from '../../contracts/plugin.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import type { Template, TemplateNames, TemplateOption } from './templates/template.ts';

/** A language that a plugin is written in. */
export type Language = 'ts' | 'js';

/** A plugin that is to be written. */
export interface NewPlugin {
  readonly kind: Kind;
  readonly names: TemplateNames;
  /** Name of its npm package. */
  readonly packageName: string;
  readonly language: Language;
  readonly template: Template;
}

const range = `^${frameworkVersion}`;

/** Writes the files of a plugin's package: path → text. */
export function packageFiles(plugin: NewPlugin): Record<string, string> {
  const {
    names: { id },
    language,
  } = plugin;
  const code = (text: string): string => written(text, language);
  return {
    'package.json': `${JSON.stringify(packageManifest(plugin), null, 2)}\n`,
    [`index.${language}`]: code(manifestModule(plugin)),
    [`${id}.${language}`]: code(mathsModule(plugin)),
    [`${id}.test.${language}`]: code(testModule(plugin)),
    'README.md': readme(plugin),
    'example.yaml': exampleSpec(plugin),
    '.gitignore': 'node_modules/\ndist/\nruns/\n',
    ...(language === 'ts' && { 'tsconfig.json': `${JSON.stringify(typescriptSettings, null, 2)}\n` }),
  };
}

/** Code in one language: what stands between ⟦ and ⟧ is for TypeScript alone. */
function written(text: string, language: Language): string {
  return language === 'ts' ? text.replaceAll(/[⟦⟧]/g, '') : text.replaceAll(/⟦[^⟧]*⟧/g, '');
}

/** What shows a plugin at work. */
const commandOf = (kind: Kind): string => (kind === 'launcher' ? 'launch' : 'run');

function packageManifest({ kind, names: { id }, packageName, language, template }: NewPlugin): object {
  const isTyped = language === 'ts';
  return {
    name: packageName,
    version: '0.1.0',
    description: template.summary,
    type: 'module',
    exports: isTyped ? { '.': { types: './dist/index.d.ts', default: './dist/index.js' } } : './index.js',
    files: isTyped ? ['dist'] : ['index.js', `${id}.js`],
    scripts: {
      test: 'vitest run',
      check: `ablate check ./index.${language}`,
      example: `ablate ${commandOf(kind)} example.yaml`,
      ...(isTyped && { build: 'tsc', prepack: 'tsc' }),
    },
    keywords: ['ablate-plugin'],
    peerDependencies: { 'ablate-ml': range },
    devDependencies: { ...(isTyped && { typescript: '>=5.7' }), vitest: '>=3' },
    ablate: { plugins: [`./index.${language}`] },
  };
}

/** A text as code. */
const literal = (text: string): string => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);

const typescriptSettings = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    rootDir: '.',
    outDir: 'dist',
  },
  include: ['*.ts'],
  exclude: ['*.test.ts'],
};

function manifestModule({ kind, names, language, template }: NewPlugin): string {
  const { id, camel } = names;
  const hasOptions = template.options.length > 0;
  return `import { definePlugin${hasOptions ? '' : ', z'} } from 'ablate-ml';
import { ${[camel, ...(hasOptions ? ['options'] : [])].sort().join(', ')} } from './${id}.${language}';

export default definePlugin({
  kind: '${kind}',
  name: '${id}',
  summary: ${literal(template.summary)},
  framework: '${range}',
  schema: ${hasOptions ? 'options' : 'z.strictObject({})'},
${template.manifest(names)}
});
`;
}

/** The function and, beside it, the options that it reads. */
function mathsModule({ names, template }: NewPlugin): string {
  const text = template.maths(names);
  if (template.options.length === 0) return text;
  const options = template.options
    .map(
      (option) =>
        `  ${option.name}: ${option.zod}${option.default === undefined ? '' : `.default(${option.default})`}.describe(${literal(option.meaning)}),\n`,
    )
    .join('');
  const schema = `export const options = z.strictObject({\n${options}});\n⟦\n/** Options of ${names.id}. */\nexport type ${names.pascal}Options = z.output<typeof options>;\n⟧\n`;
  return text.replace(/from 'ablate-ml(?:\/\w+)?';\n\n/, (imports) => `${imports}${schema}`);
}

function testModule({ names, language, template }: NewPlugin): string {
  const wanted = {
    readFileSync: 'node:fs',
    describeConformance: 'ablate-ml/testing',
    readmeFaults: 'ablate-ml/testing',
    ...template.testImports,
  };
  // Node's first, as everywhere.
  const modules = [...new Set(Object.values(wanted))].sort(
    (one, other) => Number(other.startsWith('node:')) - Number(one.startsWith('node:')) || (one < other ? -1 : 1),
  );
  const imports = modules
    .map(
      (module) =>
        `import { ${Object.entries(wanted)
          .filter(([, from]) => from === module)
          .map(([name]) => name)
          .sort()
          .join(', ')} } from '${module}';\n`,
    )
    .join('');
  return `${imports}import { describe, expect, it, test } from 'vitest';
import plugin from './index.${language}';
import { ${names.camel} } from './${names.id}.${language}';

describeConformance(plugin, { describe, it });

test('the README shows the options and defaults of the schema', () => {
  expect(readmeFaults(plugin, readFileSync(new URL('README.md', import.meta.url), 'utf8'))).toEqual([]);
});

${template.tests(names)}`;
}

const word = ({ type, default: fallback }: TemplateOption): string =>
  `${type} | ${fallback === undefined ? 'required' : `\`${fallback.replaceAll("'", '')}\``}`;

function readme({ kind, names: { id }, packageName, template }: NewPlugin): string {
  const rows = template.options
    .map((option) => `| \`${option.name}\` | ${word(option)} | ${option.meaning} |\n`)
    .join('');
  return `# ${id}

${template.summary} A ${kind} for [Ablate](https://www.npmjs.com/package/ablate-ml).

## Paper

Authors, *Title*, venue and year. Say which equation this is, and where it differs.

## Equation

${template.equation}

## Options

| option | type | default | meaning |
|---|---|---|---|
${rows}
## Example

\`\`\`sh
npm install ${packageName}
\`\`\`

\`\`\`yaml
${template.spec.replace('USE', packageName)}
\`\`\`

## Limits

${template.limits}
`;
}

/** Small enough to run in seconds. */
const common: Readonly<Record<string, string>> = {
  dataset: 'dataset: {glyphs: {classes: 5, imagesPerClass: 40, testPerClass: 10, size: 16}}',
  backbone: 'backbone: {mlp: {embedding: 8, hidden: [32]}}',
  head: 'head: {linear: {}}',
  losses: 'losses: [softmax]',
  schedule: 'schedule: {constant: {rate: 0.05}}',
  train: 'train: {epochs: 3, batch: 20}',
  evaluate: 'evaluate: [accuracy]',
};

function exampleSpec({ kind, names: { id }, language, template }: NewPlugin): string {
  const kept = Object.entries(common)
    .filter(([key]) => !template.replaces.includes(key))
    .map(([, line]) => line);
  return `# The ${kind} by its path: npx ablate ${commandOf(kind)} example.yaml\nname: ${id}-example\n${kept.join('\n')}\n${template.spec.replace('USE', `./index.${language}`)}\n`;
}
