import {
  dateTime,
  listOf,
  measured,
  oneOf,
  reference,
  references,
  text,
  ZERO_TO_ONE,
} from './attribute-schemas.ts';
import { type ModelSchema, modelSchema, PHYSICAL_OBJECT } from './model-schema.ts';

/** Smart Data Models StreetlightGroup (dataModel.Streetlighting 0.1.1): lamps that are switched together. */
export const streetlightGroup: ModelSchema = modelSchema('StreetlightGroup', ['location'], {
  ...PHYSICAL_OBJECT,
  powerState: oneOf('bootingUp', 'low', 'off', 'on'),
  illuminanceLevel: measured('C62', ZERO_TO_ONE),
  switchingMode: listOf('always-ON', 'day-LOW', 'day-OFF', 'day-ON', 'night-LOW', 'night-OFF', 'night-ON'),
  switchingOnHours: { ngsiLdKind: 'Property', type: 'array', items: { type: 'object' } },
  dateLastSwitchingOn: dateTime,
  dateLastSwitchingOff: dateTime,
  activeProgramId: text,
  circuitId: text,
  refStreetlight: references,
  refStreetlightControlCabinet: reference,
});
