import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { hasRoomFor } from '../../../iot-agent/mapping/has-room-for.ts';
import { findQuantity } from '../../../iot-agent/mapping/quantities.ts';
import { SMART_DATA_MODELS } from '../../../iot-agent/mapping/smart-data-models.ts';
import { device } from '../../../schemas/device.ts';
import { hex } from '../hex.ts';

const models = (await loadCatalogue()).list();
const examples = models.flatMap((model) =>
  model.examples.map((example) => ({ name: `${model.vendor}/${model.model}`, model, example })),
);

const commandExamples = models.flatMap((model) =>
  (model.commandExamples ?? []).map((example) => ({
    name: `${model.vendor}/${model.model}`,
    model,
    example,
  })),
);
/** Types of Entities for what no Smart Data Model of ours has a place for. */
const PLAIN_TYPES = new Set([
  'AnalogSensor',
  'Button',
  'ContactSensor',
  'ElectricityMeter',
  'GreenhouseObserved',
  'HeatStressObserved',
  'IndoorEnvironmentObserved',
  'PlantObserved',
  'PositionSensor',
  'PresenceSensor',
  'PulseMeter',
  'RoadWeatherObserved',
  'SmartPlug',
  'SmokeDetector',
  'SoilObserved',
  'SoundSensor',
  'StrainSensor',
  'TemperatureSensor',
  'Thermostat',
  'Tracker',
  'WaterLeakSensor',
  'WaterMeter',
]);
const schemas = new Ajv({ strict: true });
const { controlledProperty: CONTROLLED, category: CATEGORY } = device.properties;
const describes = new Ajv({ strict: false }).compile({
  type: 'object',
  properties: { controlledProperty: CONTROLLED ?? false, category: CATEGORY ?? false },
});

describe('device models', () => {
  it.each(examples)('$name decodes $example.bytes ($example.source)', ({ model, example }) => {
    const decoded = model.decode({ bytes: hex(example.bytes), fPort: example.fPort });
    expect(Object.keys(decoded).sort()).toEqual(Object.keys(example.measurements).sort());
    for (const [name, value] of Object.entries(example.measurements)) {
      if (typeof value === 'number') expect(decoded[name]).toBeCloseTo(value, 9);
      else expect(decoded[name]).toEqual(value);
    }
  });

  it.each(examples)('$name delivers only quantities of the table ($example.bytes)', ({ example }) => {
    const unknown = Object.keys(example.measurements).filter((name) => findQuantity(name) === undefined);
    expect(unknown).toEqual([]);
  });

  it.each(models)(
    '$vendor/$model feeds Smart Data Models, or a plain type where none has room',
    ({ feeds }) => {
      expect(feeds.filter((type) => !SMART_DATA_MODELS.has(type) && !PLAIN_TYPES.has(type))).toEqual([]);
    },
  );

  it.each(models)('$vendor/$model measures something of every type that it feeds', (model) => {
    const measured = model.examples.map(({ measurements }) => measurements);
    const empty = model.feeds.filter((type) => !measured.some((one) => hasRoomFor(type, one)));
    expect(empty).toEqual([]);
  });

  it.each(models)('$vendor/$model is described in the words of the Device model', (model) => {
    const { controlledProperty, category } = model;
    expect(describes({ controlledProperty, category })).toBe(true);
  });

  it.each(models)('$vendor/$model refuses an empty payload with a reason', (model) => {
    expect(() => model.decode({ bytes: new Uint8Array(), fPort: 1 })).toThrow(/payload/);
  });

  it.each(models.filter(({ vendor }) => vendor === 'decentlab'))(
    '$vendor/$model refuses another protocol version, and frames cut short or with bytes to spare',
    (model) => {
      const [example] = model.examples;
      const whole = hex(example?.bytes ?? '');
      const otherVersion = Uint8Array.from(whole).fill(1, 0, 1);
      expect(() => model.decode({ bytes: otherVersion, fPort: 1 })).toThrow('protocol version is 1');
      expect(() => model.decode({ bytes: whole.slice(0, -1), fPort: 1 })).toThrow('payload too short');
      expect(() => model.decode({ bytes: Uint8Array.from([...whole, 0]), fPort: 1 })).toThrow(
        '1 byte(s) follow',
      );
    },
  );

  it('decentlab frames of newer firmware keep the groups that are known', () => {
    const model = models.find((one) => one.model === 'dl-mbx');
    const bytes = hex('02 012f 0007 04d2 0001 0bb1 abcd');
    expect(model?.decode({ bytes, fPort: 1 })).toEqual({
      distance: 1234,
      validSamples: 1,
      batteryVoltage: 2.993,
    });
  });

  it('payloads that begin with what the vendor does not define are refused', () => {
    for (const name of ['elt-2', 'em300-th']) {
      const model = models.find((one) => one.model === name);
      expect(() => model?.decode({ bytes: hex('fa fa 01'), fPort: 5 })).toThrow('payload begins with');
    }
  });

  it('dragino controllers refuse another length and a working mode that does not exist', () => {
    const model = models.find((one) => one.model === 'lt-22222-l');
    expect(() => model?.decode({ bytes: hex('00'), fPort: 2 })).toThrow('sends 11');
    expect(() => model?.decode({ bytes: hex('00000000000000003cff49'), fPort: 2 })).toThrow(
      'working mode is 9',
    );
  });

  it.each(commandExamples)(
    '$name is told $example.command $example.value ($example.source)',
    ({ model, example }) => {
      const command = model.commands?.find(({ name }) => name === example.command);
      expect(schemas.validate(command?.value ?? false, example.value)).toBe(true);
      const { bytes, fPort } = model.encode?.(example.command, example.value) ?? {};
      expect({ bytes, fPort }).toEqual({ bytes: hex(example.bytes), fPort: example.fPort });
    },
  );

  it.each(models.filter(({ commands }) => commands !== undefined))(
    '$vendor/$model has an example of each of its commands, which have names of their own',
    ({ commands = [], commandExamples: worked = [] }) => {
      const names = commands.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect([...new Set(worked.map(({ command }) => command))]).toEqual(names);
    },
  );

  it.each(models.filter(({ commands }) => commands !== undefined))(
    '$vendor/$model measures nothing by the name of a command',
    ({ commands = [], examples: worked }) => {
      const measured = new Set(worked.flatMap(({ measurements }) => Object.keys(measurements)));
      expect(commands.filter(({ name }) => measured.has(name)).map(({ name }) => name)).toEqual([]);
    },
  );

  it.each(models.filter(({ commands }) => commands !== undefined))(
    '$vendor/$model refuses a command that it has not, and values that its commands do not take',
    ({ commands = [], encode }) => {
      expect(() => encode?.('levitate', true)).toThrow('there is no command levitate');
      for (const { name } of commands) expect(() => encode?.(name, 'much')).toThrow(`${name} is "much"`);
    },
  );
});
