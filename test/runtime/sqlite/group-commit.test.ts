import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type GroupHooks, groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';

describe('the group commit', () => {
  let database: Database;
  let events: string[];
  const hooks = (): GroupHooks => ({
    beforeCommit: () => events.push('beforeCommit'),
    committed: () => events.push('committed'),
    rolledBack: () => events.push('rolledBack'),
    answered: () => events.push('answered'),
    toError: (error) => new Error('the group failed', { cause: error }),
  });
  const insert = (value: number) => () => {
    database.prepare('INSERT INTO t VALUES (?, ?)').run(value, 'x'.repeat(500));
    return value;
  };
  const stored = () =>
    database
      .prepare<[number]>('SELECT a FROM t ORDER BY a')
      .all()
      .map(([a]) => a);

  beforeEach(() => {
    events = [];
    database = openDatabase('sqlite::memory:');
    database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b)');
  });
  afterEach(() => database.close());

  it('commits the calls of one turn together, in their order, and then answers', async () => {
    const group = groupCommit(database, hooks());
    const answers = [1, 2, 3].map((value) => group.run(insert(value)));
    expect(stored()).toEqual([]);
    expect(await Promise.all(answers)).toEqual([1, 2, 3]);
    expect(stored()).toEqual([1, 2, 3]);
    expect(events).toEqual(['beforeCommit', 'committed', 'answered']);
  });

  it('leaves the rest to the next group once there is enough for one', async () => {
    let some = 0;
    const group = groupCommit(database, {
      ...hooks(),
      isFull: () => ++some % 2 === 0,
    });
    const order: number[] = [];
    const answers = [1, 2, 3, 4, 5].map((value) =>
      group.run(insert(value)).then((answer) => void order.push(answer)),
    );
    await Promise.all(answers);
    expect(order).toEqual([1, 2, 3, 4, 5]);
    expect(events.filter((event) => event === 'committed')).toHaveLength(3);
    expect(stored()).toEqual([1, 2, 3, 4, 5]);
  });

  it('rejects only the member that throws, and undoes what it wrote', async () => {
    const group = groupCommit(database, hooks());
    const failing = () => {
      insert(2)();
      throw new RangeError('refused');
    };
    const outcomes = await Promise.allSettled([
      group.run(insert(1)),
      group.run(failing),
      group.run(insert(1)),
      group.run(
        () => {
          throw new RangeError('before writing');
        },
        { throwsBeforeWriting: true },
      ),
      group.run(insert(3)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(outcomes[2]).toMatchObject({ reason: { code: 'ERR_SQLITE_ERROR' } });
    expect(stored()).toEqual([1, 3]);
  });

  it('fails the whole group when the disk is full, and works again afterwards', async () => {
    const group = groupCommit(database, hooks());
    database.exec('PRAGMA max_page_count = 4');
    const refused = group.run(() => {
      throw new RangeError('its own reason');
    });
    const values = Array.from({ length: 100 }, (_, index) => group.run(insert(index)));
    const outcomes = await Promise.allSettled([refused, ...values]);
    expect(outcomes[0]).toMatchObject({ reason: new RangeError('its own reason') });
    expect(outcomes.slice(1).every(({ status }) => status === 'rejected')).toBe(true);
    expect(outcomes[1]).toMatchObject({ reason: { message: 'the group failed', cause: { errcode: 13 } } });
    expect(stored()).toEqual([]);
    expect(events).toEqual(['rolledBack', 'answered']);
    expect(await group.run(insert(7))).toBe(7);
  });

  it('fails the group when a member that needs no savepoint meets an error of the database', async () => {
    const group = groupCommit(database, hooks());
    const outcomes = await Promise.allSettled([
      group.run(insert(1)),
      group.run(insert(1), { throwsBeforeWriting: true }),
      group.run(insert(2)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(stored()).toEqual([]);
    expect(events).toEqual(['rolledBack', 'answered']);
  });

  it('fails the group when a hook throws before the commit', async () => {
    let broken = true;
    const group = groupCommit(database, {
      beforeCommit: () => {
        if (broken) throw new RangeError('hook');
      },
    });
    await expect(group.run(insert(1))).rejects.toThrow('hook');
    broken = false;
    await group.run(insert(2));
    expect(stored()).toEqual([2]);
  });

  it('takes a call made by a member into the next group', async () => {
    const group = groupCommit(database, hooks());
    let inner: Promise<number> | undefined;
    await group.run(() => {
      inner = group.run(insert(2));
      return insert(1)();
    });
    await inner;
    expect(stored()).toEqual([1, 2]);
    expect(events.filter((event) => event === 'committed')).toHaveLength(2);
  });

  it('commits what may wait with the next group, in the order of the calls', async () => {
    const group = groupCommit(database, hooks());
    const seen: number[] = [];
    const patient = group.run(() => seen.push(1), { mayWait: true });
    await new Promise(setImmediate);
    expect(events).toEqual([]);
    await group.run(() => seen.push(2));
    await patient;
    expect(seen).toEqual([1, 2]);
    expect(events).toEqual(['beforeCommit', 'committed', 'answered']);
  });

  it('commits what may wait though nothing else comes', async () => {
    const group = groupCommit(database, hooks());
    const patient = [1, 2].map((value) => group.run(insert(value), { mayWait: true }));
    expect(await Promise.all(patient)).toEqual([1, 2]);
    expect(events).toEqual(['beforeCommit', 'committed', 'answered']);
  });

  it('commits thousands of waiting calls in several groups', async () => {
    const group = groupCommit(database, hooks());
    await Promise.all(Array.from({ length: 1500 }, (_, index) => group.run(insert(index))));
    expect(stored()).toHaveLength(1500);
    expect(events.filter((event) => event === 'committed')).toHaveLength(3);
  });

  it('commits what waits when it is closed, and refuses what comes later', async () => {
    const group = groupCommit(database, hooks());
    const last = group.run(insert(1));
    group.close();
    expect(stored()).toEqual([1]);
    expect(await last).toBe(1);
    await expect(group.run(insert(2))).rejects.toMatchObject({
      message: 'the group failed',
      cause: { message: 'The database :memory: is closed.' },
    });
  });
});
