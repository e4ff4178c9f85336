import type { Context } from '../../jsonld/context.ts';
import type { Store } from '../../store/store.ts';
import type { TemporalStore } from '../../store/temporal-store.ts';
import type { ReadScope } from '../query-entities.ts';
import { wantedAttributes } from '../temporal-view.ts';
import { exportSlots, type SlotRefusal, type Texts } from './export-slots.ts';
import { type ExportFormat, FORMATS } from './formats.ts';
import { type ExportSelection, exportedRows } from './rows.ts';
import { inTurns, type Turn, turns } from './turns.ts';

export interface HistoryExportParts {
  readonly store: Pick<Store, 'of'>;
  /** The most exports at the same time, those of all tenants together. */
  readonly limit: number;
}

/** What is exported, and how it is written. */
export interface ExportRequest extends ExportSelection {
  readonly format: ExportFormat;
}

/** Exports of the history of many Entities, in memory that does not grow with them. */
export interface HistoryExportService {
  /**
   * Begins an export, or tells why there may not be one more now. What is written meanwhile may or may not be in it. Each
   * text is made when it is asked for; who gives up has to say so by `return`.
   * @throws what the store throws; TooComplexQuery may come while texts are read
   */
  exportHistory(request: ExportRequest, scope: ReadScope): Promise<Texts | SlotRefusal>;
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
      const { temporal } = store.of(tenant);
      const texts = slots.occupy(tenant, (isGivenUp) =>
        textsOf(inTurns(temporal, turn, isGivenUp), request, context, turn),
      );
      try {
        // While it can still be refused: what is pending is folded, and the store answers.
        await temporal.candidates({ limit: 1 });
        return texts;
      } catch (error) {
        await texts.return();
        throw error;
      }
    },
  };
}

async function* textsOf(
  temporal: TemporalStore,
  { format, ...selection }: ExportRequest,
  vocabulary: Context,
  turn: Turn,
): AsyncGenerator<string, void> {
  const { shape, view } = selection;
  const { timeproperty } = view.query;
  const attributes = wantedAttributes(view.projection);
  const writer = FORMATS[format]({ vocabulary, shape, timeproperty, attributes });
  let text = writer.start;
  let isFirst = true;
  for await (const rows of exportedRows(temporal, selection)) {
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
