import { describe, expect, it } from '@jest/globals';
import { type ChangeCall, decideAll } from '../../../../broker/store/mongo/decide.ts';
import type { HeldDocument } from '../../../../broker/store/mongo/entity-document.ts';
import type { Folding } from '../../../../broker/store/mongo/record-room.ts';
import { StampSource } from '../../../../broker/store/mongo/stamps.ts';
import { creating, deleting, entityAt, LEVEL, setting } from '../contract/entities.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const stamps = new StampSource(() => 1_800_000_000_000_000, 'w');
const call = (decide: ChangeCall['decide'], sequence = 'new'): ChangeCall => ({ decide, sequence });
const increment = () => call(setting((level) => level + 1));
const decide = (calls: readonly ChangeCall[], held?: HeldDocument, folding: Folding = 'possible') =>
  decideAll(ID, held, calls, {
    stamps,
    tokensOf: ({ types }) => types,
    valuesOf: ({ types }) => types,
    folding,
    partOfEnd: () => ({}),
  });

function held(members: Partial<HeldDocument> = {}): HeldDocument {
  const body = JSON.stringify(entityAt(ID, 1));
  const version = stamps.next().text;
  return { _id: ID, version, writers: [version], visibleUntil: 9e15, body, sequence: 'old', ...members };
}

describe('deciding several calls on one Entity', () => {
  it('each sees what the one before it made, and a refusal writes nothing', () => {
    const { outcomes, written } = decide([
      call(creating(ID)),
      call(creating(ID)),
      increment(),
      increment(),
      call(() => ({ answer: 'as it is' })),
    ]);
    expect(outcomes[1]).toMatchObject({ reason: { type: 'AlreadyExists' } });
    expect(outcomes[4]).toEqual({ answer: 'as it is' });
    expect(written?.entity?.attributes[LEVEL]?.[0]?.value).toBe(2);
    expect(written?.records).toHaveLength(3);
    expect(written?.stamp).toBe(written?.records[2]?.stamp);
  });

  it('keeps the place in the creation order, and gives a new one to what is created again', () => {
    expect(decide([increment()], held()).written?.sequence).toBe('old');
    expect(decide([call(deleting()), call(creating(ID))], held()).written?.sequence).toBe('new');
    const expired = held({ body: JSON.stringify(entityAt(ID, 1, { expiresAt: 5 })) });
    expect(decide([call(creating(ID))], expired).written?.sequence).toBe('new');
  });

  it('takes 64 records, the pending ones counted, and leaves the other calls for later', () => {
    const calls = Array.from({ length: 100 }, increment);
    expect(decide(calls, held()).outcomes).toHaveLength(64);
    expect(decide(calls, held({ pendingCount: 60, pendingBytes: 60 })).outcomes).toHaveLength(4);
    expect(decide(calls, held({ pendingCount: 64, pendingBytes: 64 }))).toMatchObject({
      outcomes: [],
      isFull: true,
    });
    const full = held({ pendingCount: 64, pendingBytes: 64 });
    expect(decide(calls, full, 'done').outcomes).toHaveLength(1);
    expect(decide(calls, full, 'none').outcomes).toHaveLength(64);
  });

  it('takes 1 MB of records before the pending ones are folded, but a single larger one', () => {
    const large = () => call(setting(() => 'x'.repeat(700_000)));
    expect(decide([large(), large()], held()).outcomes).toHaveLength(1);
    const full = { pendingCount: 1, pendingBytes: 700_000 };
    expect(decide([large()], held(full))).toMatchObject({ outcomes: [], isFull: true });
    expect(decide([large()], held(full), 'done').outcomes).toMatchObject([{ answer: { id: ID } }]);
    expect(decide([call(setting(() => 'x'.repeat(3_000_000)))], held()).outcomes).toMatchObject([
      { answer: { id: ID } },
    ]);
  });

  it('refuses what is too large for itself, and goes on with the next call', () => {
    const huge = call(setting(() => 'x'.repeat(5_000_000)));
    const scopes = Array.from({ length: 30_000 }, (_, index) => `/${index}`);
    const tokens = decideAll(ID, held(), [increment()], {
      stamps,
      tokensOf: () => scopes,
      valuesOf: () => [],
      folding: 'possible',
      partOfEnd: () => ({}),
    });
    expect(tokens.outcomes).toMatchObject([{ reason: { type: 'EntityTooLarge' } }]);
    const { outcomes, written } = decide([huge, increment()], held());
    expect(outcomes).toMatchObject([{ reason: { type: 'EntityTooLarge' } }, { answer: { id: ID } }]);
    expect(written?.records).toHaveLength(1);
  });

  it('says Unavailable when others fill the document faster than it is folded', () => {
    const full = held({ pendingCount: 200, pendingBytes: 15_000_000 });
    expect(decide([increment()], full, 'done').outcomes).toMatchObject([{ reason: { type: 'Unavailable' } }]);
  });

  it('gives stamps after that of a writer whose clock is ahead', () => {
    const ahead = new StampSource(() => 1_900_000_000_000_000, 'other').next().text;
    expect((decide([increment()], held({ version: ahead })).written?.stamp ?? '') > ahead).toBe(true);
  });
});
