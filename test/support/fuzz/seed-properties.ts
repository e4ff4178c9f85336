import fc from 'fast-check';
import { propertySeed } from './seed.ts';

// Before each test file: properties that name no seed have this one.
fc.configureGlobal({ seed: propertySeed });
