import { describe, expect, it } from '@jest/globals';
import { EndpointGates, type Reach } from '../../../broker/notifications/endpoint-gates.ts';
import { fakeTime, rest } from './fake-time.ts';

const HOST = 'http://a.example/';

/** Gates, and senders that end when the test says how. */
function gatesUnderTest(limits: { readonly perEndpoint?: number; readonly overall?: number } = {}) {
  const time = fakeTime();
  const gates = new EndpointGates({ timers: time.timers, ...limits });
  const running: { readonly endpoint: string; readonly end: (reach: Reach) => void }[] = [];
  const enter = (endpoint: string, count = 1): void => {
    for (let index = 0; index < count; index++)
      gates.enter(endpoint, () => new Promise((end) => running.push({ endpoint, end })));
  };
  const end = async (reach: Reach, endpoint = HOST): Promise<void> => {
    const index = running.findIndex((sender) => sender.endpoint === endpoint);
    running.splice(index, 1)[0]?.end(reach);
    await rest();
  };
  return {
    time,
    gates,
    running,
    enter,
    end,
    at: (endpoint: string) => running.filter((s) => s.endpoint === endpoint).length,
  };
}

describe('the gates of endpoints', () => {
  it('let few through at first, and more with every success up to the limit', async () => {
    const { enter, end, at } = gatesUnderTest({ perEndpoint: 10 });
    enter(HOST, 50);
    expect(at(HOST)).toBe(4);
    await end('reached');
    expect(at(HOST)).toBe(8);
    await end('reached');
    expect(at(HOST)).toBe(10);
  });

  it('let one at a time through to an endpoint that is slow', async () => {
    const { enter, end, at } = gatesUnderTest();
    enter(HOST, 10);
    for (let count = 0; count < 4; count++) await end('slow');
    expect(at(HOST)).toBe(1);
    await end('slow');
    expect(at(HOST)).toBe(1);
    await end('reached');
    expect(at(HOST)).toBe(2);
  });

  it('probe an unreachable endpoint with the same sender after pauses that double', async () => {
    const { time, enter, end, at } = gatesUnderTest();
    enter(HOST, 10);
    for (let count = 0; count < 4; count++) await end('unreachable');
    expect(at(HOST)).toBe(0);
    for (const pause of [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
      await time.pass(pause - 1);
      expect(at(HOST)).toBe(0);
      await time.pass(1);
      expect(at(HOST)).toBe(1);
      await end('unreachable');
    }
  });

  it('keep the order of what was queued while an endpoint is away', async () => {
    const { time, gates } = gatesUnderTest();
    const order: number[] = [];
    let isAway = true;
    for (const number of [1, 2, 3, 4, 5, 6])
      gates.enter(HOST, async () => {
        if (isAway) return 'unreachable';
        order.push(number);
        return 'reached';
      });
    await rest();
    isAway = false;
    await time.pass(250);
    expect([...order].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(order.slice(4)).toEqual([5, 6]);
  });

  it('never let endpoints in trouble take the slots of healthy ones', async () => {
    const { enter, end, at, gates } = gatesUnderTest({ overall: 12 });
    const slow = ['http://s1/', 'http://s2/', 'http://s3/', 'http://s4/'];
    for (const endpoint of slow) {
      enter(endpoint, 3);
      while (at(endpoint) > 1) await end('slow', endpoint);
      await end('slow', endpoint);
    }
    const inTrouble = slow.reduce((sum, endpoint) => sum + at(endpoint), 0);
    expect(inTrouble).toBeLessThanOrEqual(3);
    enter(HOST, 8);
    expect(at(HOST)).toBe(4);
    expect(gates.sending()).toBe(4 + inTrouble);
  });

  it('let those that waited for a slot through when one is free', async () => {
    const { enter, end, at } = gatesUnderTest({ overall: 4 });
    for (const endpoint of ['http://b/', 'http://c/', 'http://d/']) enter(endpoint, 1);
    enter(HOST, 1);
    expect(at(HOST)).toBe(0);
    await end('reached', 'http://b/');
    expect(at(HOST)).toBe(1);
  });

  it('take nothing from a sender that had nothing to send', async () => {
    const { enter, end, at } = gatesUnderTest();
    enter(HOST, 10);
    await end('skipped');
    expect(at(HOST)).toBe(4);
  });

  it('leave room beside many new endpoints that turn out never to answer', async () => {
    const { enter, end, at, gates } = gatesUnderTest({ overall: 80 });
    for (let index = 0; index < 30; index++) enter(`http://hole/${index}`, 5);
    expect(gates.sending()).toBeLessThan(60);
    enter(HOST, 10);
    expect(at(HOST)).toBe(1);
    await end('reached');
    expect(at(HOST)).toBeGreaterThan(4);
  });

  it('remember an endpoint in trouble while nothing waits for it, until it is reached', async () => {
    const { enter, end, at } = gatesUnderTest();
    enter(HOST, 1);
    await end('slow');
    expect(at(HOST)).toBe(0);
    enter(HOST, 5);
    expect(at(HOST)).toBe(1);
    await end('reached');
    expect(at(HOST)).toBe(2);
  });
});
