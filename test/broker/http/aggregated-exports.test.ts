import { aggregatedExportsContract } from './aggregated-exports/contract.ts';
import { openInMemory } from './broker-under-test.ts';

aggregatedExportsContract('SQLite', { openStore: openInMemory });
