/**
 * Codecs in the styles that vendors write, for devices of the vectors. Each was written here from the payload's description: they stand for
 * the scripts that are uploaded, not for any of them.
 */

/** ES5 with a table of sensors, as for Decentlab's protocol: a model differs by its table alone. */
function decentlab(sensors: string): string {
  return `
var decentlab_decoder = {
  PROTOCOL_VERSION: 2,
  SENSORS: ${sensors},
  read_int: function (bytes, pos) { return (bytes[pos] << 8) + bytes[pos + 1]; },
  decode: function (msg) {
    var bytes = msg, i, j;
    if (typeof msg === 'string') {
      bytes = [];
      for (i = 0; i < msg.length; i += 2) bytes.push(parseInt(msg.substring(i, i + 2), 16));
    }
    var version = bytes[0];
    if (version != this.PROTOCOL_VERSION) return { error: 'protocol version ' + version + " doesn't match v2" };
    var result = { protocol_version: version, device_id: this.read_int(bytes, 1) };
    var flags = this.read_int(bytes, 3), pos = 5;
    for (i = 0; i < this.SENSORS.length; i++, flags >>= 1) {
      if ((flags & 1) !== 1) continue;
      var sensor = this.SENSORS[i], x = [];
      for (j = 0; j < sensor.length; j++) { x.push(this.read_int(bytes, pos)); pos += 2; }
      for (j = 0; j < sensor.values.length; j++) {
        var value = sensor.values[j];
        result[value.name] = { displayName: value.displayName, value: value.convert.bind(this)(x) };
        if ('unit' in value) result[value.name]['unit'] = value.unit;
      }
    }
    return result;
  }
};
function decodeUplink(input) {
  var result = decentlab_decoder.decode(input.bytes);
  if (result.error) return { errors: [result.error] };
  return { data: result };
}
function main() { console.log(decentlab_decoder.decode('02')); }
if (typeof module === 'object' && typeof require === 'function' && require.main === module) main();
`;
}

const decentlabSensors = {
  'DL-PM': `[
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
    { length: 10, values: [
      { name: 'pm1_0_mass_concentration', displayName: 'PM1.0 mass concentration', convert: function (x) { return x[0] / 10; }, unit: 'µg⋅m⁻³' },
      { name: 'pm2_5_mass_concentration', displayName: 'PM2.5 mass concentration', convert: function (x) { return x[1] / 10; }, unit: 'µg⋅m⁻³' },
      { name: 'pm4_mass_concentration', displayName: 'PM4 mass concentration', convert: function (x) { return x[2] / 10; }, unit: 'µg⋅m⁻³' },
      { name: 'pm10_mass_concentration', displayName: 'PM10 mass concentration', convert: function (x) { return x[3] / 10; }, unit: 'µg⋅m⁻³' },
      { name: 'typical_particle_size', displayName: 'Typical particle size', convert: function (x) { return x[4]; }, unit: 'nm' },
      { name: 'pm0_5_number_concentration', displayName: 'PM0.5 number concentration', convert: function (x) { return x[5] / 10; }, unit: '1⋅cm⁻³' },
      { name: 'pm1_0_number_concentration', displayName: 'PM1.0 number concentration', convert: function (x) { return x[6] / 10; }, unit: '1⋅cm⁻³' },
      { name: 'pm2_5_number_concentration', displayName: 'PM2.5 number concentration', convert: function (x) { return x[7] / 10; }, unit: '1⋅cm⁻³' },
      { name: 'pm4_number_concentration', displayName: 'PM4 number concentration', convert: function (x) { return x[8] / 10; }, unit: '1⋅cm⁻³' },
      { name: 'pm10_number_concentration', displayName: 'PM10 number concentration', convert: function (x) { return x[9] / 10; }, unit: '1⋅cm⁻³' },
    ] },
    { length: 2, values: [
      { name: 'air_temperature', displayName: 'Air temperature', convert: function (x) { return 175.72 * x[0] / 65536 - 46.85; }, unit: '°C' },
      { name: 'air_humidity', displayName: 'Air humidity', convert: function (x) { return 125 * x[1] / 65536 - 6; }, unit: '%' },
    ] },
    { length: 1, values: [
      { name: 'barometric_pressure', displayName: 'Barometric pressure', convert: function (x) { return x[0] * 2; }, unit: 'Pa' },
    ] },
  ]`,
  'DL-MBX': `[
    { length: 2, values: [
      { name: 'distance', displayName: 'Distance', convert: function (x) { return x[0]; }, unit: 'mm' },
      { name: 'number_of_valid_samples', displayName: 'Number of valid samples', convert: function (x) { return x[1]; } },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
  'DL-CTD10': `[
    { length: 4, values: [
      { name: 'water_depth', displayName: 'Water depth', convert: function (x) { return x[0] - 32768; }, unit: 'mm' },
      { name: 'temperature', displayName: 'Temperature', convert: function (x) { return (x[1] - 32768) / 10; }, unit: '°C' },
      { name: 'electrical_conductivity', displayName: 'Electrical conductivity', convert: function (x) { return x[2]; }, unit: 'µS⋅cm⁻¹' },
      { name: 'freezing_flag', displayName: 'Freezing flag', convert: function (x) { return x[3]; } },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
  'DL-ALB': `[
    { length: 2, values: [
      { name: 'incoming_radiation', displayName: 'Incoming radiation', convert: function (x) { return (x[0] - 32768) / 10; }, unit: 'W⋅m⁻²' },
      { name: 'reflected_radiation', displayName: 'Reflected radiation', convert: function (x) { return (x[1] - 32768) / 10; }, unit: 'W⋅m⁻²' },
      { name: 'albedo', displayName: 'albedo', convert: function (x) { return (x[1] - 32768) / (x[0] - 32768); } },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
  'DL-DS18': `[
    { length: 1, values: [
      { name: 'temperature', displayName: 'Temperature', convert: function (x) { return (x[0] - 32768) / 16; }, unit: '°C' },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
  'DL-ITST': `[
    { length: 2, values: [
      { name: 'temperature_target', displayName: 'Temperature target', convert: function (x) { return (x[0] - 1000) / 10; }, unit: '°C' },
      { name: 'temperature_head', displayName: 'Temperature head', convert: function (x) { return (x[1] - 1000) / 10; }, unit: '°C' },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
  'DL-TBRG': `[
    { length: 4, values: [
      { name: 'precipitation', displayName: 'Precipitation', convert: function (x) { return x[0] * 0.1; }, unit: 'mm' },
      { name: 'precipitation_interval', displayName: 'Precipitation interval', convert: function (x) { return x[1]; }, unit: 's' },
      { name: 'cumulative_precipitation', displayName: 'Cumulative precipitation', convert: function (x) { return (x[2] + x[3] * 65536) * 0.1; }, unit: 'mm' },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
  'DL-RHC': `[
    { length: 4, values: [
      { name: 'sensor_id', displayName: 'Sensor ID', convert: function (x) { return x[0] + x[1] * 65536; } },
      { name: 'air_humidity', displayName: 'Air humidity', convert: function (x) { return x[2] / 100; }, unit: '%' },
      { name: 'air_temperature', displayName: 'Air temperature', convert: function (x) { return (x[3] - 32768) / 100; }, unit: '°C' },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
  'DL-ISD': `[
    { length: 1, values: [
      { name: 'stem_size', displayName: 'Stem size', convert: function (x) { return x[0] / 1000; }, unit: 'mm' },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
  'DL-DLR2-003': `[
    { length: 1, values: [
      { name: 'input', displayName: 'Input', convert: function (x) { return x[0]; } },
    ] },
    { length: 1, values: [
      { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' },
    ] },
  ]`,
};

/** Helpers as globals and the name of ChirpStack v3, called by that of v4 or not at all. */
const milesight = `
function readInt16LE(bytes) {
  var ref = ((bytes[1] << 8) + bytes[0]) & 0xffff;
  return ref > 0x7fff ? ref - 0x10000 : ref;
}
function Decode(fPort, bytes) {
  var decoded = {};
  for (var i = 0; i < bytes.length; ) {
    var channel = bytes[i++], type = bytes[i++];
    if (channel === 0x01 && type === 0x75) { decoded.battery = bytes[i]; i += 1; }
    else if (channel === 0x03 && type === 0x67) { decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10; i += 2; }
    else if (channel === 0x04 && type === 0x68) { decoded.humidity = bytes[i] / 2; i += 1; }
    else if (channel === 0x05 && type === 0x00) { decoded.leakage_status = bytes[i] === 0 ? 'normal' : 'leak'; i += 1; }
    else break;
  }
  return decoded;
}
`;

/** The name of The Things Network v2. */
const dragino = `
function Decoder(bytes, port) {
  var battery = ((bytes[0] << 8 | bytes[1]) & 0x3FFF) / 1000;
  if (port === 2) {
    var ds = bytes[5] << 24 >> 16 | bytes[6];
    return {
      Bat: battery, Distance: bytes[2] << 8 | bytes[3], Interrupt_flag: bytes[4],
      TempC_DS18B20: (ds / 10).toFixed(2), Sensor_flag: bytes[7]
    };
  }
  var mod = bytes[2], times = bytes[3] << 16 | bytes[4] << 8 | bytes[5];
  var duration = bytes[6] << 16 | bytes[7] << 8 | bytes[8];
  switch (mod) {
    case 1:
      return { Node_type: 'LDS02', BAT_V: battery, MOD: mod, DOOR_OPEN_STATUS: bytes[0] & 0x80 ? 1 : 0,
        DOOR_OPEN_TIMES: times, LAST_DOOR_OPEN_DURATION: duration, ALARM: bytes[9] & 0x01 };
    case 2:
      return { Node_type: 'LWL02', BAT_V: battery, MOD: mod, WATER_LEAK_STATUS: bytes[0] & 0x40 ? 1 : 0,
        WATER_LEAK_TIMES: times, LAST_WATER_LEAK_DURATION: duration };
  }
}
`;

/** ES2020: classes with private fields, destructuring, optional chaining, nullish coalescing, a Map of functions. */
const browan = `
class Frame {
  #bytes;
  constructor(bytes) { this.#bytes = bytes; }
  bit = (index) => (this.#bytes[0] >> index) & 1;
  byte = (index) => this.#bytes[index] ?? 0;
  little = (at, size) => this.#bytes.slice(at, at + size).reduceRight((value, byte) => value * 256 + byte, 0);
}
const tabs = (frame, fPort) => ({
  fPort, battery_volt: (25 + (frame.byte(1) & 0x0f)) / 10, temperature: (frame.byte(2) & 0x7f) - 32,
});
const merry = (frame) => ({ battery_volt: (21 + frame.byte(1)) / 10, temperature: frame.byte(2) });
const known = (value) => (value === 0xffff ? 0 : value);
const ports = new Map([
  [102, (frame, port) => ({ ...tabs(frame, port), mot_motionst: frame.bit(0), mot_times: frame.little(3, 2), mot_counts: frame.little(5, 2) })],
  [103, (frame, port) => ({ ...tabs(frame, port), humidity: frame.byte(3) & 0x7f, thh_type: frame.bit(0), CO2: known(frame.little(4, 2)), VOC: known(frame.little(6, 2)) })],
  [120, (frame) => ({ ...merry(frame), humi: frame.byte(3), open: frame.bit(0), button: frame.bit(1), tamper: frame.bit(2), tilt: frame.bit(3), time: frame.little(4, 2), count: frame.little(6, 3) })],
  [127, (frame) => ({ ...merry(frame), humidity: frame.byte(3), trigger: frame.bit(0), button: frame.bit(1), co2threshold: frame.bit(4), co2calibration: frame.bit(5), co2_ppm: frame.little(4, 2) })],
]);
const decodeUplink = ({ bytes, fPort }) => {
  const data = ports.get(fPort)?.(new Frame(bytes), fPort);
  return data ? { data } : { errors: [\`unknown port \${fPort}\`] };
};
`;

/** Node's Buffer and module.exports. */
const vutility = `
'use strict';
const share = (byte, of) => (byte / 255) * of;
module.exports = {
  decodeUplink({ bytes }) {
    const buffer = Buffer.from(bytes);
    if (buffer.toString('hex', 0, 1) !== '1c') return { errors: ['Unknown packet type'], warnings: [] };
    return {
      data: {
        pulseCount: buffer.readUInt32BE(3),
        capacitorVoltage: share(buffer.readUInt8(1), 5),
        temperatureCelsius: share(buffer[2], 120) + -40,
      },
      errors: [],
      warnings: [],
    };
  },
};
`;

/** An ES module, with BigInt and generators. */
const rak = `
const types = { 0x66: ['presence', 1n, 1], 0x74: ['voltage', 100n, 2] };
function* items(buffer) {
  for (let at = 0; at < buffer.length; ) {
    const [name, per, size] = types[buffer[at + 1]] ?? [];
    if (name === undefined) return;
    yield [\`\${name}_\${buffer[at]}\`, Number(BigInt(buffer.readUIntBE(at + 2, size)) * 100n / per) / 100];
    at += 2 + size;
  }
}
export function decodeUplink({ bytes }) {
  return { data: Object.fromEntries(items(Buffer.from(bytes))) };
}
`;

/** An old switch over types, with the new function around the old one. */
const elsys = `
function bin16dec(bin) { var num = bin & 0xFFFF; if (0x8000 & num) num = -(0x010000 - num); return num; }
function DecodeElsysPayload(data) {
  var obj = new Object();
  for (i = 0; i < data.length; i++) {
    switch (data[i]) {
      case 0x01: obj.temperature = bin16dec((data[i + 1] << 8) | data[i + 2]) / 10; i += 2; break;
      case 0x02: obj.humidity = data[i + 1]; i += 1; break;
      default: i = data.length; break;
    }
  }
  return obj;
}
function decodeUplink(input) { return { "data": DecodeElsysPayload(input.bytes) }; }
`;

const yobiiq = `
const base = { codecVersion: '1.0.1', genericModel: 'EM2101', productCode: 'P1002009', manufacturer: 'YOBIIQ B.V.' };
exports.decodeUplink = ({ fPort }) => {
  if (fPort === 0) return { data: Object.assign({ mac: 'MAC command received', fPort }, base) };
  return { errors: ['Invalid fPort'] };
};
`;

/** By the device of the vectors. */
export const vendorScripts: ReadonlyMap<string, string> = new Map([
  ...Object.entries(decentlabSensors).map(([device, sensors]) => [device, decentlab(sensors)] as const),
  ['Milesight EM300-TH', milesight],
  ['Milesight EM300-SLD-ZLD', milesight],
  ['Milesight EM500-PT100', milesight],
  ['LDDS75', dragino],
  ['LDS02', dragino],
  ['LWL02', dragino],
  ['MerryIoT CD10 Air Quality CO2', browan],
  ['MerryIoT DW10 Open/Close Sensor', browan],
  ['Tabs TBHH100 Temperature & Humidity Sensor', browan],
  ['Tabs TBMS100 Desk Occupancy Sensor', browan],
  ['pulsedrop', vutility],
  ['ELT-2 HP', elsys],
  ['YOBIIQ EM2101', yobiiq],
  [
    'RAK10702 WisBlock Indoor Comfort Node; WisBlock devices using WisBlock-API-V2; WisBlock Kit 1 Indoor Ambient Monitor; WisBlock Kit 2 LoRa-based GPS Tracker; WisBlock Kit 4 Indoor Environment Monitor',
    rak,
  ],
]);
