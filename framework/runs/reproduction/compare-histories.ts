import type { JournalRecord } from '../../records/journal/journal-record.ts';
import { readJournal } from '../../records/journal/read-journal.ts';

/** A number that came out otherwise. */
interface FirstDifference {
  /** Steps trained before it. */
  readonly step: number;
  /** `loss`, `loss of center`, `validation accuracy`, or `end` where one history is shorter. */
  readonly name: string;
  readonly before: number | string;
  readonly after: number | string;
}

/** Two runs' histories side by side. */
export interface HistoryComparison {
  /** Steps, epochs and evaluations that are the same to the bit. */
  readonly same: number;
  /** The first place where they differ; null where they do not. */
  readonly first: FirstDifference | null;
  /** Whether the last checkpoints are the same bytes; null where there is none in one of them. */
  readonly sameWeights: boolean | null;
}

const numbersOf = (record: JournalRecord): Record<string, number> => {
  const named = (prefix: string, values: Readonly<Record<string, number>>): [string, number][] =>
    Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, value]);
  if (record.type === 'step')
    return {
      rate: record.rate,
      images: record.images,
      ...Object.fromEntries(named('loss of', record.parts)),
      loss: record.loss,
    };
  if (record.type === 'epoch') return Object.fromEntries(named('epoch', record.metrics));
  if (record.type === 'evaluated')
    return Object.fromEntries([
      ...named(record.role, record.metrics),
      ...Object.entries(record.intervals).flatMap(
        ([name, [low, high]]) =>
          [
            [`${record.role} ${name}, lower bound`, low],
            [`${record.role} ${name}, upper bound`, high],
          ] as [string, number][],
      ),
    ]);
  return {};
};

function* numbered(
  journal: string,
  withoutTest: boolean,
  onCheckpoint: (sha256: string) => void,
): Generator<{ step: number; kind: string; numbers: Record<string, number> }> {
  for (const record of readJournal(journal)) {
    if (record.type === 'checkpointed') onCheckpoint(record.sha256);
    if (withoutTest && record.type === 'evaluated' && record.role !== 'validation') continue;
    if (record.type === 'step' || record.type === 'epoch' || record.type === 'evaluated')
      yield {
        step: record.step,
        kind: record.type === 'evaluated' ? record.role : record.type,
        numbers: numbersOf(record),
      };
  }
}

/**
 * Compares everything that two journals tell of the computation, in order and to the bit: losses of every step, means
 * of every epoch, every evaluation with its intervals. Times do not count.
 *
 * @param before @param after `journal.jsonl` of two runs
 * @param withoutTest leaves out what is no training and no validation
 */
export function compareHistories(before: string, after: string, withoutTest = false): HistoryComparison {
  let [one, other]: (string | undefined)[] = [];
  const [left, right] = [
    numbered(before, withoutTest, (sha256) => (one = sha256)),
    numbered(after, withoutTest, (sha256) => (other = sha256)),
  ];
  let same = 0;
  let first: FirstDifference | null = null;
  for (let [was, is] = [left.next(), right.next()]; !was.done || !is.done; [was, is] = [left.next(), right.next()]) {
    if (first) continue;
    if (was.done || is.done || was.value.step !== is.value.step || was.value.kind !== is.value.kind) {
      const words = (entry: typeof was): string => (entry.done ? 'over' : `${entry.value.kind} ${entry.value.step}`);
      first = { step: (was.done ? is.value! : was.value).step, name: 'end', before: words(was), after: words(is) };
      continue;
    }
    const [then, now] = [was.value.numbers, is.value.numbers];
    const name = [...new Set([...Object.keys(then), ...Object.keys(now)])].find(
      (key) => !Object.is(then[key], now[key]),
    );
    if (name === undefined) same++;
    else first = { step: was.value.step, name, before: then[name] ?? 'none', after: now[name] ?? 'none' };
  }
  return { same, first, sameWeights: one === undefined || other === undefined ? null : one === other };
}
