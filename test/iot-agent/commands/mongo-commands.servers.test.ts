import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Db } from 'mongodb';
import { journalSchema } from '../../../iot-agent/commands/mongo/journal.ts';
import { mongoCommands } from '../../../iot-agent/commands/mongo/mongo-commands.ts';
import { mongoConfigurations } from '../../../iot-agent/commands/mongo/mongo-configurations.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { connectMongo, type MongoConnection } from '../../../runtime/mongo/connect.ts';
import { groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import { describeWith } from '../../support/describe-with.ts';
import { eventually } from '../../support/eventually.ts';
import { configurationsContract } from './configurations-contract.ts';
import {
  commandStoreContract,
  lamp,
  lampEvent,
  lampUplink,
  newCommand,
  type OpenedStore,
  type WatchedStore,
  watch,
} from './store-contract.ts';

const clock = systemClock();
const takeover = 160;

function agentDisk(): Database {
  const db = openDatabase('sqlite::memory:');
  db.exec(journalSchema);
  return db;
}

async function storeAt(database: Db, db: Database): Promise<Pick<OpenedStore, 'open' | 'transaction'>> {
  const group = groupCommit(db);
  const open = await mongoCommands({ database, db, group, clock, takeover });
  return { open, transaction: (work) => group.run(work) };
}

describeWith('mongodb', () => {
  let connection: MongoConnection;
  const connect = () =>
    connectMongo({ url: process.env['MONGODB_TEST_URI'] ?? '', defaultDatabase: 'carillon-agent-test' });

  beforeAll(async () => {
    connection = await connect();
  });
  afterAll(() => connection.close());

  commandStoreContract('MongoDB', async () => {
    const database = connection.client.db(`carillon-commands-${randomUUID()}`);
    const db = agentDisk();
    return {
      ...(await storeAt(database, db)),
      dispose: async () => {
        db.close();
        await database.dropDatabase();
      },
    };
  });

  configurationsContract('MongoDB', async () => {
    const database = connection.client.db(`carillon-commands-${randomUUID()}`);
    return {
      subscriptions: await mongoConfigurations(database),
      dispose: async () => {
        await database.dropDatabase();
      },
    };
  });

  describe('commands that two agents share', () => {
    let name: string;
    let own: MongoConnection;
    let oneDisk: Database;
    let one: WatchedStore;
    let other: WatchedStore;

    beforeEach(async () => {
      name = `carillon-commands-${randomUUID()}`;
      own = await connect();
      oneDisk = agentDisk();
      one = watch(await storeAt(own.client.db(name), oneDisk));
      other = watch(await storeAt(connection.client.db(name), agentDisk()));
    });
    afterEach(async () => {
      await Promise.all([one.store.stop(), other.store.stop()].map((end) => end.catch(() => {})));
      await own.close();
      await connection.client.db(name).dropDatabase();
    });

    it('are sent by one agent at a time', async () => {
      const turn = await one.store.takeTurn(lamp);
      expect(await other.store.takeTurn(lamp)).toBeUndefined();
      if (turn !== undefined) await one.store.endTurn(turn);
      expect(await other.store.takeTurn(lamp)).toBeDefined();
      expect(await one.store.takeTurn(lamp)).toBeUndefined();
    });

    it('are taken by one of many that ask at once', async () => {
      const owners = Array.from({ length: 20 }, (_, index) => ({ tenant: '', deviceId: `d${index}` }));
      for (const owner of owners) {
        const turns = await Promise.all([one, other, one].map(({ store }) => store.takeTurn(owner)));
        const terms = turns.flatMap((turn) => turn?.term ?? []);
        expect(terms.length).toBeGreaterThan(0);
        expect(new Set(terms).size).toBe(terms.length);
        // Of those that got it, the last one has it: what the others write comes to nothing.
        const claims = await Promise.all(
          turns.map((turn, index) => turn && [one, other, one][index]?.store.claim(turn, 'nothing')),
        );
        expect(claims.filter((claim) => claim === 'gone')).toHaveLength(1);
      }
    });

    it('told to both at once are one command', async () => {
      const told = await Promise.all(
        [one, other].map(({ store }, index) =>
          store.add([newCommand(`c${index}`, { source: 'the change' })], 1),
        ),
      );
      expect(told.flat()).toHaveLength(1);
    });

    it('of an agent that dies between claim and publishing go out by the other, under the same id', async () => {
      await one.store.add([newCommand('a')], 1);
      const turn = await one.store.takeTurn(lamp);
      if (turn === undefined) throw new Error('nobody else has the turn');
      expect(await one.store.claim(turn, 'a')).toBe('claimed');
      await own.close();
      const next = await eventually(async () => {
        const taken = await other.store.takeTurn(lamp);
        if (taken === undefined) throw new Error('the turn is not free yet');
        return taken;
      });
      await eventually(() =>
        expect(other.recorded.flatMap(({ reachable }) => reachable)).toContainEqual(lamp),
      );
      expect(await other.store.oldest(lamp)).toMatchObject({ id: 'a', attempts: 1 });
      expect(await other.store.claim(next, 'a')).toBe('claimed');
      // The one that was given up comes back: its turn is worth nothing any more.
      const late = watch(await storeAt(connection.client.db(name), oneDisk));
      expect(await late.store.claim(turn, 'a')).toBe('lost');
      await late.store.stop();
    });

    it('of an agent that stops are the task of the other at once', async () => {
      await one.store.add([newCommand('a')], 1);
      await one.store.takeTurn(lamp);
      await one.store.stop();
      await eventually(() =>
        expect(other.recorded.flatMap(({ reachable }) => reachable)).toContainEqual(lamp),
      );
      expect(await other.store.takeTurn(lamp)).toBeDefined();
    });

    it('have their statuses written by one of them, also after that is gone', async () => {
      expect(await one.store.leads()).toBe(true);
      expect(await other.store.leads()).toBe(false);
      await one.store.stop();
      await eventually(async () => expect(await other.store.leads()).toBe(true));
    });

    it('are handed to a device that asks both at once by one of them', async () => {
      await one.store.add([newCommand('a')], 1);
      const handed = await Promise.all(
        [one, other].map(({ store }) => store.advance('a', { state: 'DELIVERED' }, 2)),
      );
      expect(handed.filter((command) => command !== undefined)).toHaveLength(1);
    });

    it('are moved on by whichever agent hears of it, and each knows the way to the device', async () => {
      await one.store.add([newCommand('a')], 1);
      await other.hear(lampUplink(), lampEvent('sent', 'a'));
      await eventually(async () => expect(await one.store.get('a')).toMatchObject({ state: 'SENT' }));
      expect((await one.store.place(lamp)).route).toMatchObject({ server: 'things-stack' });
    });

    it('cost an uplink nothing that comes by the usual way', async () => {
      const notes = () =>
        oneDisk.prepare<[number]>("SELECT seq FROM sqlite_sequence WHERE name = 'command_note'").get()?.[0];
      await one.hear(lampUplink());
      await one.hear(lampUplink(), lampUplink());
      expect(notes()).toBe(1);
      await one.hear(lampUplink('loriot'));
      expect(notes()).toBe(2);
    });

    it('are told later what was said while the registry was away, and once', async () => {
      await one.store.add([newCommand('a'), newCommand('b')], 1);
      for (const id of ['a', 'b']) await one.store.advance(id, { state: 'SENT' }, 2);
      await own.close();
      const answer = { kind: 'command-results', apikey: 'k', deviceId: 'l1', receivedAt: 0 } as const;
      await one.hear({ ...answer, results: { on: 'lit' } });
      const again = watch(await storeAt(connection.client.db(name), oneDisk));
      await eventually(async () => expect(await again.store.get('a')).toMatchObject({ info: 'lit' }));
      expect(await again.store.get('b')).toMatchObject({ state: 'SENT' });
      await again.store.stop();
    });
  });
});
