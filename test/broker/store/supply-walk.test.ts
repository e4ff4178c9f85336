import { describe, expect, it } from '@jest/globals';
import type { Entity } from '../../../broker/domain/entity.ts';
import type { Walk } from '../../../broker/domain/representation/linked-entities.ts';
import { supplyWalk } from '../../../broker/store/supply-walk.ts';

function entity(id: string, text: string): Entity {
  const value = { kind: 'Property', value: text, createdAt: 1, modifiedAt: 1 } as const;
  return { id, types: ['T'], scopes: [], createdAt: 1, modifiedAt: 1, attributes: { text: [value] } };
}

const ids = Array.from({ length: 300 }, (_, at) => `urn:n:${at}`);

/** A store in which every Entity but the first exists, with a text of so many characters. */
function storeOf(length: number) {
  const text = 'x'.repeat(length);
  const reads: number[] = [];
  const getMany = async (asked: readonly string[]) => {
    reads.push(asked.length);
    return new Map(asked.flatMap((id) => (id === ids[0] ? [] : [[id, entity(id, text)] as const])));
  };
  return { store: { getMany }, reads };
}

function* walk(): Walk<readonly number[]> {
  const all = yield ids;
  const again = yield ids.slice(0, 10);
  return [all.size, again.size];
}

describe('what a walk along Relationships reads', () => {
  it('is all that exists, read in steps that grow', async () => {
    const { store, reads } = storeOf(10);
    expect(await supplyWalk(walk(), store)).toEqual([299, 9]);
    expect(reads).toEqual([32, 64, 128, 76, 10]);
  });

  it('is refused as soon as it is too much text', async () => {
    const { store, reads } = storeOf(1_000_000);
    await expect(supplyWalk(walk(), store)).rejects.toMatchObject({ type: 'TooManyResults' });
    expect(reads).toEqual([32, 32, 32, 32, 32]);
  });

  it('waits for who counts it', async () => {
    const { store, reads } = storeOf(100_000);
    const stop = new Error('full');
    const onRead = async (weight: number) => {
      expect(weight).toBeGreaterThan(3_100_000);
      if (reads.length === 2) throw stop;
    };
    await expect(supplyWalk(walk(), store, onRead)).rejects.toBe(stop);
    expect(reads).toEqual([32, 32]);
  });
});
