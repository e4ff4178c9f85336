import { afterAll, expect, it } from '@jest/globals';
import { cellsOf } from '../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../broker/domain/geometry/geometry.ts';
import { openMongoStore } from '../../../broker/store/mongo/open.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { describeWith } from '../../support/describe-with.ts';
import { eventually } from '../notifications/fake-time.ts';
import { dropDatabase, freshUrl } from '../store/mongo/fresh-database.ts';
import {
  attributesOf,
  type ContextsBroker,
  contextPage,
  contextsBroker,
  linkTo,
  pathOf,
  TEMPERATURE,
  urlAt,
  WEB_CONTEXT,
} from './contexts-broker.ts';

const url = freshUrl();
afterAll(() => dropDatabase(url));

async function brokerOnDatabase(): Promise<ContextsBroker> {
  const store = await openMongoStore({
    url,
    now: systemClock().now,
    cellsOf: (geometry) => cellsOf(geometry as unknown as Geometry),
    coreContextVersion: 'v1.9',
  });
  return contextsBroker({ store, pollInterval: 50 });
}

describeWith('mongodb', () => {
  it('two brokers on one database see each other’s @contexts come, change and go', async () => {
    const [one, other] = [await brokerOnDatabase(), await brokerOnDatabase()];
    const path = await one.host({ temp: TEMPERATURE });
    expect(await attributesOf(other, urlAt(path))).toEqual([TEMPERATURE]);

    await attributesOf(one, WEB_CONTEXT);
    expect(await attributesOf(other, WEB_CONTEXT)).toEqual([TEMPERATURE]);
    expect(other.web.asked).toEqual([]);
    const renamed = 'https://city.example/temperament';
    one.web.pages.set(WEB_CONTEXT, contextPage({ temp: renamed }));
    await one.api.delete(`${pathOf(WEB_CONTEXT)}?reload=true`).expect(204);
    await eventually(
      () => attributesOf(other, WEB_CONTEXT),
      ([name]) => name === renamed,
    );
    expect(other.web.asked).toEqual([]);

    await one.api.delete(path).expect(204);
    await eventually(
      async () => (await other.api.get('/entities?type=T').set('Link', linkTo(urlAt(path)))).status,
      (status) => status === 504,
    );
  });
});
