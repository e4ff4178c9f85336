import type { Scale } from './quantity.ts';

/** Scales that quantities of several domains are written in. */
export const CELSIUS: Scale = { unitCode: 'CEL', digits: 2 };
/** A share of one, delivered in percent. */
export const SHARE_OF_PERCENT: Scale = { unitCode: 'C62', factor: 0.01, digits: 4 };
export const PERCENT: Scale = { unitCode: 'P1', digits: 2 };
export const VOLTS: Scale = { unitCode: 'VLT' };
export const COUNT: Scale = { unitCode: 'C62' };
export const PARTS_PER_MILLION: Scale = { unitCode: '59' };
export const PARTS_PER_BILLION: Scale = { unitCode: '61' };
export const DECIBELS: Scale = { unitCode: '2N', digits: 1 };
export const METRES_PER_SECOND: Scale = { unitCode: 'MTS', digits: 2 };
export const DEGREES: Scale = { unitCode: 'DD', digits: 1 };
export const MILLIMETRES: Scale = { unitCode: 'MMT' };
export const MINUTES: Scale = { unitCode: 'MIN', digits: 0 };
