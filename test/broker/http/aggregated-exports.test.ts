import { aggregatedExportsContract } from './aggregated-exports/contract.ts';
import { goneInstancesContract } from './aggregated-exports/gone-instances.ts';
import { openInMemory } from './broker-under-test.ts';

aggregatedExportsContract('SQLite', { openStore: openInMemory });
goneInstancesContract('SQLite', { openStore: openInMemory });
