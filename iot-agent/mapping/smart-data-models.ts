import { airQualityObserved } from '../../schemas/air-quality-observed.ts';
import type { AttributeSchema } from '../../schemas/attribute-schemas.ts';
import { crowdFlowObserved } from '../../schemas/crowd-flow-observed.ts';
import { device } from '../../schemas/device.ts';
import { deviceMeasurement } from '../../schemas/device-measurement.ts';
import { floodMonitoring } from '../../schemas/flood-monitoring.ts';
import { indoorEnvironmentObserved } from '../../schemas/indoor-environment-observed.ts';
import type { ModelSchema } from '../../schemas/model-schema.ts';
import { noiseLevelObserved } from '../../schemas/noise-level-observed.ts';
import { noisePollution } from '../../schemas/noise-pollution.ts';
import { offStreetParking } from '../../schemas/off-street-parking.ts';
import { onStreetParking } from '../../schemas/on-street-parking.ts';
import { parkingSpot } from '../../schemas/parking-spot.ts';
import { phreaticObserved } from '../../schemas/phreatic-observed.ts';
import { streetlight } from '../../schemas/streetlight.ts';
import { streetlightControlCabinet } from '../../schemas/streetlight-control-cabinet.ts';
import { streetlightGroup } from '../../schemas/streetlight-group.ts';
import { trafficFlowObserved } from '../../schemas/traffic-flow-observed.ts';
import { wasteContainer } from '../../schemas/waste-container.ts';
import { waterObserved } from '../../schemas/water-observed.ts';
import { waterQualityObserved } from '../../schemas/water-quality-observed.ts';
import { weatherObserved } from '../../schemas/weather-observed.ts';
import type { Json } from '../measurement.ts';

/** An Entity type that the agent writes and checks. */
export interface SmartDataModel {
  /** URL of the @context in which the Attributes of the type are short; the same term means another thing elsewhere. */
  readonly context: string;
  readonly schema: ModelSchema;
  /** Values of required Properties that neither the device nor its static attributes say. */
  readonly defaults?: { readonly [attribute: string]: Json };
}

const contextOf = (domain: string): string =>
  `https://smart-data-models.github.io/dataModel.${domain}/context.jsonld`;

/** A domain of the Smart Data Models: its schemas, and what is said where nobody says it. */
function domain(
  name: string,
  schemas: readonly ModelSchema[],
  defaults: { readonly [entityType: string]: SmartDataModel['defaults'] } = {},
): readonly (readonly [string, SmartDataModel])[] {
  const context = contextOf(name);
  return schemas.map((schema) => {
    const said = defaults[schema.title];
    return [schema.title, { context, schema, ...(said === undefined ? {} : { defaults: said }) }];
  });
}

/** Entity type → its model. */
export const SMART_DATA_MODELS: ReadonlyMap<string, SmartDataModel> = new Map<string, SmartDataModel>([
  ...domain(
    'Environment',
    [
      airQualityObserved,
      noiseLevelObserved,
      noisePollution,
      floodMonitoring,
      waterObserved,
      phreaticObserved,
      indoorEnvironmentObserved,
    ],
    {
      // A probe in a well measures how deep the water stands.
      PhreaticObserved: { measurementType: ['depth'] },
    },
  ),
  ...domain('Weather', [weatherObserved]),
  ...domain('WaterQuality', [waterQualityObserved]),
  ...domain('WasteManagement', [wasteContainer]),
  ...domain('Streetlighting', [streetlight, streetlightGroup, streetlightControlCabinet], {
    // A controller that reports at all works; whoever knows better says so in a static attribute.
    Streetlight: { status: 'ok' },
    StreetlightControlCabinet: { workingMode: 'automatic' },
  }),
  ...domain('Parking', [parkingSpot, onStreetParking, offStreetParking], {
    // Sensors of single spots lie in streets; in a car park a static attribute says so.
    ParkingSpot: { category: ['onStreet'] },
  }),
  ...domain('Transportation', [crowdFlowObserved, trafficFlowObserved]),
  ...domain('Device', [device, deviceMeasurement]),
]);

/**
 * The model that what a device measures is held against, by Entity type. FIWARE's users keep measures in the Device itself,
 * where the model of that name has no room for them: it says only what the agent writes of a device on its own account.
 */
export function modelOfMeasures(entityType: string): SmartDataModel | undefined {
  return entityType === 'Device' ? undefined : SMART_DATA_MODELS.get(entityType);
}

/** URL of the @context of Entities of the type; empty for types that are no Smart Data Model: the core @context will do. */
export function contextFor(entityType: string): string {
  return SMART_DATA_MODELS.get(entityType)?.context ?? '';
}

/** What the model says about an Attribute; undefined when it has none of that name. */
export function attributeSchema(
  model: SmartDataModel | undefined,
  name: string,
): AttributeSchema | undefined {
  const properties = model?.schema.properties;
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
