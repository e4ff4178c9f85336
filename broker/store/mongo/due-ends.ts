import type { Collection, Filter } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { EntityDocument } from './entity-document.ts';
import { partsOf } from './keys.ts';

export interface DueEndParts {
  readonly entities: Collection<EntityDocument>;
  readonly queue: Pick<ChangeQueue, 'add'>;
  readonly now: () => Micros;
}

/** Ends of Entities whose expiresAt has come and which are still there. */
export interface DueEnds {
  /** Records the end of one; no effect on others. */
  end(key: string): Promise<void>;
  /** Those of these Entities. */
  endAll(which: Filter<EntityDocument>): Promise<void>;
  /** All, behind the call; no effect while it does so. */
  sweep(): void;
}

/** Ended at once. */
const AT_ONCE = 100;

/** `run` does one piece of work, so that a store that closes need not wait for the rest. */
export function dueEnds(
  { entities, queue, now }: DueEndParts,
  run: <T>(work: () => Promise<T>) => Promise<T>,
): DueEnds {
  const some = async (which: Filter<EntityDocument>): Promise<readonly string[]> => {
    const due = entities.find({ ...which, expiresAt: { $lte: now() } }).limit(AT_ONCE);
    const found = await due.project<Pick<EntityDocument, '_id'>>({ _id: 1 }).toArray();
    return found.map(({ _id }) => _id);
  };
  const end = (key: string): Promise<void> => {
    const [tenant = '', id = ''] = partsOf(key, 2);
    return new Promise((resolve, reject) => {
      // Whoever changes an Entity ends it first if that is due.
      const decide = () => ({ answer: undefined });
      queue.add({ key, tenant, id }, { decide, sequence: '', resolve: () => resolve(), reject });
    });
  };
  const endAll = async (which: Filter<EntityDocument>, each: typeof run): Promise<void> => {
    let first: string | undefined;
    for (;;) {
      const found = await each(() => some(which));
      await each(() => Promise.all(found.map(end)));
      // One that cannot be ended is not tried for ever.
      if (found.length < AT_ONCE || found[0] === first) return;
      first = found[0];
    }
  };
  let isSweeping = false;
  return {
    end,
    endAll: (which) => endAll(which, (work) => work()),
    sweep: () => {
      if (isSweeping) return;
      isSweeping = true;
      endAll({}, run)
        // A store that is closed or away ends it.
        .catch(() => {})
        .finally(() => {
          isSweeping = false;
        });
    },
  };
}
