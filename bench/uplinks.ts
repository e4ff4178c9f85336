/** How many devices there are and how much each one says. */
export interface Fleet {
  readonly devices: number;
  readonly uplinksPerDevice: number;
  /** Milliseconds since 1970 of the last uplink of each device; the ones before it are a second apart. */
  readonly lastAt: number;
}

/** What the publisher is told. */
export interface PublishJob extends Fleet {
  readonly mqttUrl: string;
  readonly connections: number;
  /** Messages under way on each connection. */
  readonly window: number;
}

/** A Decentlab DL-PM message: battery, particles, temperature and humidity, pressure. */
const payload = Buffer.from('021b50000f0c25002500270027002701f50107012c012d012d012d67bd618dbd10', 'hex');

/** The name of a device. */
function deviceId(device: number): string {
  return `bench-${String(device).padStart(4, '0')}`;
}

function devEui(device: number): string {
  return `70B3D57E${device.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** What registers the fleet's devices, as the body of `POST /iot/devices`. */
export function registration({ devices }: Fleet): object {
  return {
    devices: Array.from({ length: devices }, (_, device) => ({
      device_id: deviceId(device),
      devEui: devEui(device),
      model: 'decentlab/dl-pm',
      static_attributes: [
        {
          name: 'location',
          type: 'geo:json',
          value: { type: 'Point', coordinates: [4.5 + device / 1e4, 51] },
        },
      ],
    })),
  };
}

/** The messages of The Things Stack in the order in which they come: every device's first uplink, then every second. */
export function* uplinks(fleet: Fleet): Generator<{ readonly topic: string; readonly message: string }> {
  for (let count = 0; count < fleet.uplinksPerDevice; count += 1) {
    const receivedAt = new Date(fleet.lastAt - (fleet.uplinksPerDevice - 1 - count) * 1000).toISOString();
    for (let device = 0; device < fleet.devices; device += 1)
      yield { topic: topicOf(device), message: uplink(device, count, receivedAt) };
  }
}

/** Where The Things Stack publishes what the device sends. */
export function topicOf(device: number): string {
  return `v3/bench@city/devices/${deviceId(device)}/up`;
}

/** The Entity that the device feeds. */
export function entityOf(device: number): string {
  return `urn:ngsi-ld:AirQualityObserved:${deviceId(device)}`;
}

/** A message of The Things Stack; `count` is how many the device has sent before. */
export function uplink(device: number, count: number, receivedAt: string): string {
  return JSON.stringify({
    end_device_ids: {
      device_id: deviceId(device),
      application_ids: { application_id: 'bench' },
      dev_eui: devEui(device),
    },
    received_at: receivedAt,
    uplink_message: {
      f_port: 1,
      f_cnt: count + 1,
      frm_payload: payload.toString('base64'),
      rx_metadata: [{ gateway_ids: { gateway_id: 'gateway-1' }, rssi: -67, snr: 8.5 }],
      settings: { data_rate: { lora: { bandwidth: 125_000, spreading_factor: 7 } }, frequency: '868300000' },
      received_at: receivedAt,
    },
  });
}
