import { compareEnvironments } from '../../records/provenance/compare-environments.ts';
import { compareHistories } from './compare-histories.ts';
import { compareMetrics, worst, type Verdict } from './compare-metrics.ts';
import { compareSpecs } from '../../experiment/spec/compare-specs.ts';
import type { Difference } from '../../experiment/spec/difference.ts';
import { likelyCause } from './likely-cause.ts';
import type { ReproductionReport } from './reproduction-report.ts';
import type { RunRecord } from './run-record.ts';
import { seedsBeside } from './seed-noise.ts';

/** Lists how one run's record differs from another's: data, spec, code, device, libraries, machine. */
export function compareRecords(before: RunRecord, after: RunRecord): Difference[] {
  const environment = compareEnvironments(before.provenance, after.provenance);
  const known = new Set(environment.map(({ name }) => name));
  // A run that was resumed elsewhere has numbers from there too.
  const sessions = (before.provenance.earlier ?? [])
    .flatMap((session) => compareEnvironments(session, after.provenance))
    .filter(({ name }) => !known.has(name))
    .map((difference) => ({ ...difference, name: `${difference.name} (before it was resumed)` }));
  const [one, other] = [before.dataset, after.dataset];
  const data: Difference[] =
    one?.digest === other?.digest
      ? []
      : [
          {
            area: 'data',
            name: `data set ${other?.name ?? one?.name}`,
            before: one ? `digest ${one.digest}` : null,
            after: other ? `digest ${other.digest}` : null,
          },
        ];
  return [
    ...environment.filter(({ area }) => area === 'data'),
    ...data,
    ...compareSpecs(before.spec, after.spec),
    ...environment.filter(({ area }) => area !== 'data'),
    ...sessions,
  ];
}

/**
 * Compares two runs of which the second should be the first again: identical where every number of their histories and
 * their final metrics is the same to the bit; else as near as the final metric that is the farthest (a run without one
 * is then different).
 *
 * @param tolerance relative; it counts where there are fewer than three seeds
 * @param withoutTest compares training and validation alone, where the second run was not shown the test set
 */
export async function compareTwoRuns(
  before: RunRecord,
  after: RunRecord,
  tolerance: number,
  withoutTest = false,
): Promise<Pick<ReproductionReport, 'differences' | 'metrics' | 'history' | 'verdict' | 'cause'>> {
  const differences = compareRecords(before, after).filter(
    ({ area, name }) => !(withoutTest && area === 'spec' && name === 'test'),
  );
  const metrics = compareMetrics(before.summary, after.summary, await seedsBeside(before), tolerance).filter(
    ({ name }) => !withoutTest || name.startsWith('validation/'),
  );
  const history = compareHistories(before.folder.journal, after.folder.journal, withoutTest);
  const isSameEnd = before.summary.status === after.summary.status;
  const nearest: Verdict = !history.first ? 'identical' : metrics.length > 0 ? 'within seed noise' : 'different';
  const verdict = isSameEnd ? worst([nearest, ...metrics.map((metric) => metric.verdict)]) : 'different';
  return {
    differences,
    metrics,
    history,
    verdict,
    cause: verdict === 'identical' ? null : likelyCause(differences, history),
  };
}
