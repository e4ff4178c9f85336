import { anything, between, inTypes, type Quantities, quantity, state } from './quantity.ts';
import { COUNT } from './scales.ts';

const passed = (targets: Parameters<typeof quantity>[2]) =>
  quantity('count', { ...COUNT, digits: 0, range: between(0, 1e9) }, targets);

/** Whether somebody or something is there, and how many. */
export const PRESENCE: Quantities = {
  peopleIn: passed({ CrowdFlowObserved: 'peopleCountTowards' }),
  peopleOut: passed({ CrowdFlowObserved: 'peopleCountAway' }),
  peopleCount: passed(inTypes('peopleCount', 'CrowdFlowObserved', 'IndoorEnvironmentObserved')),
  vehicleCount: passed({ TrafficFlowObserved: 'intensity' }),
  vehiclesIn: passed({ OffStreetParking: 'vehicleEntranceCount' }),
  vehiclesOut: passed({ OffStreetParking: 'vehicleExitCount' }),
  freeSpots: passed({ OffStreetParking: 'availableSpotNumber', OnStreetParking: 'availableSpotNumber' }),
  occupiedSpots: passed({ OffStreetParking: 'occupiedSpotNumber', OnStreetParking: 'occupiedSpotNumber' }),
  vehicleSpeed: quantity(
    'km/h',
    { unitCode: 'KMH', digits: 1, range: between(0, 500) },
    { TrafficFlowObserved: 'averageVehicleSpeed' },
  ),
  motionDetected: state('motion or none'),
  motionCount: quantity('count', COUNT),
  occupied: state('taken or free'),
  occupancyState: quantity('0 empty, 1 pending, 2 occupied'),
  thermalGrid: anything('64 temperatures in °C'),

  peopleCountMaximum: passed({}),
  peopleInTotal: passed({}),
  peopleOutTotal: passed({}),
  peopleIn2: passed({}),
  peopleOut2: passed({}),
  peopleInTotal2: passed({}),
  peopleOutTotal2: passed({}),
  peopleIn3: passed({}),
  peopleOut3: passed({}),
  peopleInTotal3: passed({}),
  peopleOutTotal3: passed({}),
  peopleIn4: passed({}),
  peopleOut4: passed({}),
  peopleInTotal4: passed({}),
  peopleOutTotal4: passed({}),
  dwellTimeAverage: quantity('s', { unitCode: 'SEC', digits: 0, range: between(0, 1e6) }),
  dwellTimeMaximum: quantity('s', { unitCode: 'SEC', digits: 0, range: between(0, 1e6) }),
};
