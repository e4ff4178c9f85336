import type { Steps } from '../../domain/steps.ts';
import type { HistoryEntity, HistoryInstance } from '../temporal-store.ts';
import { type Chunk, chunkInserter, encodeChunks } from './history-chunks.ts';
import type { HistoryEntities } from './history-entities.ts';
import { withoutEqualSteps } from './history-equals.ts';
import { byAttribute, type HistoryLog } from './history-log.ts';
import { toColumn } from './history-times.ts';
import { readInSteps } from './read-in-steps.ts';
import type { Session } from './session.ts';
import { EMPTY } from './whole-log.ts';

/**
 * Adds very many instances that a client provides, as `append` of the store does: what is done with each of them is done
 * before, in steps between which others come, and one short transaction writes all of them. Meanwhile nothing may be
 * taken from the history of the Entity, nor may others provide for it.
 */
export type ProvideMany = (
  tenant: string,
  entity: HistoryEntity,
  instances: readonly HistoryInstance[],
) => Promise<boolean>;

/** From so many on: fewer take some milliseconds. */
export const MANY = 500;

export function historyProvision(
  session: Session,
  entities: Pick<HistoryEntities, 'keyOf' | 'known' | 'put'>,
  log: Pick<HistoryLog, 'of'>,
): ProvideMany {
  const { write, iris } = session;
  const fresh = withoutEqualSteps(session, log);
  const insert = chunkInserter(session);
  const prepare = function* (tenant: string, id: string, given: readonly HistoryInstance[]): Steps<Chunk[]> {
    const known = entities.keyOf(tenant, id);
    const chunks: Chunk[] = [];
    for (const [attribute, instances] of byAttribute(yield* fresh(known, given))) {
      yield;
      for (const chunk of encodeChunks(attribute, inOrderOfTime(instances), iris)) {
        chunks.push(chunk);
        yield;
      }
    }
    return chunks;
  };
  return async (tenant, entity, instances) => {
    // Names get their numbers, and what others wrote before is there.
    await write(() => {
      for (const { attribute } of instances) iris.add(attribute);
    });
    const chunks = await readInSteps(session, prepare(tenant, entity.id, instances));
    return write(() => {
      const known = entities.known(tenant, entity.id);
      const no = entities.put(known, { tenant, entity, wins: 'known' }, known ?? EMPTY);
      for (const chunk of chunks) insert(no, chunk);
      return known === undefined;
    });
  };
}

/** So that few chunks have what a time range asks for, in whatever order a client gives them. */
function inOrderOfTime(instances: readonly HistoryInstance[]): readonly HistoryInstance[] {
  return instances.toSorted((one, other) => toColumn(one.observedAt) - toColumn(other.observedAt));
}
