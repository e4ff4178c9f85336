import { requireDateTime } from '../../domain/date-time.ts';
import type { AttributeTarget, EntityAttributeService } from '../../services/entity-attributes.ts';
import type { AttributeReadingService } from '../../services/retrieve-attribute.ts';
import { formatParameters, readView, statusOf } from '../entity-parameters.ts';
import type { Exchange, Route } from '../route.ts';

const attribute = '/entities/{entityId}/attrs/{attrId}';
const value = `${attribute}/value`;
const clause = 'TS 104 175';

/** Rows of the route table for one Attribute of an Entity and its bare value, which came after GS CIM 009. */
export function attributeValueRoutes(
  reading: AttributeReadingService,
  writing: EntityAttributeService,
): readonly Route[] {
  return [
    {
      method: 'GET',
      path: attribute,
      clause,
      parameters: ['type', ...formatParameters, 'lang', 'datasetId', 'local'],
      consumes: [],
      handle: async (exchange) => {
        const view = readView(exchange);
        const body = await reading.retrieveAttribute(targetOf(exchange), view, exchange);
        return { status: statusOf(view), body, context: exchange.context };
      },
    },
    {
      method: 'GET',
      path: value,
      clause,
      parameters: ['type', 'datasetId', 'local'],
      consumes: [],
      plainJson: true,
      handle: async (exchange) => {
        const datasetId = exchange.query.get('datasetId');
        const body = await reading.retrieveValue(targetOf(exchange), datasetId, exchange);
        return { status: 200, body, context: exchange.context };
      },
    },
    {
      method: 'PUT',
      path: value,
      clause,
      parameters: ['type', 'datasetId', 'observedAt', 'local'],
      consumes: ['application/json'],
      handle: async (exchange) => {
        const datasetId = exchange.query.get('datasetId');
        const time = exchange.query.get('observedAt');
        const observedAt = time === undefined ? undefined : requireDateTime(time, 'observedAt');
        const body = exchange.body ?? null;
        await writing.replaceValue(targetOf(exchange), body, { datasetId, observedAt }, exchange);
        return { status: 204 };
      },
    },
  ];
}

function targetOf({ path, query }: Exchange): AttributeTarget {
  return { id: path['entityId'] ?? '', attribute: path['attrId'] ?? '', type: query.get('type') };
}
