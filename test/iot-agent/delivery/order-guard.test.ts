import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BrokerAnswer } from '../../../iot-agent/broker-client.ts';
import { timesOfSlots } from '../../../iot-agent/delivery/attribute-times.ts';
import { BrokerDown } from '../../../iot-agent/delivery/deliver.ts';
import { entityKey, type LatestTimes, latestTimes } from '../../../iot-agent/delivery/latest.ts';
import { type Observation, type OrderGuard, orderGuard } from '../../../iot-agent/delivery/order-guard.ts';
import { laterSpoolMigrations, spoolMigrations } from '../../../iot-agent/spool/schema.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import { timeOf, timeText } from '../running-pipeline.ts';

let db: Database;
let latest: LatestTimes;
let answer: BrokerAnswer;
let asked: string[];

beforeEach(() => {
  db = openDatabase('sqlite::memory:');
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

function observation(id: string, second: number, isLeftOver = false, names = ['pm25']): Observation {
  const request = { tenant: '', context: 'c', correlationId: 'i' };
  const attributes = names.map((name) => [name, { value: second, observedAt: timeText(second) }] as const);
  const entity = { ...Object.fromEntries(attributes), id, type: 'T' };
  return { entity, observedAt: timeOf(second), isLeftOver, isReplayed: false, request };
}

/** Which of them are late as a whole. */
async function lateOf(one: OrderGuard, observations: readonly Observation[]): Promise<readonly boolean[]> {
  return (await one.divide(observations)).map(({ current }) => current === undefined);
}

const pm25At = (second: number) => timesOfSlots(['pm25'], [timeOf(second)]);

describe('the order guard', () => {
  it('judges each as if those before it had been sent', async () => {
    const late = await lateOf(
      guard(),
      [5, 3, 5, 6, 4].map((second) => observation('a', second)),
    );
    expect(late).toEqual([false, true, false, false, true]);
    expect(asked).toEqual(['a']);
  });

  it('knows the time of each Attribute and instance, and of what has none that of the newest', async () => {
    const datasetId = 'urn:ngsi-ld:Dataset:inside';
    const temperature = [
      { value: 1, observedAt: timeText(6), datasetId },
      { value: { observedAt: timeText(20) }, observedAt: timeText(9) },
    ];
    const body = { id: 'a', pm25: { observedAt: timeText(4) }, temperature, refDevice: { object: 'd' } };
    answer = { status: 200, body };
    const { entity, ...rest } = observation('a', 8, false, ['pm25']);
    const inside = { value: 2, observedAt: timeText(8) };
    const told = { ...entity, temperature: [{ ...inside, datasetId }, inside], refDevice: { object: 'e' } };
    const [division] = await guard().divide([{ ...rest, entity: told }]);
    expect(division?.current?.entity).toEqual({ ...entity, temperature: { ...inside, datasetId } });
    expect(division?.past).toEqual({ temperature: [inside] });
  });

  it('lets devices feed one Entity with an Attribute each', async () => {
    const turns = [
      observation('a', 20, false, ['temperature']),
      observation('a', 15, false, ['humidity']),
      observation('a', 14, false, ['humidity', 'temperature']),
      observation('a', 16, false, ['humidity', 'temperature']),
    ];
    const divisions = await guard().divide(turns);
    expect(divisions.map(({ current, past }) => [current?.entity, past])).toEqual([
      [turns[0]?.entity, undefined],
      [turns[1]?.entity, undefined],
      [
        undefined,
        { humidity: [turns[2]?.entity['humidity']], temperature: [turns[2]?.entity['temperature']] },
      ],
      [
        { id: 'a', type: 'T', humidity: turns[3]?.entity['humidity'] },
        { temperature: [turns[3]?.entity['temperature']] },
      ],
    ]);
  });

  it('leaves what is replayed, and older than any Attribute, to the history', async () => {
    const [one, other] = [observation('a', 20), observation('a', 15, false, ['humidity'])];
    const [, division] = await guard().divide([one, { ...other, isReplayed: true }]);
    expect(division).toEqual({ past: { humidity: [other.entity['humidity']] } });
  });

  it('writes fixed Attributes with what is new, unless newer ones are there', async () => {
    const fixed = (second: number, name: string) => {
      const { entity, ...rest } = observation('a', second, false, [name]);
      return { ...rest, entity: { ...entity, dateObserved: { value: second }, [`${name}Of`]: { value: 1 } } };
    };
    const divisions = await guard().divide([fixed(20, 'one'), fixed(15, 'two'), fixed(14, 'two')]);
    const names = divisions.map(({ current }) => current && Object.keys(current.entity).sort());
    expect(names).toEqual([
      ['dateObserved', 'id', 'one', 'oneOf', 'type'],
      ['id', 'two', 'twoOf', 'type'],
      undefined,
    ]);
  });

  it('does not take the time of a command for one of a measurement', async () => {
    const onStatus = { value: 'OK', observedAt: timeText(20), commandId: { type: 'Property', value: 'c1' } };
    answer = { status: 200, body: { id: 'a', pm25: { observedAt: timeText(4) }, onStatus } };
    expect(await lateOf(guard(), [observation('a', 5)])).toEqual([false]);
  });

  it('does not ask for what it sent itself', async () => {
    latest.save(new Map([[entityKey('', 'a'), pm25At(7)]]));
    expect(await lateOf(guard(), [observation('a', 6)])).toEqual([true]);
    expect(asked).toEqual([]);
  });

  it('takes the one time of an earlier version for that of all Attributes, until the broker tells more', async () => {
    db.prepare('INSERT INTO latest (entity, observed_at) VALUES (?, ?)').run(entityKey('', 'a'), timeOf(7));
    answer = { status: 500, body: undefined };
    const one = guard();
    expect(await lateOf(one, [observation('a', 6), observation('a', 8)])).toEqual([true, false]);
    answer = { status: 200, body: { pm25: { observedAt: timeText(5) } } };
    expect(await lateOf(one, [observation('a', 6), observation('a', 4)])).toEqual([false, true]);
    expect(await lateOf(one, [observation('a', 3)])).toEqual([true]);
    expect(asked).toEqual(['a', 'a']);
  });

  it('finds the times again after a restart', async () => {
    const key = entityKey('', 'a');
    const agreeing = timesOfSlots(['pm25', 'no2'], [timeOf(7), timeOf(7)]);
    const others = timesOfSlots(['no2', 'o3'], [timeOf(9), timeOf(3)]);
    for (const times of [agreeing, others]) {
      latest.save(new Map([[key, times]]));
      latest.remember(new Map([[key, times]]));
      expect(latestTimes(db, 10).of(key)).toEqual(latest.of(key));
    }
    expect(latest.of(key)).toEqual(timesOfSlots(['pm25', 'no2', 'o3'], [timeOf(7), timeOf(9), timeOf(3)]));
  });

  it('asks again, once, about what an earlier run left over', async () => {
    latest.save(new Map([[entityKey('', 'a'), pm25At(2)]]));
    answer = { status: 200, body: { pm25: { observedAt: timeText(5) } } };
    const one = guard();
    expect(await lateOf(one, [observation('a', 4, true)])).toEqual([true]);
    expect(await lateOf(one, [observation('a', 6, true)])).toEqual([false]);
    expect(asked).toEqual(['a']);
  });

  it('asks for many at once', async () => {
    answer = { status: 200, body: [{ id: 'b', pm25: { observedAt: timeText(5) } }] };
    const late = await lateOf(
      guard(),
      ['a', 'b', 'b'].map((id, index) => observation(id, 4 + index)),
    );
    expect(late).toEqual([false, false, false]);
    expect(
      await lateOf(
        guard(),
        ['c', 'b'].map((id) => observation(id, 4)),
      ),
    ).toEqual([false, true]);
    expect(asked).toEqual(['T: a,b', 'c']);
  });

  it('asks for at most 50 at once, and alone for an id that a list of ids cannot hold', async () => {
    answer = { status: 200, body: [] };
    const ids = [...Array.from({ length: 51 }, (_, index) => `n${index}`), 'urn:x:a,b'];
    await lateOf(
      guard(),
      ids.map((id) => observation(id, 4)),
    );
    expect(asked.map((one) => one.split(',').length)).toEqual([50, 1, 2]);
    expect(asked.slice(1)).toEqual(['n50', 'urn:x:a,b']);
  });

  it('asks for each of them where the broker does not answer the query for many', async () => {
    answer = { status: 400, body: undefined };
    expect(
      await lateOf(
        guard(),
        ['a', 'b'].map((id) => observation(id, 4)),
      ),
    ).toEqual([false, false]);
    expect(asked).toEqual(['T: a,b', 'a', 'b']);
  });

  it('leaves it to the sending when the broker cannot say of one Entity', async () => {
    answer = { status: 500, body: undefined };
    expect(await lateOf(guard(), [observation('a', 4)])).toEqual([false]);
  });

  it('says so when the broker is away', async () => {
    answer = { status: 503, body: undefined };
    await expect(lateOf(guard(), [observation('a', 4)])).rejects.toThrow(BrokerDown);
  });

  it.each([503, 429])('does not ask fifty times instead of a broker that answers %s once', async (status) => {
    answer = { status, body: undefined, retryAfter: 2000 };
    const observations = ['a', 'b'].map((id) => observation(id, 4));
    await expect(lateOf(guard(), observations)).rejects.toMatchObject({ retryAfter: 2000 });
    expect(asked).toEqual(['T: a,b']);
  });
});
