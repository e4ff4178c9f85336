import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Command, CommandState, NewCommand } from '../../../iot-agent/commands/command.ts';
import type {
  CommandStore,
  CommandStoreParts,
  OpenCommandStore,
} from '../../../iot-agent/commands/command-store.ts';
import type { Recorded } from '../../../iot-agent/commands/record-progress.ts';
import type { DeviceEvent, Incoming } from '../../../iot-agent/measurement.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { eventually } from '../../support/eventually.ts';

/** A store on a database of its own. */
export interface OpenedStore {
  readonly open: OpenCommandStore;
  /** Runs the work in a transaction of the spool. */
  transaction<T>(work: () => T): Promise<T>;
  dispose(): Promise<void>;
}

/** A store with what it told and logged. */
export interface WatchedStore {
  readonly store: CommandStore;
  readonly recorded: Recorded[];
  readonly remarks: string[];
  /** Records what the lamp said, as settling does. */
  hear(...incoming: readonly Incoming[]): Promise<void>;
}

export const lamp = { tenant: 't', deviceId: 'l1' } as const;
const devEui = '0102030405060708';
const day = 86_400_000_000;

/** A command of the lamp that was accepted at that microsecond. */
export function newCommand(id: string, more: Partial<NewCommand> = {}): NewCommand {
  return {
    ...{ id, source: id, ...lamp, entityId: 'urn:x:l1', entityType: 'Lamp' },
    ...{ name: 'on', deviceName: 'on', value: true, isConfirmed: true, replaces: false, expires: day },
    ...more,
  };
}

/** An uplink of the lamp, or an event of its network server. */
export function lampUplink(server: 'things-stack' | 'loriot' = 'things-stack'): Incoming {
  const origin = { devEui, server, applicationId: 'city', deviceId: 'lamp-1', receivedAt: 0 } as const;
  return { kind: 'lorawan', ...origin, fCnt: 1, fPort: 1, bytes: Uint8Array.of(1) };
}

export function lampEvent(
  stage: Extract<DeviceEvent, { event: 'downlink' }>['stage'],
  downlinkId?: string,
  server: 'things-stack' | 'loriot' = 'things-stack',
): Incoming {
  const origin = { devEui, server, applicationId: 'city', deviceId: 'lamp-1', receivedAt: 0 } as const;
  const id = downlinkId === undefined ? {} : { downlinkId };
  return { kind: 'event', event: 'downlink', ...origin, stage, ...id };
}

/** Opens it, for network servers whose queue can be emptied unless they are Loriot's. */
export function watch({ open, transaction }: Pick<OpenedStore, 'open' | 'transaction'>): WatchedStore {
  const recorded: Recorded[] = [];
  const remarks: string[] = [];
  const parts: CommandStoreParts = {
    deviceLog: { save: (_key, { message }) => remarks.push(message) },
    log: createLogger({ name: 'test', level: 'silent' }),
    canFlush: (route) => route.kind === 'lorawan' && route.server !== 'loriot',
    recorded: (one) => recorded.push(one),
  };
  const store = open(parts);
  const hear: WatchedStore['hear'] = async (...incoming) => {
    const heard = incoming.map((one) => ({ device: lamp, incoming: one }));
    const after = await transaction(() => store.record(heard, 50));
    after();
  };
  return { store, recorded, remarks, hear };
}

const ids = (commands: readonly Pick<Command, 'id'>[]): string[] => commands.map(({ id }) => id);

/** What every store of commands promises. */
export function commandStoreContract(name: string, openStore: () => Promise<OpenedStore>): void {
  describe(`commands in ${name}`, () => {
    let opened: OpenedStore;
    let watched: WatchedStore;
    let store: CommandStore;

    beforeEach(async () => {
      opened = await openStore();
      watched = watch(opened);
      store = watched.store;
    });
    afterEach(async () => {
      await store.stop();
      await opened.dispose();
    });

    const stateOf = async (id: string): Promise<CommandState | undefined> => (await store.get(id))?.state;
    const flushes = async (): Promise<number> => (await store.place(lamp)).flushes;
    const heardBy = async (server: 'things-stack' | 'loriot' = 'things-stack'): Promise<void> => {
      await watched.hear(lampUplink(server));
      await eventually(async () => expect((await store.place(lamp)).route).toBeDefined());
    };
    const queued = async (...commands: readonly NewCommand[]): Promise<void> => {
      await store.add(commands, 1);
      for (const { id } of commands) await store.advance(id, { state: 'QUEUED' }, 2);
    };

    it('adds a change once, in order, and returns what is new as it is kept', async () => {
      const value = { level: 0.3, steps: [1, null] };
      const [first] = await store.add([newCommand('a', { value }), newCommand('b')], 7);
      expect(first).toEqual({
        ...newCommand('a', { value }),
        ...{ source: undefined, seq: first?.seq },
        ...{ state: 'PENDING', created: 7, changed: 7, attempts: 0 },
      });
      const again = [newCommand('c', { source: 'a' }), newCommand('d')];
      expect(ids(await store.add(again, 8))).toEqual(['d']);
      expect(ids(await store.ofDevice(lamp, 'PENDING'))).toEqual(['a', 'b', 'd']);
      expect((await store.oldest(lamp))?.id).toBe('a');
      expect(await store.waitingDevices()).toEqual([lamp]);
    });

    it('ends what a new one replaces, with a remark in the log of the device', async () => {
      await heardBy();
      await queued(newCommand('a'), newCommand('other', { name: 'dim' }));
      const changed = await store.add([newCommand('b', { replaces: true })], 9);
      expect(changed.map(({ id, state }) => [id, state])).toEqual([
        ['a', 'EXPIRED'],
        ['b', 'PENDING'],
      ]);
      expect(await stateOf('other')).toBe('QUEUED');
      expect(watched.remarks).toEqual(['command on: replaced by a newer value']);
      expect(await flushes()).toBe(1);
    });

    it('moves a command on, never back', async () => {
      await store.add([newCommand('a')], 1);
      const moved = await store.advance('a', { state: 'SENT', downlinkId: 'n1', isConfirmed: false }, 5);
      expect(moved).toMatchObject({ state: 'SENT', downlinkId: 'n1', isConfirmed: false, changed: 5 });
      expect(await store.advance('a', { state: 'QUEUED' }, 6)).toBeUndefined();
      expect(await store.advance('a', { state: 'OK', info: { x: 1 } }, 7)).toMatchObject({ info: { x: 1 } });
      expect(await store.advance('a', { state: 'ERROR' }, 8)).toBeUndefined();
      expect(await store.get('a')).toMatchObject({ state: 'OK', changed: 7, downlinkId: 'n1' });
      expect(await store.advance('nobody', { state: 'OK' }, 8)).toBeUndefined();
    });

    it('wishes the queue emptied of what ended there, or while it was put there', async () => {
      await heardBy();
      await queued(newCommand('a'));
      await store.advance('a', { state: 'EXPIRED' }, 3);
      expect(await flushes()).toBe(1);
      await store.add([newCommand('b')], 4);
      await store.advance('b', { state: 'EXPIRED' }, 5);
      expect(await flushes()).toBe(1);
      expect(await store.advance('b', { state: 'QUEUED' }, 6)).toBeUndefined();
      expect(await flushes()).toBe(2);
      await store.flushed(lamp, 1);
      expect(await flushes()).toBe(1);
    });

    it('wishes nothing of a queue that cannot be emptied', async () => {
      await heardBy('loriot');
      await queued(newCommand('a'));
      await store.advance('a', { state: 'EXPIRED' }, 3);
      expect(await flushes()).toBe(0);
    });

    it('gives a turn, and claims only what waits', async () => {
      await store.add([newCommand('a')], 1);
      const turn = await store.takeTurn(lamp);
      if (turn === undefined) throw new Error('nobody else has the turn');
      expect(await store.claim(turn, 'a')).toBe('claimed');
      expect(await store.claim(turn, 'a')).toBe('claimed');
      expect(await store.get('a')).toMatchObject({ attempts: 2, state: 'PENDING' });
      await store.advance('a', { state: 'QUEUED' }, 2);
      expect(await store.claim(turn, 'a')).toBe('gone');
      await store.requeue(lamp, 3);
      expect(await stateOf('a')).toBe('PENDING');
      await store.endTurn(turn);
      expect(await store.takeTurn(lamp)).toBeDefined();
      expect(await store.leads()).toBe(true);
    });

    it('records by which way a device was heard, when that is news', async () => {
      await watched.hear(lampUplink(), lampUplink());
      await eventually(() => expect(watched.recorded.flatMap(({ reachable }) => reachable)).toEqual([lamp]));
      expect((await store.place(lamp)).route).toMatchObject({ kind: 'lorawan', server: 'things-stack' });
      await watched.hear(lampUplink());
      await watched.hear(lampUplink('loriot'));
      await eventually(async () =>
        expect((await store.place(lamp)).route).toMatchObject({ server: 'loriot' }),
      );
      expect(watched.recorded.flatMap(({ reachable }) => reachable)).toEqual([lamp, lamp]);
    });

    it("records stages by our id and by the network server's, of the device itself alone", async () => {
      await queued(newCommand('a'), newCommand('b'), newCommand('theirs', { deviceId: 'l2' }));
      await store.advance('b', { state: 'SENT', downlinkId: 'n2' }, 3);
      await watched.hear(
        lampEvent('failed', 'theirs'),
        lampEvent('sent', 'a'),
        lampEvent('acknowledged', 'n2'),
      );
      await eventually(async () => expect(await stateOf('b')).toBe('OK'));
      expect(await stateOf('a')).toBe('SENT');
      expect(await stateOf('theirs')).toBe('QUEUED');
      expect(ids(watched.recorded.flatMap(({ changed }) => changed))).toEqual(['a', 'b']);
    });

    it('takes stages without an id for the oldest under way, of servers that tell none', async () => {
      await queued(newCommand('unconfirmed', { isConfirmed: false }), newCommand('a'), newCommand('b'));
      await store.advance('unconfirmed', { state: 'SENT' }, 3);
      await watched.hear(lampEvent('sent', undefined, 'things-stack'));
      await watched.hear(lampEvent('sent', undefined, 'loriot'));
      await eventually(async () => expect(await stateOf('a')).toBe('SENT'));
      await watched.hear(lampEvent('acknowledged', undefined, 'loriot'));
      await eventually(async () => expect(await stateOf('a')).toBe('OK'));
      expect([await stateOf('unconfirmed'), await stateOf('b')]).toEqual(['SENT', 'QUEUED']);
    });

    it('takes a result for the oldest command of the name that is not answered', async () => {
      await store.add([newCommand('a'), newCommand('b'), newCommand('c', { deviceName: 'dim' })], 1);
      for (const id of ['a', 'b', 'c']) await store.advance(id, { state: 'SENT' }, 2);
      const answer = { kind: 'command-results', apikey: 'k', deviceId: 'l1', receivedAt: 0 } as const;
      await watched.hear({ ...answer, results: { on: 'lit', unknown: 1 } });
      await eventually(async () => expect(await store.get('a')).toMatchObject({ state: 'OK', info: 'lit' }));
      expect(await stateOf('b')).toBe('SENT');
    });

    it('tells which statuses are to be written, and forgets those that were', async () => {
      await store.add([newCommand('a'), newCommand('b'), newCommand('c', { entityId: 'urn:x:l2' })], 1);
      const dirty = await store.dirty(2);
      expect(ids(dirty)).toEqual(['a', 'b']);
      expect(await Promise.all(dirty.map(store.isNewest))).toEqual([false, true]);
      await store.advance('a', { state: 'SENT' }, 4);
      await store.written(dirty);
      expect(ids(await store.dirty(9))).toEqual(['a', 'c']);
      expect(await store.lastValue(lamp, 'urn:x:l1', 'on')).toBe('true');
      expect(await store.lastValue(lamp, 'urn:x:l1', 'dim')).toBeUndefined();
    });

    it('tells what is too late, but for what was sent and need not be acknowledged', async () => {
      const soon = { expires: 100 };
      await store.add(
        [
          newCommand('a', { ...soon, expires: 99 }),
          newCommand('sent', { ...soon, isConfirmed: false }),
          newCommand('awaited', soon),
          newCommand('later', { expires: 101 }),
        ],
        1,
      );
      await store.advance('sent', { state: 'SENT' }, 2);
      await store.advance('awaited', { state: 'SENT' }, 2);
      expect(ids(await store.expired(100, 10))).toEqual(['a', 'awaited']);
      expect(ids(await store.expired(100, 1))).toEqual(['a']);
      expect(await store.expired(98, 10)).toEqual([]);
    });

    it('forgets what is old, has a written status and does not wait', async () => {
      await store.add([newCommand('a'), newCommand('waits'), newCommand('unwritten')], 1);
      await store.written(await store.dirty(9));
      await store.advance('a', { state: 'OK' }, 2);
      await store.written(await store.dirty(9));
      await store.advance('unwritten', { state: 'OK' }, 2);
      await store.prune(2);
      expect(await stateOf('a')).toBe('OK');
      await store.prune(3);
      expect([await stateOf('a'), await stateOf('waits'), await stateOf('unwritten')]).toEqual([
        undefined,
        'PENDING',
        'OK',
      ]);
    });

    it('ends what is open of a device that was removed, and drops the rest with its route', async () => {
      await watched.hear(lampUplink());
      const others = newCommand('elsewhere', { deviceId: 'l2' });
      const unconfirmed = newCommand('arrived', { isConfirmed: false });
      const rest = ['queued', 'awaited', 'done'].map((id) => newCommand(id));
      await store.add([newCommand('waits'), ...rest, unconfirmed, others], 1);
      await store.advance('queued', { state: 'QUEUED' }, 2);
      for (const id of ['awaited', 'arrived']) await store.advance(id, { state: 'SENT' }, 2);
      await store.advance('done', { state: 'OK' }, 2);
      await eventually(async () => expect((await store.place(lamp)).route).toBeDefined());
      await store.written(await store.dirty(9));
      const ended = await store.forget(lamp, 3);
      expect(ended.map(({ id, state, info }) => [id, state, info]).sort()).toEqual(
        ['awaited', 'queued', 'waits'].map((id) => [id, 'ERROR', 'the device was removed']),
      );
      expect([await stateOf('done'), await stateOf('arrived'), await stateOf('elsewhere')]).toEqual([
        undefined,
        undefined,
        'PENDING',
      ]);
      expect(await store.place(lamp)).toEqual({ route: undefined, flushes: 0 });
      await store.written(await store.dirty(9));
      expect(await store.forget(lamp, 4)).toEqual([]);
      expect((await store.list({ tenant: 't', limit: 9, offset: 0 })).count).toBe(1);
      await watched.hear(lampUplink());
      await eventually(async () => expect((await store.place(lamp)).route).toBeDefined());
    });

    it('lists the newest first, by tenant, device and state', async () => {
      const elsewhere = newCommand('x', { tenant: 'other' });
      await store.add([newCommand('a'), newCommand('b', { deviceId: 'l2' }), newCommand('c'), elsewhere], 1);
      await store.advance('c', { state: 'OK' }, 2);
      const list = async (filter: object) => {
        const { count, commands } = await store.list({ tenant: 't', limit: 2, offset: 0, ...filter });
        return [count, ids(commands)];
      };
      expect(await list({})).toEqual([3, ['c', 'b']]);
      expect(await list({ offset: 2 })).toEqual([3, ['a']]);
      expect(await list({ deviceId: 'l1', state: 'PENDING' })).toEqual([1, ['a']]);
      expect([...(await store.counts())].sort()).toEqual([
        ['OK', 1],
        ['PENDING', 3],
      ]);
    });
  });
}
