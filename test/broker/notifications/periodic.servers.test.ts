import { createHash } from 'node:crypto';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { type BuiltProgram, startBroker } from '../../support/built-programs.ts';
import { describeWith } from '../../support/describe-with.ts';
import { killSpawned } from '../../support/spawn-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { dropDatabase, freshUrl } from '../store/mongo/fresh-database.ts';
import { until } from './fake-time.ts';
import { receiver } from './receiver.ts';

const folder = tempFolder();
const ID = 'urn:ngsi-ld:Subscription:1';
const SECOND = 1_000_000;
const PERIODS = 10;
const json = { 'content-type': 'application/json' };

const urls: string[] = [];
afterEach(killSpawned);
afterAll(async () => {
  for (const url of urls) await dropDatabase(url);
});

async function post({ origin }: BuiltProgram, path: string, body: object): Promise<void> {
  const answer = await fetch(`${origin}/ngsi-ld/v1${path}`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
}

/** Microseconds. */
async function createdAt({ origin }: BuiltProgram): Promise<number> {
  const answer = await fetch(`${origin}/ngsi-ld/v1/subscriptions/${ID}?options=sysAttrs`);
  const { createdAt: text } = (await answer.json()) as { readonly createdAt: string };
  const [whole = '', fraction = ''] = text.replace('Z', '').split('.');
  return Date.parse(`${whole}Z`) * 1000 + Number(fraction.padEnd(6, '0'));
}

/** The ids of the notifications of the first periods, in their order: they follow from when each is due. */
function idsOf(start: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => {
    const hash = createHash('sha256').update(`${start + (n + 1) * SECOND}/0//${ID}`);
    return `urn:ngsi-ld:Notification:${hash.digest('hex').slice(0, 32)}`;
  });
}

async function hasNotified({ origin }: BuiltProgram): Promise<boolean> {
  const answer = await fetch(`${origin}/metrics`);
  return /^carillon_notifications_total\{outcome="delivered"\} [1-9]/m.test(await answer.text());
}

describeWith('mongodb', () => {
  it('of three processes one notifies each period, and another one from when that is killed', async () => {
    const url = freshUrl();
    urls.push(url);
    const to = await receiver();
    const start = () => startBroker(folder, { env: { STORE_URL: url } });
    const brokers = await Promise.all([start(), start(), start()]);
    const [first] = brokers;
    await post(first, '/entities', { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: 1 });
    const notification = { endpoint: { uri: to.url } };
    await post(first, '/subscriptions', {
      ...{ id: ID, type: 'Subscription', timeInterval: 1, entities: [{ type: 'Lamp' }], notification },
    });
    const since = await createdAt(first);
    const ids = idsOf(since, 100);
    const periods = () => to.received.map(({ body }) => ids.indexOf(JSON.parse(body).id));

    await until(() => to.received.length >= PERIODS);
    expect(periods().slice(0, PERIODS)).toEqual(Array.from({ length: PERIODS }, (_, n) => n));
    const notified = await Promise.all(brokers.map(hasNotified));
    expect(notified.filter(Boolean)).toHaveLength(1);
    const sender = brokers[notified.indexOf(true)];

    // In the middle of one: it has been begun and received, and its sender never learns of that.
    const killed = new Promise<void>((resolve) => {
      to.answer = (response) => {
        to.answer = (answer) => answer.writeHead(204).end();
        void sender?.kill().then(resolve);
        response.destroy();
      };
    });
    await killed;
    await until(() => to.received.length >= 2 * PERIODS);
    const all = periods();
    expect(new Set(all).size).toBe(all.length);
    const missed = (all.at(-1) ?? 0) + 1 - all.length;
    expect(missed).toBeLessThanOrEqual(1);
  });
});
