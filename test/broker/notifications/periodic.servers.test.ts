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

async function notifiedBy({ origin }: BuiltProgram): Promise<number> {
  const answer = await fetch(`${origin}/metrics`);
  const count = /^carillon_notifications_total\{outcome="delivered"\} (\d+)/m.exec(await answer.text());
  return Number(count?.[1] ?? 0);
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
    // One of them; on a slow machine another one may have taken its turn for a moment.
    const notified = await Promise.all(brokers.map(notifiedBy));
    const most = Math.max(...notified);
    expect(most).toBeGreaterThan(PERIODS / 2);
    const sender = brokers[notified.indexOf(most)];

    // In the middle of one: it has been begun and received, and its sender never learns of that.
    const killed = new Promise<void>((resolve) => {
      to.answer = (response) => {
        to.answer = (answer) => answer.writeHead(204).end();
        void sender?.kill().then(resolve);
        response.destroy();
      };
    });
    await killed;
    await until(() => new Set(periods()).size >= 2 * PERIODS);
    const all = new Set(periods());
    const missed = Math.max(...all) + 1 - all.size;
    // One where the machine does nothing else; whoever comes next without having heard of the end waits for longer.
    expect(missed).toBeLessThanOrEqual(3);
  });
});
