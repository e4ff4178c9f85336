import { describe, expect, it } from '@jest/globals';
import { interpreter } from '../../../iot-agent/delivery/interpret.ts';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { lorawanDevice } from '../mapping/sample-device.ts';
import { timeOf, uplink } from '../running-pipeline.ts';

const interpret = interpreter({
  catalogue: await loadCatalogue(),
  codecs: { decode: async () => ({ kind: 'failed', errors: ['none'], warnings: [] }) },
});
const device = lorawanDevice('AirQualityObserved');

describe('what an uplink says about its device', () => {
  it('is that it reported a value, and how it was heard', async () => {
    const { mapped, news } = await interpret(device, uplink(1, 1));
    expect(mapped.kind).toBe('entities');
    expect(news).toEqual({ receivedAt: timeOf(1), isReport: true, rssi: -71 });
  });

  it('is no report of a value when the device only spoke to its network', async () => {
    const { mapped, news } = await interpret(device, uplink(1, 1, { bytes: new Uint8Array(0) }));
    expect(mapped.kind).toBe('nothing');
    expect(news).toEqual({ receivedAt: timeOf(1), isReport: false, rssi: -71 });
  });
});
