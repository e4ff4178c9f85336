import { setInterval } from 'node:timers';
import type { Collection } from 'mongodb';
import { reachable } from '../../registry/mongo-away.ts';

/** An agent among those that share a registry. */
export interface MemberDocument {
  readonly _id: string;
  /** Raised as long as it runs. */
  readonly beat: number;
  /** It has stopped, and whoever likes may take what it was about to do. */
  readonly hasLeft: boolean;
}

/** Who of the agents is still there. Told by counting, so that no two clocks have to agree. */
export interface Members {
  /** Whether that agent has not been seen to live for a while. */
  isGone(id: string): boolean;
  stop(): Promise<void>;
}

/** What looking after the members asks. */
export interface MemberParts {
  readonly collection: Collection<MemberDocument>;
  readonly id: string;
  /** Milliseconds without a beat after which an agent is gone. */
  readonly takeover: number;
  /** Called when an agent has gone: rejects when it is to be called again. */
  readonly gone: (id: string) => Promise<void>;
}

/** Looks at a member that did not beat between any two of them. */
const looksUntilGone = 8;

interface Seen {
  beat: number | undefined;
  hasLeft: boolean;
  /** Looks since the last beat. */
  looks: number;
}

/** Tells the others that this agent is there, and sees which of them are; resolves when they can see it. */
export async function joinMembers(parts: MemberParts): Promise<Members> {
  const { collection, id, takeover } = parts;
  const seen = new Map<string, Seen>();
  let isBusy = false;
  const beat = (hasLeft: boolean) =>
    reachable(collection.updateOne({ _id: id }, { $inc: { beat: 1 }, $set: { hasLeft } }, { upsert: true }));
  await beat(false);
  const turn = async (): Promise<void> => {
    await beat(false);
    const members = await reachable(collection.find({}).toArray());
    note(seen, members);
    await seeOff(parts, seen, members);
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    // While the database is away nobody is seen, and nobody is gone.
    turn()
      .catch(() => undefined)
      .finally(() => {
        isBusy = false;
      });
  }, takeover / looksUntilGone);
  return {
    isGone: (other) => {
      if (other === id) return false;
      const known = seen.get(other);
      if (known === undefined) seen.set(other, { beat: undefined, hasLeft: false, looks: 0 });
      return known !== undefined && isGone(known);
    },
    stop: async () => {
      clearInterval(timer);
      await beat(true).catch(() => undefined);
    },
  };
}

function isGone({ hasLeft, looks }: Seen): boolean {
  return hasLeft || looks >= looksUntilGone;
}

/** Counts one more look; who is not among the members any more does not beat, and stays gone. */
function note(seen: Map<string, Seen>, members: readonly MemberDocument[]): void {
  const byId = new Map(members.map((member) => [member._id, member]));
  for (const { _id, beat } of members) if (!seen.has(_id)) seen.set(_id, { beat, hasLeft: false, looks: 0 });
  for (const [id, known] of seen) {
    const { beat, hasLeft } = byId.get(id) ?? known;
    known.looks = beat === known.beat ? known.looks + 1 : 0;
    Object.assign(known, { beat, hasLeft });
  }
}

async function seeOff(
  { collection, id, gone }: MemberParts,
  seen: ReadonlyMap<string, Seen>,
  members: readonly MemberDocument[],
): Promise<void> {
  for (const { _id, beat } of members) {
    const known = seen.get(_id);
    if (_id === id || known === undefined || !isGone(known)) continue;
    await gone(_id);
    // Unless it has come back meanwhile.
    await reachable(collection.deleteOne({ _id, beat }));
  }
}
