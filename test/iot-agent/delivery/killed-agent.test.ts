import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { hex } from '../hex.ts';
import {
  airQualityId,
  groupRecord,
  lorawanRecord,
  measure,
  type RunningPipeline,
  runPipeline,
  timeText,
  uplink,
} from '../running-pipeline.ts';
import { DL_PM } from '../uplink-messages.ts';

const folder = tempFolder();
let broker: FakeBroker;

beforeEach(async () => {
  broker = await fakeBroker();
});
afterEach(() => broker.close());

/** The DL-PM message with another PM2.5, by the low byte of its mass concentration. */
const withPm25 = (low: number): { readonly bytes: Uint8Array } => {
  const bytes = hex(DL_PM);
  bytes[10] = low;
  return { bytes };
};

/** What two devices say, with everything that makes two messages alike. */
const early = [
  uplink(1, 10),
  uplink(2, 10, withPm25(40)),
  measure('k', 'r1', { temperature: 1, humidity: 1 }, 10),
];
const messages = [
  ...[uplink(1, 20), uplink(2, 20)],
  // At the same time under the next counter: with another payload.
  uplink(1, 20, { fCnt: 21, ...withPm25(41) }),
  // The same payload at another time.
  uplink(1, 22, withPm25(41)),
  // Once more, as another gateway brings it.
  uplink(1, 22, withPm25(41)),
  // Behind what is newer, and before what the Entity had at first.
  ...[uplink(2, 15, withPm25(42)), uplink(2, 5, withPm25(43))],
  uplink(2, 23, withPm25(44)),
  // One Attribute newer than the other, then both in between, then both behind.
  measure('k', 'r1', { temperature: 2 }, 20),
  measure('k', 'r1', { humidity: 3 }, 15),
  measure('k', 'r1', { temperature: 4, humidity: 4 }, 17),
  measure('k', 'r1', { temperature: 5, humidity: 5 }, 12),
];

/** Of each Attribute, the times of what was said, each once: what was said twice alike is one measurement. */
const expectations = [
  { id: airQualityId(1), attribute: 'pm25', times: [10, 20, 20, 22] },
  { id: airQualityId(2), attribute: 'pm25', times: [5, 10, 15, 20, 23] },
  { id: 'urn:ngsi-ld:Room:r1', attribute: 'temperature', times: [10, 12, 17, 20] },
  { id: 'urn:ngsi-ld:Room:r1', attribute: 'humidity', times: [10, 12, 15, 17] },
] as const;

interface Instance {
  readonly observedAt: string;
  readonly value: number;
}

/** What the broker has heard of an Attribute, as a history holds it: equal instances are one. */
function heardOf(id: string, attribute: string): readonly string[] {
  const upserted = broker.upserts.filter((entity) => entity.id === id).map((entity) => entity[attribute]);
  const appended = broker.appended.filter((one) => one.id === id).map(({ fragment }) => fragment[attribute]);
  const instances = [...upserted, ...appended.flat()].filter((instance) => instance !== undefined);
  const texts = (instances as Instance[]).map(({ observedAt, value }) => `${observedAt} ${value}`);
  return [...new Set(texts)].sort();
}

function expectEverything(): void {
  for (const { id, attribute, times } of expectations) {
    const heard = heardOf(id, attribute);
    expect(heard.map((text) => text.split(' ')[0])).toEqual(times.map(timeText));
    const [observedAt, value] = heard.at(-1)?.split(' ') ?? [];
    expect(broker.entity(id)).toMatchObject({ [attribute]: { observedAt, value: Number(value) } });
  }
}

/** The agent's store as it is on disk now, which is what a kill leaves. */
function leftByKill(name: string): string {
  mkdirSync(`${folder}/${name}-killed`);
  for (const suffix of ['', '-wal']) {
    const file = `${folder}/${name}/agent.db${suffix}`;
    if (existsSync(file)) copyFileSync(file, `${folder}/${name}-killed/agent.db${suffix}`);
  }
  return `sqlite:${folder}/${name}-killed/agent.db`;
}

async function started(name: string): Promise<RunningPipeline> {
  const pipeline = await runPipeline(broker.url, { AGENT_STORE_URL: `sqlite:${folder}/${name}/agent.db` });
  await pipeline.registry.addDevices([1, 2].map((number) => lorawanRecord(number)));
  await pipeline.registry.addGroups([groupRecord({ apikey: 'k', entity_type: 'Room' })]);
  await pipeline.receive(...early);
  await eventually(() => expect(pipeline.spool.depth()).toBe(0));
  return pipeline;
}

/** Kills the agent at the request of that number; false when there are fewer. */
async function killAt(number: number, brokerTakesIt: boolean): Promise<boolean> {
  const name = `${number}-${brokerTakesIt}`;
  const pipeline = await started(name);
  let requests = 0;
  let store: string | undefined;
  broker.behave(() => {
    requests += 1;
    if (requests < number) return undefined;
    if (store !== undefined) return 'cut';
    store = leftByKill(name);
    return brokerTakesIt ? undefined : 'cut';
  });
  await pipeline.receive(...messages);
  await eventually(() => expect(pipeline.spool.depth() === 0 || store !== undefined).toBe(true));
  await pipeline.end();
  broker.recover();
  if (store !== undefined) {
    const next = await runPipeline(broker.url, { AGENT_STORE_URL: store });
    await eventually(() => expect(next.spool.depth()).toBe(0));
    await next.end();
  }
  return store !== undefined;
}

describe('an agent that is killed', () => {
  it.each([
    ['when the broker has taken', true],
    ['when the broker has not taken', false],
  ])('loses nothing, and mixes nothing up, %s any one of its requests', async (_, brokerTakesIt) => {
    let number = 1;
    while (await killAt(number, brokerTakesIt)) {
      expectEverything();
      await broker.close();
      broker = await fakeBroker();
      number += 1;
    }
    // Without a kill.
    expectEverything();
    expect(number).toBeGreaterThan(4);
  });
});
