import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { dropDatabase, freshUrl } from './broker/store/mongo/fresh-database.ts';
import { lossyProxy } from './broker/store/mongo/lossy-proxy.ts';
import { type BuiltProgram, startBroker } from './support/built-programs.ts';
import { describeWith } from './support/describe-with.ts';
import { freePort, freePorts } from './support/free-port.ts';
import { subscribe } from './support/ngsi-ld-client.ts';
import { type Noted, notedIn, type Receiver, startReceiver, until } from './support/notifications.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';
import { type Arrivals, judgeArrivals, startUpdateLoad } from './support/update-load.ts';

/** More by hand: `KILL_ROUNDS=50 PAUSE_MS=20000 AWAY_MS=30000 npm run jest -- test/several-brokers`. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
/** How long a process stands still: longer than the others wait before they take over its part. */
const pauseMs = Number(process.env['PAUSE_MS'] ?? 8_000);
const awayMs = Number(process.env['AWAY_MS'] ?? 5_000);
/** Milliseconds until all know what one was told: one second is theirs, the others those of a machine that does much else. */
const heardMs = 3_000;
const json = { 'content-type': 'application/json' };
const folder = tempFolder();

describeWith('mongodb', () => {
  let url: string;
  let noted: string;
  let receiver: Receiver;
  let brokers: BuiltProgram[];
  let files = 0;

  beforeEach(async () => {
    url = freshUrl();
    noted = join(folder, `notifications-${++files}`);
    receiver = await startReceiver(await freePort(), noted);
    brokers = [];
  });
  afterEach(async () => {
    await killSpawned();
    await dropDatabase(url);
  });

  /** Starts one; again where a machine that does other work let the server answer too late. */
  async function startOn(storeUrl: string, port?: number): Promise<BuiltProgram> {
    const options = { env: { STORE_URL: storeUrl }, ...(port !== undefined && { port }) };
    return startBroker(folder, options).catch(() => startBroker(folder, options));
  }

  async function startThree(storeUrl = url): Promise<void> {
    brokers = await Promise.all([1, 2, 3].map(() => startOn(storeUrl)));
  }

  const broker = (index: number): BuiltProgram => brokers[index % brokers.length] as BuiltProgram;
  const anyOrigin = (): string => broker(Math.floor(Math.random() * brokers.length)).origin;

  async function subscribeMany(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1)
      ids.push(await subscribe(broker(index).origin, { type: 'Updated' }, `${receiver.uri}?${index}`));
    await delay(heardMs);
    return ids;
  }

  async function arrivalsOf(ids: readonly string[], last: ReadonlyMap<string, number>): Promise<Arrivals> {
    const judged = () => judgeArrivals(notedIn(noted), ids, last);
    await until(() => judged().missing.length === 0, 300_000);
    // Nothing more is to come: what is still under way would arrive in this time.
    await delay(2_000);
    return judged();
  }

  const report = (what: string, { arrived, duplicates, swaps }: Arrivals, acknowledged: number): void =>
    void process.stderr.write(
      `${what}: ${acknowledged} updates acknowledged, ${arrived} notifications arrived, 0 missing, ` +
        `${duplicates} twice and ${swaps} swapped, each recognisable\n`,
    );

  async function send(method: string, index: number, path: string, body?: object): Promise<void> {
    const answer = await fetch(`${broker(index).origin}/ngsi-ld/v1${path}`, {
      method,
      headers: json,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }

  const createLamp = (index: number, name: string) =>
    send('POST', index, '/entities', {
      id: `urn:ngsi-ld:Lamp:${name}`,
      type: 'Lamp',
      level: { type: 'Property', value: 1 },
    });

  it('a Subscription made, paused or deleted on one is so on all within a second, and none fires twice', async () => {
    await startThree();
    const lampsOf = (id: string) =>
      notedIn(noted)
        .filter(({ subscriptionId }) => subscriptionId === id)
        .map(({ data }) => data[0]?.id.slice('urn:ngsi-ld:Lamp:'.length))
        .sort();
    const due = new Map<string, string[]>();
    for (let round = 0; round < 3; round += 1) {
      const id = await subscribe(broker(round).origin, { type: 'Lamp' }, receiver.uri);
      await delay(heardMs);
      await Promise.all([0, 1, 2].map((index) => createLamp(index, `${round}-made-${index}`)));
      // What waits for one that is paused is not sent any more.
      await until(() => lampsOf(id).length >= 3);
      await send('PATCH', round + 1, `/subscriptions/${id}`, { isActive: false });
      await delay(heardMs);
      await Promise.all([0, 1, 2].map((index) => createLamp(index, `${round}-paused-${index}`)));
      await send('PATCH', round + 2, `/subscriptions/${id}`, { isActive: true });
      await delay(heardMs);
      await Promise.all([0, 1, 2].map((index) => createLamp(index, `${round}-again-${index}`)));
      due.set(
        id,
        ['again', 'made'].flatMap((when) => [0, 1, 2].map((index) => `${round}-${when}-${index}`)),
      );
      await until(() => lampsOf(id).length >= 6);
      await send('DELETE', round, `/subscriptions/${id}`);
      await delay(heardMs);
      await Promise.all([0, 1, 2].map((index) => createLamp(index, `${round}-deleted-${index}`)));
    }
    await delay(2_000);
    for (const [id, names] of due) expect(lampsOf(id)).toEqual(names);
  });

  it(
    `kill -9 of any of three at random moments loses nothing, ${rounds} times`,
    async () => {
      await startThree();
      const ids = await subscribeMany(6);
      const load = startUpdateLoad(anyOrigin, { entities: 6 });
      for (let round = 0; round < rounds; round += 1) {
        const before = load.acknowledged();
        await until(() => load.acknowledged() > before + 20);
        await delay(Math.random() * 500);
        const victim = Math.floor(Math.random() * 3);
        const { origin } = broker(victim);
        await broker(victim).kill();
        brokers[victim] = await startOn(url, Number(new URL(origin).port));
      }
      const last = await load.stop();
      const arrivals = await arrivalsOf(ids, last);
      report(`${rounds} kills of one of three brokers`, arrivals, load.acknowledged());
      // What comes again may come behind newer ones; what comes for the first time does not.
      expect(arrivals).toMatchObject({ missing: [], swaps: 0, unrecognisable: [] });
    },
    600_000 + rounds * 60_000,
  );

  it(
    'a broker that stands still and goes on loses nothing, and sends nothing late after those that took over',
    async () => {
      await startThree();
      const ids = await subscribeMany(6);
      const load = startUpdateLoad(() => broker(Math.floor(Math.random() * 2)).origin, {
        entities: 6,
        pauseMs: 20,
      });
      await until(() => load.acknowledged() > 50);
      process.kill(broker(2).pid, 'SIGSTOP');
      await delay(pauseMs);
      process.kill(broker(2).pid, 'SIGCONT');
      const before = load.acknowledged();
      await until(() => load.acknowledged() > before + 50);
      const last = await load.stop();
      const arrivals = await arrivalsOf(ids, last);
      report(`SIGSTOP for ${pauseMs} ms`, arrivals, load.acknowledged());
      expect(arrivals).toMatchObject({ missing: [], unrecognisable: [] });
      // What it had under way, at most one of each Entity and Subscription, may come again or late.
      expect(arrivals.duplicates + arrivals.swaps).toBeLessThanOrEqual(6 * 6);
    },
    600_000 + pauseMs,
  );

  it(
    'while the database is away writes are refused; then everything arrives, once and in order',
    async () => {
      const proxy = await lossyProxy(url);
      await startThree(proxy.url);
      const ids = await subscribeMany(4);
      const load = startUpdateLoad(anyOrigin, { entities: 6, pauseMs: 20 });
      await until(() => load.acknowledged() > 50);
      await proxy.goAway();
      await delay(awayMs);
      await proxy.comeBack();
      const before = load.acknowledged();
      await until(() => load.acknowledged() > before + 50);
      const last = await load.stop();
      const arrivals = await arrivalsOf(ids, last);
      expect([...load.refused.keys()]).toEqual([503]);
      report(`the database away for ${awayMs} ms`, arrivals, load.acknowledged());
      expect({ ...arrivals, arrived: 0 }).toEqual({
        missing: [],
        arrived: 0,
        duplicates: 0,
        swaps: 0,
        unrecognisable: [],
      });
      await Promise.all(brokers.map((each) => each.kill()));
      await proxy.goAway();
    },
    600_000 + awayMs,
  );

  it('SIGTERM under load ends in good order: what was acknowledged arrives after the restart', async () => {
    brokers = [await startOn(url)];
    const ids = await subscribeMany(3);
    const load = startUpdateLoad(anyOrigin, { entities: 8 });
    for (let round = 0; round < 2; round += 1) {
      const before = load.acknowledged();
      await until(() => load.acknowledged() > before + 30);
      const { origin } = broker(0);
      expect(await broker(0).stop()).toBe(0);
      brokers = [await startOn(url, Number(new URL(origin).port))];
    }
    const last = await load.stop();
    const arrivals = await arrivalsOf(ids, last);
    report('2 ends by SIGTERM', arrivals, load.acknowledged());
    expect(arrivals).toMatchObject({ missing: [], swaps: 0, unrecognisable: [] });
  });

  it('a broker that was killed while alone delivers what it left within a second of its restart', async () => {
    const [port = 0, receiverPort = 0] = await freePorts(2);
    brokers = [await startOn(url, port)];
    await subscribe(broker(0).origin, { type: 'Lamp' }, `http://127.0.0.1:${receiverPort}/notify`);
    await createLamp(0, 'before');
    await broker(0).kill();
    const late = await startReceiver(receiverPort, noted);
    brokers = [await startOn(url, port)];
    const ready = performance.now();
    await until(() => notedIn(noted).length > 0);
    const took = performance.now() - ready;
    expect(notedIn(noted).map(({ data }) => data[0]?.id)).toEqual(['urn:ngsi-ld:Lamp:before']);
    process.stderr.write(`after kill -9 and a restart alone: ${Math.round(took)} ms until it delivers\n`);
    // Whoever takes over from one that may be alive waits for six seconds.
    expect(took).toBeLessThan(5_000);
    await late.stop();
  });

  it('counters add up over processes, and throttling holds when another one takes over', async () => {
    await startThree();
    const throttling = 4;
    const body = {
      id: 'urn:ngsi-ld:Subscription:throttled',
      type: 'Subscription',
      entities: [{ type: 'Lamp' }],
      throttling,
      notification: { endpoint: { uri: receiver.uri } },
    };
    await send('POST', 0, '/subscriptions', body);
    await delay(heardMs);
    let created = 0;
    /** When each was not there yet, and when it was: a slow machine moves the two apart. */
    const notified: { readonly after: number; readonly before: number }[] = [];
    for (let round = 0; round < 3; round += 1) {
      const known = notedIn(noted).length;
      await createLamp(round, `throttled-${created++}`);
      let after = performance.now();
      await until(() => {
        const looked = performance.now();
        if (notedIn(noted).length > known) return true;
        after = looked;
        return false;
      });
      notified.push({ after, before: performance.now() });
      await broker(round).kill();
      brokers[round] = await startOn(url);
    }
    const gaps = notified.slice(1).map(({ before }, index) => before - (notified[index]?.after ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThan(throttling * 1000 - 300);
    const arrivals = notedIn(noted);
    expect(new Set(arrivals.map(({ id }: Noted) => id)).size).toBe(3);
    const answer = await fetch(`${broker(0).origin}/ngsi-ld/v1/subscriptions/${body.id}`);
    const { notification } = (await answer.json()) as { readonly notification: { timesSent: number } };
    // One that was killed before it had written down that it had sent is followed by one that sends again, and counts that.
    expect(notification.timesSent).toBeGreaterThanOrEqual(3);
    expect(notification.timesSent).toBeLessThanOrEqual(arrivals.length);
  });
});
