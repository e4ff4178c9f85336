import { describeWith } from '../../support/describe-with.ts';
import { openFresh } from '../store/mongo/fresh-database.ts';
import { aggregatedExportsContract } from './aggregated-exports/contract.ts';
import { goneInstancesContract } from './aggregated-exports/gone-instances.ts';

describeWith('mongodb', () => {
  aggregatedExportsContract('MongoDB', { openStore: openFresh });
  goneInstancesContract('MongoDB', { openStore: openFresh });
});
