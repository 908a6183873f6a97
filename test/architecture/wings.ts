/** One wing of `framework/`: what it is for, and what its files must not import beside the wings above it. */
export interface Wing {
  readonly name: string;
  /** Folders in it; none where its files lie in the wing itself. */
  readonly rooms: readonly string[];
  /** Packages and Node modules that it keeps out, by the start of their name. */
  readonly keepsOut: readonly string[];
}

const files = ['node:fs', 'node:child_process', 'node:http', 'node:net'];
const codecs = ['sharp', 'yauzl', 'yazl', 'csv-parse'];
const trackers = ['axios', 'axios-retry'];

/** The wings from the ground up: each stands only on those before it. `docs/architecture.md` says the same in words. */
export const wings: readonly Wing[] = [
  {
    name: 'base',
    rooms: ['errors', 'random', 'system'],
    keepsOut: ['@tensorflow', 'zod', 'yaml', ...codecs, ...trackers],
  },
  { name: 'contracts', rooms: [], keepsOut: ['yaml', ...files, ...codecs, ...trackers] },
  {
    name: 'math',
    rooms: ['class-tables', 'layers', 'logits', 'metrics', 'ops', 'optimizers', 'pairs', 'statistics'],
    keepsOut: ['yaml', ...codecs, ...trackers],
  },
  { name: 'plugins', rooms: [], keepsOut: ['yaml', ...codecs, ...trackers] },
  { name: 'devices', rooms: ['native', 'wasm', 'webgpu'], keepsOut: ['yaml', ...codecs, ...trackers] },
  {
    name: 'data',
    rooms: ['archives', 'augmentations', 'embeddings', 'files', 'images', 'lists', 'splits', 'weights'],
    keepsOut: ['yaml'],
  },
  {
    name: 'experiment',
    rooms: ['import', 'search-methods', 'spec'],
    keepsOut: ['@tensorflow', ...codecs, ...trackers],
  },
  {
    name: 'records',
    rooms: ['checkpoints', 'journal', 'provenance', 'run-folder', 'search-index', 'sync'],
    keepsOut: codecs,
  },
  { name: 'training', rooms: ['engine', 'memory-estimate'], keepsOut: [...codecs, ...trackers] },
  { name: 'figures', rooms: [], keepsOut: ['yaml', ...trackers] },
  { name: 'author', rooms: ['conformance', 'project', 'reference-nets', 'scaffold'], keepsOut: ['yaml', ...trackers] },
  {
    name: 'runs',
    rooms: [
      'comparison',
      'evaluate',
      'execute',
      'export',
      'launch',
      'plan',
      'profile',
      'ranks',
      'reproduction',
      'show',
    ],
    keepsOut: [...codecs, ...trackers],
  },
  { name: 'analysis', rooms: ['compare', 'report', 'watch'], keepsOut: ['axios-retry'] },
  { name: 'app', rooms: ['api', 'bin', 'cli', 'setup'], keepsOut: codecs },
  { name: 'entries', rooms: [], keepsOut: ['node:', ...codecs, ...trackers] },
];
