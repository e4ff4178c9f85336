import { readBytes } from './bytes.ts';
import type { DecoderInput, Measurements } from './device-model.ts';

const ITEM_LENGTH = 7;
const CRC_LENGTH = 2;
/** Of the items that tell of the device itself: battery in percent and report interval. */
const BATTERY = 0x0007;

/** Measurement IDs to the quantity, and to what a thousandth of its unit is multiplied with. */
const QUANTITIES: { readonly [id: number]: { readonly name: string; readonly factor: number } } = {
  4097: { name: 'temperature', factor: 1 },
  4098: { name: 'relativeHumidity', factor: 1 },
  4099: { name: 'illuminance', factor: 1 },
  4100: { name: 'co2', factor: 1 },
  4101: { name: 'pressure', factor: 1 },
  4102: { name: 'soilTemperature', factor: 1 },
  4103: { name: 'soilMoisture', factor: 1 },
  4104: { name: 'windDirection', factor: 1 },
  4105: { name: 'windSpeed', factor: 1 },
  4106: { name: 'ph', factor: 1 },
  // Decisiemens a metre to microsiemens a centimetre.
  4108: { name: 'soilConductivity', factor: 1000 },
};

/**
 * The decoder of SenseCAP's sensors that send items of channel, measurement ID and thousandths, little-endian,
 * then a checksum, which the network's own makes needless. Items of unknown IDs are passed over: all have one length.
 */
export function sensecapDecoder(device: string): (input: DecoderInput) => Measurements {
  return ({ bytes }) => {
    if (bytes.length < ITEM_LENGTH + CRC_LENGTH || bytes.length % ITEM_LENGTH !== CRC_LENGTH) {
      throw new Error(
        `payload has ${bytes.length} byte(s): ${device} sends ${ITEM_LENGTH} an item and ${CRC_LENGTH} of a checksum`,
      );
    }
    const reader = readBytes(bytes, 'little-endian');
    const measured: Record<string, Measurements[string]> = {};
    while (reader.remaining() > CRC_LENGTH) {
      reader.skip(1, 'channel');
      const id = reader.uint16('measurement ID');
      const value = reader.int32('value');
      const quantity = QUANTITIES[id];
      if (quantity !== undefined) measured[quantity.name] = (value * quantity.factor) / 1000;
      if (id === BATTERY) measured['batteryLevel'] = (value & 0xffff) / 100;
    }
    return measured;
  };
}
