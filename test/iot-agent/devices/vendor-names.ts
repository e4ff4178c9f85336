/** What a vendor calls by another name; `factor` is what its number is multiplied with to be in our unit. */
export type OurName = string | { readonly name: string; readonly factor: number };

interface NameTable {
  readonly [vendorName: string]: OurName;
}

/** Names of the vectors' devices that differ from ours. */
export const MODELS: { readonly [device: string]: string } = {
  'ELT-2 HP': 'elsys/elt-2',
  'Milesight EM300-TH': 'milesight/em300-th',
};

/** The vendors' names of what they measure, in the order of ours. */
export const NAMES: NameTable = {
  battery_voltage: 'batteryVoltage',
  Bat: 'batteryVoltage',
  air_temperature: 'temperature',
  temperature: 'temperature',
  air_humidity: 'relativeHumidity',
  humidity: 'relativeHumidity',
  barometric_pressure: 'pressure',
  barometer_temperature: 'barometerTemperature',
  illuminance: 'illuminance',
  ambient_light_visible_infrared: 'lightVisibleInfrared',
  ambient_light_infrared: 'lightInfrared',
  co2_concentration: 'co2',
  co2_concentration_lpf: 'co2Filtered',
  co2_sensor_temperature: 'co2SensorTemperature',
  co2_sensor_status: 'co2SensorStatus',
  capacitor_voltage_1: 'capacitorVoltage1',
  capacitor_voltage_2: 'capacitorVoltage2',
  raw_ir_reading: 'rawInfrared',
  raw_ir_reading_lpf: 'rawInfraredFiltered',
  activity_counter: 'motionCount',
  total_voc: 'tvoc',
  pm1_0_mass_concentration: 'pm1',
  pm2_5_mass_concentration: 'pm25',
  pm4_mass_concentration: 'pm4',
  pm10_mass_concentration: 'pm10',
  typical_particle_size: 'typicalParticleSize',
  pm0_5_number_concentration: 'particleCount05',
  pm1_0_number_concentration: 'particleCount1',
  pm2_5_number_concentration: 'particleCount25',
  pm4_number_concentration: 'particleCount4',
  pm10_number_concentration: 'particleCount10',
  distance: 'distance',
  Distance: 'distance',
  number_of_valid_samples: 'validSamples',
  number_of_samples: 'validSamples',
  distance_average: 'distance',
  distance_minimum: 'distanceMinimum',
  distance_maximum: 'distanceMaximum',
  distance_median: 'distanceMedian',
  distance_10th_percentile: 'distancePercentile10',
  distance_25th_percentile: 'distancePercentile25',
  distance_75th_percentile: 'distancePercentile75',
  distance_90th_percentile: 'distancePercentile90',
  distance_most_frequent_value: 'distanceMostFrequent',
  total_acquisition_time: 'acquisitionTime',
  RO1_status: 'relay1',
  RO2_status: 'relay2',
  DO1_status: 'digitalOutput1',
  DO2_status: 'digitalOutput2',
  DI1_status: 'digitalInput1',
  DI2_status: 'digitalInput2',
  AVI1_V: 'analogVoltage1',
  AVI2_V: 'analogVoltage2',
  ACI1_mA: 'analogCurrent1',
  ACI2_mA: 'analogCurrent2',
};

/** Vendors' names that mean something else in one model, by our name of it. */
export const NAMES_OF_MODEL: { readonly [model: string]: NameTable } = {};

/** What identifies the frame, and what stands for "no probe there". */
export const NOT_MEASURED = new Set([
  'protocol_version',
  'device_id',
  'Hardware_mode',
  'Work_mode',
  'Interrupt_flag',
  'Sensor_flag',
  'TempC_DS18B20',
]);
