import { expect } from '@jest/globals';
import type { Response } from 'supertest';
import { formatDateTime, nextMoment, requireDateTime } from '../../../../broker/domain/date-time.ts';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import type { BrokerUnderTest } from '../broker-under-test.ts';

/** The interval that a client asks for; absent for everything. */
export interface Interval {
  readonly timerel: 'before' | 'after' | 'between';
  readonly timeAt: string;
  readonly endTimeAt?: string;
}

/** What a client walks through: a path below the API root, with parameters that stay the same. */
export interface Walk {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** An instance that was met, and the Entity and Attribute it is of. */
export interface Met {
  readonly series: string;
  readonly instanceId: string;
}

/** No walk of these tests is so long: one that goes on does so for ever. */
const MOST_PARTS = 400;

/**
 * Reads part after part as clause 6.3.10 describes them, until an answer is whole: a client that knows of the broker what
 * Content-Range tells alone.
 */
export async function byTimeRanges(
  { api }: Pick<BrokerUnderTest, 'api'>,
  { path, parameters }: Walk,
  whole: Interval | undefined,
): Promise<readonly Met[]> {
  const met: Met[] = [];
  let interval = whole;
  for (let part = 0; part < MOST_PARTS; part++) {
    const answer = await api.get(`${path}?${new URLSearchParams({ ...parameters, ...interval })}`);
    if (isEmpty(answer, part)) return met;
    met.push(...instancesIn(answer));
    if (answer.status === 200) return met;
    expect(answer.status).toBe(206);
    const range = /^DateTime (\S+Z)-(\S+Z)\/(\S+)$/.exec(String(answer.headers['content-range']));
    const [, , end = '', size] = range ?? [];
    expect(size).toBe(parameters['lastN'] ?? '*');
    interval = size === '*' ? behind(end, interval) : before(end, interval);
  }
  throw new Error(`the walk through ${path} does not end`);
}

/** Both bounds of what comes later than the end of a part. */
function behind(end: string, interval: Interval | undefined): Interval {
  const timeAt = formatDateTime(nextMoment(requireDateTime(end, 'the end of the range')));
  const last = interval?.timerel === 'before' ? interval.timeAt : interval?.endTimeAt;
  return last === undefined ? { timerel: 'after', timeAt } : { timerel: 'between', timeAt, endTimeAt: last };
}

/** Both bounds of what comes earlier. */
function before(end: string, interval: Interval | undefined): Interval {
  return interval === undefined || interval.timerel === 'before'
    ? { timerel: 'before', timeAt: end }
    : { timerel: 'between', timeAt: interval.timeAt, endTimeAt: end };
}

/** Follows the links of one relation, as TS 104 176 has them, to the end. */
export async function byLinks(
  { api }: Pick<BrokerUnderTest, 'api'>,
  { path, parameters }: Walk,
  interval: Interval | undefined,
  relation: 'intervalafter' | 'intervalbefore',
): Promise<readonly Met[]> {
  const met: Met[] = [];
  let url: string | undefined = `${path}?${new URLSearchParams({ ...parameters, ...interval })}`;
  for (let part = 0; part < MOST_PARTS; part++) {
    if (url === undefined) return met;
    const answer: Response = await api.get(url);
    if (isEmpty(answer, part)) return met;
    expect(answer.status).toBe(200);
    met.push(...instancesIn(answer));
    const link: RegExpExecArray | null = new RegExp(`<([^>]*)>; rel="${relation}"`).exec(
      String(answer.headers['link']),
    );
    url = link?.[1]?.replace('/ngsi-ld/v1', '');
  }
  throw new Error(`the links of ${path} do not end`);
}

/** An Entity of which nothing is in the interval is not there. */
function isEmpty({ status }: Response, part: number): boolean {
  return part === 0 && status === 404;
}

function instancesIn({ body }: Response): readonly Met[] {
  return [body as JsonObject | readonly JsonObject[]].flat().flatMap(({ id, ...members }) =>
    Object.entries(members).flatMap(([name, instances]) =>
      Array.isArray(instances)
        ? (instances as readonly JsonObject[]).map(({ instanceId }) => ({
            series: `${id} ${name}`,
            instanceId: String(instanceId),
          }))
        : [],
    ),
  );
}
