import { describe } from '@jest/globals';
import { describeWith } from '../../support/describe-with.ts';
import { openFresh } from '../store/mongo/fresh-database.ts';
import { periodsContract } from './periods-contract.ts';

describeWith('mongodb', () => {
  describe('periods on MongoDB', () => {
    periodsContract(openFresh);
  });
});
