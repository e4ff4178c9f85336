/** The endpoint of a Subscription that is read by live streams alone: nothing is sent (docs/streams.md). */
export const STREAM_ENDPOINT = 'urn:carillon:stream';
