import { airQualityObserved } from '../../schemas/air-quality-observed.ts';
import type { AttributeSchema } from '../../schemas/attribute-schemas.ts';
import { device } from '../../schemas/device.ts';
import type { ModelSchema } from '../../schemas/model-schema.ts';
import { streetlight } from '../../schemas/streetlight.ts';
import { wasteContainer } from '../../schemas/waste-container.ts';
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

/** Entity type → its model. */
export const SMART_DATA_MODELS: ReadonlyMap<string, SmartDataModel> = new Map<string, SmartDataModel>([
  ['AirQualityObserved', { context: contextOf('Environment'), schema: airQualityObserved }],
  ['WeatherObserved', { context: contextOf('Weather'), schema: weatherObserved }],
  ['WasteContainer', { context: contextOf('WasteManagement'), schema: wasteContainer }],
  // A controller that reports at all works; whoever knows better says so in a static attribute.
  ['Streetlight', { context: contextOf('Streetlighting'), schema: streetlight, defaults: { status: 'ok' } }],
  ['Device', { context: contextOf('Device'), schema: device }],
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
