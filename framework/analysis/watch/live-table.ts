import stringWidth from 'string-width';
import { fitColumns } from './fit-columns.ts';
import type { RunState } from '../../records/journal/followed-run.ts';

const digits = (value: number | null): string =>
  value === null || Number.isNaN(value) ? '–' : String(Number(value.toPrecision(4)));

function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')} h`
    : `${minutes}:${String(whole % 60).padStart(2, '0')}`;
}

const barWidth = 8;
const bar = ({ step, steps }: RunState): string => {
  const done = steps > 0 ? Math.round((barWidth * Math.min(step, steps)) / steps) : 0;
  return `${'█'.repeat(done)}${'░'.repeat(barWidth - done)}`;
};

/** Columns beside the name; fewer where the terminal is narrower than `wide`. */
const wide = 100;
const allColumns: readonly { readonly name: string; readonly width: number; readonly of: (run: RunState) => string }[] =
  [
    { name: 'status', width: 11, of: ({ status }) => status },
    { name: 'progress', width: barWidth, of: bar },
    { name: 'step', width: 12, of: ({ step, steps }) => (steps > 0 ? `${step}/${steps}` : '–') },
    { name: 'loss', width: 8, of: ({ loss }) => digits(loss) },
    { name: 'img/s', width: 6, of: ({ rate }) => (rate === null ? '–' : String(Math.round(rate))) },
    { name: 'left', width: 7, of: ({ status, left }) => (status === 'running' ? duration(left) : '–') },
  ];

const order = { running: 0, failed: 1, interrupted: 2, waiting: 3, finished: 4 } as const;

/**
 * Runs as lines no wider than `width` columns, at most `height` of them: those under way first, and how many are not
 * shown. No colors: status is a word.
 */
export function liveTable(runs: readonly RunState[], width: number, height: number): string[] {
  const columns = (width < wide ? allColumns.filter(({ name }) => name !== 'img/s') : allColumns).map((column) => ({
    ...column,
    text: (run: RunState) => fitColumns(column.of(run), column.width),
  }));
  const fixed = columns.reduce((sum, column) => sum + column.width + 2, 0);
  const name = Math.max(
    8,
    Math.min(60, Math.max(...runs.map(({ title }) => stringWidth(title)), 3), width - fixed - 1),
  );
  const line = (cells: readonly string[]): string =>
    fitColumns(`${fitColumns(cells[0]!, name)}  ${cells.slice(1).join('  ')}`, width - 1).trimEnd();
  const head = line(['run', ...columns.map((column) => fitColumns(column.name, column.width))]);
  const sorted = runs
    .map((run, index) => ({ run, index }))
    .sort((one, other) => order[one.run.status] - order[other.run.status] || one.index - other.index)
    .map(({ run }) => run);
  const room = Math.max(1, height - 3);
  const shown = sorted.slice(0, room).map((run) => line([run.title, ...columns.map(({ text }) => text(run))]));
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const summary = [...counts].map(([status, count]) => `${count} ${status}`).join(', ') || 'no run yet';
  return [
    head,
    ...shown,
    `${summary}${sorted.length > shown.length ? `; ${sorted.length - shown.length} not shown` : ''}`.slice(
      0,
      width - 1,
    ),
  ];
}
