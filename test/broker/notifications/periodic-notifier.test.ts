import { beforeEach, describe, expect, it } from '@jest/globals';
import { PERIOD_KIND } from '../../../broker/notifications/periods.ts';
import { rest, START } from './fake-time.ts';
import { lamp } from './fixtures.ts';
import { failing, later, ok, unreachable } from './notifier-under-test.ts';
import { periodicUnderTest } from './periodic-under-test.ts';

const ID = 'urn:ngsi-ld:Subscription:1';
const LAMP = 'urn:ngsi-ld:Lamp:1';
const SECOND = 1000;

let world: ReturnType<typeof periodicUnderTest>;
beforeEach(() => {
  world = periodicUnderTest();
  world.entities = [lamp(LAMP)];
});

describe('periodic notifications of one process (clause 5.8.6)', () => {
  it('come an interval after the Subscription was made, and after every interval', async () => {
    await world.start();
    world.subscribe(ID);
    await world.time.pass(35 * SECOND);
    expect(world.seconds()).toEqual([10, 20, 30]);
    expect(world.counted).toEqual(Array(3).fill({ id: ID }));
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(3);
  });

  it('have all Entities that match at that moment, and are not sent where none do', async () => {
    await world.start();
    world.subscribe(ID, { timeInterval: 10, q: 'level>2' });
    await world.time.pass(15 * SECOND);
    expect(world.sent).toEqual([]);
    expect(world.counted).toEqual([]);
    world.entities = [1, 3, 2, 4].map((level) => lamp(`urn:${level}`, { level }));
    await world.time.pass(10 * SECOND);
    expect(world.sent.map(({ entities }) => entities)).toEqual([['urn:3', 'urn:4']]);
  });

  it('take fractions of a second, and are never more than ten a second', async () => {
    await world.start();
    world.subscribe(ID, { timeInterval: 0.25 });
    world.subscribe('urn:s:quick', { timeInterval: 0.000001 });
    await world.time.pass(1010);
    expect(world.counted.filter(({ id }) => id === ID)).toHaveLength(4);
    expect(world.counted.filter(({ id }) => id !== ID)).toHaveLength(10);
  });

  it('stop while it is paused, from when it expires or is deleted, and go on with what revives it', async () => {
    await world.start();
    world.subscribe(ID);
    world.subscribe(ID, { timeInterval: 10, isActive: false });
    await world.time.pass(25 * SECOND);
    expect(world.seconds()).toEqual([]);
    world.subscribe(ID, { timeInterval: 10, expiresAt: new Date(START / 1000 + 45_000).toISOString() });
    await world.time.pass(35 * SECOND);
    // What was missed once, at once, then in the rhythm again.
    expect(world.seconds()).toEqual([25, 30, 40]);
    world.subscribe(ID);
    await world.time.pass(5 * SECOND);
    expect(world.seconds()).toEqual([25, 30, 40, 60]);
    world.unsubscribe(ID);
    await world.time.pass(30 * SECOND);
    expect(world.seconds()).toHaveLength(4);
    expect(await world.documents.list(PERIOD_KIND)).toEqual([]);
    expect(world.time.waiting()).toBe(0);
  });

  it('obey another interval from when it is given, and end with it', async () => {
    await world.start();
    world.subscribe(ID, { timeInterval: 100 });
    await world.time.pass(5 * SECOND);
    world.subscribe(ID, { timeInterval: 2 });
    await world.time.pass(5 * SECOND);
    expect(world.seconds()).toEqual([7, 9]);
    world.subscribe(ID, { timeInterval: 2, description: 'the rhythm stays' });
    await world.time.pass(2 * SECOND);
    expect(world.seconds()).toEqual([7, 9, 11]);
    world.subscribe(ID, {});
    await world.time.pass(10 * SECOND);
    expect(world.seconds()).toHaveLength(3);
  });

  it('are tried again until the next one is due, which takes its place', async () => {
    world.answer = () => failing;
    await world.start();
    world.subscribe(ID, { timeInterval: 10 });
    await world.time.pass(14 * SECOND);
    // Waits of 1, 2 and 4 seconds.
    expect(world.seconds()).toEqual([10, 11, 13]);
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(1);
    expect(world.counted[0]).toEqual({ id: ID, error: 'the receiver answered 500' });
    world.answer = () => ok;
    await world.time.pass(7 * SECOND);
    expect(world.seconds()).toEqual([10, 11, 13, 17, 20]);
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(2);
  });

  it('are not tried again where the receiver refuses them', async () => {
    world.answer = () => ({ kind: 'answered', status: 404 });
    await world.start();
    world.subscribe(ID);
    await world.time.pass(25 * SECOND);
    expect(world.seconds()).toEqual([10, 20]);
    expect(world.counted.map(({ error }) => error)).toEqual(Array(2).fill('the receiver answered 404'));
  });

  it.each([
    ['refused', { kind: 'answered', status: 404 } as const],
    ['failed', failing],
    ['could not be reached', unreachable],
  ])('leave the endpoint alone for its cooldown after one that %s (clause 5.2.15)', async (_case, answer) => {
    world.answer = () => answer;
    await world.start();
    world.subscribe(ID, { timeInterval: 10 }, { cooldown: 35_000 });
    await world.time.pass(60 * SECOND);
    expect(world.seconds()).toEqual([10, 45]);
    world.answer = () => ok;
    await world.time.pass(30 * SECOND);
    expect(world.seconds()).toEqual([10, 45, 80, 90]);
  });

  it('do not wait for the cooldown of an endpoint that is theirs no more (clause 5.2.15)', async () => {
    world.answer = () => failing;
    await world.start();
    world.subscribe(ID, { timeInterval: 10 }, { cooldown: 3_600_000 });
    await world.time.pass(15 * SECOND);
    world.answer = () => ok;
    world.subscribe(ID, { timeInterval: 10 }, { uri: 'http://other.example/', cooldown: 3_600_000 });
    await world.time.pass(10 * SECOND);
    expect(world.seconds()).toEqual([10, 15, 20]);
  });

  it('reach an endpoint that was away soon after it is back, with what there is then', async () => {
    world.answer = () => unreachable;
    await world.start();
    world.subscribe(ID, { timeInterval: 60 });
    await world.time.pass(63 * SECOND);
    expect(world.sent.length).toBeGreaterThan(2);
    world.sent.length = 0;
    world.answer = () => ok;
    world.entities = [lamp('urn:new')];
    await world.time.pass(10 * SECOND);
    expect(world.sent.map(({ entities }) => entities)).toEqual([['urn:new']]);
  });

  it('do not wait for each other: one that is never answered holds up none of another endpoint', async () => {
    await world.start();
    world.subscribe('urn:s:slow', { timeInterval: 10 }, { uri: 'http://slow.example/' });
    world.subscribe(ID);
    const hung = later();
    world.answer = ({ id }) => (id.endsWith('slow') ? hung.answer : ok);
    await world.time.pass(35 * SECOND);
    expect(world.sent.filter(({ id }) => id.endsWith('slow'))).toHaveLength(1);
    expect(world.sent.filter(({ id }) => id.endsWith(ID))).toHaveLength(3);
    hung.give(ok);
    await world.time.pass(6 * SECOND);
    // Those that were due meanwhile are one.
    expect(world.sent.filter(({ id }) => id.endsWith('slow'))).toHaveLength(3);
  });

  it('are several where much matches, and go on behind what was delivered', async () => {
    world.entities = Array.from({ length: 2300 }, (_, n) => lamp(`urn:lamp:${n}`));
    let refusals = 1;
    world.answer = ({ entities }) => (entities[0] === 'urn:lamp:1000' && refusals-- > 0 ? failing : ok);
    await world.start();
    world.subscribe(ID, { timeInterval: 60 });
    await world.time.pass(65 * SECOND);
    expect(world.sent.map(({ entities }) => [entities[0], entities.length])).toEqual([
      ['urn:lamp:0', 1000],
      ['urn:lamp:1000', 1000],
      ['urn:lamp:1000', 1000],
      ['urn:lamp:2000', 300],
    ]);
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(3);
    await world.time.pass(60 * SECOND);
    expect(world.sent).toHaveLength(7);
  });

  it('hold no more than a million characters each, and read no further while one is being sent', async () => {
    const text = 'x'.repeat(300_000);
    world.entities = Array.from({ length: 2000 }, (_, n) => lamp(`urn:lamp:${n}`, { text }));
    const hung = later();
    world.answer = () => hung.answer;
    await world.start();
    world.subscribe(ID, { timeInterval: 60 });
    await world.time.pass(60 * SECOND);
    expect(world.sent.map(({ entities }) => entities.length)).toEqual([3]);
    expect(world.pages).toBe(1);
  });

  it('survive a restart: what was missed comes once, then the rhythm goes on', async () => {
    const first = await world.start();
    world.subscribe(ID);
    await world.time.pass(15 * SECOND);
    first.kill();
    first.bury();
    await world.time.pass(40 * SECOND);
    await world.start();
    await world.time.pass(10 * SECOND);
    expect(world.seconds()).toEqual([10, 55, 60]);
  });

  it('take away at the start what is left of Subscriptions that are gone', async () => {
    await world.documents.put(PERIOD_KIND, '', 'urn:gone', { interval: 1, since: START, due: START });
    await world.start();
    await rest();
    expect(await world.documents.list(PERIOD_KIND)).toEqual([]);
  });

  it('come late, not never, where the store is away', async () => {
    await world.start();
    world.subscribe(ID);
    world.documents.isAway = true;
    await world.time.pass(13.5 * SECOND);
    expect(world.sent).toEqual([]);
    world.documents.isAway = false;
    await world.time.pass(10 * SECOND);
    expect(world.seconds()).toEqual([14, 20]);
  });

  it('end with the process once what is being sent has ended', async () => {
    const { notifier } = await world.start();
    const hung = later();
    world.answer = () => hung.answer;
    world.subscribe(ID);
    await world.time.pass(10 * SECOND);
    let isOver = false;
    const stopping = notifier.stop(60_000).then(() => {
      isOver = true;
    });
    await world.time.pass(5 * SECOND);
    expect(isOver).toBe(false);
    hung.give(ok);
    await stopping;
    await world.time.pass(30 * SECOND);
    expect(world.sent).toHaveLength(1);
    expect(world.counted).toHaveLength(1);
  });

  it('cost nothing but one timer until they are due', async () => {
    await world.start();
    for (let n = 0; n < 10_000; n++) world.subscribe(`urn:s:${n}`, { timeInterval: 60 });
    await world.time.pass(30 * SECOND);
    expect(world.time.waiting()).toBe(1);
    expect(world.documents.asked.update).toBe(0);
  });
});

describe('periodic notifications of several processes on one store', () => {
  it('are sent by the first in rank alone', async () => {
    for (const self of ['a', 'b', 'c']) await world.start(self, false);
    world.subscribe(ID);
    await world.time.pass(55 * SECOND);
    expect(world.seconds()).toEqual([10, 20, 30, 40, 50]);
    expect(new Set(world.sent.map(({ by }) => by))).toEqual(new Set(['a']));
    // One write each: the others only read.
    expect(world.documents.asked.update).toBe(5);
  });

  it('are sent by the next one where that has died, each once', async () => {
    const [first] = [
      await world.start('a', false),
      await world.start('b', false),
      await world.start('c', false),
    ];
    world.subscribe(ID, { timeInterval: 1 });
    await world.time.pass(3500);
    first.kill();
    await world.time.pass(4000);
    first.bury();
    await world.time.pass(3000);
    expect(world.sent.map(({ by }) => by).join('')).toBe('aaabbbbbbb');
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(10);
  });

  it('are taken up by another one when their sender dies over a long period', async () => {
    const [first] = [await world.start('a', false), await world.start('b', false)];
    world.subscribe(ID, { timeInterval: 3600 });
    const hung = later();
    world.answer = ({ by }) => (by === 'a' ? hung.answer : ok);
    await world.time.pass(3605 * SECOND);
    first.kill();
    await world.time.pass(200 * SECOND);
    expect(world.sent.map(({ by }) => by)).toEqual(['a', 'b']);
    // The receiver recognises what it may have got already.
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(1);
    await world.time.pass(3600 * SECOND);
    expect(world.sent).toHaveLength(3);
  });

  it('are left to the one whose receiver wants to be left alone', async () => {
    for (const self of ['a', 'b']) await world.start(self, false);
    world.answer = () => ({ kind: 'answered', status: 429, retryAfter: 45_000 });
    world.subscribe(ID);
    await world.time.pass(54 * SECOND);
    expect(world.seconds()).toEqual([10]);
    await world.time.pass(2 * SECOND);
    expect(world.seconds()).toEqual([10, 55]);
  });

  it('are not sent beside a long one that is still being sent', async () => {
    for (const self of ['a', 'b']) await world.start(self, false);
    world.entities = Array.from({ length: 3000 }, (_, n) => lamp(`urn:lamp:${n}`));
    const hung = [later(), later(), later()];
    world.answer = ({ entities }) => hung[Number(entities[0]?.split(':').at(-1)) / 1000]?.answer ?? ok;
    world.subscribe(ID, { timeInterval: 1 });
    await world.time.pass(1100);
    hung[0]?.give(ok);
    await world.time.pass(5 * SECOND);
    expect(world.sent.map(({ by }) => by)).toEqual(['a', 'a']);
    for (const one of hung) one.give(ok);
    await rest();
    expect(world.sent.slice(0, 3).map(({ entities }) => entities.length)).toEqual([1000, 1000, 1000]);
  });
});
