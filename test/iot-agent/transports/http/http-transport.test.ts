import { describe, expect, it } from '@jest/globals';
import { httpTransport } from '../../../../iot-agent/transports/http/http-transport.ts';
import { recordingParts } from '../recording-parts.ts';

const settings = {
  host: '127.0.0.1',
  port: 0,
  webhookSecret: undefined,
  actilityTunnelKey: undefined,
  allowOpen: false,
};

describe('httpTransport', () => {
  it('listens from start to stop', async () => {
    const recording = recordingParts();
    const transport = httpTransport(settings, recording.parts);
    expect(transport.isReady()).toBe(false);
    await transport.start();
    expect(transport.isReady()).toBe(true);
    const url = `http://127.0.0.1:${transport.port()}/iot/json?k=k1&i=d1`;
    const headers = { 'Content-Type': 'application/json', Connection: 'close' };
    const answer = await fetch(url, { method: 'POST', headers, body: '{"t":1}' });
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    await transport.stop();
    expect(transport.isReady()).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('names AGENT_DEVICE_PORT when the port is taken', async () => {
    const first = httpTransport(settings, recordingParts().parts);
    await first.start();
    const second = httpTransport({ ...settings, port: first.port() ?? 0 }, recordingParts().parts);
    await expect(second.start()).rejects.toThrow('AGENT_DEVICE_PORT');
    await first.stop();
  });

  it('refuses other machines without a secret, unless the operator wants them', async () => {
    const open = { ...settings, host: '0.0.0.0' };
    await expect(httpTransport(open, recordingParts().parts).start()).rejects.toThrow('WEBHOOK_SECRET');
    for (const changes of [{ webhookSecret: 'bell' }, { allowOpen: true }]) {
      const transport = httpTransport({ ...open, ...changes }, recordingParts().parts);
      await transport.start();
      await transport.stop();
    }
  });
});
