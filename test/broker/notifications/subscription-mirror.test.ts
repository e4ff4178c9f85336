import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import type { SubscriptionDocument } from '../../../broker/domain/subscription/subscription-document.ts';
import { SUBSCRIPTION_KIND, SubscriptionMirror } from '../../../broker/notifications/subscription-mirror.ts';
import { type FakeTime, fakeTime, rest, START } from './fake-time.ts';
import { change, documentOf, keepingLog, lamp, members } from './fixtures.ts';
import { type MemoryDocuments, memoryDocuments } from './memory-store.ts';

const ID = 'urn:s:1';
const matched = (mirror: SubscriptionMirror) => mirror.match('', change(lamp('urn:e:1')), START);

describe('the mirror of Subscriptions', () => {
  let time: FakeTime;
  let documents: MemoryDocuments;
  let log: ReturnType<typeof keepingLog>;
  const mirrorOf = (pollInterval?: number) =>
    new SubscriptionMirror({
      documents,
      timers: time.timers,
      log,
      ...(pollInterval !== undefined && { pollInterval }),
    });
  const store = (document: SubscriptionDocument) =>
    documents.put(SUBSCRIPTION_KIND, '', document.id, document as unknown as JsonObject);
  beforeEach(() => {
    time = fakeTime();
    documents = memoryDocuments();
    log = keepingLog();
  });

  it('knows after its start what is stored', async () => {
    await store(documentOf(ID));
    const mirror = mirrorOf();
    await mirror.start();
    expect(matched(mirror)).toEqual([ID]);
  });

  it('knows at once what this process writes', async () => {
    const mirror = mirrorOf();
    await mirror.start();
    mirror.put('', documentOf(ID));
    expect(matched(mirror)).toEqual([ID]);
    mirror.put('', documentOf(ID, members({ isActive: false }), START + 1));
    expect(matched(mirror)).toEqual([]);
    mirror.put('', documentOf(ID, members(), START + 2));
    mirror.remove('', ID);
    expect(matched(mirror)).toEqual([]);
  });

  it('knows within a poll what others write, change and delete', async () => {
    const mirror = mirrorOf(500);
    await mirror.start();
    await store(documentOf(ID));
    await time.pass(500);
    expect(matched(mirror)).toEqual([ID]);
    await store(documentOf(ID, members({ isActive: false }), START + 1));
    await time.pass(500);
    expect(matched(mirror)).toEqual([]);
    await store(documentOf(ID, members(), START + 2));
    await time.pass(500);
    expect(matched(mirror)).toEqual([ID]);
    await documents.remove(SUBSCRIPTION_KIND, '', ID);
    await time.pass(500);
    expect(matched(mirror)).toEqual([]);
    await mirror.stop();
  });

  it('tells once of each that comes, changes or goes, whoever wrote it', async () => {
    await store(documentOf(ID));
    const told: string[] = [];
    const mirror = new SubscriptionMirror({
      ...{ documents, timers: time.timers, log, pollInterval: 500 },
      onPut: (_tenant, { id, modifiedAt }) => void told.push(`${id} ${modifiedAt - START}`),
      onRemove: (_tenant, id) => void told.push(`${id} gone`),
    });
    await mirror.start();
    await store(documentOf(ID, members(), START + 1));
    await time.pass(1500);
    mirror.put('', documentOf('urn:s:own'));
    mirror.remove('', 'urn:s:own');
    await documents.remove(SUBSCRIPTION_KIND, '', ID);
    await time.pass(1500);
    expect(told).toEqual([`${ID} 0`, `${ID} 1`, 'urn:s:own 0', 'urn:s:own gone', `${ID} gone`]);
    await mirror.stop();
  });

  it('reads of many no more than what was written', async () => {
    for (let n = 0; n < 200; n++) await store(documentOf(`urn:s:${n}`));
    const mirror = mirrorOf(500);
    await mirror.start();
    await time.pass(60_000);
    expect(documents.asked).toMatchObject({ whole: 1, told: 0, get: 0 });
    await store(documentOf('urn:s:new'));
    await documents.remove(SUBSCRIPTION_KIND, '', 'urn:s:7');
    await time.pass(60_000);
    expect(documents.asked).toMatchObject({ whole: 1, told: 2, get: 0 });
    expect(matched(mirror)).toHaveLength(200);
    expect(mirror.get('', 'urn:s:7')).toBeUndefined();
    await mirror.stop();
    expect(time.waiting()).toBe(0);
  });

  it('reads what it wrote itself no second time', async () => {
    const mirror = mirrorOf(500);
    await mirror.start();
    await store(documentOf(ID));
    mirror.put('', documentOf(ID));
    await time.pass(5000);
    expect(documents.asked).toMatchObject({ told: 1, get: 0 });
    await mirror.stop();
  });

  it('believes the store where another process was quicker than the word of this one', async () => {
    const mirror = mirrorOf(500);
    await mirror.start();
    const ours = documentOf(ID, members(), START + 1);
    await store(ours);
    await store(documentOf(ID, members({ isActive: false }), START + 2));
    await store(documentOf('urn:s:2'));
    await time.pass(500);
    // Only now the requests that wrote and removed these come to telling of it.
    mirror.put('', ours);
    mirror.remove('', 'urn:s:2');
    expect(matched(mirror)).toEqual([ID]);
    await time.pass(500);
    expect(matched(mirror)).toEqual(['urn:s:2']);
    await time.pass(5000);
    expect(documents.asked.get).toBe(2);
    await mirror.stop();
  });

  it('believes it later where it could not be asked', async () => {
    const mirror = mirrorOf(500);
    await mirror.start();
    mirror.put('', documentOf(ID));
    documents.isAway = true;
    await time.pass(1000);
    expect(matched(mirror)).toEqual([ID]);
    documents.isAway = false;
    await time.pass(500);
    expect(matched(mirror)).toEqual([]);
    await mirror.stop();
  });

  it('does not end before the look in hand has', async () => {
    const mirror = mirrorOf(500);
    await mirror.start();
    const passing = time.pass(500);
    await mirror.stop();
    documents.isAway = true;
    await passing;
    expect(log.lines).toEqual([]);
    expect(time.waiting()).toBe(0);
  });

  it('polls nothing where no other process writes', async () => {
    const mirror = mirrorOf();
    await mirror.start();
    expect(time.waiting()).toBe(0);
  });

  it('goes on with what it knows while the store is away', async () => {
    await store(documentOf(ID));
    const mirror = mirrorOf(500);
    await mirror.start();
    documents.isAway = true;
    await time.pass(2000);
    expect(matched(mirror)).toEqual([ID]);
    expect(log.lines.map(({ level }) => level)).toContain('warn');
    documents.isAway = false;
    await store(documentOf('urn:s:2'));
    await time.pass(500);
    expect(matched(mirror)).toEqual([ID, 'urn:s:2']);
    await mirror.stop();
  });

  it('lets no reading that began before a write undo it', async () => {
    const mirror = mirrorOf(500);
    await store(documentOf('urn:s:0'));
    const starting = mirror.start();
    await new Promise(setImmediate);
    mirror.put('', documentOf(ID));
    mirror.remove('', 'urn:s:0');
    await starting;
    expect(matched(mirror)).toEqual([ID]);
    await mirror.stop();
  });

  it('finds in the store what another process has just made', async () => {
    const mirror = mirrorOf();
    await mirror.start();
    await store(documentOf(ID));
    expect(mirror.get('', ID)).toBeUndefined();
    expect((await mirror.find('', ID))?.subscription.id).toBe(ID);
    expect(await mirror.find('', 'urn:s:2')).toBeUndefined();
  });

  it('tells one that cannot be read from one that is not there', async () => {
    const mirror = mirrorOf();
    await mirror.start();
    await documents.put(SUBSCRIPTION_KIND, '', ID, { id: ID, members: {}, createdAt: 1, modifiedAt: 1 });
    await expect(mirror.find('', ID)).rejects.toThrow('notification');
  });

  it('keeps the others working when one cannot be read', async () => {
    await documents.put(SUBSCRIPTION_KIND, '', 'urn:odd', { id: 'urn:odd', members: {} });
    await store(documentOf(ID));
    const mirror = mirrorOf();
    await mirror.start();
    await rest();
    expect(matched(mirror)).toEqual([ID]);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { subscriptionId: 'urn:odd' } }]);
  });
});
