import type { OutgoingEntity } from '../registry/device.ts';
import { entityKey } from './latest.ts';

/** An Entity on its way, with what its sender wants to know of it again. */
export interface Parcel {
  readonly tenant: string;
  readonly context: string;
  readonly entity: OutgoingEntity;
}

/** Parcels that go in one request. */
export interface Batch<P extends Parcel> {
  readonly tenant: string;
  readonly context: string;
  readonly parcels: readonly P[];
}

/**
 * Coalesces parcels into batches for one tenant and @context, of at most `size`. An Entity stands at most once in a
 * round: its second measure goes into the second round, so that the history has every one. The batches of a round can
 * go at once; a round starts when the one before has ended.
 */
export function roundsOf<P extends Parcel>(
  parcels: readonly P[],
  size: number,
): readonly (readonly Batch<P>[])[] {
  const rounds: Map<string, P[]>[] = [];
  const turns = new Map<string, number>();
  for (const parcel of parcels) {
    const key = entityKey(parcel.tenant, parcel.entity.id);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    rounds[turn] ??= new Map();
    const target = `${parcel.tenant}\n${parcel.context}`;
    const group = rounds[turn].get(target);
    if (group) group.push(parcel);
    else rounds[turn].set(target, [parcel]);
  }
  return rounds.map((groups) => [...groups.values()].flatMap((group) => chunks(group, size)));
}

function chunks<P extends Parcel>(group: readonly P[], size: number): Batch<P>[] {
  const [first] = group;
  if (first === undefined) return [];
  const { tenant, context } = first;
  const count = Math.ceil(group.length / size);
  return Array.from({ length: count }, (_, index) => ({
    tenant,
    context,
    parcels: group.slice(index * size, (index + 1) * size),
  }));
}
