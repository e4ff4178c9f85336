import { weightOf } from '../store/history-weight.ts';
import type { HistoryInstance, TemporalStore } from '../store/temporal-store.ts';
import type { InstancesOfEntities } from './history-part.ts';
import type { MatchedHistory } from './match-history.ts';
import { shownInstances, type TemporalView } from './temporal-view.ts';
import { withRests } from './with-rests.ts';

/** By Entity, and by Attribute one that is not among those which are shown (clause 6.3.10). */
export type LaterOfEntities = ReadonlyMap<string, ReadonlyMap<string, HistoryInstance>>;

/** One instance of each Attribute that the view asks for and of which none is among the given ones. */
export async function readLater(
  temporal: Pick<TemporalStore, 'instances' | 'attributesWithin'>,
  found: readonly MatchedHistory[],
  view: TemporalView,
  given: InstancesOfEntities,
): Promise<LaterOfEntities> {
  const query = shownInstances(view);
  const isBackwards = view.lastN !== undefined || view.share?.start === 'last';
  const order = isBackwards ? { lastN: 1, limit: 1 } : { limit: 1 };
  const later = new Map<string, ReadonlyMap<string, HistoryInstance>>();
  for await (const { entity } of withRests(found)) {
    const ofEntity = given.get(entity.id);
    const names = await temporal.attributesWithin(entity.id, query);
    const attributes = names.filter((attribute) => !ofEntity?.has(attribute));
    if (attributes.length === 0) continue;
    const page = await temporal.instances(entity.id, { ...query, attributes, ...order });
    const here = [...page.instances].map(([name, [one]]) => [name, one as HistoryInstance] as const);
    const all = [...here, ...page.later].map(([name, one]) => [name, light(one)] as const);
    later.set(entity.id, new Map(all));
  }
  return later;
}

/** Characters of a value that is kept for nothing but its kind. */
const HEAVY = 1000;

/** Kind and times are what is shown of it: the values of a page of Entities could be more than there is room for. */
function light(instance: HistoryInstance): HistoryInstance {
  const { attributeInstance } = instance;
  const isPlain = attributeInstance.kind === 'Property' || attributeInstance.kind === 'JsonProperty';
  if (!isPlain || weightOf(instance) <= HEAVY) return instance;
  return { ...instance, attributeInstance: { ...attributeInstance, value: '' } };
}
