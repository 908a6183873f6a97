import { z, type EmbeddedSplit, type Figure } from 'ablate-ml';
import { unitRows } from 'ablate-ml/metrics';
import {
  classLegend,
  classMeans,
  drawnClasses,
  figureWidth,
  firstOfGroups,
  gridLine,
  mutedInk,
  nameList,
  pageWidth,
  panelGrid,
  shortNames,
  thinnedRows,
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  points: z.int().min(1).default(1500).describe('Most points a panel; more are thinned evenly.'),
  face: z
    .enum(['mean', 'axes'])
    .default('mean')
    .describe(
      "Whether each sphere is first turned so that its points' mean direction faces the reader, or seen along its own axes.",
    ),
  yaw: z.number().min(-180).max(180).default(0).describe('Turn about the vertical axis in degrees.'),
  pitch: z.number().min(-90).max(90).default(15).describe('Tilt towards the reader in degrees.'),
  columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
});

/** Choices of the figure. */
export type EmbeddingSphereOptions = z.output<typeof options>;

interface SpherePoint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
const placeAt = (rows: Float32Array, row: number): SpherePoint => ({
  x: round(rows[3 * row]!),
  y: round(rows[3 * row + 1]!),
  z: round(rows[3 * row + 2]!),
});

/** Meridians and parallels every 30°, as polylines. */
function graticule(): (SpherePoint & { readonly line: string })[] {
  const degrees = (from: number, to: number, step: number): number[] =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => ((from + index * step) * Math.PI) / 180);
  const at = (longitude: number, latitude: number, line: string) => ({
    x: round(Math.cos(latitude) * Math.cos(longitude)),
    y: round(Math.cos(latitude) * Math.sin(longitude)),
    z: round(Math.sin(latitude)),
    line,
  });
  return [
    ...degrees(0, 330, 30).flatMap((longitude, index) =>
      degrees(-90, 90, 6).map((latitude) => at(longitude, latitude, `m${index}`)),
    ),
    ...degrees(-60, 60, 30).flatMap((latitude, index) =>
      degrees(0, 360, 6).map((longitude) => at(longitude, latitude, `p${index}`)),
    ),
  ];
}

/**
 * Orthographic view: `px` to the right, `py` up, `depth` towards the reader; `yaw` and `pitch` are signals in degrees.
 */
const view = [
  { type: 'formula', as: 'side', expr: 'datum.x * cos(yaw * PI / 180) - datum.y * sin(yaw * PI / 180)' },
  { type: 'formula', as: 'front', expr: 'datum.x * sin(yaw * PI / 180) + datum.y * cos(yaw * PI / 180)' },
  { type: 'formula', as: 'px', expr: 'datum.side' },
  { type: 'formula', as: 'py', expr: 'datum.z * cos(pitch * PI / 180) - datum.front * sin(pitch * PI / 180)' },
  { type: 'formula', as: 'depth', expr: 'datum.z * sin(pitch * PI / 180) + datum.front * cos(pitch * PI / 180)' },
];

/**
 * Unit vectors turned about the axis between their mean direction and `y`, which faces the reader at yaw and pitch 0
 * (Rodrigues).
 */
function facing(unit: Float32Array): Float32Array {
  const mean = [0, 1, 2].map((axis) => unit.reduce((sum, value, index) => (index % 3 === axis ? sum + value : sum), 0));
  const length = Math.hypot(...mean);
  if (length === 0) return unit;
  const [x, y, z] = mean.map((value) => value / length) as [number, number, number];
  // Axis m × y = (−z, 0, x); 1 + cos is zero where the mean looks away, and half a turn about any such axis does.
  const turned = new Float32Array(unit.length);
  for (let at = 0; at < unit.length; at += 3) {
    const [a, b, c] = unit.subarray(at, at + 3) as unknown as [number, number, number];
    if (y < -1 + 1e-9) turned.set([a, -b, -c], at);
    else {
      const along = (-z * a + x * c) / (1 + y);
      turned.set([y * a - x * b - z * along, x * a + y * b + z * c, y * c - z * b + x * along], at);
    }
  }
  return turned;
}

/** What a sphere is drawn of: rows of a split, and the class of each. */
interface Drawn {
  readonly title: string;
  readonly group: string;
  readonly split: EmbeddedSplit;
  readonly rows: readonly number[];
  readonly names: readonly string[];
}

function content({ split, rows, names }: Drawn, face: EmbeddingSphereOptions['face']): Record<string, unknown> {
  const { classNames, pictures } = split;
  const own = unitRows(split.embeddings, 3);
  const unit = face === 'mean' ? facing(own) : own;
  const points = rows.map((row, index) => {
    const name = names[index];
    const place = placeAt(unit, row);
    return {
      ...place,
      class: name,
      about: { class: name, ...placeAt(own, row) },
      ...(pictures && { image: `${pictures.key}/${row}` }),
    };
  });
  const means = unitRows(classMeans({ ...split, embeddings: unit }), 3);
  const drawn = drawnClasses([{ classNames, drawn: names }]);
  const texts = shortNames(drawn);
  const centers = drawn.flatMap((name, index) => {
    const label = classNames.indexOf(name);
    return Number.isFinite(means[3 * label]) && drawn.length <= 40
      ? [{ ...placeAt(means, label), text: texts[index]! }]
      : [];
  });
  const position = { x: { scale: 'px', field: 'px' }, y: { scale: 'py', field: 'py' } };
  const label = {
    ...position,
    dx: { value: 5 },
    dy: { value: -4 },
    text: { field: 'text' },
    fontSize: { value: 9 },
    fontWeight: { value: 'bold' },
    opacity: { signal: 'datum.depth > -0.1 ? 1 : 0' },
  };
  return {
    data: [
      { name: 'points', values: points, transform: [...view, { type: 'collect', sort: { field: 'depth' } }] },
      { name: 'centers', values: centers, transform: view },
      { name: 'globe', values: graticule(), transform: view },
    ],
    scales: [
      { name: 'px', domain: [-1.08, 1.08], range: 'width' },
      { name: 'py', domain: [-1.08, 1.08], range: 'height' },
    ],
    marks: [
      {
        type: 'arc',
        encode: {
          update: {
            x: { signal: 'width / 2' },
            y: { signal: 'height / 2' },
            startAngle: { value: 0 },
            endAngle: { signal: '2 * PI' },
            outerRadius: { signal: 'width / 2.16' },
            stroke: { value: mutedInk },
            strokeWidth: { value: 0.8 },
          },
        },
      },
      {
        type: 'group',
        from: { facet: { data: 'globe', name: 'line', groupby: 'line' } },
        marks: [
          {
            type: 'line',
            from: { data: 'line' },
            encode: {
              update: {
                ...position,
                stroke: { value: gridLine },
                strokeWidth: { value: 0.5 },
                defined: { signal: 'datum.depth >= -0.02' },
              },
            },
          },
        ],
      },
      {
        type: 'symbol',
        from: { data: 'points' },
        encode: {
          update: {
            ...position,
            size: { value: 6 },
            fill: { scale: 'class', field: 'class' },
            opacity: { signal: 'datum.depth < 0 ? 0.14 : 0.75' },
            tooltip: { field: 'about' },
          },
        },
      },
      {
        type: 'text',
        interactive: false,
        from: { data: 'centers' },
        encode: { update: { ...label, stroke: { value: '#fffffe' }, strokeWidth: { value: 2.5 } } },
      },
      {
        type: 'text',
        interactive: false,
        from: { data: 'centers' },
        encode: { update: { ...label, fill: { value: '#000001' } } },
      },
    ],
  };
}

/**
 * Draws embeddings of three dimensions, divided by their norms, as seen from outside the sphere; what lies behind is
 * pale.
 */
export function embeddingSphere({ width, points, yaw, pitch, columns, face }: EmbeddingSphereOptions): Figure {
  return {
    async draw(panels) {
      const drawn: Drawn[] = [];
      for (const { title, group, input } of firstOfGroups(panels)) {
        const found = await input();
        const split = await found?.split(found.role);
        if (split?.dim !== 3) continue;
        const rows = thinnedRows(split.labels.length, points);
        drawn.push({
          title,
          group,
          split,
          rows,
          names: rows.map((row) => split.classNames[split.labels[row]!] ?? 'none'),
        });
      }
      if (drawn.length === 0) return undefined;
      const classes = drawnClasses(drawn.map(({ split, names }) => ({ classNames: split.classNames, drawn: names })));
      const turn = (name: string, value: number, most: number): object => ({
        name,
        value,
        bind: { input: 'range', min: -most, max: most, step: 1, name: `${name} (degrees) ` },
      });
      const unit = drawn.map(({ split }) => unitRows(split.embeddings, 3));
      return {
        name: 'embedding-sphere',
        title: 'Embeddings on the sphere',
        description: `Three-dimensional embeddings, divided by their norms, of ${classes.length} classes on the unit sphere, by run: ${nameList(drawn.map(({ title }) => title))}. What lies behind is pale; names stand at the classes' mean directions.`,
        vega: panelGrid(
          {
            width,
            columns,
            margin: 8,
            legend: classes.length <= 20 ? 66 : 0,
            panels: drawn.map((one) => ({ title: one.title, group: one.group, content: content(one, face) })),
          },
          { ...classLegend(classes), signals: [turn('yaw', yaw, 180), turn('pitch', pitch, 90)] },
        ),
        table: {
          columns: ['run', 'class', 'x', 'y', 'z'],
          rows: drawn.flatMap(({ title, rows, names }, index) =>
            rows.map((row, at) => [title, names[at]!, ...[0, 1, 2].map((axis) => unit[index]![3 * row + axis]!)]),
          ),
        },
      };
    },
  };
}
