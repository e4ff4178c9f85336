import { between, type Quantities, quantity, state } from './quantity.ts';
import { COUNT } from './scales.ts';

const people = () => quantity('count', { ...COUNT, range: between(0, 1e9) });

/** Whether somebody or something is there, and how many. */
export const PRESENCE: Quantities = {
  peopleIn: people(),
  peopleOut: people(),
  peopleCount: people(),
  motionDetected: state('motion or none'),
  motionCount: quantity('count', COUNT),
  occupied: state('taken or free'),
  occupancyState: quantity('0 empty, 1 pending, 2 occupied'),
  thermalGrid: state('64 temperatures in °C'),
};
