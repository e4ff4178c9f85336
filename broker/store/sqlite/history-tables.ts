import type { HistoryEntity, HistoryInstance } from '../store.ts';
import { chunkEdits } from './history-chunk-edits.ts';
import { type HistoryChunks, historyChunks } from './history-chunks.ts';
import { type HistoryEdits, historyEdits } from './history-edits.ts';
import {
  type EntityWrite,
  type HistoryEntities,
  historyEntities,
  type KnownHistory,
  type LogUse,
} from './history-entities.ts';
import { withoutEqual } from './history-equals.ts';
import { encodeInstances } from './history-instances.ts';
import { byAttribute, type HistoryLog, historyLog } from './history-log.ts';
import { historyRetention, type RetainStep } from './history-retention.ts';
import { type HistoryRollUps, historyRollUps } from './history-roll-ups.ts';
import type { Session } from './session.ts';

/** The history of all Entities; what writes runs inside a transaction. */
export interface HistoryTables {
  /** What the relay made of change records. */
  fold(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): void;
  /** What a client provides: of a known Entity only types that it lacks are new, of instances those equal to none. */
  append(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): boolean;
  readonly find: HistoryEntities['find'];
  /** The newer part of an Entity's history: instances of all its Attributes, as they came. */
  readonly log: HistoryLog['of'];
  readonly chunks: Omit<HistoryChunks, 'add'>;
  readonly edits: HistoryEdits;
  readonly rollUps: Pick<HistoryRollUps, 'attributesOf' | 'page'>;
  /** Rolls up, or drops, some of what is older than it is kept. */
  readonly retain: RetainStep;
}

const EMPTY: LogUse = { rows: 0, size: 0 };

function grown(use: LogUse | undefined, body: string): LogUse {
  const { rows, size } = use ?? EMPTY;
  return body === '' ? { rows, size } : { rows: rows + 1, size: size + body.length };
}

/**
 * A change is one row at the end of the log: pages that many Entities share, where a row for each instance in its
 * place would be a page for each. With so many rows, or so much text, an Entity's log becomes chunks.
 */
const LOG_ROWS = 32;
const LOG_SIZE = 128 * 1024;

export function historyTables(session: Session): HistoryTables {
  const chunks = historyChunks(session);
  const entities = historyEntities(session);
  const log = historyLog(session);
  const rollUps = historyRollUps(session);
  const fresh = withoutEqual(session, log);
  const write = (known: KnownHistory | undefined, { tenant, entity, instances, wins }: Write): void => {
    const body = instances.length === 0 ? '' : encodeInstances(instances, session.iris);
    const use = grown(known, body);
    const isFull = use.rows >= LOG_ROWS || use.size >= LOG_SIZE;
    const no = entities.put(known, { tenant, entity, wins }, isFull ? EMPTY : use);
    if (!isFull) {
      if (body !== '') log.add(no, body);
      return;
    }
    const all = [...log.take({ no, id: entity.id }), ...instances];
    for (const [attribute, of] of byAttribute(all)) chunks.add(no, attribute, of);
  };
  return {
    fold: (tenant, entity, instances) => {
      write(entities.known(tenant, entity.id), { tenant, entity, instances, wins: 'latest' });
    },
    append: (tenant, entity, instances) => {
      const known = entities.known(tenant, entity.id);
      const key = known && { no: known.no, id: entity.id };
      write(known, { tenant, entity, instances: fresh(key, instances), wins: 'known' });
      return known === undefined;
    },
    find: entities.find,
    log: log.of,
    chunks,
    edits: historyEdits(session, { entities, log, rollUps }),
    rollUps,
    retain: historyRetention({ entities, log, chunks, chunkEdits: chunkEdits(session), rollUps }),
  };
}

interface Write extends EntityWrite {
  readonly instances: readonly HistoryInstance[];
}
