import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PendingRecord } from '../../../../broker/store/mongo/entity-document.ts';
import { RecentRecords, type RecordedWrite } from '../../../../broker/store/mongo/recent-records.ts';
import { toPendingRecord } from '../../../../broker/store/mongo/record-text.ts';
import { StampSource } from '../../../../broker/store/mongo/stamps.ts';

const entity = { id: 'urn:a', types: ['T'], scopes: [], attributes: {}, createdAt: 1, modifiedAt: 1 };

describe('change records that this process committed', () => {
  let recent: RecentRecords;
  const stamps = new StampSource(() => 1);

  beforeEach(() => {
    recent = new RecentRecords();
  });

  function pending(notify: readonly string[] = []): PendingRecord {
    const common = { entity, attributes: [], typesChanged: true, scopesChanged: false };
    const change = { kind: 'created', ...common } as const;
    return toPendingRecord({ answer: undefined, change, notify }, stamps.next().text);
  }

  const write = (records: readonly PendingRecord[], held?: RecordedWrite['held']): RecordedWrite => ({
    tenant: 'city',
    key: 'city|urn:a',
    held,
    records,
  });

  it('come in the order in which they were committed, until they were folded', () => {
    const [one, two, three] = [pending(), pending(), pending()];
    recent.add(write([one, two]));
    recent.add(write([three], { oldest: one.stamp, pendingCount: 2 }));
    const found = recent.first(2) ?? [];
    expect(found.map(({ tenant, stamp }) => [tenant, stamp])).toEqual([
      ['city', one.stamp],
      ['city', two.stamp],
    ]);
    recent.remove(found);
    expect(recent.first(2)?.map(({ stamp }) => stamp)).toEqual([three.stamp]);
  });

  it('are not all where others stand before them', () => {
    recent.add(write([pending()], { oldest: pending().stamp, pendingCount: 1 }));
    expect(recent.first(9)).toBeUndefined();
    recent.trust();
    const own = pending();
    recent.add(write([own]));
    expect(recent.first(9)).toHaveLength(2);
    recent.add(write([pending()], { oldest: own.stamp, pendingCount: 3 }));
    expect(recent.first(9)).toBeUndefined();
  });

  it('are not folded again where they were found before it was known that they are committed', () => {
    const [early, late] = [pending(), pending()];
    recent.add(write([late]));
    const found = recent.first(1) ?? [];
    recent.remove(found.map((record) => ({ ...record, stamp: early.stamp })));
    recent.add(write([early]));
    expect(recent.first(9)?.map(({ stamp }) => stamp)).toEqual([late.stamp]);
  });

  it('are looked for where there is no room to remember them', () => {
    for (let count = 0; count < 2001; count++) recent.add(write([pending()]));
    expect(recent.first(9)).toBeUndefined();
  });

  it('wait for others unless somebody is notified, or there are many of one Entity or of all', () => {
    const haste = (written: RecordedWrite) => {
      recent.add(written);
      return recent.hasteOf([written]);
    };
    expect(haste(write([pending()]))).toBe('soon');
    expect(haste(write([pending(['urn:subscription'])]))).toBe('now');
    expect(haste(write([pending()]))).toBe('soon');
    expect(haste(write(Array.from({ length: 30 }, () => pending())))).toBe('now');
    expect(haste({ ...write([pending()]), key: 'another' })).toBe('soon');
    const many = Array.from({ length: 70 }, (_, at) => ({ ...write([pending()]), key: `key ${at}` }));
    expect(many.map(haste).at(-1)).toBe('now');
  });
});
