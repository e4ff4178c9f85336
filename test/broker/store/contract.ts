import { describe } from '@jest/globals';
import { censusContract } from './contract/census.ts';
import { changeContract } from './contract/change.ts';
import { conditionContract } from './contract/conditions.ts';
import { deadLetterContract } from './contract/dead-letters.ts';
import { deliveryContract } from './contract/deliveries.ts';
import { deliveryLogContract } from './contract/delivery-log.ts';
import { documentContract } from './contract/documents.ts';
import { durabilityContract } from './contract/durability.ts';
import { getManyContract } from './contract/get-many.ts';
import type { OpenStore } from './contract/harness.ts';
import { historyContract } from './contract/history.ts';
import { historyCandidateContract } from './contract/history-candidates.ts';
import { historyDrainContract } from './contract/history-drains.ts';
import { historyEditContract } from './contract/history-edits.ts';
import { historyEndContract } from './contract/history-ends.ts';
import { historyPageContract } from './contract/history-pages.ts';
import { historyRecordContract } from './contract/history-records.ts';
import { historyRollUpContract } from './contract/history-roll-ups.ts';
import { historyValueContract } from './contract/history-values.ts';
import { noHistoryContract } from './contract/no-history.ts';
import { oddNameContract } from './contract/odd-names.ts';
import { outboxContract } from './contract/outbox.ts';
import { pageContract } from './contract/pages.ts';
import { requestHeaderContract } from './contract/request-headers.ts';
import { temporalContract } from './contract/temporal.ts';

/** Who makes the history of changes: a driver in their commits, or the relay, of what the driver leaves for it. */
export type HistoryBy = 'driver' | 'relay';

/** What every driver promises, in the words of broker/store/store.ts. Each test runs on a fresh store. */
export function storeContract(driver: string, open: OpenStore, historyBy: HistoryBy): void {
  describe(`the store contract on ${driver}`, () => {
    changeContract(open);
    getManyContract(open);
    censusContract(open);
    pageContract(open);
    conditionContract(open);
    oddNameContract(open);
    outboxContract(open);
    if (historyBy === 'relay') historyRecordContract(open);
    noHistoryContract(open);
    deliveryContract(open);
    requestHeaderContract(open);
    deadLetterContract(open);
    deliveryLogContract(open);
    historyContract(open);
    historyPageContract(open);
    historyValueContract(open);
    historyCandidateContract(open);
    historyEditContract(open);
    historyRollUpContract(open);
    if (historyBy === 'relay') historyDrainContract(open);
    historyEndContract(open);
    temporalContract(open);
    documentContract(open);
    durabilityContract(open);
  });
}
