import { hex as bytesOf } from './hex.ts';

/** DL-PM: pm1 3.7, pm2.5 3.9, pm10 3.9 µg/m³, 24.36 °C, 41.63 %, 968 hPa; of the vendor's documentation. */
export const DL_PM = '021b50000f0c25002500270027002701f50107012c012d012d012d67bd618dbd10';

/** A message of The Things Stack v3; `at` is its time, `fCnt` tells it from others. */
export function thingsStackUplink({
  devEui,
  fCnt,
  at,
  hex = DL_PM,
}: {
  readonly devEui: string;
  readonly fCnt: number;
  readonly at: string;
  readonly hex?: string;
}) {
  return {
    end_device_ids: {
      device_id: `d-${devEui.toLowerCase()}`,
      application_ids: { application_id: 'city' },
      dev_eui: devEui,
    },
    received_at: at,
    uplink_message: {
      f_port: 1,
      f_cnt: fCnt,
      frm_payload: Buffer.from(bytesOf(hex)).toString('base64'),
      rx_metadata: [{ gateway_ids: { gateway_id: 'g1' }, rssi: -71, snr: 7.5 }],
      received_at: at,
    },
  };
}
