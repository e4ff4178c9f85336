/**
 * The versions of the standard that answers can follow where these differ: GS CIM 009 v1.8 and v1.9, TS 104 175 with
 * 104 176. What differs is the status of LdContextNotAvailable, and how long histories are given in parts.
 */
export const specProfiles = ['1.8', '1.9', '104'] as const;
export type SpecProfile = (typeof specProfiles)[number];
