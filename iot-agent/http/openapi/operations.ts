import { codecOperations } from './codec-operations.ts';
import { connectionOperations } from './connection-operations.ts';
import { deviceOperations } from './device-operations.ts';
import { devicePortOperations } from './device-port-operations.ts';
import { groupOperations } from './group-operations.ts';
import { messageOperations } from './message-operations.ts';
import { newcomerOperations } from './newcomer-operations.ts';
import type { Operation } from './operation.ts';
import { ruleOperations } from './rule-operations.ts';
import { systemOperations } from './system-operations.ts';

/** Every request that the agent takes, on both ports. */
export const operations: readonly Operation[] = [
  ...deviceOperations,
  ...groupOperations,
  ...codecOperations,
  ...newcomerOperations,
  ...connectionOperations,
  ...ruleOperations,
  ...messageOperations,
  ...systemOperations,
  ...devicePortOperations,
];

/** The methods that are taken on the configuration API at a path, for `Allow`; undefined where there is nothing. */
export function methodsAt(path: string): string | undefined {
  return resources.find(({ pattern }) => pattern.test(path))?.methods;
}

/** Paths of the configuration API that name nothing, for those who are lost. */
export const collections: readonly string[] = [
  ...new Set(
    operations
      .filter(({ isOfDevices, path }) => isOfDevices !== true && /^\/(?:iot|admin)\/[^{]*$/.test(path))
      .map(({ path }) => path),
  ),
];

/** In which methods are named. */
const order = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Operation['method'][];

const resources = resourcesOf(operations.filter(({ isOfDevices }) => isOfDevices !== true));

function resourcesOf(served: readonly Operation[]) {
  const methods = new Map<string, Operation['method'][]>();
  for (const { path, method } of served) methods.set(path, [...(methods.get(path) ?? []), method]);
  // What names nothing comes first: a name may look like the last part of a path.
  const paths = [...methods.keys()].sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')));
  return paths.map((path) => ({
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
    methods: order.filter((method) => methods.get(path)?.includes(method)).join(', '),
  }));
}
