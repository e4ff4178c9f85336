import type { Request } from 'express';
import { PatchError, patchSettings } from '../provisioning/merge-patch.ts';
import { Refusal } from './refusal.ts';

/** The JSON Merge Patch in the body, as a function that applies it; see `patchSettings`. @throws Refusal */
export function patchIn(request: Request): (settings: object) => { readonly [name: string]: unknown } {
  const patch: unknown = request.body;
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
    throw new Refusal(
      'WRONG_SYNTAX',
      'The body must be an object with the members that change, such as {"timezone": "Europe/Brussels", "model": null}',
    );
  return (settings) => applied(settings, patch);
}

/** The settings with the patch applied. @throws Refusal in the place of PatchError */
export function applied(settings: object, patch: object): { readonly [name: string]: unknown } {
  try {
    return patchSettings(settings, patch);
  } catch (error) {
    if (error instanceof PatchError) throw new Refusal('WRONG_SYNTAX', error.message);
    throw error;
  }
}
