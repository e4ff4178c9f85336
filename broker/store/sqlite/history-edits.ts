import { assertInstanceSize } from '../entity-size.ts';
import type { HistoryDatasets, HistoryInstance } from '../temporal-store.ts';
import { chunkEdits } from './history-chunk-edits.ts';
import type { HistoryKey } from './history-chunks.ts';
import type { HistoryEntities } from './history-entities.ts';
import { type EditInstance, mentionOf } from './history-instances.ts';
import type { HistoryLog } from './history-log.ts';
import type { HistoryRollUps } from './history-roll-ups.ts';
import type { Session } from './session.ts';

/** What takes away from the history of an Entity, or changes it, as TemporalStore says; inside a transaction. */
export interface HistoryEdits {
  removeEntity(tenant: string, id: string): boolean;
  removeAttribute(place: AttributePlace, which: HistoryDatasets): boolean;
  replaceInstance(
    place: AttributePlace,
    instanceId: string,
    change: (old: HistoryInstance) => HistoryInstance,
  ): boolean;
  removeInstance(place: AttributePlace, instanceId: string): boolean;
}

/** One Attribute of one Entity. */
export interface AttributePlace {
  readonly tenant: string;
  readonly id: string;
  readonly attribute: string;
}

export interface HistoryEditParts {
  readonly entities: Pick<HistoryEntities, 'known' | 'setLogUse' | 'retire' | 'goneOf' | 'setGone'>;
  readonly log: Pick<HistoryLog, 'edit'>;
  readonly rollUps: Pick<HistoryRollUps, 'remove'>;
}

/** In the text of every instance of a dataset; without it there are those of the default one alone. */
const DATASET = '"datasetId"';

export function historyEdits(session: Session, { entities, log, rollUps }: HistoryEditParts): HistoryEdits {
  const chunks = chunkEdits(session);
  /** True when `inLog` met one of those that it picks, or `inChunks` took some away. */
  const edit = (place: AttributePlace, inLog: Picking, inChunks: (key: HistoryKey) => boolean): boolean => {
    const known = entities.known(place.tenant, place.id);
    if (known === undefined) return false;
    const key = { no: known.no, id: place.id };
    const use = log.edit(key, inLog.edit);
    if (use !== undefined) entities.setLogUse(known.no, use);
    const isAnyGone = inChunks(key);
    return isAnyGone || inLog.isAny();
  };
  const editInstance = (
    place: AttributePlace,
    instanceId: string,
    change: (old: HistoryInstance) => HistoryInstance | undefined,
  ): boolean => {
    const { attribute } = place;
    const picking = picked((one) => one.attribute === attribute && one.instanceId === instanceId, change);
    return edit(place, picking, (key) => {
      chunks.edit(key, attribute, mentionOf(instanceId), picking.edit);
      return false;
    });
  };
  return {
    removeEntity: entities.retire,
    removeAttribute: (place, which) => {
      const { attribute } = place;
      if (which === 'all') {
        const all = picked((one) => one.attribute === attribute, gone);
        return edit(place, all, (key) => {
          const { [attribute]: ofIt, ...others } = entities.goneOf(key.no);
          if (ofIt !== undefined) entities.setGone(key.no, others);
          return [chunks.remove(key, attribute), rollUps.remove(key, attribute, which)].includes(true);
        });
      }
      const { datasetId } = which;
      const some = picked((one) => one.attribute === attribute && one.datasetId === datasetId, gone);
      return edit(place, some, (key) => {
        const isAnyRolledUp = rollUps.remove(key, attribute, which);
        const isAnyGone = datasetId === undefined && chunks.removeWithout(key, attribute, DATASET);
        chunks.edit(key, attribute, datasetId === undefined ? DATASET : JSON.stringify(datasetId), some.edit);
        return isAnyGone || isAnyRolledUp;
      });
    },
    replaceInstance: (place, instanceId, change) =>
      editInstance(place, instanceId, (old) => ofTakenSize(change(old))),
    removeInstance: (place, instanceId) => editInstance(place, instanceId, gone),
  };
}

/** An edit of some instances, and whether it met one of them. */
interface Picking {
  readonly edit: EditInstance;
  isAny(): boolean;
}

function picked(isPicked: (instance: HistoryInstance) => boolean, change: EditInstance): Picking {
  let isAny = false;
  return {
    edit: (instance) => {
      if (!isPicked(instance)) return instance;
      isAny = true;
      return change(instance);
    },
    isAny: () => isAny,
  };
}

/** @throws NgsiLdError EntityTooLarge. */
function ofTakenSize(instance: HistoryInstance): HistoryInstance {
  assertInstanceSize(instance.attribute, JSON.stringify(instance.attributeInstance));
  return instance;
}

function gone(): undefined {
  return undefined;
}
