import { expect, it } from '@jest/globals';
import type { Json } from '../../../../iot-agent/measurement.ts';
import { compilePlace, type PlaceScope } from '../../../../iot-agent/transports/freeform/place.ts';

it('follows a path in the whole message once, however many of its measures lack it', () => {
  let looks = 0;
  const root: Json = new Proxy([{ x: 1 }], {
    ownKeys: (target) => {
      looks += 1;
      return Reflect.ownKeys(target);
    },
  });
  const place = compilePlace('$[*].x', 'time', { captures: [], columns: [], hasDocument: true });
  const message: PlaceScope = { captures: new Map(), root, inRoot: new Map() };
  for (let n = 0; n < 3; n++) expect(place?.({ ...message, document: { n } })).toBe(1);
  expect(looks).toBe(1);
});
