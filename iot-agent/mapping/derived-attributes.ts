import { peopleCount } from './derived/crowd-flow-observed.ts';
import type { DerivedAttribute } from './derived/derived-attribute.ts';
import { deviceMeasurement } from './derived/device-measurement.ts';
import { spotStatus } from './derived/parking-spot.ts';
import { powerState } from './derived/streetlight.ts';
import { containerStatus, fillingLevel } from './derived/waste-container.ts';
import { currentLevel, referenceLevel, waterLevel } from './derived/water-level.ts';

/** Entity type → what is derived for it; what a device measures itself is not derived. */
export const DERIVED: ReadonlyMap<string, readonly DerivedAttribute[]> = new Map([
  ['WasteContainer', [fillingLevel, containerStatus]],
  ['Streetlight', [powerState]],
  ['ParkingSpot', [spotStatus]],
  ['WaterObserved', [waterLevel]],
  ['FloodMonitoring', [currentLevel, referenceLevel]],
  ['CrowdFlowObserved', [peopleCount]],
  ['DeviceMeasurement', deviceMeasurement],
]);
