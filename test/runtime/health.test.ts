import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createHealth } from '../../runtime/health.ts';

afterEach(() => {
  jest.useRealTimers();
});

describe('createHealth', () => {
  it('is ready when every check passes', async () => {
    const health = createHealth();
    health.register('store', async () => undefined);
    health.register('mqtt', () => undefined);
    expect(await health.ready()).toEqual({ ready: true, checks: { store: 'ok', mqtt: 'ok' } });
  });

  it('says which check failed and why', async () => {
    const health = createHealth();
    health.register('store', async () => undefined);
    health.register('mqtt', () => {
      throw new Error('not connected');
    });
    expect(await health.ready()).toEqual({ ready: false, checks: { store: 'ok', mqtt: 'not connected' } });
  });

  it('does not wait longer than the time limit', async () => {
    jest.useFakeTimers();
    const health = createHealth({ timeLimit: 2000 });
    health.register('store', () => new Promise(() => undefined));
    const readiness = health.ready();
    await jest.advanceTimersByTimeAsync(2000);
    expect(await readiness).toEqual({ ready: false, checks: { store: 'no answer within 2000 ms' } });
  });
});
