/** As `vendor-names.ts`, for the devices that are not Decentlab's. */

export const MODELS_OF_OTHERS: { readonly [device: string]: string } = {
  'MerryIoT CD10 Air Quality CO2': 'browan/merryiot-cd10',
  'MerryIoT DW10 Open/Close Sensor': 'browan/merryiot-dw10',
  'Tabs TBHH100 Temperature & Humidity Sensor': 'browan/tbhh100',
  'Tabs TBMS100 Desk Occupancy Sensor': 'browan/tbms100',
  'digital-matter-g62': 'digital-matter/g62',
  'Oyster3 LoRaWAN; Yabby3 LoRaWAN': 'digital-matter/oyster3',
  'Humidity and Temperature Sensor': 'mclimate/ht-sensor',
  'Vicki - Smart Radiator Thermostat': 'mclimate/vicki',
  Hotdrop: 'vutility/hotdrop',
  'Milesight EM300-SLD-ZLD': 'milesight/em300-sld-zld',
  'Milesight EM500-PT100': 'milesight/em500-pt100',
  'RAK10702 WisBlock Indoor Comfort Node; WisBlock devices using WisBlock-API-V2; WisBlock Kit 1 Indoor Ambient Monitor; WisBlock Kit 2 LoRa-based GPS Tracker; WisBlock Kit 4 Indoor Environment Monitor':
    'rakwireless/rak10702',
};

interface Names {
  readonly [vendorName: string]: string | { readonly name: string; readonly factor: number };
}

const dragino: Names = {
  BAT_V: 'batteryVoltage',
  BatV: 'batteryVoltage',
  TempC_SHT: 'temperature',
  Hum_SHT: 'relativeHumidity',
};
const browan: Names = {
  battery_volt: 'batteryVoltage',
  humi: 'relativeHumidity',
  co2_ppm: 'co2',
  open: 'contactOpen',
  button: 'buttonPressed',
  tamper: 'tampered',
  tilt: 'tilted',
  time: 'timeSinceEvent',
  count: 'eventCount',
};
const mclimate: Names = { sensorTemperature: 'temperature' };
const tracker: Names = { headingDeg: 'heading', speedKmph: 'speed', batV: 'batteryVoltage' };
const vutility: Names = { temperatureCelsius: 'temperature' };
const ofPhases = (theirs: string, ours: string): Names =>
  Object.fromEntries([1, 2, 3].map((phase) => [`${theirs}L${phase}`, `${ours}${phase}`]));

export const NAMES_OF_OTHERS: { readonly [model: string]: Names } = {
  'browan/merryiot-cd10': browan,
  'browan/merryiot-dw10': browan,
  'browan/tbhh100': browan,
  'browan/tbms100': { ...browan, mot_motionst: 'occupied', mot_times: 'timeSinceEvent' },
  'digital-matter/g62': {
    ...tracker,
    vExtGood: 'externalPower',
    gpsCurrent: 'positionCurrent',
    ignition: 'ignitionOn',
    digIn1: 'digitalInput1',
    digIn2: 'digitalInput2',
    digOut: 'digitalOutput1',
    vExt: 'externalVoltage',
    vAin: 'analogVoltage1',
    tempC: 'temperature',
    gpsAccM: 'positionAccuracy',
  },
  'digital-matter/oyster3': tracker,
  'dragino/lds02': {
    ...dragino,
    DOOR_OPEN_STATUS: 'contactOpen',
    DOOR_OPEN_TIMES: 'openingCount',
    LAST_DOOR_OPEN_DURATION: 'lastOpeningDuration',
    ALARM: 'openTooLong',
  },
  'dragino/lht65n': dragino,
  'dragino/lwl02': {
    ...dragino,
    WATER_LEAK_STATUS: 'waterLeak',
    WATER_LEAK_TIMES: 'leakCount',
    LAST_WATER_LEAK_DURATION: 'lastLeakDuration',
  },
  'mclimate/ht-sensor': mclimate,
  'mclimate/vicki': {
    ...mclimate,
    targetTemperature: 'setpointTemperature',
    openWindow: 'windowOpen',
    childLock: 'childLockOn',
    attachedBackplate: 'mounted',
    valveOpenness: 'valveOpening',
  },
  'milesight/em300-sld-zld': { battery: { name: 'batteryLevel', factor: 0.01 } },
  'milesight/em500-pt100': {
    temperature: 'externalTemperature1',
    battery: { name: 'batteryLevel', factor: 0.01 },
  },
  'rakwireless/rak10702': { presence_48: 'motionDetected', voltage_1: 'batteryVoltage' },
  'sept-s/tg563a': { batteryLevel: 'batteryVoltage' },
  'vutility/hotdrop': {
    ...vutility,
    ampHourAccumulation: 'chargeTotal',
    averageAmps: 'current',
    maximumAmps: 'currentMaximum',
    minimumAmps: 'currentMinimum',
  },
  'vutility/pulsedrop': { ...vutility, pulseCount: 'pulseTotal1' },
  'vutility/voltdrop': {
    ...vutility,
    ...ofPhases('voltage', 'voltage'),
    ...ofPhases('phaseAngle', 'phaseAngle'),
    ...ofPhases('current', 'current'),
    ...ofPhases('maxCurrent', 'currentMaximum'),
  },
};

/** Identity and state of the device, values that are no number but words or parts, and absent probes; by model. */
export const LEFT_OUT_OF_OTHERS: { readonly [model: string]: RegExp } = {
  'browan/merryiot-cd10': /^(trigger|button|co2threshold|co2calibration)$/,
  'browan/tbhh100': /^(fPort|thh_type|CO2|VOC)$/,
  // The vendor's codec keeps 16 bits of the 24 that its reference manual says the count has.
  'browan/tbms100': /^(fPort|mot_counts)$/,
  'digital-matter/g62': /^(_type|tripType|latitudeDeg|longitudeDeg|timestamp|time)$/,
  // The vendor rounds volts to hundredths.
  'digital-matter/oyster3': /^(type|fixFailed|manDown|latitudeDeg|longitudeDeg|batV)$/,
  'dragino/lds02': /^(Node_type|MOD)$/,
  'dragino/lht65n': /^(Bat_status|Ext_sensor|TempC_DS)$/,
  'dragino/lwl02': /^(Node_type|MOD)$/,
  'mclimate/ht-sensor': /^(thermistorProperlyConnected|extThermistorTemperature)$/,
  'mclimate/vicki':
    /^(reason|highMotorConsumption|lowMotorConsumption|brokenSensor|perceiveAsOnline|antiFreezeProtection|targetTemperatureFloat)$/,
  'milesight/em300-sld-zld': /^leakage_status$/,
  'sept-s/tg563a': /^(?!temperature$|batteryLevel$)/,
};

/** What our models make of those left out, which their own examples check. */
export const OURS_BESIDES_OF_OTHERS: { readonly [model: string]: readonly string[] } = {
  'browan/tbms100': ['motionCount'],
  'digital-matter/g62': ['location', 'inTrip'],
  'digital-matter/oyster3': ['location', 'positionCurrent', 'batteryVoltage'],
  'milesight/em300-sld-zld': ['waterLeak'],
  'sept-s/tg563a': [
    'mounted',
    'bright',
    'temperatureOutOfRange',
    'obstacleDetected',
    'inletCovered',
    'smokeAlarm',
    'batteryLow',
    'detectorFault',
  ],
};
