/** Words of the Smart Data Models that parking in the street and off the street share. */

export const PAYMENT_METHODS = [
  ...[
    'ByBankTransferInAdvance',
    'ByInvoice',
    'COD',
    'Cash',
    'CheckInAdvance',
    'DirectDebit',
    'GoogleCheckout',
  ],
  ...['PayPal', 'PaySwarm'],
];
export const DETECTION_TYPES = ['balancing', 'manual', 'modelBased', 'none', 'singleSpaceDetection'];
export const PARKING_MODES = ['echelonParking', 'parallelParking', 'perpendicularParking'];
