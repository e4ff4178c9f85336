import type { Micros } from '../../domain/entity.ts';
import type { ChangeRecord, HistoryOf } from '../outbox.ts';
import type { HistoryEntity, HistoryInstance } from '../temporal-store.ts';
import { historyCandidates, type ReadCandidates } from './history-candidates.ts';
import { chunkEdits } from './history-chunk-edits.ts';
import { type HistoryChunks, type HistoryKey, historyChunks } from './history-chunks.ts';
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
import { historyProvision, type ProvideMany } from './history-provision.ts';
import { historyRetention, type RetainStep } from './history-retention.ts';
import { type HistoryRollUps, historyRollUps } from './history-roll-ups.ts';
import { type HistoryTail, historyTail } from './history-tail.ts';
import { type AttributesWithin, attributesWithin } from './history-within.ts';
import type { TailSize } from './known-tail.ts';
import type { Session } from './session.ts';
import { type WantedOf, wantedLines } from './wanted-lines.ts';
import { EMPTY, type WholeLog, wholeLog } from './whole-log.ts';

/** The history of all Entities; what writes runs inside a transaction. */
export interface HistoryTables {
  /** What a change leaves, in the commit of the change: see `HistoryOf`. */
  record(record: ChangeRecord, historyOf: HistoryOf): void;
  /** Before a commit: goes on with what the changes of it, and older ones, still ask for. */
  advance(): void;
  /** What the relay made of change records. */
  fold(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): void;
  /** What a client provides: of a known Entity only types that it lacks are new, of instances those equal to none. */
  append(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): boolean;
  /** The same with very many instances. */
  readonly provideMany: ProvideMany;
  readonly find: HistoryEntities['find'];
  /**
   * The newer part of an Entity's history, as it came: of all its Attributes, also some that the query does not ask for.
   */
  log(entity: HistoryKey, query: WantedOf): readonly HistoryInstance[];
  readonly attributesWithin: AttributesWithin;
  readonly keyOf: HistoryEntities['keyOf'];
  readonly chunks: Omit<HistoryChunks, 'add'>;
  readonly edits: HistoryEdits;
  readonly rollUps: Pick<HistoryRollUps, 'isAny' | 'attributesOf' | 'page'>;
  /** Rolls up, or drops, some of what is older than it is kept. */
  readonly retain: RetainStep;
  readonly candidates: ReadCandidates;
  /** After a commit. */
  settle(): void;
  /** When something that a transaction did was undone, though not all of it. */
  undone(): void;
  /** When a transaction was rolled back. */
  doubt(): void;
}

export function historyTables(session: Session, tailSize?: TailSize): HistoryTables {
  const tail = historyTail(session, tailSize);
  const chunks = historyChunks(session);
  const entities = historyEntities(session, tail);
  const log = wholeLog(session, { tail, entities, chunks });
  const rollUps = historyRollUps(session);
  return {
    ...changeWriter(session, { entities, tail, log }),
    ...historyWriter(session, entities, log),
    provideMany: historyProvision(session, entities, log),
    find: entities.find,
    log: (entity, query) => log.of(entity, wantedLines(query, session.iris)),
    attributesWithin: attributesWithin(session, { log, chunks }),
    keyOf: entities.keyOf,
    chunks,
    edits: historyEdits(session, { entities, log, rollUps }),
    rollUps,
    retain: historyRetention({ entities, log, chunks, chunkEdits: chunkEdits(session), rollUps }),
    candidates: historyCandidates(session, { tail, log }),
    settle: tail.settle,
    undone: tail.undone,
    doubt: () => {
      tail.doubt();
      entities.doubt();
    },
  };
}

interface ChangeParts {
  readonly entities: HistoryEntities;
  readonly tail: HistoryTail;
  readonly log: Pick<WholeLog, 'move'>;
}

/** Characters: to write as much twice would cost more than it spares. */
const LARGE_CHANGE = 16 * 1024;

/** What changes leave goes to the end of the tail, but for what is large. */
function changeWriter(
  { iris }: Session,
  { entities, tail, log }: ChangeParts,
): Pick<HistoryTables, 'record' | 'advance'> {
  /** Of most changes the row of the Entity tells nothing but when they were, which the tail tells as well. */
  const knownNumber = ({ tenant, change }: ChangeRecord, entity: HistoryEntity): number | undefined =>
    change.kind === 'updated' &&
    !change.typesChanged &&
    !change.scopesChanged &&
    change.before?.recorded === undefined
      ? entities.numberOf(tenant, entity)
      : undefined;
  const add = (no: number, text: string, at: Micros): void => {
    if (text.length < LARGE_CHANGE) tail.add(no, text, at);
    else log.move(no, { texts: [...(tail.take(no)?.texts ?? []), text], at });
  };
  return {
    record: (record, historyOf) => {
      const { tenant } = record;
      const { entity, instances } = historyOf(record);
      let no = instances.length > 0 ? knownNumber(record, entity) : undefined;
      if (no === undefined) {
        const known = entities.known(tenant, entity.id);
        no = entities.put(known, { tenant, entity, wins: 'latest', asOf: record.at }, known ?? EMPTY);
      }
      if (instances.length > 0) add(no, encodeInstances(instances, iris), entity.modifiedAt);
    },
    advance: () => tail.advance(log.move),
  };
}

/** What comes with more than one change, or not from a change, goes to the log. */
function historyWriter(
  session: Session,
  entities: HistoryEntities,
  log: WholeLog,
): Pick<HistoryTables, 'fold' | 'append'> {
  const fresh = withoutEqual(session, log);
  const write = (known: KnownHistory | undefined, { tenant, entity, instances, wins }: Write): void => {
    const add = (no: number, use: LogUse): LogUse => {
      if (instances.length === 0) return use;
      const added = { text: encodeInstances(instances, session.iris), changes: 1 };
      return log.add({ no, id: entity.id }, use, added);
    };
    if (known !== undefined) entities.put(known, { tenant, entity, wins }, add(known.no, known));
    else {
      const no = entities.put(undefined, { tenant, entity, wins }, EMPTY);
      entities.setLogUse(no, add(no, EMPTY));
    }
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
  };
}

interface Write extends EntityWrite {
  readonly instances: readonly HistoryInstance[];
}
