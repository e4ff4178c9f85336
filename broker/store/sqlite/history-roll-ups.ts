import { mergeSeries, type RolledSeries, toRollUps } from '../roll-up-series.ts';
import { DAY, type RollUpPage, type RollUpPlace, type RollUpQuery } from '../roll-ups.ts';
import type { HistoryDatasets, HistoryInstance } from '../temporal-store.ts';
import type { HistoryKey } from './history-chunks.ts';
import type { Session } from './session.ts';

/** What instances were rolled up to: one row for each period of an Attribute. What writes runs inside a transaction. */
export interface HistoryRollUps {
  /** False where no Entity of any tenant has some. */
  isAny(): boolean;
  attributesOf(entity: number): readonly string[];
  page(entity: number, query: RollUpQuery): RollUpPage;
  /** Adds instances, or other rows, to that of a period. */
  add(entity: number, attribute: string, place: RollUpPlace, added: Added): void;
  /** Takes away some rows of periods of one length that begin before a time, the oldest first. */
  take(entity: number, attribute: string, before: RollUpPlace, limit: number): readonly TakenRow[];
  /** Takes away what there is of these datasets. False when there was nothing. */
  remove(entity: HistoryKey, attribute: string, which: HistoryDatasets): boolean;
}

export interface Added {
  readonly instances?: readonly HistoryInstance[];
  readonly series?: readonly RolledSeries[];
}

export interface TakenRow extends RollUpPlace {
  readonly series: readonly RolledSeries[];
}

const ORDERS = {
  'oldest first': { isBehind: '>', direction: 'ASC' },
  'newest first': { isBehind: '<', direction: 'DESC' },
} as const;

/** Times before 1684 are no integers that could be read. Whole hours and days are exact so, however early. */
const START = 'CAST(start AS REAL)';

export function historyRollUps(session: Session): HistoryRollUps {
  const { database, iris } = session;
  const attributes = database.prepare<[number]>(`WITH RECURSIVE found (attribute) AS (
      SELECT min(attribute) FROM history_rollup WHERE entity = ?1
      UNION ALL
      SELECT (SELECT min(attribute) FROM history_rollup WHERE entity = ?1 AND attribute > found.attribute)
      FROM found WHERE found.attribute IS NOT NULL)
    SELECT attribute FROM found WHERE attribute IS NOT NULL`);
  const select = database.prepare<[string]>(
    'SELECT body FROM history_rollup WHERE entity = ? AND attribute = ? AND start = ? AND unit = ?',
  );
  const put = database.prepare(
    'INSERT OR REPLACE INTO history_rollup (entity, attribute, start, unit, body) VALUES (?, ?, ?, ?, ?)',
  );
  const any = database.prepare<[number]>('SELECT EXISTS (SELECT 1 FROM history_rollup)');
  return {
    isAny: () => any.get()?.[0] === 1,
    attributesOf: (entity) => attributes.all(entity).map(([no]) => iris.nameOf(no)),
    page: pageReader(session),
    add: (entity, attribute, { start, unit }, { instances = [], series = [] }) => {
      const key = [entity, iris.add(attribute), start, unit] as const;
      const known = JSON.parse(select.get(...key)?.[0] ?? '[]') as readonly RolledSeries[];
      const merged = mergeSeries([...known, ...series], instances);
      if (merged.length > 0) put.run(...key, JSON.stringify(merged));
    },
    ...removals(session),
  };
}

function pageReader({ database, iris }: Session): HistoryRollUps['page'] {
  return (entity, { attribute, from, to, order, after, limit }) => {
    const { isBehind, direction } = ORDERS[order];
    const bounds = [
      ...(from === undefined
        ? []
        : [['start > ?', from - DAY] as const, ['start + unit > ?', from] as const]),
      ...(to === undefined ? [] : [['start < ?', to] as const]),
    ];
    const place = after === undefined ? [] : [after.start, after.unit];
    const rows = database
      .cached<[number, number, string]>(
        `SELECT ${START}, unit, body FROM history_rollup WHERE entity = ? AND attribute = ?${bounds
          .map(([text]) => ` AND ${text}`)
          .join('')}${after === undefined ? '' : ` AND (start, unit) ${isBehind} (?, ?)`}
        ORDER BY start ${direction}, unit ${direction} LIMIT ?`,
      )
      .all(entity, iris.find(attribute) ?? null, ...bounds.map(([, value]) => value), ...place, limit);
    const last = rows.at(-1);
    return {
      rollUps: rows.flatMap(([start, unit, body]) => toRollUps(attribute, { start, unit }, JSON.parse(body))),
      ...(last !== undefined && rows.length === limit && { next: { start: last[0], unit: last[1] } }),
    };
  };
}

function removals({ database, iris }: Session): Pick<HistoryRollUps, 'take' | 'remove'> {
  const oldest = database.prepare<[number, string]>(
    `SELECT ${START}, body FROM history_rollup
    WHERE entity = ? AND attribute = ? AND start < ? AND unit = ? ORDER BY start LIMIT ?`,
  );
  const all = database.prepare<[number, number, string]>(
    `SELECT ${START}, unit, body FROM history_rollup WHERE entity = ? AND attribute = ?`,
  );
  const key = 'entity = ? AND attribute = ? AND start = ? AND unit = ?';
  const remove = database.prepare(`DELETE FROM history_rollup WHERE ${key}`);
  const removeAll = database.prepare('DELETE FROM history_rollup WHERE entity = ? AND attribute = ?');
  const update = database.prepare(`UPDATE history_rollup SET body = ? WHERE ${key}`);
  return {
    take: (entity, attribute, { start: before, unit }, limit) => {
      const no = iris.find(attribute) ?? null;
      return oldest.all(entity, no, before, unit, limit).map(([start, body]) => {
        remove.run(entity, no, start, unit);
        return { start, unit, series: JSON.parse(body) };
      });
    },
    remove: ({ no: entity }, attribute, which) => {
      const no = iris.find(attribute) ?? null;
      if (which === 'all') return removeAll.run(entity, no).changes > 0;
      let isAny = false;
      for (const [start, unit, body] of all.all(entity, no)) {
        const series = JSON.parse(body) as readonly RolledSeries[];
        const left = series.filter(({ datasetId }) => datasetId !== which.datasetId);
        if (left.length === series.length) continue;
        isAny = true;
        if (left.length === 0) remove.run(entity, no, start, unit);
        else update.run(JSON.stringify(left), entity, no, start, unit);
      }
      return isAny;
    },
  };
}
