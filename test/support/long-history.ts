/** Entities of type Sensor with so many instances of `level` each, a second apart, and a place that changes once. */
export interface LongHistory {
  readonly entities: number;
  readonly instances: number;
}

const begin = Date.UTC(2026, 0, 1);
const timeOf = (moment: number): string => new Date(begin + moment * 1000).toISOString();

/** The instances of all Entities, their places among them. */
export function rowsOf({ entities, instances }: LongHistory): number {
  return entities * (instances + 2);
}

/** Provides it, an Entity at a time. @throws Error where a request is refused */
export async function provideLongHistory(
  origin: string,
  { entities, instances }: LongHistory,
): Promise<void> {
  for (let number = 0; number < entities; number += 1) {
    const body = {
      id: `urn:ngsi-ld:Sensor:${number}`,
      type: 'Sensor',
      level: Array.from({ length: instances }, (_, moment) => ({
        ...{ type: 'Property', value: (moment * 7919) % 1000, unitCode: 'CEL', observedAt: timeOf(moment) },
      })),
      location: [0, instances / 2].map((moment, index) => ({
        ...{ type: 'GeoProperty', observedAt: timeOf(moment) },
        value: { type: 'Point', coordinates: [3 + index, 51] },
      })),
    };
    const answer = await fetch(`${origin}/ngsi-ld/v1/temporal/entities`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`it answers ${answer.status}: ${await answer.text()}`);
  }
}

/** An export that is read as it comes. */
export interface ReadExport {
  /** Ends of lines in what was read. */
  readonly lines: number;
  readonly bytes: number;
  /** How the text ends. */
  readonly end: string;
}

const LINE_END = 10;

/** Reads an answer to its end, keeping nothing of it; `onPart` is told of each part. */
export async function readExport(
  answer: AsyncIterable<Buffer>,
  onPart: () => void = () => undefined,
): Promise<ReadExport> {
  let [lines, bytes, end] = [0, 0, ''];
  for await (const part of answer) {
    for (let at = part.indexOf(LINE_END); at >= 0; at = part.indexOf(LINE_END, at + 1)) lines += 1;
    bytes += part.length;
    end = (end + part.subarray(-8).toString()).slice(-8);
    onPart();
  }
  return { lines, bytes, end };
}
