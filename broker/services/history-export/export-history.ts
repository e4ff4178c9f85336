import { BEFORE_ALL } from '../../domain/date-time.ts';
import type { TemporalQuery } from '../../domain/query/temporal-query.ts';
import type { Context } from '../../jsonld/context.ts';
import type { Store, TenantStore } from '../../store/store.ts';
import type { HistoryEntity } from '../../store/temporal-store.ts';
import { goneGaps, isAnyGone } from '../gone-gaps.ts';
import { firstGaps } from '../matching-histories.ts';
import type { ReadScope } from '../query-entities.ts';
import type { RollUpGap } from '../rolled-up-values.ts';
import { wantedAttributes } from '../temporal-view.ts';
import { COLUMNS } from './columns.ts';
import { exportSlots, type SlotRefusal, type Texts } from './export-slots.ts';
import { type ExportFormat, evolutionWriter, type RowWriter, tableWriter } from './formats.ts';
import { PERIOD_COLUMNS } from './period-columns.ts';
import { exportedPeriods } from './periods.ts';
import { type ExportSelection, exportedRows } from './rows.ts';
import { startingWith } from './starting-with.ts';
import { inTurns, type Turn, turns } from './turns.ts';

export interface HistoryExportParts {
  readonly store: Pick<Store, 'of'>;
  /** The most exports at the same time, those of all tenants together. */
  readonly limit: number;
}

/** What is exported, and how it is written; aggregated values where the view asks for them. */
export interface ExportRequest extends ExportSelection {
  readonly format: ExportFormat;
}

/** An export that has begun. */
export interface BegunExport {
  readonly texts: Texts;
  /** What is known already that it does not tell. */
  readonly gaps: ReadonlySet<RollUpGap>;
}

/** Exports of the history of many Entities, in memory that does not grow with them. */
export interface HistoryExportService {
  /**
   * Begins an export, or tells why there may not be one more now. What is written meanwhile may or may not be in it. Each
   * text is made when it is asked for; who gives up has to say so by `return`.
   * @throws what the store throws; InvalidRequest for a method that is for none of the first values of an Attribute that
   * is named. TooComplexQuery and Unavailable may come while texts are read
   */
  exportHistory(request: ExportRequest, scope: ReadScope): Promise<BegunExport | SlotRefusal>;
}

/** About how many characters a text has: enough to be worth a write, and no burden for a slow reader. */
const TEXT_LENGTH = 32 * 1024;

/** The service over the store. */
export function createHistoryExportService({ store, limit }: HistoryExportParts): HistoryExportService {
  const slots = exportSlots(limit);
  // However many run, others wait for one of their reads or texts and no more.
  const turn = turns();
  return {
    exportHistory: async (request, { tenant, context }) => {
      const refusal = slots.refusalFor(tenant);
      if (refusal !== undefined) return refusal;
      const histories = store.of(tenant);
      const gaps = new Set<RollUpGap>();
      const texts = slots.occupy(tenant, (isGivenUp) =>
        textsOf({ histories: inTurns(histories, turn, isGivenUp), turn, gaps }, request, context),
      );
      try {
        // While it can still be refused: what is pending is folded, and the store answers.
        const gone = await firstGaps(histories.temporal, request.query, (entity) => gapsOf(entity, request));
        if (request.view.aggregation === undefined) return { texts, gaps: gone };
        const first = await texts.next();
        return { texts: startingWith(first, texts), gaps: new Set([...gone, ...gaps]) };
      } catch (error) {
        await texts.return();
        throw error;
      }
    },
  };
}

/** What an export surely lacks of an Entity since instances got too old. */
function gapsOf(
  entity: HistoryEntity,
  { view, geoproperty, isOfAnyTime }: ExportRequest,
): readonly RollUpGap[] {
  const areGone = (query: TemporalQuery) => isAnyGone(entity, [geoproperty], query);
  const gaps = goneGaps(entity, view);
  // Places that were never observed are those of stations, which stay.
  const isMissed = areGone(OBSERVED) && (isOfAnyTime === true || areGone(view.query));
  return isMissed ? [...gaps, 'places'] : gaps;
}

/** At any time. */
const OBSERVED: TemporalQuery = { timeproperty: 'observedAt', from: BEFORE_ALL };

interface Exporting {
  readonly histories: Pick<TenantStore, 'get' | 'temporal'>;
  readonly turn: Turn;
  /** Grows while it is read. */
  readonly gaps: Set<RollUpGap>;
}

function textsOf(
  { histories, turn, gaps }: Exporting,
  { format, ...selection }: ExportRequest,
  vocabulary: Context,
): AsyncGenerator<string, void> {
  const { shape, view } = selection;
  const { timeproperty } = view.query;
  const attributes = wantedAttributes(view.projection);
  if (view.aggregation !== undefined) {
    const { aggregation } = view;
    const columns = PERIOD_COLUMNS[shape]({ vocabulary, methods: aggregation.methods, attributes });
    const onGap = (gap: RollUpGap): void => void gaps.add(gap);
    const periods = exportedPeriods(histories, { ...selection, aggregation, vocabulary, onGap });
    return written(periods, tableWriter(format, columns), turn);
  }
  const options = { vocabulary, timeproperty, attributes };
  const writer =
    format === 'ndjson' ? evolutionWriter(options) : tableWriter(format, COLUMNS[shape](options));
  return written(exportedRows(histories, selection), writer, turn);
}

async function* written<Row>(
  pages: AsyncIterable<readonly Row[]>,
  writer: RowWriter<Row>,
  turn: Turn,
): AsyncGenerator<string, void> {
  let text = writer.start;
  let isFirst = true;
  for await (const rows of pages) {
    for (const row of rows) {
      text += writer.write(row, isFirst);
      isFirst = false;
      if (text.length < TEXT_LENGTH) continue;
      yield text;
      text = '';
      await turn();
    }
  }
  yield text + writer.end;
}
