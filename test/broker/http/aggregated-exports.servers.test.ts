import { describeWith } from '../../support/describe-with.ts';
import { openFresh } from '../store/mongo/fresh-database.ts';
import { aggregatedExportsContract } from './aggregated-exports/contract.ts';

describeWith('mongodb', () => aggregatedExportsContract('MongoDB', { openStore: openFresh }));
