import { afterAll, afterEach, expect, it } from '@jest/globals';
import { dropDatabase, freshUrl } from './broker/store/mongo/fresh-database.ts';
import { type BuiltProgram, startBroker } from './support/built-programs.ts';
import { describeWith } from './support/describe-with.ts';
import { closeEventStreams, type EventStream, notified, openEventStream } from './support/event-stream.ts';
import { eventually } from './support/eventually.ts';
import { createEntity, subscribe } from './support/ngsi-ld-client.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();
const urls: string[] = [];

afterEach(() => {
  closeEventStreams();
  return killSpawned();
});
afterAll(async () => {
  for (const url of urls) await dropDatabase(url);
});

const CLIENTS = 6;
const SHOWN_BEFORE_KILL = 30;

function toldBy(streams: readonly EventStream[]): readonly string[] {
  const bodies = streams.flatMap((stream) => stream.notifications());
  return bodies.map((body) => (body['data'] as [{ readonly id: string }])[0].id);
}

/** Creates Entities at both brokers, over the death of the first, until told to end. */
function createAt(brokers: readonly BuiltProgram[]) {
  const acknowledged: string[] = [];
  let number = 0;
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) {
      number += 1;
      const own = number;
      const { origin } = brokers[own % brokers.length] as BuiltProgram;
      const status = await createEntity(origin, own).catch(() => 'gone' as const);
      if (status === 201) acknowledged.push(`urn:ngsi-ld:Killed:${own}`);
    }
  };
  const ended = Promise.all(Array.from({ length: CLIENTS }, client));
  return {
    acknowledged,
    end: () => {
      isOver = true;
      return ended;
    },
  };
}

describeWith('mongodb', () => {
  it('a live stream whose process is killed goes on at another one, without loss or repetition', async () => {
    const url = freshUrl();
    urls.push(url);
    const env = { STORE_URL: url };
    const brokers = [await startBroker(folder, { env }), await startBroker(folder, { env })] as const;
    const [first, second] = brokers;
    const id = await subscribe(first.origin, { type: 'Killed' }, 'urn:carillon:stream');
    const streamed = (origin: string, headers = {}) => openEventStream(`${origin}/streams/${id}`, headers);
    // What a process has not heard of the Subscription yet, it does not match.
    await eventually(async () => {
      const probe = await streamed(second.origin);
      expect(probe.response.statusCode).toBe(200);
      probe.close();
    });
    const before = await streamed(first.origin);
    const writing = createAt(brokers);
    await notified(before, SHOWN_BEFORE_KILL);
    await first.kill();
    await eventually(() => expect(before.hasEnded()).toBe(true));
    const after = await streamed(second.origin, { 'Last-Event-ID': before.lastEventId() as string });
    await notified(after, SHOWN_BEFORE_KILL);
    await writing.end();
    await eventually(() => {
      const told = new Set(toldBy([before, after]));
      expect(writing.acknowledged.filter((entity) => !told.has(entity))).toEqual([]);
    });
    const told = toldBy([before, after]);
    expect(told).toHaveLength(new Set(told).size);
    expect(after.events.map(({ event }) => event)).not.toContain('gap');
  });
});
