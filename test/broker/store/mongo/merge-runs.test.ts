import { describe, expect, it } from '@jest/globals';
import {
  type DeliveryDocument,
  toDeliveryDocument,
} from '../../../../broker/store/mongo/delivery-document.ts';
import {
  loggedAt,
  type Positions,
  parsePositions,
  partsOfLogged,
  toPosition,
} from '../../../../broker/store/mongo/log-positions.ts';
import { mergeRuns, type Run } from '../../../../broker/store/mongo/merge-runs.ts';
import { delivery } from '../../notifications/fixtures.ts';

const A = 'aaaaaaaaaa';
const B = 'bbbbbbbbbb';
const moment = (n: number): string => n.toString(16).padStart(14, '0');

/** What the n-th change became, as a process wrote it at that moment. */
function written(writer: string, at: number, change: number): DeliveryDocument {
  return toDeliveryDocument(delivery(change, `urn:x:${change}`), `${moment(at)}-${writer}`);
}

const run = (writer: string, changes: readonly number[], end?: number): Run => ({
  writer,
  documents: changes.map((change, index) => written(writer, index + 1, change)),
  ...(end !== undefined && { end: moment(end) }),
});

/** The numbers of the changes, and the positions behind each. */
function merged(after: Positions, runs: readonly Run[], limit = 100) {
  const { deliveries, position, isWhole } = mergeRuns(after, runs, limit);
  const changes = deliveries.map((logged) => Number(logged.delivery.order));
  return { changes, positions: deliveries.map((logged) => logged.position), position, isWhole };
}

const start: Positions = new Map();
const at = (a: number, b?: number): string =>
  toPosition(new Map([[A, moment(a)], ...(b === undefined ? [] : ([[B, moment(b)]] as const))]));

describe('what several processes wrote into the log', () => {
  it('comes by the order of the changes, each process in its own order', () => {
    const { changes, position, isWhole } = merged(start, [run(A, [1, 4, 5], 9), run(B, [2, 3, 6], 8)]);
    expect(changes).toEqual([1, 2, 3, 4, 5, 6]);
    expect([position, isWhole]).toEqual([at(9, 8), true]);
    expect(merged(start, [run(A, [3, 1], 9), run(B, [2], 9)]).changes).toEqual([2, 3, 1]);
  });

  it('has positions from which nothing is missed and nothing repeated', () => {
    const runs = [run(A, [1, 4], 9), run(B, [2, 3], 8)];
    const { positions } = merged(start, runs);
    expect(positions).toEqual([at(1), at(1, 1), at(1, 8), at(9, 8)]);
  });

  it('ends where the next one may be among what was not read', () => {
    const { changes, position, isWhole } = merged(start, [run(A, [1, 2]), run(B, [3, 4], 8)]);
    expect(changes).toEqual([1, 2]);
    expect([position, isWhole]).toEqual([at(2), false]);
  });

  it('ends at the limit', () => {
    const { changes, position, isWhole } = merged(start, [run(A, [1, 2, 3], 9), run(B, [], 8)], 2);
    expect(changes).toEqual([1, 2]);
    expect([position, isWhole]).toEqual([at(2, 8), false]);
    expect(merged(start, [run(A, [1, 2], 9)], 2)).toMatchObject({ position: at(9), isWhole: true });
  });

  it('is all there is where nothing is', () => {
    expect(merged(new Map([[A, moment(7)]]), [])).toMatchObject({
      changes: [],
      position: at(7),
      isWhole: true,
    });
    expect(merged(start, [run(A, [], 3)])).toMatchObject({ changes: [], position: at(3), isWhole: true });
  });
});

describe('positions in the log', () => {
  it('are told in a text and read again', () => {
    const positions = new Map([
      [B, moment(2)],
      [A, moment(1)],
    ]);
    expect(parsePositions(toPosition(positions))).toEqual(positions);
    expect(toPosition(positions)).toBe(at(1, 2));
    expect([toPosition(start), parsePositions('')]).toEqual(['', start]);
    expect(parsePositions('17')).toBeUndefined();
    expect(parsePositions(`${at(1)}~`)).toBeUndefined();
  });

  it('follow from the stamp: by process, then by time', () => {
    expect(partsOfLogged(loggedAt(`${moment(5)}-${A}`))).toEqual([A, moment(5)]);
    const logged = [
      [B, 1],
      [A, 16],
      [A, 2],
    ].map(([writer, n]) => loggedAt(`${moment(n as number)}-${writer}`));
    expect(logged.sort().map(partsOfLogged)).toEqual([
      [A, moment(2)],
      [A, moment(16)],
      [B, moment(1)],
    ]);
  });
});
