import type { Express } from 'express';

/** A layer of Express's router, as far as it tells of routes. */
interface Layer {
  readonly route?: {
    readonly path: string | readonly string[];
    readonly methods: Readonly<Record<string, boolean>>;
  };
  readonly handle?: { readonly stack?: readonly Layer[] };
}

/** Every route of an app, such as `GET /iot/devices/{id}`, in their order. */
export function routesOf(app: Express): readonly string[] {
  return [...new Set(routesIn((app.router as unknown as { readonly stack: readonly Layer[] }).stack))];
}

function routesIn(stack: readonly Layer[]): string[] {
  return stack.flatMap(({ route, handle }) => {
    if (route === undefined) return routesIn(handle?.stack ?? []);
    const methods = Object.keys(route.methods).filter((method) => method !== 'head');
    // What takes every method of HTTP refuses those that have no route.
    if (methods.length > 10) return [];
    const paths = [route.path].flat().map((path) => path.replace(/:(\w+)/g, '{$1}'));
    return methods.flatMap((method) => paths.map((path) => `${method.toUpperCase()} ${path}`));
  });
}
