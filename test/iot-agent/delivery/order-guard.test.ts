import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BrokerAnswer } from '../../../iot-agent/broker-client.ts';
import { BrokerDown } from '../../../iot-agent/delivery/deliver.ts';
import { entityKey, type LatestTimes, latestTimes } from '../../../iot-agent/delivery/latest.ts';
import { type Observation, orderGuard } from '../../../iot-agent/delivery/order-guard.ts';
import { laterSpoolMigrations, spoolMigrations } from '../../../iot-agent/spool/schema.ts';
import { openDatabase } from '../../../runtime/sqlite/open.ts';
import { timeOf, timeText } from '../running-pipeline.ts';

let latest: LatestTimes;
let answer: BrokerAnswer;
let asked: string[];

beforeEach(() => {
  const db = openDatabase('sqlite::memory:');
  db.exec([...spoolMigrations, ...laterSpoolMigrations].join(''));
  latest = latestTimes(db, 10);
  answer = { status: 404, body: undefined };
  asked = [];
});

const guard = () =>
  orderGuard(
    {
      retrieve: async (id) => {
        asked.push(id);
        return answer;
      },
      query: async ({ id = '', type = '' }) => {
        asked.push(`${type}: ${id}`);
        return answer;
      },
    },
    latest,
  );

function observation(entityId: string, second: number, isLeftOver = false): Observation {
  const request = { tenant: '', context: 'c', correlationId: 'i' };
  return { entityId, type: 'T', observedAt: timeOf(second), isLeftOver, request };
}

describe('the order guard', () => {
  it('judges each as if those before it had been sent', async () => {
    const late = await guard().late([5, 3, 5, 6, 4].map((second) => observation('a', second)));
    expect(late).toEqual([false, true, false, false, true]);
    expect(asked).toEqual(['a']);
  });

  it('knows the newest time of all instances of the Attributes', async () => {
    const temperature = [{ value: 1 }, { value: { observedAt: timeText(20) }, observedAt: timeText(9) }];
    answer = { status: 200, body: { id: 'a', pm25: { observedAt: timeText(4) }, temperature } };
    expect(await guard().late([observation('a', 8), observation('a', 9)])).toEqual([true, false]);
  });

  it('does not take the time of a command for one of a measurement', async () => {
    const onStatus = { value: 'OK', observedAt: timeText(20), commandId: { type: 'Property', value: 'c1' } };
    answer = { status: 200, body: { id: 'a', pm25: { observedAt: timeText(4) }, onStatus } };
    expect(await guard().late([observation('a', 5)])).toEqual([false]);
  });

  it('does not ask for what it sent itself', async () => {
    latest.save(new Map([[entityKey('', 'a'), timeOf(7)]]));
    expect(await guard().late([observation('a', 6)])).toEqual([true]);
    expect(asked).toEqual([]);
  });

  it('asks again, once, about what an earlier run left over', async () => {
    latest.save(new Map([[entityKey('', 'a'), timeOf(2)]]));
    answer = { status: 200, body: { pm25: { observedAt: timeText(5) } } };
    const one = guard();
    expect(await one.late([observation('a', 4, true)])).toEqual([true]);
    expect(await one.late([observation('a', 6, true)])).toEqual([false]);
    expect(asked).toEqual(['a']);
  });

  it('asks for many at once', async () => {
    answer = { status: 200, body: [{ id: 'b', pm25: { observedAt: timeText(5) } }] };
    const late = await guard().late(['a', 'b', 'b'].map((id, index) => observation(id, 4 + index)));
    expect(late).toEqual([false, false, false]);
    expect(await guard().late(['c', 'b'].map((id) => observation(id, 4)))).toEqual([false, true]);
    expect(asked).toEqual(['T: a,b', 'c']);
  });

  it('asks for at most 50 at once, and alone for an id that a list of ids cannot hold', async () => {
    answer = { status: 200, body: [] };
    const ids = [...Array.from({ length: 51 }, (_, index) => `n${index}`), 'urn:x:a,b'];
    await guard().late(ids.map((id) => observation(id, 4)));
    expect(asked.map((one) => one.split(',').length)).toEqual([50, 1, 2]);
    expect(asked.slice(1)).toEqual(['n50', 'urn:x:a,b']);
  });

  it('asks for each of them where the broker does not answer the query for many', async () => {
    answer = { status: 400, body: undefined };
    expect(await guard().late(['a', 'b'].map((id) => observation(id, 4)))).toEqual([false, false]);
    expect(asked).toEqual(['T: a,b', 'a', 'b']);
  });

  it('leaves it to the sending when the broker cannot say of one Entity', async () => {
    answer = { status: 500, body: undefined };
    expect(await guard().late([observation('a', 4)])).toEqual([false]);
  });

  it('says so when the broker is away', async () => {
    answer = { status: 503, body: undefined };
    await expect(guard().late([observation('a', 4)])).rejects.toThrow(BrokerDown);
  });
});
