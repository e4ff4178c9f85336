import type { LoggedDelivery, LogPage } from '../delivery-log.ts';
import { type DeliveryDocument, toStoredDelivery } from './delivery-document.ts';
import { type Positions, partsOfLogged, toPosition } from './log-positions.ts';

/** What one process wrote into a range of the log, in its order. */
export interface Run {
  readonly writer: string;
  readonly documents: readonly DeliveryDocument[];
  /** Where the range ends, when there are no more in it. */
  readonly end?: string;
}

/**
 * Puts together what several processes wrote, by the order of the changes, so that those of one Entity come in theirs.
 * Ends where the next one may be among what was not read.
 */
export function mergeRuns(
  after: Positions,
  runs: readonly Run[],
  limit: number,
): LogPage & { isWhole: boolean } {
  const positions = new Map(after);
  const rest = new Map(runs.map((run) => [run, run.documents.values()]));
  const heads = new Map<Run, DeliveryDocument>();
  const deliveries: LoggedDelivery[] = [];
  let isCut = false;
  const advance = (run: Run): void => {
    const { value } = rest.get(run)?.next() ?? {};
    if (value) heads.set(run, value);
    else {
      heads.delete(run);
      if (run.end === undefined) isCut = true;
      else positions.set(run.writer, run.end);
    }
  };
  for (const run of runs) advance(run);
  while (!isCut && heads.size > 0 && deliveries.length < limit) {
    const [run, document] = earliest(heads);
    positions.set(run.writer, partsOfLogged(document.logged ?? '')[1]);
    advance(run);
    deliveries.push({ delivery: toStoredDelivery(document), position: toPosition(positions) });
  }
  return { deliveries, position: toPosition(positions), isWhole: !isCut && heads.size === 0 };
}

function earliest(heads: ReadonlyMap<Run, DeliveryDocument>): readonly [Run, DeliveryDocument] {
  const [first, ...others] = heads as Iterable<[Run, DeliveryDocument]> as [
    [Run, DeliveryDocument],
    ...[Run, DeliveryDocument][],
  ];
  return others.reduce((least, each) => (each[1].order < least[1].order ? each : least), first);
}
