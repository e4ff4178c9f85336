import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { residentMegabytes, untilCalm } from '../bench/process-usage.ts';
import { type BuiltProgram, startBroker } from './support/built-programs.ts';
import { eventually } from './support/eventually.ts';
import { provideLongHistory, readExport, rowsOf } from './support/long-history.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();
const history = { entities: 15, instances: 20_000 };
/** Megabytes that an export may add to the memory of the process: less than it is long. */
const ROOM = 50;
const PAGE = 'https://map.city.example';
let broker: BuiltProgram;

beforeAll(async () => {
  // A tenant may have half of them.
  broker = await startBroker(folder, { env: { EXPORT_LIMIT: '2', CORS_ORIGINS: PAGE } });
  await provideLongHistory(broker.origin, history);
});
afterAll(killSpawned);

const urlOf = (format: string) => `${broker.origin}/ngsi-ld/v1/temporal/export?type=Sensor&format=${format}`;

/** An answer of which nothing is read but its head. */
function open(format: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(urlOf(format), { agent: false }, resolve).on('error', reject);
  });
}

it.each([
  ['csv', 1, '\r\n'],
  ['ndjson', 0, '}\n'],
])('an export as %s is longer than the memory that it takes', async (format, frame, end) => {
  const before = residentMegabytes(broker.pid);
  let highest = before;
  let parts = 0;
  const read = await readExport(await open(format), () => {
    if (parts++ % 50 === 0) highest = Math.max(highest, residentMegabytes(broker.pid));
  });
  expect(read.lines).toBe(rowsOf(history) + frame);
  expect(read.end.endsWith(end)).toBe(true);
  expect(read.bytes / 1e6).toBeGreaterThan(ROOM);
  expect(highest - before).toBeLessThan(ROOM);
});

it('a reader that takes nothing holds up the export, as GeoJSON, and nobody else', async () => {
  const before = residentMegabytes(broker.pid);
  const answer = await open('geojson');
  await untilCalm(broker.pid);
  const other = await fetch(`${broker.origin}/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Sensor:1?lastN=1`);
  expect([other.status, residentMegabytes(broker.pid) - before < ROOM]).toEqual([200, true]);
  await other.body?.cancel();
  const { lines, bytes, end } = await readExport(answer);
  expect([lines, end.endsWith('\n]}\n')]).toEqual([rowsOf(history) + 2, true]);
  expect(bytes / 1e6).toBeGreaterThan(ROOM);
  expect(residentMegabytes(broker.pid) - before).toBeLessThan(ROOM);
});

it('an export ends when its reader is gone, and another one may begin', async () => {
  const answer = await open('csv');
  const refused = await fetch(urlOf('csv'));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
  await refused.body?.cancel();
  answer.destroy();
  await eventually(async () => {
    const next = await fetch(urlOf('csv'));
    await next.body?.cancel();
    expect(next.status).toBe(200);
  });
});

it('a page of another origin may read what the answer says about itself', async () => {
  const answer = await fetch(urlOf('csv'), { method: 'HEAD', headers: { origin: PAGE } });
  expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
  const exposed = (answer.headers.get('access-control-expose-headers') ?? '').split(', ');
  expect(exposed).toEqual(
    expect.arrayContaining([
      ...['Content-Disposition', 'Content-Range', 'ETag', 'Link', 'Location', 'NGSILD-Results-Count'],
      ...['NGSILD-Warning', 'Retry-After'],
    ]),
  );
});

it('an export that the end of the broker cuts does not look like a whole one', async () => {
  // The place of the one before may still be taken.
  const answer = await eventually(async () => {
    const opened = await open('ndjson');
    if (opened.statusCode !== 200) throw new Error(`${opened.statusCode}`);
    return opened;
  });
  const stopped = broker.stop();
  const end = await new Promise((resolve) => {
    answer.on('end', () => resolve('end')).on('error', ({ message }) => resolve(message));
    void stopped.then(() => answer.resume());
  });
  expect([end, answer.complete]).toEqual(['aborted', false]);
  expect(await stopped).toBe(0);
});
