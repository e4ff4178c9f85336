import { describe, expect, it } from '@jest/globals';
import type { Judgement, Shipment } from '../../../iot-agent/delivery/judge.ts';
import { resultOf } from '../../../iot-agent/delivery/results.ts';
import type { Shipped } from '../../../iot-agent/delivery/ship.ts';
import type { SpoolItem } from '../../../iot-agent/spool/spool.ts';
import { lorawanDevice } from '../mapping/sample-device.ts';
import { uplink } from '../running-pipeline.ts';

const device = lorawanDevice('AirQualityObserved');
const item: SpoolItem = { seq: 1, correlationId: 'c', key: 'k', incoming: uplink(1, 1) };

function shipment(id: string, of = item): Shipment {
  return { item: of, device, tenant: 't', context: '', entity: { id, type: 'Meter' }, observedAt: 1 };
}

function sending(ids: readonly string[], of = item): Extract<Judgement, { kind: 'send' }> {
  return { kind: 'send', item: of, device, shipments: ids.map((id) => shipment(id, of)) };
}

function shipped(outcomes: Readonly<Record<string, Shipped['outcome']>>, of = item) {
  const all = Object.entries(outcomes).map(([id, outcome]): Shipped => {
    return { shipment: shipment(id, of), outcome, requestId: 'c' };
  });
  return new Map([[of, all]]);
}

const accepted = { kind: 'accepted' } as const;
const failed = { kind: 'failed', reason: 'oops' } as const;

describe('an item that becomes several Entities', () => {
  it('is not settled before all of them are shipped', () => {
    expect(resultOf(sending(['a', 'b']), shipped({ a: accepted }))).toBeUndefined();
    expect(resultOf(sending(['a', 'b']), new Map())).toBeUndefined();
  });

  it('is sent when all of them are', () => {
    const result = resultOf(sending(['a', 'b']), shipped({ a: accepted, b: accepted }));
    expect(result).toMatchObject({ name: 'sent' });
    expect(result?.obstacle).toBeUndefined();
  });

  it('waits for the one on which the broker failed, and remembers those that it has', () => {
    const late = { kind: 'late', reason: '' } as const;
    const result = resultOf(sending(['a', 'b', 'c']), shipped({ a: accepted, b: failed, c: late }));
    expect(result).toMatchObject({
      name: 'failed',
      obstacle: { cause: 'broker', reason: 'oops', tenant: 't', delivered: ['a', 'c'] },
    });
  });

  it('goes on remembering over several attempts, until nothing is left', () => {
    const again = { ...item, delivered: ['a'] };
    const result = resultOf(sending(['b', 'c'], again), shipped({ b: accepted, c: failed }, again));
    expect(result?.obstacle?.delivered).toEqual(['a', 'b']);
    expect(resultOf(sending([], again), new Map())).toMatchObject({ name: 'sent' });
  });

  it('is refused as a whole, and replayed as a whole, when one of them is refused', () => {
    const refused = { kind: 'refused', reason: 'bad' } as const;
    const result = resultOf(sending(['a', 'b']), shipped({ a: accepted, b: refused }));
    expect(result).toMatchObject({
      obstacle: { cause: 'refused', reason: 'bad' },
      remarks: [{ source: 'broker', level: 'error', message: 'bad' }],
    });
    expect(result?.obstacle?.delivered).toBeUndefined();
  });
});
